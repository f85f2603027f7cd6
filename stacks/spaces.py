"""Spaces on the cluster of an environment."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct, IDependable

from groundwork.environment import Environment
from groundwork.images import ImageLock
from groundwork.spaces.access import SpacesAccess
from groundwork.spaces.addon import SpacesAddon
from groundwork.spaces.dependencies import SpacesDependencies
from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.space_removal import FunctionPlace, SpaceRemoval
from groundwork.spaces.ssh_entry import SshEntry
from groundwork.spaces.team_space import TeamSpace
from groundwork.spaces.web_entry import WebEntry
from stacks.platform_stack import PlatformStack


class SpacesStack(PlatformStack):
    """The add-on with what it needs, and the teams with their templates. Holds no state of its own: the volumes of
    Spaces belong to the cluster, and outlive both where data is kept.
    """

    load_balancer_controller: bool
    """Whether the cluster has the load balancer controller from here: the inference operator's must be off."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: SpacesSettings,
        cluster: eks_v2.ICluster,
        vpc_id: str,
        subnets: Sequence[ec2.ISubnet],
        image_lock: ImageLock,
        volume_key: kms.IKey,
        ready: IDependable,
        removal: FunctionPlace,
        hyperpod_cluster_arn: str | None = None,
        access_logs: s3.IBucket | None = None,
        nodes: ec2.ISecurityGroup | None = None,
    ) -> None:
        """
        Args:
            cluster: with API authentication and the Pod Identity agent.
            vpc_id: the VPC of the cluster.
            subnets: for the web page's load balancer: private ones, or public ones where it is on the internet.
            volume_key: encrypts the volumes of Spaces. It must stay as long as they do.
            ready: what says that there are nodes, and that quotas have made their namespaces.
            removal: where the function runs that removes Spaces and their web page before the stack goes, and whom it
                calls when it could not.
            hyperpod_cluster_arn: whose nodes volumes are attached to. None: any of the account and Region.
            access_logs: where the web page's load balancer logs.
            nodes: the security group of the nodes and their pods; with direct SSH.

        Raises:
            ValueError: direct SSH without the group of the nodes.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=False,
            description="JupyterLab and Code Editor on the cluster, and who may use them",
        )
        self.load_balancer_controller = settings.load_balancer_controller
        dependencies = SpacesDependencies(
            self,
            "Dependencies",
            cluster=cluster,
            vpc_id=vpc_id,
            settings=settings,
            image_lock=image_lock,
            hyperpod_cluster_arn=hyperpod_cluster_arn,
            volume_key=volume_key,
            ready=ready,
        )
        web_entry = (
            WebEntry(self, "Web", settings=settings.web_ui, subnets=subnets, access_logs=access_logs)
            if settings.web_ui
            else None
        )
        zones = settings.zones if settings.dependencies.external_dns.install else ()
        ending = SpaceRemoval(
            self,
            "Removal",
            cluster=cluster,
            place=removal,
            keep=environment.keep_data,
            web_ui=web_entry is not None,
            zones=zones,
        )
        # The controllers that take a load balancer and its records away go after those have gone, and so does the
        # certificate that the load balancer holds.
        ends: list[IDependable] = [ending.records(after=dependencies.installed)] if zones else []
        if web_entry:
            ends.append(ending.ingress(after=[web_entry, *dependencies.installed, *ends]))
        addon = SpacesAddon(
            self,
            "Spaces",
            environment=environment.name,
            cluster=cluster,
            settings=settings,
            web_entry=web_entry,
            after=[ready, *dependencies.installed, *ends],
        )
        access = SpacesAccess(self, "Access", cluster=cluster, teams=settings.teams)
        # One thing to wait for: every entry by every team would fill the template.
        teams = cdk.CfnWaitConditionHandle(self, "Teams")
        for team in settings.teams:
            space = TeamSpace(
                self,
                f"Team-{team.name}",
                cluster=cluster,
                settings=settings,
                team=team,
                image_lock=image_lock,
                keep=environment.keep_data,
                after=[addon],
            )
            teams.node.add_dependency(ending.namespace(team.namespace_name, after=[space]))
        # People come in last and go first: nobody makes a Space while they are being ended.
        access.node.add_dependency(teams)
        leaving = ending.leaving_teams([team.namespace_name for team in settings.teams], after=[access])
        if settings.direct_ssh:
            if nodes is None:
                raise ValueError("direct SSH needs the security group of the nodes")
            leaving.node.add_dependency(SshEntry(self, "Ssh", settings=settings.direct_ssh, nodes=nodes))
        if settings.web_ui:
            cdk.CfnOutput(self, "Domain", value=settings.web_ui.domain, description="Spaces have their pages below it")
