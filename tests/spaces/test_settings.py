"""What cannot work is refused before anything is made: with the field, the value and what is allowed."""

import base64
from ipaddress import IPv4Network

import pytest

from groundwork.images import refusals_of_unlocked
from groundwork.network.settings import NetworkSettings, NewVpc
from groundwork.spaces.names import longest_space_name
from tests.spaces.section import IMAGE, LOCK, WEB, example, problems, section, words

SSH = "{domain: ssh.example.com, zone: Z01, clients: [10.0.0.0/8]}"
SHARED = f"""
templates: [{{ownership: shared}}]
web_ui: {WEB}
shared_spaces: [{{name: room, display_name: Room, team: research, template: lab}}]
"""

REFUSALS = {
    "version: v0.3.0-eksbuild.1": "version: v0.3.0-eksbuild.1: not accepted; allowed: a version 0.1.x or 0.2.x",
    "version: latest": "version: latest: not accepted; allowed: a version 0.1.x or 0.2.x",
    f"direct_ssh: {SSH}": (
        "direct_ssh: ssh.example.com: the add-on has either remote access or direct SSH; "
        "allowed: none, or remote_access: false"
    ),
    f"{{version: v0.1.6-eksbuild.1, remote_access: false, direct_ssh: {SSH}}}": (
        "direct_ssh: ssh.example.com: 0.1.x has no direct SSH"
    ),
    "{remote_access: false, direct_ssh: {domain: ssh.example.com, zone: Z01, clients: [0.0.0.0/0]}}": (
        "direct_ssh.clients[0]: 0.0.0.0/0: wide open: behind it is a shell on the cluster"
    ),
    "remote_access: false": "nothing: nobody could open a Space",
    "web_ui: {domain: spaces.example.com, clients: [10.0.0.0/8]}": (
        "web_ui: nothing: nothing would point the names at the load balancer"
    ),
    "web_ui: {domain: spaces.example.com, zone: Z01, private_zone: true, clients: [10.0.0.0/8]}": (
        "web_ui: issue: ACM validates a certificate in a public zone only"
    ),
    "web_ui: {domain: spaces.example.com, zone: Z01, clients: []}": "web_ui.clients: []: nobody may call",
    "web_ui: {domain: spaces.example.com, zone: Z01, clients: [0.0.0.0/0]}": (
        "web_ui.clients[0]: 0.0.0.0/0: wide open: behind it is a shell on the cluster"
    ),
    "web_ui: {domain: spaces.example.com, zone: Z01, clients: [10.0.0.0/8], session: {token_minutes: 120, "
    "refresh_hours: 1}}": "web_ui.session.refresh_hours: 1: shorter than a token of 120 minutes; allowed: 2 or more",
    "web_ui: {domain: spaces.example.com, zone: Z01, clients: [10.0.0.0/8], session: {refresh_hours: 12, "
    "cookie_hours: 8}}": "web_ui.session.cookie_hours: 8: the session lasts 12 hours; allowed: 12 or more",
    "templates: []": "templates: []: empty; allowed: at least one entry",
    "teams: []": "teams: []: empty; allowed: at least one entry",
    f"templates: [{{image: {IMAGE}:latest}}]": "templates[0].image: ",
    f"templates: [{{other_images: ['{IMAGE}:3.4.2-cpu']}}]": "templates[0].other_images[0]: ",
    "templates: [{app: rstudio}]": "templates[0].app: rstudio: ",
    "templates: [{resources: {memory_gib: 4}}]": (
        "templates[0].resources.memory_gib: 4: remote access needs 8 GiB of memory; "
        "allowed: 8 or more, or remote_access: false"
    ),
    "templates: [{bounds: {memory_gib: {min: 4, max: 8}}}]": (
        "templates[0].bounds.memory_gib.min: 4: remote access needs 8 GiB of memory"
    ),
    "templates: [{bounds: {vcpus: {min: 4, max: 8}}}]": (
        "templates[0].bounds.vcpus.min: 4: the default of 2 vCPUs is outside; allowed: at most 2"
    ),
    "templates: [{bounds: {vcpus: {min: 1, max: 1}}}]": (
        "templates[0].bounds.vcpus.max: 1: the default of 2 vCPUs is outside; allowed: 2 or more"
    ),
    "templates: [{storage: {gib: 200}}]": "templates[0].storage: 100: the default of 200 GiB is outside",
    "templates: [{idle_shutdown: {minutes: 300, override: {min: 30, max: 240}}}]": (
        "templates[0].idle_shutdown.override.max: 240: the default of 300 minutes is outside"
    ),
    "templates: [{mig: {profile: 8g.80gb}}]": "templates[0].mig.profile: 8g.80gb: not accepted",
    "templates: [{mig: {profile: 1g.10gb+me}}]": "templates[0].mig.profile: 1g.10gb+me: HyperPods command line",
    "templates: [{mig: {profile: 1g.5gb, count: 3, max: 2}}]": "templates[0].mig.max: 2: less than the default of 3",
    "templates: [{resources: {gpus: 1}, mig: {profile: 1g.5gb}}]": (
        "templates[0].mig: 1g.5gb: a Space has whole GPUs or MIG slices, not both"
    ),
    "templates: [{environment: {WORKSPACE_NAME: mine}}]": (
        "templates[0].environment.WORKSPACE_NAME: mine: the add-on sets it"
    ),
    "templates: [{environment: {a-b: c}}]": "templates[0].environment.a-b: c: not the name of a variable",
    "templates: [{}, {name: lab, display_name: Again, image: 'example.com/a:1'}]": (
        "templates[1].name: lab: the name stands twice"
    ),
    "templates: [{}, {name: idle, display_name: Idle, image: 'example.com/a:1'}]": (
        "teams: [{name: research, principals: [arn:aws:iam::111122223333:role/Research...: no team has"
    ),
    "templates: [{priority: high}]": (
        "teams[0].templates[0]: lab: has a priority, and a team without a quota has no queue"
    ),
    "teams: [{templates: [lab, gone]}]": "teams[0].templates[1]: gone: no such template; allowed: lab",
    "teams: [{principals: []}]": "teams[0].principals: []: nobody is in the team",
    "teams: [{principals: ['arn:aws:iam::aws:policy/A']}]": "teams[0].principals[0]: arn:aws:iam::aws:policy/A: ",
    "teams: [{namespace: kube-system}]": "teams[0].namespace: kube-system: belongs to the cluster or the add-on",
    "teams: [{namespace: hyperpod-ns-a}]": "teams[0].namespace: hyperpod-ns-a: task governance makes such namespaces",
    "teams: [{quota: research, namespace: mine}]": (
        "teams[0].namespace: mine: task governance names the namespace of a team with a quota"
    ),
    "teams: [{}, {name: other, namespace: spaces-research, principals: ['arn:aws:iam::111122223333:role/B'], "
    "templates: [lab]}]": "teams[1]: spaces-research: in the namespace of team research",
    f"{{web_ui: {WEB}, teams: [{{namespace: {'n' * 40}}}]}}": (
        f"teams[0]: {'n' * 40}: leaves 0 characters to the names of its Spaces"
    ),
    "shared_spaces: [{name: room, display_name: Room, team: nobody, template: lab}]": (
        "shared_spaces[0].team: nobody: no such team; allowed: research"
    ),
    "shared_spaces: [{name: room, display_name: Room, team: research, template: lab}]": (
        "shared_spaces[0].template: lab: not a template of team research with ownership: shared"
    ),
    "dependencies: {ebs_csi: {version: v1.46.0-eksbuild.1}}": (
        "dependencies.ebs_csi.version: v1.46.0-eksbuild.1: cannot attach a volume to a node of HyperPod"
    ),
    "dependencies: {cert_manager: {install: false, version: v1.19.1-eksbuild.1}}": (
        "dependencies.cert_manager.version: v1.19.1-eksbuild.1: it is not installed here"
    ),
}


