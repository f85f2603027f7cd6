"""What the stack of workforce and teams promises."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labeling_workforce import handler
from rules.report import open_findings
from stacks.labeling import CLOSED, OPEN_PORTAL
from tests.handlers.labeling_workforce import aws as fake
from tests.handlers.labeling_workforce import events
from tests.handlers.labeling_workforce.aws import ACCOUNT, REGION, STACK, Aws, with_oidc, workforce
from tests.labeling.labeling_app import SECRET, Synthesized
from tests.labeling.order import before

WORKFORCE, TEAM, GUARD = "SageMaker::Workforce", "SageMaker::Workteam", "Custom::LabelingWorkforceGuard"
POOL, CLIENT, DOMAIN = "Cognito::UserPool", "Cognito::UserPoolClient", "Cognito::UserPoolDomain"
GROUP, USER, SEAT = "Cognito::UserPoolGroup", "Cognito::UserPoolUser", "Cognito::UserPoolUserToGroupAttachment"
POOL_ARN = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{fake.POOL}"
SIGN_IN = "Custom::LabelingPortalSignIn"
CALLS = set("ListWorkforces ListWorkteams DescribeStacks DescribeUserPoolClient UpdateUserPoolClient".split())
MADE = (WORKFORCE, TEAM, POOL, CLIENT, DOMAIN, GROUP, USER, SEAT, SIGN_IN)


def teams(stack: Synthesized) -> dict[str, dict[str, Any]]:
    return {team["WorkteamName"]: team for team in stack.resources(TEAM).values()}


def people(stack: Synthesized) -> dict[str, list[str]]:
    seats = list(stack.resources(SEAT).values())
    return {g: sorted(s["Username"] for s in seats if s["GroupName"] == g) for g in {s["GroupName"] for s in seats}}


def test_no_finding_of_any_check_is_open(checked: Path) -> None:
    assert open_findings(checked) == []


def test_nobody_registers_alone_and_everybody_has_a_second_factor(kept: Synthesized) -> None:
    _, pool = kept.only(POOL)
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert (pool["UserPoolTier"], pool["UserPoolAddOns"]) == ("PLUS", {"AdvancedSecurityMode": "ENFORCED"})
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 14
    assert all(policy[f"Require{each}"] for each in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_accounts_are_protected_where_data_is_kept(kept: Synthesized, by_stage: dict[str, Synthesized]) -> None:
    for stack, protection, policy in (
        (kept, "ACTIVE", "RetainExceptOnCreate"),
        (by_stage["Open"], "INACTIVE", "Delete"),
    ):
        name, pool = stack.only(POOL)
        resource = stack.template["Resources"][name]
        assert (pool["DeletionProtection"], resource["DeletionPolicy"]) == (protection, policy)


def test_the_app_client_has_a_secret_and_no_address_that_cloudformation_could_reset(kept: Synthesized) -> None:
    name, client = kept.only(CLIENT)
    # Constants: a change of a setting or a tag never updates the client.
    assert client == {
        "UserPoolId": {"Ref": kept.only(POOL)[0]},
        "GenerateSecret": True,
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": True,
    }
    _, sign_in = kept.only(SIGN_IN)
    assert sign_in["ClientId"] == {"Ref": name}
    assert sign_in["SubDomain"] == {"Fn::GetAtt": [kept.only(WORKFORCE)[0], "SubDomain"]}


def test_the_portal_admits_the_named_networks(kept: Synthesized, oidc: Synthesized) -> None:
    assert kept.only(WORKFORCE)[1]["SourceIpConfig"] == {"Cidrs": ["192.0.2.0/24", "198.51.100.0/25"]}
    workforce = oidc.only(WORKFORCE)[1]
    # In a VPC, and so no longer on the internet.
    assert workforce["SourceIpConfig"] == {"Cidrs": ["10.0.0.0/16"]}
    assert workforce["WorkforceVpcConfig"]["Subnets"] == ["subnet-0000000a", "subnet-0000000b"]
    group, properties = oidc.only("EC2::SecurityGroup")
    assert workforce["WorkforceVpcConfig"]["SecurityGroupIds"] == [{"Fn::GetAtt": [group, "GroupId"]}]
    (rule,) = properties["SecurityGroupIngress"]
    assert (rule["CidrIp"], rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == ("10.40.0.0/16", 443, 443, "tcp")


def test_people_are_invited_once_and_sit_in_the_groups_of_their_teams(kept: Synthesized) -> None:
    users = list(kept.resources(USER).values())
    assert sorted(u["Username"] for u in users) == [f"{each}.worker@example.com" for each in "abc"]
    assert [u for u in users if u.get("MessageAction") or u["DesiredDeliveryMediums"] != ["EMAIL"]] == []
    assert people(kept) == {
        "labeling-line-one": ["a.worker@example.com", "b.worker@example.com"],
        "labeling-line-two": ["b.worker@example.com", "c.worker@example.com"],
    }
    (member,) = teams(kept)["labeling-line-one"]["MemberDefinitions"]
    assert member["CognitoMemberDefinition"]["CognitoUserGroup"] == "labeling-line-one"


def test_only_sagemaker_publishes_to_a_team_and_only_for_teams_of_the_account(kept: Synthesized) -> None:
    topic, properties = kept.only("SNS::Topic")
    assert teams(kept)["labeling-line-one"]["NotificationConfiguration"] == {"NotificationTopicArn": {"Ref": topic}}
    assert "NotificationConfiguration" not in teams(kept)["labeling-line-two"]
    ((key, key_resource),) = ((n, r) for n, r in kept.given["Resources"].items() if r["Type"] == "AWS::KMS::Key")
    assert key in json.dumps(properties["KmsMasterKeyId"])
    _, policy = kept.only("SNS::TopicPolicy")
    (allowed,) = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert (allowed["Action"], allowed["Principal"]) == ("sns:Publish", {"Service": "sagemaker.amazonaws.com"})
    arn = {"aws:SourceArn": "arn:aws:sagemaker:us-east-1:111122223333:workteam/*"}
    source = {"aws:SourceAccount": "111122223333"}
    assert json.loads(json.dumps(allowed["Condition"]).replace("${AWS::Partition}", "aws")) == {
        "ArnLike": arn,
        "StringEquals": source,
    }
    (use,) = [s for s in key_resource["Properties"]["KeyPolicy"]["Statement"] if s.get("Sid") == "Publishers"]
    assert use["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert (use["Action"], use["Condition"]) == (["kms:Decrypt", "kms:GenerateDataKey*"], {"StringEquals": source})
    subscribed = [each["Endpoint"] for each in kept.resources("SNS::Subscription").values()]
    assert sorted(subscribed) == ["a.worker@example.com", "b.worker@example.com"]


def test_the_secret_of_an_identity_provider_is_read_at_the_deployment(oidc: Synthesized) -> None:
    config = oidc.only(WORKFORCE)[1]["OidcConfig"]
    assert config["ClientSecret"] == f"{{{{resolve:secretsmanager:{SECRET}:SecretString:::}}}}"
    (member,) = teams(oidc)["labeling-inspectors"]["MemberDefinitions"]
    assert member == {"OidcMemberDefinition": {"OidcGroups": ["quality", "night-shift"]}}
    assert not any(oidc.resources(kind) for kind in (POOL, CLIENT, GROUP, USER, SIGN_IN))


def test_nothing_of_an_existing_workforce_is_made_but_a_group_with_its_people(by_stage: dict[str, Synthesized]) -> None:
    stack = by_stage["Existing"]
    guard, properties = stack.only(GUARD)
    assert (properties["Mode"], properties["Name"]) == ("existing", "default")
    assert not any(stack.resources(kind) for kind in (WORKFORCE, POOL, CLIENT, DOMAIN, SIGN_IN))
    assert stack.only(GROUP)[1]["UserPoolId"] == {"Fn::GetAtt": [guard, "UserPool"]}
    team = teams(stack)["labeling-inspectors"]
    assert team["WorkforceName"] == "default"
    groups = [m["CognitoMemberDefinition"] for m in team["MemberDefinitions"]]
    assert [g["CognitoUserGroup"] for g in groups] == ["labeling-inspectors", "veterans"]
    assert {json.dumps(g["CognitoClientId"]) for g in groups} == {json.dumps({"Fn::GetAtt": [guard, "ClientId"]})}


def test_an_existing_identity_provider_needs_no_accounts(by_stage: dict[str, Synthesized]) -> None:
    stack = by_stage["ExistingOidc"]
    assert not any(stack.resources(kind) for kind in (WORKFORCE, POOL, GROUP, USER))
    (member,) = teams(stack)["labeling-inspectors"]["MemberDefinitions"]
    assert member == {"OidcMemberDefinition": {"OidcGroups": ["quality"]}}


def test_it_is_said_that_ground_truth_is_closed_and_that_a_portal_is_open(
    kept: Synthesized, oidc: Synthesized, by_stage: dict[str, Synthesized]
) -> None:
    assert all(CLOSED in stack.messages for stack in (kept, oidc, by_stage["Existing"], by_stage["Open"]))
    assert OPEN_PORTAL in by_stage["Open"].messages
    assert not any(OPEN_PORTAL in stack.messages for stack in (kept, oidc, by_stage["Existing"]))


def test_invitations_come_from_the_named_sender(by_stage: dict[str, Synthesized]) -> None:
    email = by_stage["Open"].only(POOL)[1]["EmailConfiguration"]
    assert (email["EmailSendingAccount"], email["From"]) == ("DEVELOPER", "labels@example.com")


ORDER = (
    *((GUARD, kind) for kind in MADE),
    *((POOL, kind) for kind in (CLIENT, DOMAIN, GROUP)),
    *((kind, WORKFORCE) for kind in (POOL, CLIENT, DOMAIN, GROUP)),
    *((WORKFORCE, kind) for kind in (SIGN_IN, USER, TEAM)),
    *((SIGN_IN, kind) for kind in (USER, TEAM)),
)
"""What is made first, and what waits for it; CloudFormation deletes in the opposite order."""


@pytest.mark.parametrize(("first", "then"), ORDER)
def test_teams_go_before_the_workforce_and_that_before_its_accounts(kept: Synthesized, first: str, then: str) -> None:
    order = before(kept.template)
    assert kept.resources(first)
    assert kept.resources(then)
    assert [name for name in kept.resources(then) if not set(kept.resources(first)) <= order[name]] == []


def test_a_team_waits_for_its_own_people_and_each_seat_for_account_and_group(kept: Synthesized) -> None:
    order, seats, users = before(kept.template), kept.resources(SEAT), kept.resources(USER)
    for name, team in kept.resources(TEAM).items():
        assert {s for s in order[name] if s in seats} == {
            s for s, seat in seats.items() if seat["GroupName"] == team["WorkteamName"]
        }
    for name, seat in seats.items():
        assert [u["Username"] for n, u in users.items() if n in order[name]] == [seat["Username"]]
        assert seat["GroupName"] in [g["GroupName"] for n, g in kept.resources(GROUP).items() if n in order[name]]


def test_the_addresses_are_set_when_the_function_may_do_so(kept: Synthesized) -> None:
    policies = {
        name
        for name, policy in kept.resources("IAM::Policy").items()
        if "cognito-idp:UpdateUserPoolClient" in json.dumps(policy)
    }
    assert len(policies) == 1
    assert policies <= before(kept.template)[kept.only(SIGN_IN)[0]]


def test_teams_of_other_workforces_go_first_as_well(oidc: Synthesized, by_stage: dict[str, Synthesized]) -> None:
    for stack, first in ((oidc, WORKFORCE), (by_stage["Existing"], GUARD), (by_stage["Existing"], GROUP)):
        ((team, _),) = stack.resources(TEAM).items()
        assert set(stack.resources(first)) <= before(stack.template)[team]
    assert set(oidc.resources(GUARD)) <= before(oidc.template)[oidc.only(WORKFORCE)[0]]


def statements(stack: Synthesized) -> list[dict[str, Any]]:
    """What the function may do that carries out the custom resources, with the names that the deployment knows."""
    (role,) = [name for name in stack.resources("IAM::Role") if "ProviderStartRole" in name]
    policies = [p for p in stack.resources("IAM::Policy").values() if {"Ref": role} in p["Roles"]]
    text = json.dumps([s for p in policies for s in p["PolicyDocument"]["Statement"]])
    known = {json.dumps({"Ref": "AWS::StackId"}): STACK}
    known |= {json.dumps({"Fn::GetAtt": [name, "Arn"]}): POOL_ARN for name in stack.resources(POOL)}
    for reference, value in known.items():
        text = text.replace(reference, json.dumps(value))
    return [s for s in json.loads(text) if "logs:PutLogEvents" not in s["Action"]]


def test_the_function_does_its_work_with_what_its_role_may(kept: Synthesized, aws: Aws) -> None:
    aws.statements = statements(kept)
    aws.workforces, aws.stack_status = [workforce("theirs")], "UPDATE_ROLLBACK_IN_PROGRESS"
    handler.on_event(events.guard("Update", SignIn="oidc", Oidc="new"), None)
    aws.workforces = [with_oidc("labeling-labeling")]
    handler.on_event(events.guard("Update", before={"SignIn": "oidc", "Oidc": "old"}, SignIn="oidc", Oidc="new"), None)
    handler.on_event(events.sign_in(), None)
    assert set(aws.calls) == CALLS


def test_its_role_may_change_no_other_pool_and_nothing_where_the_workforce_is_not_ours(
    kept: Synthesized, by_stage: dict[str, Synthesized], aws: Aws
) -> None:
    aws.statements = statements(kept)
    with pytest.raises(ClientError, match="AccessDenied"):
        handler.on_event(events.sign_in(UserPoolId="us-east-1_Another01"), None)
    actions = [s["Action"] for s in statements(by_stage["Existing"])]
    assert actions == [["sagemaker:ListWorkforces", "sagemaker:ListWorkteams"], "cloudformation:DescribeStacks"]


def test_what_the_function_gets_is_what_its_tests_give_it(kept: Synthesized) -> None:
    for kind, event in ((GUARD, events.guard()), (SIGN_IN, events.sign_in())):
        assert kept.only(kind)[1].keys() - {"ServiceToken", "ServiceTimeout"} == event["ResourceProperties"].keys()
