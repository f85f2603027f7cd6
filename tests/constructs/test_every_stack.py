"""What holds for every stack of every shipped environment and example."""

import json

EXPECTED_TAGS = {"environment", "owner", "cost-center"}
# Types that CloudFormation cannot tag, and the two of Cost Explorer that a changed tag would replace.
UNTAGGED = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Bedrock::GuardrailVersion",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::Backup::BackupSelection",
    "AWS::CE::AnomalyMonitor",
    "AWS::CE::AnomalySubscription",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Cognito::UserPoolUser",
    "AWS::Cognito::UserPoolUserToGroupAttachment",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCCidrBlock",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SSM::Parameter",  # CDK's, without a value: what waits for the rights of kubectl's function
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
    "AWS::SNS::Subscription",
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::TopicPolicy",
}

NOT_KEPT = {"Dev", "GatewayTrial", "Partitions"}
"""The environments with `keep_data: false`."""


def tag_keys(properties: dict) -> set[str]:
    for name in ("Tags", "BackupVaultTags", "BackupPlanTags", "HostedZoneTags", "ResourceTags", "UserPoolTags"):
        tags = properties.get(name)
        if tags:
            return set(tags) if isinstance(tags, dict) else {tag["Key"] for tag in tags}
    return set()


def resources(stacks):
    for stack in stacks:
        for logical_id, resource in stack.template["Resources"].items():
            yield stack, logical_id, resource


def test_stacks_carry_the_environments_tags(stacks) -> None:
    assert all(set(stack.tags) >= EXPECTED_TAGS for stack in stacks)
    training = next(stack for stack in stacks if stack.environment == "Training")
    assert training.tags["project"] == "rl-rollouts"


def test_resources_carry_the_environments_tags(stacks) -> None:
    untagged = {
        (stack.name, logical_id, resource["Type"])
        for stack, logical_id, resource in resources(stacks)
        if not tag_keys(resource.get("Properties", {})) >= EXPECTED_TAGS
        and resource["Type"] not in UNTAGGED
        and not resource["Type"].startswith("Custom::")
        and "CustomResourceProvider" not in logical_id
    }
    assert untagged == set()


def test_every_role_has_the_permissions_boundary(stacks) -> None:
    roles = [(s, r) for s, _, r in resources(stacks) if r["Type"] == "AWS::IAM::Role"]
    assert len(roles) > 10
    for stack, role in roles:
        boundary = role["Properties"]["PermissionsBoundary"]
        if stack.name == "Foundation":
            # By reference: the role must wait for the policy, which is in the same stack.
            (policy,) = stack.resources("AWS::IAM::ManagedPolicy")
            assert boundary == {"Ref": policy}
        else:
            assert boundary.startswith("arn:aws:iam::")
            assert boundary.endswith("-boundary")


def test_stacks_are_protected_where_data_is_kept(stacks) -> None:
    stateless = ("Edge", "Gateway", "Inference")
    assert {s.environment for s in stacks if not s.protected and s.name.partition("-")[0] not in stateless} == NOT_KEPT


def test_what_holds_state_is_retained_where_data_is_kept(stacks) -> None:
    stateful = ("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::Backup::BackupVault")
    policies = {
        (stack.environment in NOT_KEPT, resource["DeletionPolicy"])
        for stack, _, resource in resources(stacks)
        if resource["Type"] in stateful
    }
    assert policies == {(True, "Delete"), (False, "RetainExceptOnCreate")}


def test_no_template_asks_the_account_for_zones_or_names_one_literally(stacks) -> None:
    for stack in stacks:
        if stack.environment != "ExistingVpc":
            assert not [p for p in stack.properties("AWS::EC2::Subnet") if isinstance(p.get("AvailabilityZone"), str)]


def test_no_role_holds_a_managed_full_access_or_administrator_policy(stacks) -> None:
    for _, _, role in ((s, i, r) for s, i, r in resources(stacks) if r["Type"] == "AWS::IAM::Role"):
        text = json.dumps(role["Properties"].get("ManagedPolicyArns", []))
        assert "FullAccess" not in text
        assert "Administrator" not in text


def test_templates_stay_far_from_the_quotas(stacks) -> None:
    assert max(len(stack.template["Resources"]) for stack in stacks) < 200
    assert max(len(json.dumps(stack.template)) for stack in stacks) < 500_000
