"""What a message says of a mistake beside its place: a value as it stands in the file, and the keys that were meant."""

from pathlib import Path

import pytest

from tests.settings.test_environment_file import SMALLEST, problems

GATEWAY = """\
gateway:
  exposure: private
  clients: [10.0.0.0/8]
  models:
    - name: gpt
      deployments: [{provider: openai, model: gpt-5, apikey: openai}]
"""
CLUSTER = """\
cluster:
  kubernetes: {version: "1.35", as_of: 2026-11-23}
  instance_groups: [{name: system, type: ml.m7i.xlarge, count: 1}]
governance: {}
"""


def said_of(tmp_path: Path, text: str) -> str:
    return "\n".join(problems(tmp_path, text))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            GATEWAY,
            "apikey: unknown key, did you mean api_key?; "
            "allowed: weight, requests_per_minute, tokens_per_minute, model, api_key, provider",
        ),
        (GATEWAY, "gateway.domain: missing; allowed: the keys name, zone, certificate, edge_certificate"),
        (CLUSTER, "cluster.access: missing; allowed: the keys admins, break_glass, clients"),
        ("network: true", "network: true: a value of the wrong type; allowed: the keys"),
    ],
)
def test_what_is_allowed_are_the_keys_of_what_was_meant(tmp_path: Path, lines: str, said: str) -> None:
    assert said in said_of(tmp_path, SMALLEST + lines)


def test_a_broken_section_is_not_a_missing_one_to_others(tmp_path: Path) -> None:
    assert "governance" not in said_of(tmp_path, SMALLEST + CLUSTER)


def test_a_large_section_is_shown_by_its_keys_and_a_field_by_its_name_though_it_is_absent(tmp_path: Path) -> None:
    region = SMALLEST.replace("us-east-1", "eu-south-2")
    access = "  access: {admins: ['arn:aws:iam::111122223333:role/A', 'arn:aws:iam::111122223333:role/B'],"
    access += " break_glass: 'arn:aws:iam::111122223333:role/C'}\n"
    network = "network: {vpc: {cidr: 10.0.0.0/16, nat: one}}\n"
    cluster = CLUSTER.replace("governance: {}\n", access)
    said = said_of(
        tmp_path, region + network.replace("one", "one, cluster_cidrs: [100.64.0.0/16, 100.65.0.0/16]") + cluster
    )
    assert "cluster.health_agent: no image of the agent is known in eu-south-2" in said
    assert "cluster: {kubernetes, instance_groups, access}: the network has no cluster subnets" in said_of(
        tmp_path, SMALLEST + network + cluster
    )
