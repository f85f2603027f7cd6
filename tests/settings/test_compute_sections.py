"""What sections for compute need of each other and of the network."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

import app as platform_app
from groundwork.environment import Environment
from groundwork.images import read_image_lock
from tests.cluster.sections import LEAST, SYSTEM
from tests.spaces.section import LOCK as SPACES_LOCK

IMAGE = "public.ecr.aws/sagemaker/sagemaker-distribution:3.4.2-cpu"
LMI = "763104351884.dkr.ecr.us-east-1.amazonaws.com/djl-inference:0.36-lmi28.0.0-cu130-v1"
LOCK = read_image_lock(platform_app.IMAGE_LOCK) | SPACES_LOCK
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"
NETWORK = {
    "vpc": {"cidr": "10.0.0.0/16", "zones": 2, "nat": "one", "cluster_cidrs": ["100.64.0.0/16", "100.65.0.0/16"]}
}
SPACES = {
    "version": "v0.2.1-eksbuild.1",
    "templates": [{"name": "lab", "display_name": "Lab", "image": IMAGE}],
    "teams": [{"name": "research", "principals": ["arn:aws:iam::111122223333:role/People"], "templates": ["lab"]}],
}
BUCKET = {"name": "models", "bucket": "example-models", "namespaces": ["default", "hyperpod-ns-research"]}
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


def test_a_bucket_for_a_team_with_a_share_is_accepted() -> None:
    assert problems(cluster={**LEAST, "s3": [BUCKET]}, governance={"teams": [{"name": "research"}]}) == []


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
            {"cluster": {**LEAST, "s3": [BUCKET]}, "governance": {"teams": [{"name": "vision"}]}},
            "governance: no team here has the namespace, which `cluster.s3.0.namespaces` names",
        ),
        (
            {"cluster": {**LEAST, "s3": [BUCKET]}},
            "governance: no team here has the namespace, which `cluster.s3.0.namespaces` names",
        ),
        (
            {"spaces": {**SPACES, "templates": [{**SPACES["templates"][0], "image": IMAGE.replace("3.4.2", "3.4.3")}]}},
            "spaces.templates.0.image: images.lock.yaml holds no digest for it",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(changes: dict[str, Any], said: str) -> None:
    assert any(problem.startswith(said) for problem in problems(**changes)), problems(**changes)


ENDPOINT = {
    "name": "chat",
    "model": {"source": "s3", "uri": "s3://example-models/chat/"},
    "image": LMI,
    "instances": ["ml.g6e.xlarge"],
    "gateway_model": "qwen",
}
PROJECT = {
    "task": "classification",
    "manifest": "s3://example-pictures/train.manifest",
    "references": ["s3://example-pictures/images/"],
}
CLAUDE = {
    "name": "claude",
    "deployments": [{"provider": "bedrock", "model": "anthropic.claude-opus-4-5-20251101-v1:0", "profile": "us"}],
}
GATEWAY: dict[str, Any] = {
    "exposure": "private",
    "domain": {"name": "gateway.example.com", "zone": "Z0123456789ABCDEFGHIJ", "certificate": CERTIFICATE},
    "clients": ["10.0.0.0/8"],
    "models": [CLAUDE],
}


def with_endpoint(*, gateway: dict[str, Any] | None = None, **endpoint: Any) -> dict[str, Any]:
    """The changes that leave nothing but endpoints and a gateway."""
    return {"cluster": None, "inference": {"endpoints": [{**ENDPOINT, **endpoint}]}, "gateway": gateway}


def environment(**changes: Any) -> Environment:
    fields = {key: value for key, value in {**FIELDS, **changes}.items() if value is not None}
    return Environment.model_validate_json(json.dumps(fields), context={"image_lock": LOCK})


def test_an_endpoint_is_a_model_of_the_gateway_that_teams_may_use() -> None:
    teams = [{"name": "research", "models": ["claude", "qwen"]}]
    found = environment(**with_endpoint(gateway={**GATEWAY, "teams": teams})).gateway
    assert found
    (deployment,) = {model.name: model.deployments for model in found.models}["qwen"]
    assert deployment.model_dump(include={"provider", "endpoint", "component"}) == {
        "provider": "sagemaker",
        "endpoint": "dev-chat",
        "component": None,
    }


def test_a_gateway_may_have_the_models_of_endpoints_alone() -> None:
    bare = {key: value for key, value in GATEWAY.items() if key != "models"}
    found = environment(**with_endpoint(gateway=bare, component={"gpus": 1, "memory_mib": 16384})).gateway
    assert found
    (model,) = found.models
    assert model.deployments[0].model_dump(include={"endpoint", "component"}) == {
        "endpoint": "dev-chat",
        "component": "dev-chat",
    }


def test_an_endpoint_without_a_name_for_the_gateway_is_none_of_its_models() -> None:
    found = environment(**with_endpoint(gateway=GATEWAY, gateway_model=None)).gateway
    assert found
    assert [model.name for model in found.models] == ["claude"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"network": None, **with_endpoint()}, "inference: containers have interfaces in the VPC"),
        (
            with_endpoint(image=LMI.replace("-v1", "-v2")),
            "inference.endpoints.0.image: images.lock.yaml",
        ),
        (
            with_endpoint(gateway={**GATEWAY, "models": [{**CLAUDE, "name": "qwen"}]}),
            "gateway.models.0.name: an endpoint of `inference` is offered by this name",
        ),
        (
            with_endpoint(gateway={**GATEWAY, "teams": [{"name": "research", "models": ["qwen-2"]}]}),
            "gateway.teams.0.models.0: ",
        ),
        (with_endpoint(gateway={**GATEWAY, "wrong": 1}), "gateway.wrong: Extra inputs"),
        (
            {**with_endpoint(name="cookies-defects"), "labeling": {"projects": {"cookies": PROJECT}}},
            "inference.endpoints.0.name: the endpoint of the project cookies of `labeling` has that name",
        ),
    ],
)
def test_what_endpoints_need_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    (problem,) = problems(**changes)
    assert problem.startswith(said), problem
