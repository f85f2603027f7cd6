"""The addresses that CloudFront reaches load balancers from, as each Region names them.

CloudFormation cannot look a managed prefix list up by its name, and synthesis asks no AWS API: so its id in each Region
stands here. The list is the one source that a security group can name before the VPC origin exists; the alternative,
the group `CloudFront-VPCOrigins-Service-SG`, is made by CloudFront together with the origin.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html, read 2026-11-23
"""

NAME = "com.amazonaws.global.cloudfront.origin-facing"
WEIGHT = 55
"""Rules that the list counts as, of the 60 that a security group may have: one port only, 443. Port 80 does not fit.
https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html"""

# https://aws.amazon.com/blogs/networking-and-content-delivery/limit-access-to-your-origins-using-the-aws-managed-prefix-list-for-amazon-cloudfront/
# as several public templates repeat it alike, and for ap-northeast-3 those templates; read 2026-11-23. AWS documents
# the name only: the id of a Region never changes, but nobody outside of an account publishes it officially.
_FROM_TEMPLATES = {
    "ap-northeast-1": "pl-58a04531",
    "ap-northeast-2": "pl-22a6434b",
    "ap-northeast-3": "pl-31a14458",
    "ap-south-1": "pl-9aa247f3",
    "ap-southeast-1": "pl-31a34658",
    "ap-southeast-2": "pl-b8a742d1",
    "ca-central-1": "pl-38a64351",
    "eu-central-1": "pl-a3a144ca",
    "eu-north-1": "pl-fab65393",
    "eu-west-1": "pl-4fa04526",
    "eu-west-2": "pl-93a247fa",
    "eu-west-3": "pl-75b1541c",
    "sa-east-1": "pl-5da64334",
    "us-east-1": "pl-3b927c52",
    "us-east-2": "pl-b6a144df",
    "us-west-1": "pl-4ea04527",
    "us-west-2": "pl-82a045eb",
}
# https://dev.to/kaspersfranz/limit-traffic-to-only-cloudfront-traffic-in-aws-alb-3c6, as a public template of AWS's
# samples repeats it; two of the four also stand in other public code. Read 2026-11-23.
_FROM_ARTICLE = {
    "af-south-1": "pl-c0aa4fa9",
    "ap-east-1": "pl-14b2577d",
    "eu-south-1": "pl-1bbc5972",
    "me-south-1": "pl-17b2577e",
}
PREFIX_LISTS = {**_FROM_TEMPLATES, **_FROM_ARTICLE}
"""The id of CloudFront's list by Region. A Region that is missing takes the id from the environment file."""


def origin_prefix_list(region: str, *, given: str | None = None) -> str:
    """The id of CloudFront's list in a Region.

    Args:
        region: the load balancer's.
        given: what the environment file says; it wins over the table.

    Raises:
        ValueError: no id is known; `vpc_origins.refusals_of_origin` says so before.
    """
    if prefix_list := given or PREFIX_LISTS.get(region):
        return prefix_list
    raise ValueError(f"the id of {NAME} in {region} is not known")
