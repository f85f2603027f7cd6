"""What an endpoint cannot be, and what is said about it."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from groundwork.inference.catalogue import CATALOGUE
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.settings import InferenceSettings
from groundwork.network.settings import NetworkSettings
from tests.inference.inference_app import (
    COMPONENT,
    CPU,
    ENTRIES,
    KEY,
    LMI,
    LMI_CUDA_13,
    PACKAGE,
    PLAN,
    SECTION,
    WEIGHTS,
    described,
    entry,
)

EAGLE = {**WEIGHTS, "architecture": "Qwen3ForCausalLM"}
PACKAGED = {"model": {"source": "package", "arn": PACKAGE}, "image": None, "cuda": "cu128"}
OWN_WEIGHTS = {"weights": "s3://example-models/chat/"}
ROLLING = {"type": "rolling"}


def refusals(section: dict[str, Any]) -> dict[str, str]:
    """The reasons by the field they are about."""
    with pytest.raises(ValidationError) as error:
        InferenceSettings.model_validate_json(json.dumps(section))
    return {".".join(map(str, e["loc"])): e.get("ctx", {}).get("reason", e["msg"]) for e in error.value.errors()}


def parsed(section: dict[str, Any]) -> InferenceSettings:
    return InferenceSettings.model_validate_json(json.dumps(section))


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"image": None}, "image", "without a server"),
        ({"image": CPU}, "cuda", "which CUDA the image has"),
        ({"cuda": "cu118"}, "cuda", "no AMI is known that runs cu118"),
        ({"image": LMI.replace("cu128", "cu140")}, "image", "no AMI is known that runs cu140"),
        ({"cuda": "cu121", "inference_ami": "al2-ami-sagemaker-inference-gpu-2-1", "instances": ["ml.g7e.2xlarge"]},
         "inference_ami", "driver does not run cu121"),
        ({"image": LMI_CUDA_13, "inference_ami": "al2-ami-sagemaker-inference-gpu-3-1"}, "inference_ami", "driver"),
        ({"instances": ["ml.c6i.xlarge"]}, "image", "no instance has a GPU"),
        ({"instances": ["ml.c6i.xlarge"], "image": CPU, "inference_ami": "al2-ami-sagemaker-inference-gpu-3-1"},
         "inference_ami", "a host for GPUs"),
        ({"instances": ["ml.inf2.xlarge"]}, "instances.0", "no type that endpoints are known to run on"),
        ({"instances": ["ml.g6e.xlarge", "ml.g6e.xlarge"]}, "instances.1", "named twice"),
        ({"instances": ["ml.g6e.xlarge", "ml.c6i.xlarge"]}, "instances", "types with GPUs and types without"),
        ({"instances": ["ml.g6e.xlarge", "ml.g6e.12xlarge"]}, "instances", "the same number of GPUs"),
        ({"reservation": PLAN}, "instances.0", "cannot be reserved"),
        ({"reservation": PLAN, "instances": ["ml.p5.4xlarge", "ml.p5.48xlarge"]}, "instances", "one type"),
        ({"reservation": PLAN, "instances": ["ml.p5.4xlarge"], "update": {"type": "blue-green"}},
         "update.type", "the reservation holds them once"),
        ({"reservation": PLAN, "instances": ["ml.p5.4xlarge"], "component": COMPONENT,
          "scaling": {"min": 0, "max": 1}}, "scaling.min", "paid while they stand still"),
        ({"component": {**COMPONENT, "gpus": 0}}, "component.gpus", "a copy without a GPU"),
        ({"component": {**COMPONENT, "gpus": 2}}, "component.gpus", "ml.g6e.xlarge has 1 GPUs"),
        ({"component": {**COMPONENT, "cpus": 8}}, "component.cpus", "has 4 vCPUs"),
        ({"component": {**COMPONENT, "memory_mib": 32768}}, "component.memory_mib", "its system needs some"),
        ({"component": COMPONENT, **PACKAGED}, "component", "brings its own container"),
        ({"component": COMPONENT, "capture": {"percent": 1}}, "component", "captures"),
        ({"component": COMPONENT, "asynchronous": {}}, "component", "has no components"),
        ({"component": COMPONENT, "update": {"type": "blue-green"}}, "update.type", "batch by batch"),
        ({"scaling": {"min": 0, "max": 2}}, "scaling.min", "only endpoints with a component"),
        ({"scaling": {"min": 3, "max": 2}}, "scaling.max", "below `min`, 3"),
        ({"scaling": {"min": 2, "max": 4}}, "count", "outside the bounds"),
        ({"update": ROLLING}, "update.type", "at most half of the instances, and there can be 1"),
        ({"update": ROLLING, "count": 2, "scaling": {"max": 4}}, "update.type", "there can be 1"),
        ({"update": {**ROLLING, "batch_percent": 60}}, "update.rolling.batch_percent", "less than or equal to 50"),
        ({"update": {"type": "blue-green", "shift": "all-at-once", "percent": 10}},
         "update.blue-green.percent", "all traffic shifts at once"),
        ({"update": {"type": "blue-green"}, **PACKAGED}, "update", "Marketplace containers"),
        ({"routing": {"strategy": "prefix-aware"}}, "routing.strategy", "one instance to choose from"),
        ({"routing": {"prefix_length": 2048}}, "routing.prefix_length", "only prefix-aware routing"),
        ({"asynchronous": {}, "gateway_model": "chat"}, "gateway_model", "the gateway waits"),
        ({"time_outs": {"startup": 3601}}, "time_outs.startup", "less than or equal to 3600"),
        ({**PACKAGED, "model": {**PACKAGED["model"], "image": LMI}}, "model.package.image", "weights and server"),
        ({**PACKAGED, "model": {**PACKAGED["model"], **OWN_WEIGHTS}}, "model.package.image", "weights and server"),
        ({**PACKAGED, "image": LMI}, "image", "brings its own image"),
        ({**PACKAGED, "environment": {"A": "b"}}, "environment", "brings its own variables"),
        ({"environment": {"HF_TOKEN": "x"}}, "environment.HF_TOKEN", "whoever may describe the model reads it"),
        ({"environment": {"OPTION_MODEL": "Qwen/Qwen3-32B"}}, "environment.OPTION_MODEL", "downloads nothing"),
        ({"environment": {"OPTION_TRUST_REMOTE_CODE": "true"}, "network_isolation": False},
         "network_isolation", "code that comes with weights"),
        ({"environment": {"OPTION_SPECULATIVE_CONFIG": "{}"}}, "environment.OPTION_SPECULATIVE_CONFIG", "written by"),
        ({"environment": {"OPTION_SERVED_MODEL_NAME": "x"}}, "environment.OPTION_SERVED_MODEL_NAME", "endpoint's name"),
        ({"environment": {"OPTION_SPECULATIVE_DRAFT_MODEL": "x"}},
         "environment.OPTION_SPECULATIVE_DRAFT_MODEL", "ignored by the server"),
        ({"speculation": {}}, "model.s3.architecture", "needed for `speculation`"),
        ({"speculation": {}, "model": {**WEIGHTS, "architecture": "NemotronHForCausalLM"}},
         "model.s3.architecture", "EAGLE does not know"),
        ({"speculation": {}, "model": EAGLE, "image": LMI.replace("djl-inference", "tgi")}, "image", "to speculate"),
        ({"speculation": {}, **PACKAGED}, "speculation", "below the model's own prefix"),
        ({"endpoint_config_name": "chat"}, "endpoint_config_name", "Extra inputs"),
        ({"model": {"source": "jumpstart", "uri": "s3://jumpstart-x/y/", "licence_accepted": False}},
         "model.jumpstart.licence_accepted", "not accepted"),
        ({"model": {"source": "jumpstart", "uri": "s3://other/y/", "licence_accepted": True}},
         "model.jumpstart.uri", "not a bucket of JumpStart"),
        ({"model": {"source": "s3", "uri": "s3://example-models/chat"}}, "model.s3.uri", "match pattern"),
    ],
)  # fmt: skip
def test_a_combination_that_cannot_be_is_refused_by_name(changes: dict[str, Any], field: str, reason: str) -> None:
    found = refusals({"endpoints": [described(**changes)]})
    assert reason in found.get(f"endpoints.0.{field}", f"nothing there, but {found}")


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"entry": "fara-7b", "image": CPU}, "image", "those of another server"),
        ({"model": {**WEIGHTS, "architecture": "LlamaForCausalLM"}}, "model.architecture", "of another"),
        ({"entry": "nemotron-elastic-9b"}, "model.provenance", "research and development only"),
        ({"instances": ["ml.inf2.xlarge"]}, "instances.0", "no type"),
        ({"update": ROLLING}, "update.type", "there can be 1"),
        ({"instances": ["ml.g6e.xlarge"]}, "instances.0", "has 1 GPUs, and the entry's variables spread"),
        ({"instances": ["ml.g6e.48xlarge"]}, "instances.0", "has 8 GPUs"),
        ({"instances": ["ml.g4dn.12xlarge"]}, "instances.0", "have 64 GiB, and the weights take 61.1"),
        ({"component": COMPONENT}, "component.gpus", "over another number"),
    ],
)  # fmt: skip
def test_an_entry_of_the_catalogue_is_refused_where_it_does_not_fit(
    changes: dict[str, Any], field: str, reason: str
) -> None:
    found = refusals({"catalogue": [{**entry("qwen3-32b"), "model": WEIGHTS, **changes}]})
    assert reason in found.get(f"catalogue.0.{field}", f"nothing there, but {found}")


def test_a_gated_model_needs_its_licence_and_a_pinned_revision() -> None:
    given = entry("nemotron-elastic-12b")
    given["model"]["provenance"]["licence_accepted"] = False
    assert "research" in refusals({"catalogue": [given]})["catalogue.0.model.provenance.licence_accepted"]
    given["model"]["provenance"]["revision"] = "main"
    assert "catalogue.0.model.provenance.revision" in refusals({"catalogue": [given]})


def test_names_are_given_once_over_both_lists() -> None:
    again = {**entry("smoke"), "name": "chat", "gateway_model": "a"}
    assert set(refusals({"endpoints": [described(), described()]})) == {"endpoints.1.name"}
    assert refusals({"endpoints": [described(gateway_model="a")], "catalogue": [again]}).keys() == {
        "catalogue.0.name",
        "catalogue.0.gateway_model",
    }
    assert "no endpoint at all" in refusals({})["catalogue"]


def test_an_endpoint_has_all_it_needs_in_its_own_region() -> None:
    section = parsed(
        {
            "endpoints": [
                described(
                    model={**WEIGHTS, "key": KEY}, instances=["ml.p5.4xlarge"], reservation=PLAN, component=COMPONENT
                ),
                described(name="public", image="ghcr.io/example/server:1.0-cu128"),
            ]
        }
    )
    found = {".".join(map(str, r.at)): r.reason for r in section.refusals_in("eu-west-3")}
    assert found.keys() == {
        "endpoints.0.component",
        "endpoints.0.reservation",
        "endpoints.0.model.key",
        "endpoints.0.image",
        "endpoints.1.image",
    }
    assert "private registries" in found["endpoints.1.image"]
    assert {".".join(map(str, r.at)) for r in section.refusals_in("us-east-1")} == {"endpoints.1.image"}


def test_a_closed_network_reaches_weights_of_the_account_alone() -> None:
    model = {"source": "jumpstart", "uri": "s3://jumpstart-cache-prod-us-east-1/chat/", "licence_accepted": True}
    section = parsed({"endpoints": [described(), described(name="hub", model=model)]})
    closed, opened = (
        NetworkSettings.model_validate_json(json.dumps({"vpc": {"cidr": "10.40.0.0/16"}, "internet": internet}))
        for internet in ("none", "open")
    )
    assert [refusal.at for refusal in section.refusals_with(closed)] == [("endpoints", 1, "model")]
    assert list(section.refusals_with(opened)) == []


def test_every_entry_of_the_catalogue_becomes_an_endpoint() -> None:
    assert ENTRIES.keys() == CATALOGUE.keys()
    for name, known in CATALOGUE.items():
        (endpoint,) = parsed({"catalogue": [entry(name)]}).all_endpoints
        assert (endpoint.instances, endpoint.speculation) == (known.instances, known.speculation)
        assert endpoint.network_isolation
        assert endpoint.on_gpu is (name != "smoke")


def test_an_entry_says_how_many_requests_scaling_aims_at_unless_the_file_does() -> None:
    scaling = {"min": 1, "max": 2}
    (known,) = parsed({"catalogue": [entry("qwen3-32b-eagle", scaling=scaling)]}).all_endpoints
    (said,) = parsed(
        {"catalogue": [entry("qwen3-32b-eagle", scaling={**scaling, "concurrent_requests": 8})]}
    ).all_endpoints
    assert known.scaling
    assert said.scaling
    assert (known.scaling.concurrent_requests, said.scaling.concurrent_requests) == (4, 8)


def test_a_section_can_be_written_out_and_read_again() -> None:
    section = parsed(SECTION)
    assert InferenceSettings.model_validate_json(section.model_dump_json()) == section


def test_copies_share_an_instance_as_far_as_it_goes() -> None:
    endpoint = EndpointSettings.model_validate_json(
        json.dumps(described(instances=["ml.g6e.12xlarge"], component={"gpus": 1, "memory_mib": 131072}))
    )
    assert endpoint.copies_per_instance == 2  # 384 GiB less the system's hold two copies of 128
    assert [endpoint.instances_for(copies) for copies in (1, 2, 3)] == [1, 1, 2]
