"""An environment with faults, and what was deployed before it."""

from pathlib import Path
from typing import Any

from tests.review.assembly_on_disk import STAGE, Body, StackOnDisk, plugin, resource, violation, write

EXPIRED = "A migration is running. (owner: data@example.com; until: 2026-06-30)"
STANDING = "Only the operators' network reaches it. (owner: security@example.com; until: 2027-06-30)"
REASON = "The bucket holds nothing but public price lists."
_EVERYBODY = {"AWS": "*"}
_LAMBDA = {"Service": "lambda.amazonaws.com"}


def statement(action: Any, on: Any = "*", **more: Any) -> Body:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}


def policy(*statements: Body) -> Body:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(
    principal: Any, *statements: Body, boundary: str = "arn:aws:iam::111122223333:policy/ceiling", **more: Any
) -> Body:
    """A role with one inline policy."""
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal})
    inline = [{"PolicyName": "Own", "PolicyDocument": policy(*statements)}] if statements else []
    properties = {"AssumeRolePolicyDocument": trust, "Policies": inline, **more}
    return resource("AWS::IAM::Role", **properties, **({"PermissionsBoundary": boundary} if boundary else {}))


def database(**more: Any) -> Body:
    """A database that nothing is wrong with."""
    sound = {"StorageEncrypted": True, "KmsKeyId": "key", "BackupRetentionPeriod": 7, "PubliclyAccessible": False}
    return resource("AWS::RDS::DBInstance", **sound | more)


def base(folder: Path) -> Path:
    """What was deployed: every store that the other one harms, unharmed."""
    data = {
        "Ledger": resource("AWS::DynamoDB::Table", TableName="ledger"),
        "Archive": resource("AWS::S3::Bucket", body={"DeletionPolicy": "Retain"}, BucketName="archive-one"),
        "OldName": resource("AWS::SecretsManager::Secret", Name="shared"),
        "Journal": resource("AWS::Logs::LogGroup", body={"DeletionPolicy": "Retain"}, KmsKeyId="key"),
        "Subnets": resource("AWS::RDS::DBSubnetGroup", DBSubnetGroupName="one", SubnetIds=["a"]),
        "Orders": database(DBSubnetGroupName={"Ref": "Subnets"}),
        "Same": resource("AWS::SNS::Topic", KmsMasterKeyId="key"),
    }
    access = {"Deploys": role(_LAMBDA, statement("s3:GetObject", "arn:aws:s3:::one/two"))}
    stacks = {"Data": StackOnDisk(resources=data, protected=True), "Access": StackOnDisk(resources=access)}
    return write(folder, stacks, report=[])


def bad(folder: Path) -> Path:
    """The environment under review."""
    stacks = {
        "Data": StackOnDisk(resources=_data(), acknowledged=_ACKNOWLEDGED),
        "Access": StackOnDisk(resources=_access()),
        "Web": StackOnDisk(resources=_web()),
    }
    expired = {"acknowledgedAt": f"{STAGE}/Data/Orders", "acknowledgedId": "AwsSolutions::AwsSolutions-RDS3"}
    standing = {"acknowledgedAt": f"{STAGE}/Data/Orders", "acknowledgedId": "AwsSolutions::AwsSolutions-RDS11"}
    return write(
        folder,
        stacks,
        report=[
            plugin(
                "AwsSolutions",
                violation("AwsSolutions-SMG4", "Data/NewName/Resource"),
                suppressed=(
                    violation("AwsSolutions-RDS3", "Data/Orders/Resource", reason=EXPIRED, **expired),
                    violation("AwsSolutions-RDS11", "Data/Orders/Resource", reason=STANDING, **standing),
                ),
            ),
            plugin("Serverless", violation("Serverless-LambdaTracing", "Web/Function/Resource", severity="warning")),
            plugin("HIPAA.Security", metadata={"error": "Cannot read properties of undefined"}),
        ],
    )


