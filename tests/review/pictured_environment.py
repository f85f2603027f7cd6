"""A small shop: a distribution before a private load balancer, a service with a database, two models, what all use."""

from pathlib import Path
from typing import Any

from tests.review.assembly_on_disk import ACCOUNT, Body, StackOnDisk, resource, write

STAGE = "Shop"
RANGE = "10.0.0.0/16"


def pictured(folder: Path) -> Path:
    """The assembly of one environment with seven stacks."""
    stacks = {
        "Foundation": StackOnDisk(resources=_FOUNDATION, outputs=_exports("Foundation", Key="Arn")),
        "Network": StackOnDisk(resources=_network(), outputs=_exports("Network", Private1=None, Vpc=None)),
        "Data": StackOnDisk(resources=_data(), outputs=_exports("Data", DatabaseGroup="GroupId", Database="Endpoint")),
        "Web": StackOnDisk(resources=_web(), outputs=_exports("Web", Balancer=None)),
        "Edge": StackOnDisk(resources=_edge()),
        "Model-large": StackOnDisk(resources=_model("large")),
        "Model-small": StackOnDisk(resources=_model("small")),
    }
    return write(folder, stacks, report=[], stage=STAGE)


def _exports(stack: str, **attributes: str | None) -> dict[str, Body]:
    return {
        id_: {"Value": {"Fn::GetAtt": [id_, name]} if name else {"Ref": id_}, "Export": {"Name": f"{stack}{id_}"}}
        for id_, name in attributes.items()
    }


def _import(name: str) -> Body:
    return {"Fn::ImportValue": name}


def _group(**more: Any) -> Body:
    return resource("AWS::EC2::SecurityGroup", VpcId=_import("NetworkVpc"), **more)


def _rule(direction: str, group: object, peer: object, port: int) -> Body:
    key = "SourceSecurityGroupId" if direction == "Ingress" else "DestinationSecurityGroupId"
    ports = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    return resource(f"AWS::EC2::SecurityGroup{direction}", GroupId=group, **{key: peer}, **ports)


_FOUNDATION = {
    "Key": resource("AWS::KMS::Key"),
    "Alarms": resource("AWS::SNS::Topic", KmsMasterKeyId={"Fn::GetAtt": ["Key", "Arn"]}),
}
_KEY = _import("FoundationKey")


def _network() -> dict[str, Body]:
    found = {
        "Vpc": resource("AWS::EC2::VPC", CidrBlock=RANGE),
        "Gateway": resource("AWS::EC2::InternetGateway"),
        "Nat": resource("AWS::EC2::NatGateway", SubnetId={"Ref": "Public1"}),
        "FlowLog": resource("AWS::EC2::FlowLog", ResourceId={"Ref": "Vpc"}, LogDestination=_KEY),
        "S3": resource(
            "AWS::EC2::VPCEndpoint",
            ServiceName="com.amazonaws.eu-central-1.s3",
            PolicyDocument={},
            RouteTableIds=[{"Ref": "Private1Table"}, {"Ref": "Data1Table"}],
        ),
    }
    ways = {"Public": {"GatewayId": {"Ref": "Gateway"}}, "Private": {"NatGatewayId": {"Ref": "Nat"}}, "Data": None}
    for number, (tier, way) in enumerate(ways.items()):
        for zone in ("1", "2"):
            name, table = f"{tier}{zone}", {"Ref": f"{tier}{zone}Table"}
            cidr = f"10.0.{number * 10 + int(zone)}.0/24"
            found[name] = resource(
                "AWS::EC2::Subnet", CidrBlock=cidr, AvailabilityZone=f"eu-central-1{'ab'[int(zone) - 1]}"
            )
            found[f"{name}Table"] = resource("AWS::EC2::RouteTable")
            association = {"SubnetId": {"Ref": name}, "RouteTableId": table}
            found[f"{name}Use"] = resource("AWS::EC2::SubnetRouteTableAssociation", **association)
            if way:
                found[f"{name}Out"] = resource(
                    "AWS::EC2::Route", RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **way
                )
    return found


def _data() -> dict[str, Body]:
    database = {
        "KmsKeyId": _KEY,
        "StorageEncrypted": True,
        "BackupRetentionPeriod": 14,
        "VPCSecurityGroups": [{"Fn::GetAtt": ["DatabaseGroup", "GroupId"]}],
    }
    return {"DatabaseGroup": _group(), "Database": resource("AWS::RDS::DBInstance", **database)}


def _web() -> dict[str, Body]:
    service, balancer = ({"Fn::GetAtt": [name, "GroupId"]} for name in ("ServiceGroup", "BalancerGroup"))
    edge = [{"CidrIp": RANGE, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}]
    network = {"AwsvpcConfiguration": {"SecurityGroups": [service], "Subnets": [_import("NetworkPrivate1")]}}
    environment = [{"Name": "DATABASE", "Value": _import("DataDatabase")}]
    invoke = {
        "Effect": "Allow",
        "Action": "sagemaker:InvokeEndpoint",
        "Resource": f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:endpoint/shop-large",
    }
    return {
        "BalancerGroup": _group(SecurityGroupIngress=edge),
        "ServiceGroup": _group(),
        "DoorIn": _rule("Ingress", service, balancer, 8080),
        "DoorOut": _rule("Egress", balancer, service, 8080),
        "StoreIn": _rule("Ingress", _import("DataDatabaseGroup"), service, 5432),
        "StoreOut": _rule("Egress", service, _import("DataDatabaseGroup"), 5432),
        # Nothing lets the database call the service: the database may not.
        "Knock": _rule("Egress", _import("DataDatabaseGroup"), service, 9999),
        "Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internal", SecurityGroups=[balancer]),
        "Role": resource("AWS::IAM::Role", Policies=[{"PolicyDocument": {"Statement": [invoke]}}]),
        "Task": resource(
            "AWS::ECS::TaskDefinition",
            TaskRoleArn={"Fn::GetAtt": ["Role", "Arn"]},
            ContainerDefinitions=[{"Environment": environment}],
        ),
        "Service": resource("AWS::ECS::Service", TaskDefinition={"Ref": "Task"}, NetworkConfiguration=network),
        "Log": resource("AWS::Logs::LogGroup", KmsKeyId=_KEY, RetentionInDays=30),
    }


def _edge() -> dict[str, Body]:
    config = {
        "WebACLId": {"Fn::GetAtt": ["Firewall", "Arn"]},
        "Origins": [{"VpcOriginConfig": {"VpcOriginId": {"Fn::GetAtt": ["Origin", "Id"]}}}],
        "DefaultCacheBehavior": {"ViewerProtocolPolicy": "https-only"},
    }
    return {
        "Firewall": resource("AWS::WAFv2::WebACL"),
        "Origin": resource("AWS::CloudFront::VpcOrigin", VpcOriginEndpointConfig={"Arn": _import("WebBalancer")}),
        "Distribution": resource("AWS::CloudFront::Distribution", DistributionConfig=config, Key=_KEY),
    }


def _model(name: str) -> dict[str, Body]:
    return {
        "Model": resource("AWS::SageMaker::Model", VpcConfig={"Subnets": [_import("NetworkPrivate1")]}),
        "Endpoint": resource("AWS::SageMaker::Endpoint", EndpointName=f"shop-{name}", KmsKeyId=_KEY),
        "Log": resource("AWS::Logs::LogGroup", KmsKeyId=_KEY, RetentionInDays=90),
    }
