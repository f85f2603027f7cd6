"""Lists what exists in an account of the engine, without what the bootstrap and the engine bring."""

from collections.abc import Mapping
from typing import Any

from operations.local.clients import client
from operations.local.engine.launcher import INVENTORY_PATH
from operations.local.running_engine import RunningEngine


def leftovers(engine: RunningEngine, *, account: str, region: str) -> dict[str, list[str]]:
    """Names by service; a service without any is left out."""

    def aws(service: str) -> Any:
        return client(engine, service, account=account, region=region)

    def edge(service: str) -> Any:
        return client(engine, service, account=account, region="us-east-1")

    def listed(answer: dict[str, Any]) -> list[dict[str, Any]]:
        return answer.get("Items", [])

    keys = (aws("kms").describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in aws("kms").list_keys()["Keys"])
    vpcs = [vpc["VpcId"] for vpc in aws("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    found = {
        "s3": [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]],
        "kms": [
            key["KeyId"] for key in keys if key["KeyState"] != "PendingDeletion" and key["KeyManager"] == "CUSTOMER"
        ],
        "roles": [role["RoleName"] for role in aws("iam").list_roles()["Roles"]],
        "policies": [policy["PolicyName"] for policy in aws("iam").list_policies(Scope="Local")["Policies"]],
        "vpcs": vpcs,
        "subnets": [s["SubnetId"] for s in aws("ec2").describe_subnets()["Subnets"] if not s["DefaultForAz"]],
        "endpoints": [item["VpcEndpointId"] for item in aws("ec2").describe_vpc_endpoints()["VpcEndpoints"]],
        "groups": [
            group["GroupId"]
            for group in aws("ec2").describe_security_groups()["SecurityGroups"]
            if group["GroupName"] != "default"
        ],
        "topics": [topic["TopicArn"] for topic in aws("sns").list_topics()["Topics"]],
        "log groups": [group["logGroupName"] for group in aws("logs").describe_log_groups()["logGroups"]],
        "functions": [function["FunctionName"] for function in aws("lambda").list_functions()["Functions"]],
        "secrets": [secret["Name"] for secret in aws("secretsmanager").list_secrets()["SecretList"]],
        "vaults": [vault["BackupVaultName"] for vault in aws("backup").list_backup_vaults()["BackupVaultList"]],
        "plans": [plan["BackupPlanId"] for plan in aws("backup").list_backup_plans()["BackupPlansList"]],
        "balancers": [item["LoadBalancerArn"] for item in aws("elbv2").describe_load_balancers()["LoadBalancers"]],
        "targets": [item["TargetGroupArn"] for item in aws("elbv2").describe_target_groups()["TargetGroups"]],
        "clusters": aws("ecs").list_clusters()["clusterArns"],
        "databases": [
            *(item["DBClusterIdentifier"] for item in aws("rds").describe_db_clusters()["DBClusters"]),
            *(item["DBInstanceIdentifier"] for item in aws("rds").describe_db_instances()["DBInstances"]),
        ],
        "caches": [
            item["ReplicationGroupId"] for item in aws("elasticache").describe_replication_groups()["ReplicationGroups"]
        ],
        "zones": [item["Id"] for item in aws("route53").list_hosted_zones()["HostedZones"]],
        "firewalls": [item["Name"] for item in aws("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]],
        "edge firewalls": [item["Name"] for item in edge("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]],
        "distributions": [item["Id"] for item in listed(edge("cloudfront").list_distributions()["DistributionList"])],
        "origins": [item["Id"] for item in listed(edge("cloudfront").list_vpc_origins()["VpcOriginList"])],
        "certificates": [item["CertificateArn"] for item in aws("acm").list_certificates()["CertificateSummaryList"]],
        "repositories": [item["repositoryName"] for item in aws("ecr").describe_repositories()["repositories"]],
        "alarms": [item["AlarmName"] for item in aws("cloudwatch").describe_alarms()["MetricAlarms"]],
        "machines": [item["name"] for item in aws("stepfunctions").list_state_machines()["stateMachines"]],
        "walked through": [
            item["PhysicalResourceId"]
            for item in engine.get(INVENTORY_PATH)["walked_through"]
            if (item["Account"], item["Region"]) == (account, region)
        ],
    }
    kept = {service: [name for name in names if not _expected(name)] for service, names in found.items()}
    return {service: names for service, names in kept.items() if names}


def added(before: Mapping[str, list[str]], now: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What `now` lists and `before` did not."""
    new = {service: sorted(set(names) - set(before.get(service, ()))) for service, names in now.items()}
    return {service: names for service, names in new.items() if names}


def _expected(name: str) -> bool:
    # Lambda writes a function's log group itself when the function first runs, here as in AWS; no stack owns it.
    known = ("cdk-hnb659fds-", "cdk-groundwork-", "/aws/lambda/")
    return name.startswith(known) or name in ("Default", "AWSServiceRoleForBackup")
