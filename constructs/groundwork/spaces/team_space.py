"""What one team has in the cluster."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks_v2
from constructs import Construct, IDependable

from groundwork.images import ImageLock
from groundwork.removal import removal_policy
from groundwork.spaces.manifests import Manifest
from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.team_objects import team_objects
from groundwork.spaces.team_settings import TeamSettings


class TeamSpace(Construct):
    """A namespace with its templates, the rules that hold Spaces to them, and the Spaces that the team shares.

    All of it comes after the add-on and goes before it. Before that the Spaces have to be ended (`SpaceRemoval`): the
    add-on refuses to have somebody's own Space deleted with its namespace.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks_v2.ICluster,
        settings: SpacesSettings,
        team: TeamSettings,
        image_lock: ImageLock,
        keep: bool,
        after: Sequence[IDependable],
    ) -> None:
        """
        Args:
            settings: the section that the team stands in.
            keep: whether the namespace outlives the stack, with the claims that the team has there.
            after: the add-on.

        Raises:
            KeyError: an image of a template has no digest.
        """
        super().__init__(scope, construct_id)
        self._cluster, self._last = cluster, list(after)
        retained = removal_policy(keep=keep)
        has = team_objects(
            team,
            templates=settings.templates,
            shared_spaces=settings.shared_spaces,
            web_ui=settings.web_ui is not None,
            storage_class=settings.storage_class,
            image_lock=image_lock,
        )
        self._step("Namespace", has.namespace, removal=retained)
        self._step("Account", has.account, removal=cdk.RemovalPolicy.RETAIN)
        self._step("Rules", has.rules)
        # A template that a Space uses cannot be deleted, and the deployment would wait for it. The rules let nobody use
        # it any more.
        self._step("Templates", has.templates, removal=cdk.RemovalPolicy.RETAIN)
        for name, space in has.spaces.items():
            self._apply(f"Space-{name}", [space], removal=retained)

    def _step(self, construct_id: str, objects: list[Manifest], *, removal: cdk.RemovalPolicy | None = None) -> None:
        """Apply objects, and have what follows wait for them."""
        if objects:
            self._last.append(self._apply(construct_id, objects, removal=removal))

    def _apply(
        self, construct_id: str, objects: list[Manifest], *, removal: cdk.RemovalPolicy | None = None
    ) -> eks_v2.KubernetesManifest:
        """What leaves the file is deleted with its resource only: `kubectl apply --prune`, which CDK uses within one,
        knows no custom resources.
        """
        applied = eks_v2.KubernetesManifest(
            self,
            construct_id,
            cluster=self._cluster,
            manifest=objects,
            overwrite=True,
            prune=False,
            removal_policy=removal,
        )
        applied.node.add_dependency(*self._last)
        return applied
