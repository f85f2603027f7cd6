"""What AWS Load Balancer Controller 3.2 may do.

Source: the policy that the controller publishes for v3.2.2 (docs/install/iam_policy.json of
https://github.com/kubernetes-sigs/aws-load-balancer-controller, as bundled with aws-cdk-lib 2.275), without what the
chart's values here switch off (WAF, Shield, sign-in by Cognito), and within one VPC where EC2 can tell.
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

_TAG = "elbv2.k8s.aws/cluster"
_TAGGED = {"Null": {f"aws:ResourceTag/{_TAG}": "false"}}
_TAGS_IT = {"Null": {f"aws:RequestTag/{_TAG}": "false"}}
_RETAGS_ITS_OWN = {"Null": {f"aws:RequestTag/{_TAG}": "true", f"aws:ResourceTag/{_TAG}": "false"}}
_LOOK = """
    ec2:DescribeAccountAttributes ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeInternetGateways
    ec2:DescribeVpcs ec2:DescribeVpcPeeringConnections ec2:DescribeSubnets ec2:DescribeSecurityGroups
    ec2:DescribeInstances ec2:DescribeNetworkInterfaces ec2:DescribeTags ec2:GetCoipPoolUsage ec2:DescribeCoipPools
    ec2:GetSecurityGroupsForVpc ec2:DescribeIpamPools ec2:DescribeRouteTables
    elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeLoadBalancerAttributes
    elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeListenerCertificates
    elasticloadbalancing:DescribeSSLPolicies elasticloadbalancing:DescribeRules
    elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetGroupAttributes
    elasticloadbalancing:DescribeTargetHealth elasticloadbalancing:DescribeTags
    elasticloadbalancing:DescribeTrustStores elasticloadbalancing:DescribeListenerAttributes
    elasticloadbalancing:DescribeCapacityReservation acm:ListCertificates acm:DescribeCertificate
"""
_CHANGE_ITS_OWN = """
    ModifyLoadBalancerAttributes SetIpAddressType SetSecurityGroups SetSubnets DeleteLoadBalancer ModifyTargetGroup
    ModifyTargetGroupAttributes DeleteTargetGroup ModifyListenerAttributes ModifyCapacityReservation ModifyIpPools
"""
_LISTENERS = """
    CreateListener DeleteListener CreateRule DeleteRule ModifyListener AddListenerCertificates
    RemoveListenerCertificates ModifyRule SetRulePriorities
"""


def load_balancer_statements(stack: cdk.Stack, *, vpc_id: str) -> list[iam.PolicyStatement]:
    """The statements of the controller's role.

    Args:
        vpc_id: the VPC that its load balancers stand in.
    """
    groups = stack.format_arn(service="ec2", resource="security-group", resource_name="*")
    vpc = stack.format_arn(service="ec2", resource="vpc", resource_name=vpc_id)
    balancers = _elb_arns(stack, "targetgroup/*/*", "loadbalancer/net/*/*", "loadbalancer/app/*/*")
    listeners = _elb_arns(
        stack, "listener/net/*/*/*", "listener/app/*/*/*", "listener-rule/net/*/*/*", "listener-rule/app/*/*/*"
    )
    rules = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    return [
        iam.PolicyStatement(
            sid="ServiceLinkedRole",
            actions=["iam:CreateServiceLinkedRole"],
            resources=["*"],
            conditions={"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        ),
        iam.PolicyStatement(sid="Look", actions=_LOOK.split(), resources=["*"]),
        iam.PolicyStatement(
            sid="OpenNodes", actions=rules, resources=[groups], conditions={"ArnEquals": {"ec2:Vpc": vpc}}
        ),
        iam.PolicyStatement(sid="MakeGroups", actions=["ec2:CreateSecurityGroup"], resources=[groups, vpc]),
        iam.PolicyStatement(
            sid="TagNewGroups",
            actions=["ec2:CreateTags"],
            resources=[groups],
            conditions={"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}, **_TAGS_IT},
        ),
        iam.PolicyStatement(
            sid="TagGroups",
            actions=["ec2:CreateTags", "ec2:DeleteTags"],
            resources=[groups],
            conditions=_RETAGS_ITS_OWN,
        ),
        iam.PolicyStatement(
            sid="DeleteGroups", actions=["ec2:DeleteSecurityGroup"], resources=[groups], conditions=_TAGGED
        ),
        iam.PolicyStatement(
            sid="Make",
            actions=_elb("CreateLoadBalancer CreateTargetGroup"),
            resources=balancers,
            conditions=_TAGS_IT,
        ),
        iam.PolicyStatement(sid="Listen", actions=_elb(_LISTENERS), resources=[*balancers, *listeners]),
        iam.PolicyStatement(
            sid="Tag", actions=_elb("AddTags RemoveTags"), resources=balancers, conditions=_RETAGS_ITS_OWN
        ),
        iam.PolicyStatement(sid="TagListeners", actions=_elb("AddTags RemoveTags"), resources=listeners),
        iam.PolicyStatement(
            sid="TagNew",
            actions=_elb("AddTags"),
            resources=balancers,
            conditions={
                "StringEquals": {"elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"]},
                **_TAGS_IT,
            },
        ),
        iam.PolicyStatement(
            sid="Change", actions=_elb(_CHANGE_ITS_OWN), resources=[*balancers, *listeners], conditions=_TAGGED
        ),
        iam.PolicyStatement(
            sid="Targets",
            actions=_elb("RegisterTargets DeregisterTargets"),
            resources=_elb_arns(stack, "targetgroup/*/*"),
        ),
    ]


def _elb(actions: str) -> list[str]:
    return [f"elasticloadbalancing:{action}" for action in actions.split()]


def _elb_arns(stack: cdk.Stack, *names: str) -> list[str]:
    return [
        stack.format_arn(service="elasticloadbalancing", resource=name, arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)
        for name in names
    ]
