"""Removes what people and controllers have made in the cluster before that goes which they need for it."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks_v2
from constructs import Construct, IDependable

from groundwork.spaces.removal_function import FunctionPlace, RemovalFunction


class SpaceRemoval(Construct):
    """Resources that do nothing when they are made, and remove something later, each at its place in the order.

    The add-on's controller takes off the finalizer of a Space, and only its owner, the controller and the add-on's
    administrators may delete a Space of somebody's own: deleting a namespace does not. Without this, Spaces outlive
    the add-on with finalizers that nobody takes off, and so does a namespace that is to be deleted. The load balancer
    of the web page and its records are likewise made, and taken away, by controllers that this stack installs.

    CloudFormation deletes what has left a template when the update counts as done: it tries three times, forgets the
    resource and reports success
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html, "Resource removed from stack
    but not deleted"; read 2026-11-23). So the Spaces of a team that leaves the file end before that, by a change of
    one resource (`leaving_teams`): what does not end fails the update, which is rolled back. For what is still done in
    the clean-up there is the alarm of the function.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks_v2.ICluster,
        place: FunctionPlace,
        keep: bool,
        web_ui: bool,
        zones: Sequence[str],
    ) -> None:
        """
        Args:
            cluster: with API authentication.
            keep: whether the volumes outlive their Spaces.
            web_ui: whether there is a web page.
            zones: ids of the hosted zones that the cluster's ExternalDNS enters names into.
        """
        super().__init__(scope, construct_id)
        self._keep, self._zones = "true" if keep else "false", list(zones)
        self._function = RemovalFunction(self, "Function", cluster=cluster, place=place, web_ui=web_ui, zones=zones)

    def namespace(self, namespace: str, *, after: Sequence[IDependable]) -> cdk.CustomResource:
        """Ends the Spaces of a team's namespace with the stack, and what is still there when the team has left.

        Of teams alone, not of the whole cluster: a Space that an administrator has made elsewhere is not this stack's
        to end. It is named by the namespace, so that another name for a team ends no Space.

        Args:
            after: what Spaces need in order to end: the namespace and all that the team has there.
        """
        properties = {"Namespace": namespace, "KeepVolumes": self._keep}
        return self._function.add(namespace, removes="namespace", properties=properties, after=after)

    def leaving_teams(self, namespaces: Sequence[str], *, after: Sequence[IDependable]) -> cdk.CustomResource:
        """Ends the Spaces of teams that leave the file, while the update can still fail.

        Args:
            namespaces: of all teams.
            after: all else of the stack: if it failed later, it would bring the teams back without their Spaces.
        """
        properties = {"Namespaces": sorted(namespaces), "KeepVolumes": self._keep}
        return self._function.add("LeavingTeams", removes="leaving-teams", properties=properties, after=after)

    def records(self, *, after: Sequence[IDependable]) -> cdk.CustomResource:
        """Waits until ExternalDNS has taken its records away.

        Args:
            after: ExternalDNS.
        """
        return self._function.add("Records", removes="records", properties={"Zones": self._zones}, after=after)

    def ingress(self, *, after: Sequence[IDependable]) -> cdk.CustomResource:
        """Waits until the Ingress of the web page is gone, and so its load balancer.

        Args:
            after: the controller that takes the load balancer away, and the end of its records.
        """
        return self._function.add("Ingress", removes="ingress", properties={}, after=after)
