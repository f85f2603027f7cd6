"""What the other sections cannot give to an EAGLE job, and what is said about it."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from groundwork.inference.settings import InferenceSettings
from groundwork.network.settings import NetworkSettings
from groundwork.optimization.section_fit import gate_concurrency, refusals_of_optimization
from tests.optimization.optimization_app import ENVIRONMENT, INFERENCE, LMI, MODEL, SECTION
from tests.optimization.test_settings import CAPTURE, HUB, of_one, parsed

ROOT = Path(__file__).parents[2]


def _others(
    network: dict[str, Any] | None = None, endpoint: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    first, *rest = INFERENCE["endpoints"]
    inference = {"endpoints": [{**first, **(endpoint or {})}, *rest]}
    return {
        "network": NetworkSettings.model_validate_json(json.dumps(network or ENVIRONMENT["network"])),
        "inference": InferenceSettings.model_validate_json(json.dumps(inference)),
        **more,
    }


def _fit(changes: dict[str, Any], others: dict[str, Any], **section: Any) -> dict[str, str]:
    found = refusals_of_optimization(parsed(of_one(changes, **section)), others)
    return {".".join(map(str, refusal.at)): refusal.reason for refusal in found}


def test_the_section_of_the_tests_fits() -> None:
    assert list(refusals_of_optimization(parsed(SECTION), _others())) == []


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        ({"internet": "none", "vpc": {"cidr": "10.40.0.0/16"}}, "`network.internet` is none"),
        ({"vpc": {"cidr": "10.40.0.0/16"}}, "the private subnets have no way there"),
    ],
)
def test_a_model_of_the_hub_needs_a_way_to_the_internet(network: dict[str, Any], reason: str) -> None:
    found = _fit({"model": {**MODEL, "hub": HUB}}, _others(network))
    assert reason in found["jobs.0.model.hub"]
    assert _fit({}, _others(network)) == {}


@pytest.mark.parametrize(
    ("changes", "endpoint", "field", "reason"),
    [
        ({"endpoint": "chatter"}, {}, "endpoint", "not an endpoint of `inference`"),
        ({"data": {**CAPTURE, "endpoint": "chatter"}}, {}, "data.endpoint", "not an endpoint of `inference`"),
        ({"data": CAPTURE}, {"capture": None}, "data.endpoint", "the endpoint captures nothing"),
        ({"model": {"uri": "s3://example-models/chat-2/"}}, {}, "model.uri", "it serves s3://example-models/chat/"),
        ({}, {"component": {"gpus": 1, "memory_mib": 16384}, "capture": None}, "endpoint", "its component holds"),
        ({}, {"asynchronous": {}, "scaling": {"min": 0, "max": 1}}, "endpoint", "nobody waits for the first token"),
        ({}, {"model": {"source": "jumpstart", "uri": "s3://jumpstart-x/chat/", "licence_accepted": True}},
         "endpoint", "its weights are JumpStart's"),
        ({}, {"model": {"source": "s3", **MODEL, "architecture": "NemotronHForCausalLM"}},
         "endpoint", "no EAGLE head for its NemotronHForCausalLM"),
        ({}, {"image": LMI.replace("djl-inference", "huggingface-tgi"), "cuda": "cu128"}, "endpoint",
         "its server is not known to take a head: huggingface-tgi"),
        ({}, {"image": LMI.replace("cu128", "cpu"), "instances": ["ml.c6i.xlarge"]}, "endpoint", "made on GPUs"),
        ({"image": LMI.replace("lmi18", "lmi19")}, {}, "image", "the endpoint has another server"),
        ({}, {"scaling": {"max": 2, "concurrent_requests": 32}}, "gate.concurrency", "more than 16 requests at once"),
    ],
)  # fmt: skip
def test_an_endpoint_that_cannot_get_a_head_is_refused(
    changes: dict[str, Any], endpoint: dict[str, Any], field: str, reason: str
) -> None:
    found = _fit(changes, _others(endpoint=endpoint))
    assert list(found) == [f"jobs.0.{field}"]
    assert reason in found[f"jobs.0.{field}"]


PACKAGE = {"source": "package", "arn": "arn:aws:sagemaker:us-east-1:111122223333:model-package/chat/3"}


def _packaged(package: dict[str, Any]) -> dict[str, Any]:
    return _others(endpoint={"model": package, "image": None, "cuda": "cu128", "environment": {}})


def test_an_endpoint_that_serves_an_earlier_head_gets_another_for_the_same_model() -> None:
    found = _fit({}, _packaged(PACKAGE))
    assert found == {"jobs.0.endpoint": "nobody sees the weights of a Marketplace package"}
    own = {**PACKAGE, "weights": MODEL["uri"], "image": LMI}
    assert _fit({}, _packaged(own)) == {}
    found = _fit({}, _packaged({**own, "weights": "s3://example-models/other/"}))
    assert found["jobs.0.model.uri"].startswith("it serves s3://example-models/other/")
    found = _fit({}, _packaged({**own, "image": LMI.replace("djl-inference", "huggingface-tgi")}))
    assert found == {"jobs.0.endpoint": "its server is not known to take a head: huggingface-tgi"}


def test_lmi_cannot_be_measured_by_the_benchmark_job() -> None:
    found = _fit({}, _others(), benchmark={})
    assert found == {"jobs.0.endpoint": "SageMaker's own benchmark job does not read the streams of LMI"}


def test_jobs_need_a_network_and_say_nothing_of_sections_that_are_not_valid() -> None:
    assert _fit({}, {"network": None}) == {"": "jobs run in private subnets, and there are none"}
    assert _fit({"endpoint": "chatter"}, {}) == {}
    found = _fit({}, {"inference": None})
    assert found == {"jobs.0.endpoint": "not an endpoint of `inference`"}


@pytest.mark.parametrize(("scaling", "expected"), [(None, 8), (1, 1), (3, 4), (16, 16), (17, None)])
def test_the_gate_looks_at_the_workloads_own_concurrency(scaling: int | None, expected: int | None) -> None:
    scaled = {"scaling": {"max": 2, "concurrent_requests": scaling}} if scaling else {}
    endpoint = _others(endpoint=scaled)["inference"].all_endpoints[0]
    (settings,) = parsed(of_one({})).jobs
    assert gate_concurrency(settings, endpoint) == expected
    (settings,) = parsed(of_one({"gate": {"concurrency": 2}})).jobs
    assert gate_concurrency(settings, endpoint) == 2


def test_what_the_documentation_shows_is_accepted() -> None:
    blocks = re.findall(
        r"^ *```yaml\n(.*?)^ *```", (ROOT / "docs/optimization.md").read_text(), re.DOTALL | re.MULTILINE
    )
    sections: dict[str, Any] = {}
    for block in blocks:
        sections |= YAML(typ="safe").load(textwrap.dedent(block))
    section = parsed(sections["optimization"])
    assert list(section.refusals_in("us-east-1")) == []
    assert list(refusals_of_optimization(section, _others())) == []
    # The endpoint after a switch.
    after = {**_others(), "inference": InferenceSettings.model_validate_json(json.dumps(sections["inference"]))}
    assert list(after["inference"].refusals_in("us-east-1")) == []
    assert list(refusals_of_optimization(section, after)) == []
