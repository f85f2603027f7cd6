"""The roles of the add-on itself.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/permission-setup.html, and the managed policies that it names.
"""

from aws_cdk import aws_eks_v2 as eks_v2
from constructs import Construct

from groundwork.pod_role import PodRole
from groundwork.spaces import names


def controller_role(scope: Construct, construct_id: str, *, cluster: eks_v2.ICluster) -> PodRole:
    """The role of the controller: it registers Spaces with Systems Manager and opens sessions to them."""
    return PodRole(
        scope,
        construct_id,
        cluster=cluster,
        namespace=names.NAMESPACE,
        service_account=names.CONTROLLER_ACCOUNT,
        managed_policies=["AmazonSageMakerSpacesControllerPolicy"],
    )


def router_role(scope: Construct, construct_id: str, *, cluster: eks_v2.ICluster) -> PodRole:
    """The role of the web page's router with 0.1.x: it signs with a key of KMS."""
    return PodRole(
        scope,
        construct_id,
        cluster=cluster,
        namespace=names.NAMESPACE,
        service_account=names.ROUTER_ACCOUNT,
        managed_policies=["AmazonSageMakerSpacesRouterPolicy"],
    )
