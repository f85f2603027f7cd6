"""What sections for compute need of each other and of the network."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from groundwork.environment import Environment
from tests.cluster.sections import LEAST, SYSTEM
from tests.spaces.section import LOCK

IMAGE = "public.ecr.aws/sagemaker/sagemaker-distribution:3.4.2-cpu"
NETWORK = {
    "vpc": {"cidr": "10.0.0.0/16", "zones": 2, "nat": "one", "cluster_cidrs": ["100.64.0.0/16", "100.65.0.0/16"]}
}
SPACES = {
    "version": "v0.2.1-eksbuild.1",
    "templates": [{"name": "lab", "display_name": "Lab", "image": IMAGE}],
    "teams": [{"name": "research", "principals": ["arn:aws:iam::111122223333:role/People"], "templates": ["lab"]}],
}
FIELDS: dict[str, Any] = {
    "name": "dev",
    "account": "111122223333",
    "region": "us-east-1",
    "owner": "platform@example.com",
    "cost_center": "genai",
    "network": NETWORK,
    "cluster": LEAST,
}


def problems(**changes: Any) -> list[str]:
    fields = {key: value for key, value in {**FIELDS, **changes}.items() if value is not None}
    try:
        Environment.model_validate_json(json.dumps(fields), context={"image_lock": LOCK})
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return []


def test_a_cluster_with_spaces_and_shares_is_accepted() -> None:
    assert problems(spaces=SPACES, governance={}) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"network": None}, "cluster: there is no network for it"),
        ({"network": {"vpc": {"cidr": "10.0.0.0/16", "nat": "one"}}}, "cluster"),
        ({"cluster": None, "governance": {}}, "governance: there is nothing to share"),
        ({"cluster": None, "spaces": SPACES}, "spaces: there is nothing to run them on"),
        (
            {"governance": {}, "region": "us-west-2"},
            "governance: us-west-2 has no AWS::SageMaker::ClusterSchedulerConfig",
        ),
        (
            {
                "spaces": SPACES,
                "cluster": {**LEAST, "instance_groups": [{**SYSTEM, "type": "ml.m5.large", "count": 1}]},
            },
            "spaces: 8 system pods need room",
        ),
        (
            {
                "network": {"internet": "none", "vpc": {**NETWORK["vpc"], "nat": "none"}},
                "cluster": {**LEAST, "private_registry": "111122223333.dkr.ecr.us-east-1.amazonaws.com/platform"},
                "spaces": SPACES,
            },
            "spaces.templates.0.image: from a public registry",
        ),
        ({"region": "af-south-1"}, "cluster: af-south-1 has no AWS::SageMaker::Cluster"),
        (
            {"spaces": {**SPACES, "teams": [{**SPACES["teams"][0], "quota": "research"}]}},
            "spaces.teams.0.quota: no compute quota is for this team",
        ),
        (
            {"spaces": {**SPACES, "teams": [{**SPACES["teams"][0], "principals": LEAST["access"]["admins"][:1]}]}},
            "spaces.teams.0.principals.0: administers the cluster",
        ),
        (
            {"spaces": {**SPACES, "templates": [{**SPACES["templates"][0], "mig": {"profile": "1g.5gb"}}]}},
            "spaces.templates.0.mig.profile: no instance group of the cluster is partitioned so",
        ),
        (
            {"spaces": {**SPACES, "templates": [{**SPACES["templates"][0], "image": IMAGE.replace("3.4.2", "3.4.3")}]}},
            "spaces.templates.0.image: images.lock.yaml holds no digest for it",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(changes: dict[str, Any], said: str) -> None:
    assert any(problem.startswith(said) for problem in problems(**changes)), problems(**changes)
