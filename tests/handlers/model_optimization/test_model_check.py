"""What is found wrong with a model before a job begins."""

from typing import Any

import pytest

from model_optimization.model_check import check_head, check_model
from model_optimization.outcome import StepFailedError
from tests.handlers.model_optimization.objects_in_s3 import ObjectsInS3

URI = "s3://example-models/chat/"
METHODS = {"Qwen3ForCausalLM": "eagle3", "LlamaForCausalLM": "eagle3"}
FILES: dict[str, Any] = {
    "config__json": {"architectures": ["Qwen3ForCausalLM"]},
    "tokenizer_config__json": {},
    "tokenizer__json": {},
    "model__safetensors": b"weights",
}


def bucket(**changes: Any) -> ObjectsInS3:
    found = ObjectsInS3()
    found.put(URI, **{name: content for name, content in {**FILES, **changes}.items() if content is not None})
    return found


def refused(found: ObjectsInS3) -> str:
    with pytest.raises(StepFailedError) as error:
        check_model(found.client(), URI, methods=METHODS)
    return str(error.value)


def test_a_whole_model_is_known_by_its_architecture_and_its_files() -> None:
    found = bucket()
    model = check_model(found.client(), URI, methods=METHODS)
    assert model.architecture == "Qwen3ForCausalLM"
    assert check_model(found.client(), URI, methods=METHODS) == model
    found.put(URI, model__safetensors=b"others")
    assert check_model(found.client(), URI, methods=METHODS).fingerprint != model.fingerprint


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("config__json", "no config.json"),
        ("tokenizer_config__json", "no tokenizer_config.json"),
        ("tokenizer__json", "no tokenizer.json or tokenizer.model or vocab.json"),
        ("model__safetensors", "no *.safetensors"),
    ],
)
def test_what_is_missing_is_named(missing: str, said: str) -> None:
    assert said in refused(bucket(**{missing: None}))


def test_pickled_weights_are_none() -> None:
    assert "no *.safetensors" in refused(bucket(model__safetensors=None, pytorch_model__bin=b"code"))


def test_a_shard_that_the_index_names_has_to_be_there() -> None:
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    shards = {"model-00001-of-00002__safetensors": b"1", "model__safetensors": None}
    found = bucket(model__safetensors__index__json=index, **shards)
    assert refused(found) == f"{URI} is not a whole model: there is no model-00002-of-00002.safetensors"
    found.put(URI, **{"model-00002-of-00002__safetensors": b"2"})
    check_model(found.client(), URI, methods=METHODS)


@pytest.mark.parametrize(
    ("config", "named"),
    [({"architectures": ["NemotronHForCausalLM"]}, "NemotronHForCausalLM"), ({}, "none"), ([], "none")],
)
def test_an_architecture_without_heads_is_refused_by_name(config: Any, named: str) -> None:
    said = f"no EAGLE head is trained for {named}, only for LlamaForCausalLM, Qwen3ForCausalLM"
    assert said in refused(bucket(config__json=config))


def test_a_configuration_that_is_no_json_or_far_too_large_is_refused() -> None:
    assert "config.json is no JSON" in refused(bucket(config__json=b"{"))
    assert "at most 8388608 are read" in refused(bucket(config__json=b" " * 8388609))


def test_a_head_has_a_configuration_and_weights() -> None:
    found = ObjectsInS3()
    found.put("s3://example-heads/chat/", config__json={}, model__safetensors=b"head")
    assert check_head(found.client(), "s3://example-heads/chat/")
    with pytest.raises(StepFailedError, match="is no head"):
        check_head(found.client(), "s3://example-heads/other/")
