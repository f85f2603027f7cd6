"""A role that pods of one service account take, by EKS Pod Identity."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks as eks
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.acknowledge import acknowledge


class PodRole(Construct):
    """A role and its association, apart from any add-on: add-ons that make associations themselves have failed to
    (https://github.com/awslabs/awsome-distributed-ai, issue 1075).

    Only pods of this cluster take the role. Their session carries tags such as `eks-cluster-arn`, which AWS's policies
    for Spaces ask for.
    """

    role: iam.Role
    association: eks.CfnPodIdentityAssociation

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks_v2.ICluster,
        namespace: str,
        service_account: str,
        managed_policies: Sequence[str] = (),
        statements: Sequence[iam.PolicyStatement] = (),
    ) -> None:
        """
        Args:
            namespace: of the service account, which need not exist yet.
            managed_policies: names of policies that AWS keeps, with their path.
            statements: what else the pods may do.
        """
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.SessionTagsPrincipal(
                iam.ServicePrincipal(
                    "pods.eks.amazonaws.com",
                    conditions={
                        "StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account},
                        "ArnEquals": {"aws:SourceArn": cluster.cluster_arn},
                    },
                )
            ),
            description=f"{namespace}/{service_account}",
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(name) for name in managed_policies],
        )
        for statement in statements:
            self.role.add_to_policy(statement)
        self.association = eks.CfnPodIdentityAssociation(
            self,
            "Association",
            cluster_name=cluster.cluster_name,
            namespace=namespace,
            service_account=service_account,
            role_arn=self.role.role_arn,
            disable_session_tags=False,
        )
        # What waits for the association, waits for the rights of its role as well.
        self.association.node.add_dependency(self.role)
        if managed_policies:
            self._acknowledge(managed_policies)
        if statements:
            acknowledge_inline_policy(self.role)

    def _acknowledge(self, managed_policies: Sequence[str]) -> None:
        arns = [f"arn:<AWS::Partition>:iam::aws:policy/{name}" for name in managed_policies]
        acknowledge(
            self.role,
            *(f"AwsSolutions::AwsSolutions-IAM4[Policy::{arn}]" for arn in arns),
            reason="AWS writes it for this program and changes it with the program. It lets the role change what bears "
            "the program's tags, or those of the session's own cluster.",
        )


def acknowledge_inline_policy(role: iam.Role) -> None:
    """Say why a role carries a policy of its own."""
    acknowledge(
        role,
        "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
        "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
        "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
        reason="The policy is what one service account of one cluster calls, belongs to its role alone and goes with "
        "it; the permissions boundary limits what the role could be given.",
    )


def acknowledge_wildcards(role: iam.Role, resources: Sequence[str], *, reason: str) -> None:
    """Say why some resources of a role's own policy have no name."""
    stack = cdk.Stack.of(role)
    named = dict.fromkeys(as_findings_name_it(stack, resource) for resource in resources)
    acknowledge(
        role, *(f"AwsSolutions::AwsSolutions-IAM5[Resource::{name}]" for name in named if "*" in name), reason=reason
    )


def as_findings_name_it(stack: cdk.Stack, resource: str) -> str:
    """A resource as cdk-nag writes it: references stand in angle brackets."""
    match stack.resolve(resource):
        case str() as known:
            return known
        case {"Fn::Join": [_, [*parts]]}:
            return "".join(part if isinstance(part, str) else f"<{part['Ref']}>" for part in parts)
        case _:
            return ""