_ACKNOWLEDGED = {
    "Orders": {"AwsSolutions::AwsSolutions-RDS3": EXPIRED, "AwsSolutions::AwsSolutions-RDS11": STANDING},
    "Same": {"AwsSolutions::AwsSolutions-SNS3": "The topic is read by one queue that checks its sender."},
    "Archive": {"AwsSolutions::AwsSolutions-S1": "Nobody reads these files. (until: next spring)"},
    "Prices": {"Review::PublicStore": REASON},
    "Subnets": {"AwsSolutions::AwsSolutions-RDS6": "not needed"},
}


def _data() -> dict[str, Body]:
    return {
        "Archive": resource("AWS::S3::Bucket", body={"DeletionPolicy": "Retain"}, BucketName="archive-two"),
        "NewName": resource("AWS::SecretsManager::Secret", Name="shared"),
        "Journal": resource("AWS::Logs::LogGroup", KmsKeyId="key"),
        "Subnets": resource("AWS::RDS::DBSubnetGroup", DBSubnetGroupName="two", SubnetIds=["a"]),
        "Orders": database(DBSubnetGroupName={"Ref": "Subnets"}),
        "Same": resource("AWS::SNS::Topic", KmsMasterKeyId="key"),
        "Open": database(PubliclyAccessible=True),
        "Plain": resource("AWS::RDS::DBInstance", BackupRetentionPeriod=7),
        "Lost": database(BackupRetentionPeriod=0),
        "Prices": resource("AWS::S3::Bucket", PublicAccessBlockConfiguration={"BlockPublicPolicy": False}),
        "Leaks": resource("AWS::S3::Bucket", PublicAccessBlockConfiguration={"BlockPublicPolicy": False}),
        "LeaksPolicy": resource(
            "AWS::S3::BucketPolicy",
            Bucket={"Ref": "Leaks"},
            PolicyDocument=policy(statement("s3:GetObject", Principal=_EVERYBODY)),
        ),
    }


def _access() -> dict[str, Body]:
    create = ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]
    return {
        "Deploys": role(_LAMBDA, statement(create)),
        "Writes": role(_LAMBDA, statement("iam:PutRolePolicy")),
        "Everything": role(_LAMBDA, statement("*")),
        "Anybody": role(_EVERYBODY),
        "Neighbour": role({"AWS": "arn:aws:iam::444455556666:root"}),
        "Administers": role(_LAMBDA, ManagedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]),
        "Boundless": role(_LAMBDA, boundary=""),
        "Reads": role(_LAMBDA, statement("s3:GetObject", "arn:aws:s3:::records/*")),
    }


def _web() -> dict[str, Body]:
    return {
        "Function": resource(
            "AWS::Lambda::Function",
            Role="arn:aws:iam::111122223333:role/one",
            Environment={"Variables": {"DB_PASSWORD": "correct-horse-battery"}},
        ),
        "Url": resource("AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn={"Ref": "Function"}),
        "Group": resource(
            "AWS::EC2::SecurityGroup",
            SecurityGroupIngress=[{"CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}],
        ),
        "Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internet-facing"),
        "Listener": resource(
            "AWS::ElasticLoadBalancingV2::Listener", Protocol="HTTP", DefaultActions=[{"Type": "forward"}]
        ),
        "Topic": resource("AWS::SNS::Topic", TopicName="plain"),
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Endpoint": resource("AWS::EC2::VPCEndpoint", ServiceName="com.amazonaws.eu-central-1.logs"),
        "Subnet": resource("AWS::EC2::Subnet", MapPublicIpOnLaunch=True, VpcId={"Ref": "Vpc"}),
        "Cache": resource("AWS::ElastiCache::ReplicationGroup", AtRestEncryptionEnabled=True),
        "Kubernetes": resource("AWS::EKS::Cluster", ResourcesVpcConfig={"SubnetIds": [{"Ref": "Subnet"}]}),
        "Import": resource("AWS::SNS::Topic", KmsMasterKeyId={"Fn::ImportValue": "nobody-exports-this"}),
    }
