"""The security groups of a HyperPod cluster."""

from collections.abc import Sequence
from ipaddress import IPv4Network

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from groundwork.acknowledge import acknowledge

# https://docs.aws.amazon.com/fsx/latest/LustreGuide/limit-access-security-groups.html (read 2026-11-23)
LUSTRE_PORTS: tuple[tuple[int, int], ...] = ((988, 988), (1018, 1023))
_CONTROL_PLANE_TO_NODES = ((443, 443), (1025, 65535))
_ALL = ((-1, -1),)


class NodeSecurityGroups(Construct):
    """Three groups: of the nodes and their pods, of the control plane's interfaces, and of the file system.

    Nodes with EFA carry the group of the EFA fabric beside this one. That group has rules to itself alone: a rule that
    lets it out to any address can fail HyperPod's EFA check, although AWS's own templates have one
    (https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html).
    """

    nodes: ec2.SecurityGroup
    control_plane: ec2.SecurityGroup

    def __init__(
        self, scope: Construct, construct_id: str, *, cluster: str, vpc: ec2.IVpc, clients: Sequence[IPv4Network] = ()
    ) -> None:
        """
        Args:
            cluster: name of the EKS cluster.
            clients: ranges that may call the Kubernetes API.
        """
        super().__init__(scope, construct_id)
        self._vpc = vpc
        self._functions: ec2.SecurityGroup | None = None
        self.nodes = self._group("Nodes", "Nodes of the cluster and their pods")
        self.control_plane = self._group("ControlPlane", "Interfaces of the Kubernetes control plane")
        # The load balancer controller opens ways in on the group of a node that is marked so; nodes with EFA have two.
        cdk.Tags.of(self.nodes).add(f"kubernetes.io/cluster/{cluster}", "owned")
        self._allow("BetweenNodes", self.nodes, self.nodes, _ALL)
        self._allow("NodesToApi", self.nodes, self.control_plane, ((443, 443),))
        for client in clients:
            self.control_plane.add_ingress_rule(ec2.Peer.ipv4(str(client)), ec2.Port.tcp(443), "People and pipelines")
        # Kubelets, and webhooks on whichever port a pod listens.
        self._allow("ApiToNodes", self.control_plane, self.nodes, _CONTROL_PLANE_TO_NODES)
        self.nodes.add_egress_rule(
            ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS, registries and S3, where a route leads there"
        )

    def add_functions(self) -> ec2.SecurityGroup:
        """The group of functions that call the Kubernetes API: one, however often it is asked for."""
        if self._functions:
            return self._functions
        functions = self._functions = self._group("Functions", "Functions that call the Kubernetes API")
        self._allow("FunctionsToApi", functions, self.control_plane, ((443, 443),))
        functions.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS, where a route leads there")
        return functions

    def add_lustre(self, *, efa: ec2.ISecurityGroup | None) -> Sequence[ec2.ISecurityGroup]:
        """The groups of a file system that the nodes reach, by EFA as well where that is given."""
        lustre = self._group("Lustre", "Shared file system of the nodes")
        self._allow("NodesToLustre", self.nodes, lustre, LUSTRE_PORTS)
        self._allow("LustreToNodes", lustre, self.nodes, LUSTRE_PORTS)
        self._allow("WithinLustre", lustre, lustre, LUSTRE_PORTS)
        return [lustre, efa] if efa else [lustre]

    def _group(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self, construct_id, vpc=self._vpc, description=description, allow_all_outbound=False)

    def _allow(
        self,
        name: str,
        source: ec2.SecurityGroup,
        target: ec2.SecurityGroup,
        ports: Sequence[tuple[int, int]],
    ) -> None:
        """Both halves of a rule, as resources of their own: groups that name each other are otherwise a circle."""
        for index, (first, last) in enumerate(ports):
            protocol = "-1" if first < 0 else "tcp"
            limits = {} if first < 0 else {"from_port": first, "to_port": last}
            suffix = str(index + 1) if index else ""
            ec2.CfnSecurityGroupEgress(
                self,
                f"{name}Out{suffix}",
                group_id=source.security_group_id,
                destination_security_group_id=target.security_group_id,
                ip_protocol=protocol,
                **limits,
            )
            into = ec2.CfnSecurityGroupIngress(
                self,
                f"{name}In{suffix}",
                group_id=target.security_group_id,
                source_security_group_id=source.security_group_id,
                ip_protocol=protocol,
                **limits,
            )
            if first < 0:
                acknowledge(
                    into,
                    "NIST.800.53.R5::NIST.800.53.R5-EC2RestrictedCommonPorts",
                    "HIPAA.Security::HIPAA.Security-EC2RestrictedCommonPorts",
                    "PCI.DSS.321::PCI.DSS.321-EC2RestrictedCommonPorts",
                    reason="Both ends are security groups of this cluster: no address outside of it is admitted.",
                )
