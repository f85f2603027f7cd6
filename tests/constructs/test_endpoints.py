"""VPC endpoints: those of the enabled sections, in their zones, for this account only."""

import json


def test_endpoints_are_those_of_the_sections_each_with_a_policy_for_this_account(stack) -> None:
    endpoints = stack("Prod", "Network").properties("AWS::EC2::VPCEndpoint")
    names = {e["ServiceName"].split("us-east-1.")[1] for e in endpoints if e["VpcEndpointType"] == "Interface"}
    assert names == {"bedrock-runtime", "ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sts"}
    for endpoint in endpoints:
        first, *others = endpoint["PolicyDocument"]["Statement"]
        assert first["Condition"]["StringEquals"]["aws:PrincipalAccount"] == "333344445555"
        assert first["Action"] != "*"
        if endpoint["VpcEndpointType"] == "Interface":
            unsigned = [action for statement in others for action in statement["Action"]]
            sts = ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]
            assert unsigned == (sts if str(endpoint["ServiceName"]).endswith(".sts") else [])


def test_endpoints_stand_in_the_zones_that_need_them(stack) -> None:
    def zones(name: str) -> set[int]:
        endpoints = stack(name, "Network").properties("AWS::EC2::VPCEndpoint")
        return {len(e["SubnetIds"]) for e in endpoints if e["VpcEndpointType"] == "Interface"}

    assert (zones("Staging"), zones("Prod")) == ({1}, {3})


def test_without_sections_that_call_aws_there_is_only_the_gateway_endpoint(stack) -> None:
    (endpoint,) = stack("Dev", "Network").properties("AWS::EC2::VPCEndpoint")
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert stack("Dev", "Network").resources("AWS::EC2::SecurityGroup") == {}


def test_s3_is_written_in_own_buckets_only_and_without_internet_read_from_aws_only(stack) -> None:
    def gateway(name: str) -> list[dict]:
        endpoints = stack(name, "Network").properties("AWS::EC2::VPCEndpoint")
        return next(e for e in endpoints if e["VpcEndpointType"] == "Gateway")["PolicyDocument"]["Statement"]

    for statements in (gateway("Prod"), gateway("Closed")):
        own, elsewhere, answers = statements
        assert set(own["Condition"]["StringEquals"]) == {"s3:ResourceAccount", "aws:PrincipalAccount"}
        actions = elsewhere["Action"] if isinstance(elsewhere["Action"], list) else [elsewhere["Action"]]
        assert all(action.startswith(("s3:Get", "s3:List")) for action in actions)
        assert answers["Action"] == "s3:PutObject"
    buckets = json.dumps(gateway("Closed")[2]["Resource"])
    assert "cloudformation-custom-resource-response-cacentral1/*" in buckets
    assert "cloudformation-waitcondition-ca-central-1/*" in buckets
    assert "prod-ca-central-1-starport-layer-bucket" in json.dumps(gateway("Closed")[1]["Resource"])
    assert gateway("Prod")[1]["Resource"] == "*"
    assert "*" not in gateway("Closed")[1]["Resource"]


def test_nodes_of_a_closed_network_read_all_buckets_that_their_agents_need(stack) -> None:
    endpoints = stack("Partitions", "Network").properties("AWS::EC2::VPCEndpoint")
    (gateway,) = [e for e in endpoints if e["VpcEndpointType"] == "Gateway"]
    (elsewhere,) = [s for s in gateway["PolicyDocument"]["Statement"] if s["Sid"] == "ReadElsewhere"]
    assert elsewhere["Action"] == "s3:GetObject"
    assert {arn.removeprefix("arn:aws:s3:::").removesuffix("/*") for arn in elsewhere["Resource"]} == {
        "prod-eu-central-1-starport-layer-bucket",
        "al2023-repos-eu-central-1-de612dc2",
        "al2023-eu-central-1",
        "amazon-ssm-eu-central-1",
        "aws-ssm-eu-central-1",
        "aws-ssm-distributor-file-eu-central-1",
        "aws-ssm-document-attachments-eu-central-1",
        "patch-baseline-snapshot-eu-central-1",
        "eu-central-1-birdwatcher-prod",
        "amazoncloudwatch-agent-eu-central-1",
    }
