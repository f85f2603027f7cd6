"""The gateway's database, cache and keys."""

import json

import pytest

EVERY = ["public", "private", "trial", "edge", "unprotected"]


@pytest.fixture
def platform(request: pytest.FixtureRequest):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("platform", EVERY, indirect=True)
def test_the_database_has_no_password_and_takes_tls_only(platform) -> None:
    properties = platform.database()["Properties"]
    assert properties["MasterUserAuthenticationType"] == "iam-db-auth"
    assert properties["EnableIAMDatabaseAuthentication"] is True
    assert not {"MasterUserPassword", "ManageMasterUserPassword"} & set(properties)
    kinds = ("AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup")
    (group,) = [g for kind in kinds for g in platform.properties("GatewayData", kind)]
    assert group["Parameters"] == {"rds.force_ssl": "1"}


@pytest.mark.parametrize("platform", EVERY, indirect=True)
def test_the_stores_are_encrypted_with_the_gateways_key(platform) -> None:
    (key,) = (
        logical_id
        for logical_id, resource in platform.stacks["Foundation"].resources("AWS::KMS::Key").items()
        if "gateway" in resource["Properties"]["Description"]
    )
    database = platform.database()["Properties"]
    assert database["StorageEncrypted"] is True
    cache = platform.one("GatewayData", "AWS::ElastiCache::ReplicationGroup")
    secrets = platform.properties("GatewayData", "AWS::SecretsManager::Secret")
    for store in (database, cache, *secrets):
        assert key in json.dumps(store["KmsKeyId"])


@pytest.mark.parametrize("platform", ["public", "private", "edge"], indirect=True)
def test_data_that_is_kept_is_protected_and_ends_in_a_snapshot(platform) -> None:
    database, environment = platform.database(), platform.stacks["GatewayData"].tags["environment"]
    assert database["Properties"]["DeletionProtection"] is True
    assert (database["DeletionPolicy"], database["UpdateReplacePolicy"]) == ("Snapshot", "Snapshot")
    assert {"Key": "backup", "Value": environment} in database["Properties"]["Tags"]


@pytest.mark.parametrize("platform", ["trial", "unprotected"], indirect=True)
def test_data_that_is_not_kept_goes_with_its_stack(platform) -> None:
    database = platform.database()
    assert database["Properties"]["DeletionProtection"] is False
    assert database["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize(
    ("platform", "policy"),
    [
        ("public", "RetainExceptOnCreate"),
        ("edge", "RetainExceptOnCreate"),
        ("trial", "Delete"),
        ("unprotected", "Delete"),
    ],
    indirect=["platform"],
)
def test_the_salt_key_outlives_every_stack(platform, policy: str) -> None:
    secrets = platform.stacks["GatewayData"].resources("AWS::SecretsManager::Secret")
    (salt,) = (name for name in secrets if name.startswith("KeysSaltKey"))
    assert secrets.pop(salt)["DeletionPolicy"] == "Retain"
    assert {secret["DeletionPolicy"] for secret in secrets.values()} == {policy}


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
    assert user["UserId"] == user["UserName"] == "groundwork-gateway-public-gateway"
    assert "+@all -@dangerous" in user["AccessString"]
    assert len(public.one("GatewayData", "AWS::ElastiCache::UserGroup")["UserIds"]) == 1


def test_only_the_clients_group_reaches_the_stores(public) -> None:
    resources = public.stacks["GatewayData"].template["Resources"]
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


@pytest.mark.parametrize(("platform", "copies"), [("private", 2), ("edge", 2), ("trial", 1)], indirect=["platform"])
def test_several_zones_are_a_setting(platform, copies: int) -> None:
    assert len(platform.properties("GatewayData", "AWS::RDS::DBInstance")) == copies
    cache = platform.one("GatewayData", "AWS::ElastiCache::ReplicationGroup")
    assert (cache["NumCacheClusters"], cache["MultiAZEnabled"]) == (copies, copies == 2)


def test_the_standby_of_rds_is_the_same_setting(public, unprotected) -> None:
    assert public.database()["Properties"]["MultiAZ"] is True
    assert unprotected.database()["Properties"]["MultiAZ"] is False


def test_a_person_is_called_before_connections_or_memory_run_out(private) -> None:
    alarms = {a["MetricName"]: a for a in private.properties("GatewayData", "AWS::CloudWatch::Alarm")}
    assert alarms["DatabaseConnections"]["Threshold"] == 4 * 189 * 80 // 100
    assert alarms["DatabaseConnections"]["Dimensions"][0]["Value"] == "groundwork-canada-gateway"
    assert alarms["DatabaseMemoryUsagePercentage"]["Threshold"] == 85
    assert all(len(alarm["AlarmActions"]) == 1 for alarm in alarms.values())