@pytest.mark.parametrize("change", REFUSALS)
def test_what_cannot_work_is_refused_by_name(change: str) -> None:
    (problem,) = problems(change)
    assert problem.translate(str.maketrans("", "", "'\"")).startswith(REFUSALS[change])


def test_a_lifecycle_script_has_1024_bytes_at_most_and_not_characters() -> None:
    assert section(f"templates: [{{lifecycle_script: '{'x' * 1024}'}}]").templates[0].lifecycle_script == "x" * 1024
    (problem,) = problems(f"templates: [{{lifecycle_script: '{'é' * 513}'}}]")
    assert problem.startswith("templates[0].lifecycle_script: '1026 bytes': 1026 bytes; a lifecycle script has 1024")


def test_all_mistakes_are_named_at_once() -> None:
    found = problems(
        "{version: '1', templates: [{resources: {memory_gib: 0}, mig: {profile: x}}], teams: [{principals: []}]}"
    )
    assert [problem.split(":")[0] for problem in found] == [
        "version",
        "templates[0].resources.memory_gib",
        "templates[0].mig.profile",
        "teams[0].principals",
    ]


def test_less_memory_is_enough_where_no_editor_connects() -> None:
    change = f"{{remote_access: false, web_ui: {WEB}, templates: [{{resources: {{memory_gib: 2}}}}]}}"
    assert section(change).templates[0].resources.memory_gib == 2


def test_a_name_that_its_host_has_no_room_for_is_refused() -> None:
    assert not problems(SHARED)
    limit = longest_space_name("spaces-research")
    assert limit == 38
    (problem,) = problems(SHARED.replace("name: room", f"name: {'r' * 39}"))
    assert f"its host has room for {limit}" in problem


