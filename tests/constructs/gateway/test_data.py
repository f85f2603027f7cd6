"""The gateway's database, cache and keys."""

import json
from dataclasses import replace

import pytest

from groundwork.gateway.data_settings import CacheSettings, DatabaseSettings
from tests.constructs.gateway.platform_app import PRIVATE_RDS, PUBLIC_AURORA

STORES = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup")


def database(platform) -> dict:
    clusters = platform.properties("GatewayData", "AWS::RDS::DBCluster")
    return clusters[0] if clusters else platform.one("GatewayData", "AWS::RDS::DBInstance")


@pytest.mark.parametrize("which", ["public", "private"])
def test_the_database_has_no_password_and_takes_tls_only(which: str, request) -> None:
    platform = request.getfixturevalue(which)
    properties = database(platform)
    assert properties["MasterUserAuthenticationType"] == "iam-db-auth"
    assert properties["EnableIAMDatabaseAuthentication"] is True
    assert not {"MasterUserPassword", "ManageMasterUserPassword"} & set(properties)
    kinds = ("AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup")
    (group,) = [g for kind in kinds for g in platform.properties("GatewayData", kind)]
    assert group["Parameters"] == {"rds.force_ssl": "1"}


@pytest.mark.parametrize("which", ["public", "private"])
def test_the_stores_are_encrypted_with_the_key_that_was_given(which: str, request) -> None:
    platform = request.getfixturevalue(which)
    key = next(
        logical_id
        for logical_id, resource in platform.templates["Foundation"]["Resources"].items()
        if resource["Type"] == "AWS::KMS::Key" and "gateway" in resource["Properties"]["Description"]
    )
    assert database(platform)["StorageEncrypted"] is True
    cache = platform.one("GatewayData", "AWS::ElastiCache::ReplicationGroup")
    secrets = platform.properties("GatewayData", "AWS::SecretsManager::Secret")
    for store in (database(platform), cache, *secrets):
        assert key in json.dumps(store["KmsKeyId"])


def test_data_that_is_kept_is_protected_and_ends_in_a_snapshot(public) -> None:
    (cluster,) = public.resources("GatewayData", "AWS::RDS::DBCluster")
    assert cluster["Properties"]["DeletionProtection"] is True
    assert (cluster["DeletionPolicy"], cluster["UpdateReplacePolicy"]) == ("Snapshot", "Snapshot")
    assert {"Key": "backup", "Value": "public"} in cluster["Properties"]["Tags"]


def test_data_that_is_not_kept_goes_with_its_stack(private) -> None:
    (instance,) = private.resources("GatewayData", "AWS::RDS::DBInstance")
    assert instance["Properties"]["DeletionProtection"] is False
    assert instance["DeletionPolicy"] == "Delete"


def test_the_salt_key_outlives_every_stack(public, private) -> None:
    for platform in (public, private):
        salt, *others = (
            secret["DeletionPolicy"] for secret in platform.resources("GatewayData", "AWS::SecretsManager::Secret")
        )
        assert salt == "Retain"
        assert set(others) == {"RetainExceptOnCreate" if platform is public else "Delete"}


def test_the_master_key_begins_as_litellm_asks_and_stands_in_no_template(public) -> None:
    _, seed, master = public.properties("GatewayData", "AWS::SecretsManager::Secret")
    assert seed["GenerateSecretString"]["PasswordLength"] == 48
    first, *_, last = master["SecretString"]["Fn::Join"][1]
    assert first == "sk-{{resolve:secretsmanager:"
    assert last.startswith(":SecretString:")


def test_valkey_is_entered_with_a_token_over_tls_and_has_no_default_user(public) -> None:
    cache = public.one("GatewayData", "AWS::ElastiCache::ReplicationGroup")
    assert (cache["Engine"], cache["TransitEncryptionEnabled"], cache["TransitEncryptionMode"]) == (
        "valkey",
        True,
        "required",
    )
    assert cache["AtRestEncryptionEnabled"] is True
    assert "AuthToken" not in cache
    (user,) = public.properties("GatewayData", "AWS::ElastiCache::User")
    assert user["AuthenticationMode"] == {"Type": "iam"}
    assert user["UserId"] == user["UserName"] == "groundwork-public-gateway"
    assert "+@all -@dangerous" in user["AccessString"]
    assert len(public.one("GatewayData", "AWS::ElastiCache::UserGroup")["UserIds"]) == 1


def test_only_the_clients_group_reaches_the_stores(public) -> None:
    resources = public.templates["GatewayData"]["Resources"]
    clients = next(k for k, r in resources.items() if "Clients of the data stores" in json.dumps(r))
    rules = public.properties("GatewayData", "AWS::EC2::SecurityGroupIngress")
    sources = {(rule["SourceSecurityGroupId"]["Fn::GetAtt"][0], rule["FromPort"]) for rule in rules}
    assert sources == {(clients, 5433), (clients, 6380)}
    inline = [
        r
        for g in public.properties("GatewayData", "AWS::EC2::SecurityGroup")
        for r in g.get("SecurityGroupIngress", [])
    ]
    assert inline == []


def test_several_zones_are_a_setting(synthesize, public) -> None:
    one_zone = replace(PUBLIC_AURORA, database=DatabaseSettings(multi_az=False), cache=CacheSettings(multi_az=False))
    small = synthesize(one_zone)
    for platform, nodes in ((public, 2), (small, 1)):
        assert len(platform.properties("GatewayData", "AWS::RDS::DBInstance")) == nodes
        cache = platform.one("GatewayData", "AWS::ElastiCache::ReplicationGroup")
        assert (cache["NumCacheClusters"], cache["MultiAZEnabled"]) == (nodes, nodes == 2)


def test_the_standby_of_rds_is_the_same_setting(private, synthesize) -> None:
    assert database(private)["MultiAZ"] is True
    single = replace(PRIVATE_RDS, database=PRIVATE_RDS.database.model_copy(update={"multi_az": False}))
    assert database(synthesize(single))["MultiAZ"] is False


def test_a_person_is_called_before_connections_or_memory_run_out(public) -> None:
    alarms = {a["MetricName"]: a for a in public.properties("GatewayData", "AWS::CloudWatch::Alarm")}
    assert alarms["DatabaseConnections"]["Threshold"] == 4 * 189 * 80 // 100
    assert alarms["DatabaseConnections"]["Dimensions"][0]["Value"] == "groundwork-public-gateway"
    assert alarms["DatabaseMemoryUsagePercentage"]["Threshold"] == 85
    assert all(len(alarm["AlarmActions"]) == 1 for alarm in alarms.values())
