"""The stack for Spaces: the add-on's configuration, its order, and who gets in."""

import json

import pytest

from tests.spaces.section import CONTROLLER_IMAGE, IMAGE, LOCK
from tests.spaces.templates import SpacesTemplate, text

Platforms = dict[str, SpacesTemplate]
ADDON = "amazon-sagemaker-spaces"
ALL = ("web", "old", "ssh", "mig")


@pytest.mark.parametrize("name", ALL)
def test_the_add_on_comes_after_what_it_needs_and_goes_before_it(spaces: Platforms, name: str) -> None:
    stack = spaces[name]
    add_on = stack.add_on(ADDON)
    assert add_on
    others = set(stack.of_type("AWS::EKS::Addon")) | set(stack.of_type("Custom::AWSCDK-EKS-HelmChart"))
    needed = others - {add_on} | set(stack.of_type("AWS::EKS::PodIdentityAssociation"))
    assert needed <= stack.before(add_on)


@pytest.mark.parametrize("name", ALL)
def test_nothing_of_it_is_made_before_there_are_nodes(spaces: Platforms, name: str) -> None:
    assert len(spaces[name].waits_for) == 1


@pytest.mark.parametrize("name", ALL)
def test_namespaces_go_while_the_add_on_still_ends_their_spaces(spaces: Platforms, name: str) -> None:
    stack = spaces[name]
    add_on = stack.add_on(ADDON)
    volumes = stack.ids_of_kind("StorageClass")
    of_the_cluster = [*volumes, *stack.ids_of_kind("ClusterRole")]
    assert all(add_on in stack.before(manifest) for manifest in stack.manifests() if manifest not in of_the_cluster)
    assert {*volumes} <= stack.before(str(add_on))


@pytest.mark.parametrize("name", ALL)
def test_a_pod_has_its_rights_before_it_starts(spaces: Platforms, name: str) -> None:
    stack = spaces[name]
    for association in stack.of_type("AWS::EKS::PodIdentityAssociation"):
        role = stack.resources[association]["Properties"]["RoleArn"]["Fn::GetAtt"][0]
        policies = {
            key for key, p in stack.of_type("AWS::IAM::Policy").items() if {"Ref": role} in p["Properties"]["Roles"]
        }
        assert {role, *policies} <= stack.before(association)


def test_templates_are_there_before_spaces_and_the_policy_before_both(spaces: Platforms) -> None:
    stack = spaces["web"]
    (space,) = stack.ids_of_kind("Workspace")
    templates = [i for i in stack.ids_of_kind("WorkspaceTemplate") if "analytics" in i]
    (policy,) = (i for i in stack.ids_of_kind("ValidatingAdmissionPolicy") if "analytics" in i)
    assert {*templates, policy} <= stack.before(space)
    assert all(policy in stack.before(template) for template in templates)


def test_a_template_in_use_never_holds_up_a_deployment(spaces: Platforms) -> None:
    """It has a finalizer as long as a Space uses it."""
    stack = spaces["old"]
    templates = stack.ids_of_kind("WorkspaceTemplate")
    assert templates
    assert {stack.resources[i]["DeletionPolicy"] for i in templates} == {"Retain"}


def test_namespaces_outlive_the_stack_where_data_is_kept(spaces: Platforms) -> None:
    for name, policy in (("web", "RetainExceptOnCreate"), ("old", "Delete")):
        namespaces = spaces[name].ids_of_kind("Namespace")
        assert {spaces[name].resources[i]["DeletionPolicy"] for i in namespaces} == {policy}
    assert spaces["mig"].ids_of_kind("Namespace") == []


def test_the_web_page_is_internal_and_for_named_networks(spaces: Platforms) -> None:
    web = spaces["web"].configuration(ADDON)["jupyter-k8s-aws-hyperpod"]["clusterWebUI"]
    prefix = "alb.ingress.kubernetes.io"
    assert web["alb"]["scheme"] == "internal"
    assert web["alb"]["annotations"][f"{prefix}/inbound-cidrs"] == "10.0.0.0/8"
    assert web["alb"]["annotations"][f"{prefix}/subnets"].count("<elsewhere>") == 2
    attributes = web["alb"]["annotations"][f"{prefix}/load-balancer-attributes"]
    assert "access_logs.s3.enabled=true" in attributes
    assert "drop_invalid_header_fields.enabled=true" in attributes
    assert web["traefik"] == {"shouldInstall": True}
    old = spaces["old"].configuration(ADDON)["jupyter-k8s-aws-hyperpod"]["clusterWebUI"]
    assert old["alb"]["scheme"] == "internet-facing"


