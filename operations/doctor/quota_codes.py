"""Codes of quotas that are known. A code is the same in every account and Region.

Endpoints, clusters and jobs: lists that people printed with `aws service-quotas list-service-quotas` and published in
repositories (2026-08 to 2026-11); most stand in one such list only. A wrong code does no harm: a quota is taken only if
AWS gives it the very name that was looked for, and otherwise found by that name in the list of all.
CloudFront: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
"""

_ENDPOINT = """
g5.xlarge L-1928E07B  g5.2xlarge L-9614C779  g5.4xlarge L-C1B9A48D  g5.8xlarge L-065D610E  g5.12xlarge L-65C4BD00
g5.16xlarge L-962705EA  g5.24xlarge L-6821867B  g5.48xlarge L-0100B823
g6.xlarge L-D470D954  g6.2xlarge L-98BDE811  g6.4xlarge L-DFB10FDE  g6.12xlarge L-0A29AACF
g6e.xlarge L-B0729CB4  g6e.2xlarge L-F8D7F460  g6e.4xlarge L-93531071  g6e.8xlarge L-96A28D02
g6e.12xlarge L-60313EA3  g6e.16xlarge L-2930A179  g6e.24xlarge L-AE407E8B  g6e.48xlarge L-E0C458EA
p4d.24xlarge L-09F79647  p4de.24xlarge L-456B4C5F  p5.48xlarge L-16AF71F1  m5.xlarge L-2F737F8D
"""
_CLUSTER = """
p4d.24xlarge L-47E0BC8F  p4de.24xlarge L-BEF3120E  p5.48xlarge L-8762A75F  p5e.48xlarge L-FD431820
p5en.48xlarge L-6EF3AE05  p6-b200.48xlarge L-44097F05  p6-b300.48xlarge L-9883FE68  p6e-gb200.36xlarge L-5DB70460
g5.8xlarge L-1619F5B7  g6.4xlarge L-1474CE56  g6e.12xlarge L-A15DF696  g6e.48xlarge L-177AF1AD
m5.16xlarge L-048C491E  m6i.xlarge L-03FD2ADF  m7i.12xlarge L-064E954E  c5.12xlarge L-15BCD638
"""
_TRAINING = """
g4dn.xlarge L-3F53BF0F  g6.4xlarge L-07B51BA0  g6e.48xlarge L-0DA2E7B0  p4d.24xlarge L-09B4A649
p5.4xlarge L-C2764A80  p5.48xlarge L-82E1C851
"""


def _codes(table: str, usage: str) -> dict[str, str]:
    words = table.split()
    return {f"ml.{kind} for {usage}": code for kind, code in zip(words[::2], words[1::2], strict=True)}


CODES: dict[str, str] = {
    **_codes(_ENDPOINT, "endpoint usage"),
    **_codes(_CLUSTER, "cluster usage"),
    **_codes(_TRAINING, "training job usage"),
    "ml.p5.48xlarge for cluster spot instance usage": "L-F742E2D7",
    "Maximum number instances allowed per SageMaker HyperPod cluster": "L-2CE978FC",
    "Total number of instances allowed across SageMaker HyperPod clusters": "L-3308CCC7",
    "Total number of Spot instances allowed across SageMaker HyperPod clusters": "L-97A2C724",
    "Maximum size of EBS volume in GB for a SageMaker HyperPod cluster instance": "L-E13DF72A",
    "Number of ml.p5.48xlarge instances in reserved capacity across training plans per Region": "L-9EF527CA",
    "Response timeout per origin": "L-AECE9FA7",
}
"""By the quota's name."""
