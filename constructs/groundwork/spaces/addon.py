"""The add-on amazon-sagemaker-spaces."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks as eks
from aws_cdk import aws_eks_v2 as eks_v2
from constructs import Construct, IDependable

from groundwork.spaces.configuration import addon_configuration
from groundwork.spaces.managed_instance import ManagedInstanceRole
from groundwork.spaces.names import ADDON
from groundwork.spaces.roles import controller_role, router_role
from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.signing_key import SigningKey
from groundwork.spaces.web_entry import WebEntry


class SpacesAddon(Construct):
    """The add-on with its roles. EKS checks its configuration against the schema of the version, and rolls back."""

    addon: eks.CfnAddon

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        cluster: eks_v2.ICluster,
        settings: SpacesSettings,
        web_entry: WebEntry | None,
        after: Sequence[IDependable],
    ) -> None:
        """
        Args:
            environment: its name.
            web_entry: of the web page, if there is one.
            after: what has to be there: nodes, and what the add-on needs in the cluster.
        """
        super().__init__(scope, construct_id)
        controller = controller_role(self, "Controller", cluster=cluster)
        after = [*after, controller.association]
        managed = ManagedInstanceRole(self, "Instance", environment=environment) if settings.remote_access else None
        key: SigningKey | None = None
        if settings.signs_with_kms:
            router = router_role(self, "Router", cluster=cluster)
            key = SigningKey(self, "Signing", cluster=cluster, router=router.role)
            after += [router.association, key]
        configuration = addon_configuration(
            settings,
            managed_instance_role=managed.role.role_name if managed else None,
            certificate_arn=web_entry.certificate.certificate_arn if web_entry else None,
            signing_key_arn=key.key.key_arn if key else None,
            annotations=web_entry.annotations if web_entry else None,
        )
        self.addon = eks.CfnAddon(
            self,
            "Addon",
            addon_name=ADDON,
            addon_version=settings.version,
            cluster_name=cluster.cluster_name,
            configuration_values=cdk.Stack.of(self).to_json_string(configuration),
            resolve_conflicts="OVERWRITE",
        )
        self.addon.node.add_dependency(*after, *([managed] if managed else []))