@pytest.mark.parametrize("length", range(1, 39))
def test_the_longest_name_and_its_namespace_fit_into_one_label_of_dns(length: int) -> None:
    encoded = base64.b32encode(b"n" * length).decode().rstrip("=")
    assert len("s" * longest_space_name("n" * length)) + 1 + len(encoded) == 63


def test_a_slice_that_the_cluster_does_not_have_is_refused() -> None:
    settings = example("mig")
    assert words(settings.refusals_of_mig({"1g.5gb", "3g.20gb"})) == []
    assert words(settings.refusals_of_mig({"3g.20gb", "2g.10gb"})) == [
        "templates.0.mig.profile: 1g.5gb: no instance group of the cluster is partitioned so; allowed: 2g.10gb, 3g.20gb"
    ]
    assert "no group is partitioned" in words(settings.refusals_of_mig(()))[0]


def test_a_quota_that_nobody_makes_is_refused() -> None:
    settings = example("mig")
    assert words(settings.refusals_of_governance(quotas={"research"}, priorities={"spaces"})) == []
    assert words(settings.refusals_of_governance(quotas={"sales"}, priorities={"spaces"})) == [
        "teams.0.quota: research: no compute quota is for this team; allowed: sales"
    ]


def test_a_priority_that_the_scheduler_does_not_have_is_refused() -> None:
    refusals = example("mig").refusals_of_governance(quotas={"research"}, priorities={"training", "inference"})
    assert words(refusals) == [
        "templates.0.priority: spaces: the scheduler has no such priority; allowed: inference, training"
    ]


def test_an_administrator_of_the_cluster_has_an_access_entry_already() -> None:
    role = "arn:aws:iam::111122223333:role/Researchers"
    assert words(section().refusals_of_administrators(["arn:aws:iam::111122223333:role/Other"])) == []
    (words_of_it,) = words(section().refusals_of_administrators([role]))
    assert words_of_it.startswith(f"teams.0.principals.0: {role}: administers the cluster")


def test_an_image_goes_by_its_digest_or_not_at_all() -> None:
    assert words(refusals_of_unlocked(section(), LOCK, who="a Space starts")) == []
    for lock in ({}, {f"{IMAGE}:3.4.2-cpu": None}):
        (refusal,) = words(refusals_of_unlocked(section(), lock, who="a Space starts"))
        assert refusal.startswith(f"templates.0.image: {IMAGE}:3.4.2-cpu: images.lock.yaml holds no digest for it")


def test_names_cannot_be_entered_without_internet() -> None:
    closed = NetworkSettings(internet="none", vpc=NewVpc(cidr=IPv4Network("10.0.0.0/16")))
    assert words(section().refusals_with_network(closed)) == []
    (refusal,) = words(section(f"web_ui: {WEB}").refusals_with_network(closed))
    assert refusal.startswith("web_ui.zone: Z0123456789ABCDEFGHIJ: ExternalDNS calls Route 53")


def test_a_certificate_is_of_the_region() -> None:
    arn = "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"
    settings = section(f"web_ui: {WEB[:-1]}, certificate: '{arn}'}}")
    assert words(settings.refusals_in("us-east-1")) == []
    assert words(settings.refusals_in("eu-west-1")) == [
        f"web_ui.certificate: {arn}: of another Region; allowed: issue, or one of eu-west-1"
    ]


def test_endpoints_follow_from_what_is_on() -> None:
    assert set(section().endpoint_services()) == {
        *("ec2", "ec2messages", "ecr.api", "ecr.dkr", "eks-auth", "sagemaker.api", "ssm", "ssmmessages", "sts")
    }
    web = set(section(f"{{version: v0.1.6-eksbuild.1, remote_access: false, web_ui: {WEB}}}").endpoint_services())
    assert {"kms", "elasticloadbalancing"} <= web
    assert "ssm" not in web


def test_the_pods_of_what_is_installed_are_counted() -> None:
    settings = section()
    assert (settings.system_pods, settings.pods_on_each_node) == (1 + 3 + 2, 1)
    assert section(f"web_ui: {WEB}").system_pods == 6 + 1 + 2 + 5
    bare = section("dependencies: {cert_manager: {install: false}, ebs_csi: {install: false}}")
    assert (bare.system_pods, bare.pods_on_each_node) == (1, 0)


def test_there_is_one_load_balancer_controller_also_where_the_inference_operator_brings_its_own() -> None:
    assert section(f"web_ui: {WEB}").load_balancer_controller
    others = section(f"{{web_ui: {WEB}, dependencies: {{load_balancer_controller: {{install: false}}}}}}")
    assert not others.load_balancer_controller
