"""The AWS services that an interface endpoint can be made for, as far as this platform's workloads call them.

Names: the part after `com.amazonaws.<region>.`
(https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html, read 2026-11-23).
Regions of Bedrock: botocore 1.44.5's endpoint data.
"""

from dataclasses import dataclass

_BEDROCK_RUNTIME = frozenset(
    """
    ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ca-central-1
    eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1
    us-east-2 us-west-2
    """.split()
)


@dataclass(frozen=True, kw_only=True)
class EndpointService:
    """What an endpoint policy and the Region check need to know of a service."""

    actions: str
    """Prefix of the IAM actions that pass through the endpoint."""
    regions: frozenset[str] | None = None
    """Regions that offer it; None: all of them."""
    unsigned: tuple[str, ...] = ()
    """Actions that are called before there are credentials, so that a policy cannot ask for the caller's account."""


ENDPOINT_SERVICES: dict[str, EndpointService] = {
    "autoscaling": EndpointService(actions="autoscaling"),
    "backup": EndpointService(actions="backup"),
    "bedrock": EndpointService(actions="bedrock", regions=_BEDROCK_RUNTIME),
    "bedrock-runtime": EndpointService(actions="bedrock", regions=_BEDROCK_RUNTIME),
    "ec2": EndpointService(actions="ec2"),
    "ec2messages": EndpointService(actions="ec2messages"),
    "ecr.api": EndpointService(actions="ecr"),
    "ecr.dkr": EndpointService(actions="ecr"),
    "ecs": EndpointService(actions="ecs"),
    "ecs-agent": EndpointService(actions="ecs"),
    "ecs-telemetry": EndpointService(actions="ecs"),
    "eks": EndpointService(actions="eks"),
    "eks-auth": EndpointService(actions="eks-auth"),
    "elasticfilesystem": EndpointService(actions="elasticfilesystem"),
    "elasticloadbalancing": EndpointService(actions="elasticloadbalancing"),
    "events": EndpointService(actions="events"),
    "fsx": EndpointService(actions="fsx"),
    "kms": EndpointService(actions="kms"),
    "lambda": EndpointService(actions="lambda"),
    "logs": EndpointService(actions="logs"),
    "monitoring": EndpointService(actions="cloudwatch"),
    "rds": EndpointService(actions="rds"),
    "sagemaker.api": EndpointService(actions="sagemaker"),
    "sagemaker.runtime": EndpointService(actions="sagemaker"),
    "secretsmanager": EndpointService(actions="secretsmanager"),
    "sns": EndpointService(actions="sns"),
    "sqs": EndpointService(actions="sqs"),
    "ssm": EndpointService(actions="ssm"),
    "ssmmessages": EndpointService(actions="ssmmessages"),
    "states": EndpointService(actions="states"),
    "sts": EndpointService(actions="sts", unsigned=("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")),
    "xray": EndpointService(actions="xray"),
}

AWS_BUCKETS: tuple[str, ...] = (
    # Image layers, those of EKS's add-ons and of HyperPod's agents too:
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (read 2026-11-23)
    "prod-{region}-starport-layer-bucket",
    # Packages of Amazon Linux 2023: https://docs.aws.amazon.com/linux/al2023/ug/private-network.html
    "al2023-repos-{region}-de612dc2",
    "al2023-{region}",
    # Agents and what they install: https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
    "amazon-ssm-{region}",
    "aws-ssm-{region}",
    "aws-ssm-distributor-file-{region}",
    "aws-ssm-document-attachments-{region}",
    "patch-baseline-snapshot-{region}",
    "{region}-birdwatcher-prod",
    "amazoncloudwatch-agent-{region}",
)
"""Buckets of AWS's own that nodes and containers read from, also where there is no internet.

AWS keeps a list of all such buckets: https://github.com/aws-samples/data-perimeter-policy-examples
(service_owned_resources.md, read 2026-11-23). HyperPod, EKS and FSx have none there that a node reads at run time: what
EKS and FSx offer in buckets are programs to install, which HyperPod's images contain.
"""

ANSWER_BUCKETS: tuple[str, ...] = (
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
    "cloudformation-custom-resource-response-{short}",
    "cloudformation-waitcondition-{region}",
)
"""Buckets of CloudFormation's own that custom resources and wait conditions write their answers to; `short` is the
Region without hyphens."""