def test_the_load_balancer_may_log_below_its_own_account_only(spaces: Platforms) -> None:
    statements = [
        (text_of_principal, s)
        for r in spaces["web"].foundation["Resources"].values()
        if r["Type"] == "AWS::S3::BucketPolicy"
        for s in r["Properties"]["PolicyDocument"]["Statement"]
        if s.get("Sid") == "LogsOfSpaces"
        for text_of_principal in [s["Principal"]["Service"]]
    ]
    ((principal, statement),) = statements
    assert principal == "logdelivery.elasticloadbalancing.amazonaws.com"
    assert statement["Action"] == "s3:PutObject"
    assert statement["Resource"]["Fn::Join"][1][-1] == "/spaces/AWSLogs/111122223333/*"


def test_the_certificate_is_for_the_domain_and_one_level_below(spaces: Platforms) -> None:
    (certificate,) = spaces["web"].of_type("AWS::CertificateManager::Certificate").values()
    properties = certificate["Properties"]
    assert properties["DomainName"] == "spaces.example.com"
    assert properties["SubjectAlternativeNames"] == ["*.spaces.example.com"]
    assert properties["ValidationMethod"] == "DNS"
    assert {o["HostedZoneId"] for o in properties["DomainValidationOptions"]} == {"Z0123456789ABCDEFGHIJ"}


def test_keys_are_kept_longer_than_the_tokens_that_they_sign(spaces: Platforms) -> None:
    """What 0.2.x asks for: as many keys as cover a token's life and half an hour more."""
    web = spaces["web"].configuration(ADDON)["jupyter-k8s-aws-hyperpod"]["clusterWebUI"]
    assert web["auth"] == {"jwtExpiration": "60m", "jwtRefreshHorizon": "10h", "cookieMaxAge": "12h"}
    assert web["rotator"]["rotationInterval"] == "15m"
    assert web["rotator"]["numberOfKeys"] * 15 >= 60 + 30
    assert "kmsEncryptionContext" not in web


def test_the_version_is_the_one_of_the_file(spaces: Platforms) -> None:
    versions = {name: spaces[name].resources[str(spaces[name].add_on(ADDON))]["Properties"] for name in ALL}
    assert {name: v["AddonVersion"] for name, v in versions.items()} == {
        **dict.fromkeys(ALL, "v0.2.1-eksbuild.1"),
        "old": "v0.1.6-eksbuild.1",
    }


