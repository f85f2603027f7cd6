"""How AWS spells what it chooses where a type's schema says no more than "string".

Source: the resource identifiers of the Amazon EC2 API Reference, the ARN formats of the Service Authorization
Reference, and the default ports of each engine's user guide; read 2026-11.
"""

from collections.abc import Mapping

ID_PREFIXES: Mapping[str, str] = {
    "allocationid": "eipalloc",
    "associationid": "eipassoc",
    "capacityreservationid": "cr",
    "customergatewayid": "cgw",
    "dhcpoptionsid": "dopt",
    "domainid": "d",
    "egressonlyinternetgatewayid": "eigw",
    "eniid": "eni",
    "filesystemid": "fs",
    "accesspointid": "fsap",
    "mounttargetid": "fsmt",
    "flowlogid": "fl",
    "instanceid": "i",
    "internetgatewayid": "igw",
    "launchtemplateid": "lt",
    "natgatewayid": "nat",
    "networkaclid": "acl",
    "networkinterfaceid": "eni",
    "prefixlistid": "pl",
    "routetableid": "rtb",
    "securitygroupid": "sg",
    "subnetcidrblockid": "subnet-cidr-assoc",
    "subnetid": "subnet",
    "transitgatewayid": "tgw",
    "transitgatewayattachmentid": "tgw-attach",
    "volumeid": "vol",
    "vpccidrblockid": "vpc-cidr-assoc",
    "vpcendpointid": "vpce",
    "vpcid": "vpc",
    "vpcpeeringconnectionid": "pcx",
    "vpnconnectionid": "vpn",
    "vpngatewayid": "vgw",
}
"""By attribute, lower case; an attribute that is just "Id" stands behind its type's or its parent's name."""

ID_SERVICES = frozenset({"ec2", "efs", "fsx", "sagemaker"})
"""Services whose identifiers are of the form prefix-hexadecimal digits."""

ARN_SERVICES: Mapping[str, str] = {
    "applicationautoscaling": "autoscaling",
    "bedrockagentcore": "bedrock-agentcore",
    "certificatemanager": "acm",
    "cognito": "cognito-idp",
    "efs": "elasticfilesystem",
    "elasticloadbalancingv2": "elasticloadbalancing",
    "emrserverless": "emr-serverless",
    "kinesisfirehose": "firehose",
    "msk": "kafka",
    "opensearchservice": "es",
    "resourcegroups": "resource-groups",
    "stepfunctions": "states",
}
"""By the service's part of a type name, where the ARN says something else."""

GLOBAL_SERVICES = frozenset({"budgets", "ce", "cloudfront", "globalaccelerator", "iam", "organizations", "route53"})
"""Services whose ARNs name no Region."""

HYPHENATED_ARN_SERVICES = frozenset({"bedrock", "bedrockagentcore", "ec2", "sagemaker"})
"""By the service's part of a type name: services whose ARNs say "endpoint-config" for an EndpointConfig."""

OTHERS_ARNS: Mapping[str, tuple[str, str]] = {
    "secretarn": ("secretsmanager", "secret:"),
    "rolearn": ("iam", "role/"),
    "keyarn": ("kms", "key/"),
    "topicarn": ("sns", ""),
}
"""By the end of an attribute, lower case: the service and the start of the resource part of an ARN that is another
resource's."""

PORTS: Mapping[str, str] = {"elasticache": "6379", "memorydb": "6379", "rds": "5432", "redshift": "5439"}
"""By the service's part of a type name; any other service answers on 443. Text, as most schemas have it."""