def test_only_0_1_signs_with_kms(spaces: Platforms) -> None:
    for name in ("web", "ssh", "mig"):
        assert spaces[name].association("jupyter-k8s-authmiddleware") is None
        assert spaces[name].of_type("AWS::KMS::Key") == {}
    stack = spaces["old"]
    ((key, body),) = stack.of_type("AWS::KMS::Key").items()
    web = stack.configuration(ADDON)["jupyter-k8s-aws-hyperpod"]["clusterWebUI"]
    assert web["auth"]["kmsKeyId"] == f"<{key}.Arn>"
    assert web["kmsEncryptionContext"] == {"enabled": True}
    assert "rotator" not in web
    assert body["Properties"]["EnableKeyRotation"] is True
    assert body["Properties"].get("KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
    (router,) = (s for s in body["Properties"]["KeyPolicy"]["Statement"] if s.get("Sid") == "Router")
    assert router["Condition"]["StringEquals"] == {
        "kms:EncryptionContext:sagemaker:component": "amazon-sagemaker-spaces",
        "kms:EncryptionContext:sagemaker:eks-cluster-arn": "arn:aws:eks:eu-central-1:111122223333:cluster/old",
    }


def test_direct_ssh_and_remote_access_exclude_each_other(spaces: Platforms) -> None:
    ssh = spaces["ssh"].configuration(ADDON)["jupyter-k8s-aws-hyperpod"]
    assert ssh == {"directSSH": {"enabled": True, "port": 2222, "domain": "ssh.internal.example.com"}}
    remote = spaces["mig"].configuration(ADDON)["jupyter-k8s-aws-hyperpod"]
    assert set(remote) == {"remoteAccess"}
    assert spaces["mig"].configuration(ADDON)["jupyter-k8s"] == {"workspacePodWatching": {"enable": True}}


def test_direct_ssh_lets_named_networks_in_and_nobody_else(spaces: Platforms) -> None:
    rules = [r["Properties"] for r in spaces["ssh"].of_type("AWS::EC2::SecurityGroupIngress").values()]
    assert [(r["CidrIp"], r["FromPort"], r["ToPort"]) for r in rules] == [
        ("10.1.0.0/16", 2222, 2222),
        ("10.2.0.0/16", 2222, 2222),
    ]
    assert {r["GroupId"] for r in rules} == {"sg-0123456789abcdef0"}
    assert not spaces["web"].of_type("AWS::EC2::SecurityGroupIngress")


def test_names_are_entered_and_taken_away_again(spaces: Platforms) -> None:
    for name, domains in (("web", ["spaces.example.com"]), ("ssh", ["ssh.internal.example.com"])):
        configuration = spaces[name].configuration("external-dns")
        assert (configuration["policy"], configuration["domainFilters"]) == ("sync", domains)
        assert configuration["txtOwnerId"] == name
    assert spaces["mig"].add_on("external-dns") is None


def test_there_is_one_load_balancer_controller_and_only_for_a_page(spaces: Platforms) -> None:
    for name, count in (("web", 1), ("old", 1), ("ssh", 0), ("mig", 0)):
        charts = spaces[name].of_type("Custom::AWSCDK-EKS-HelmChart")
        assert len(charts) == count
        for chart in charts.values():
            assert (chart["Properties"]["Chart"], chart["Properties"]["Wait"]) == ("aws-load-balancer-controller", True)


def test_the_controller_can_come_from_a_registry_of_ones_own(spaces: Platforms) -> None:
    (chart,) = spaces["old"].of_type("Custom::AWSCDK-EKS-HelmChart").values()
    registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
    assert chart["Properties"]["Repository"] == f"oci://{registry}/charts/aws-load-balancer-controller"
    image = json.loads(text(chart["Properties"]["Values"]))["image"]
    assert f"{image['repository']}:{image['tag']}" == f"{CONTROLLER_IMAGE}@{LOCK[CONTROLLER_IMAGE]}"


def test_what_the_cluster_has_is_not_installed_again(spaces: Platforms) -> None:
    assert spaces["ssh"].add_on("cert-manager") is None
    assert spaces["web"].add_on("cert-manager")
    volumes = spaces["ssh"].resources[str(spaces["ssh"].add_on("aws-ebs-csi-driver"))]["Properties"]
    assert volumes["AddonVersion"] == "v1.52.1-eksbuild.1"


def test_somebody_in_two_teams_has_one_access_entry(spaces: Platforms) -> None:
    entries = {entry["PrincipalArn"][-8:]: entry for entry in spaces["web"].entries_of_people()}
    assert len(entries) == 2
    leads = entries["le/Leads"]
    prefix = "arn:aws:eks::aws:cluster-access-policy/AmazonSagemakerHyperpod"
    assert {p["PolicyArn"].removeprefix(prefix): p["AccessScope"] for p in leads["AccessPolicies"]} == {
        "SpacePolicy": {"Type": "namespace", "Namespaces": ["spaces-analytics", "spaces-reports"]},
        "SpaceTemplatePolicy": {"Type": "namespace", "Namespaces": ["jupyter-k8s-shared", "jupyter-k8s-system"]},
        "UserClusterPolicy": {"Type": "cluster"},
    }
    assert leads["KubernetesGroups"] == ["groundwork:spaces:analytics", "groundwork:spaces:reports"]


def test_what_is_applied_names_images_by_digest(spaces: Platforms) -> None:
    (manifest,) = spaces["mig"].manifests()[spaces["mig"].ids_of_kind("WorkspaceTemplate")[0]]
    image = f"{IMAGE}:3.4.2-gpu"
    assert manifest["spec"]["defaultImage"] == f"{image}@{LOCK[image]}"
