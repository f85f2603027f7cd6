"""Weights and data sets in S3."""

from typing import Any

import pytest

from groundwork.inference.speculation import EAGLE_ARCHITECTURES
from operations.doctor.checks import model_weights, training_data
from operations.doctor.finding import Finding
from operations.doctor.training_line import problem_of
from tests.operations.doctor.account import ready
from tests.operations.doctor.aws import FakeAws, Refused
from tests.operations.doctor.world import facts, look, section, verdicts


def weights(answers: dict[str, Any], **sections: Any) -> list[Finding]:
    return look(model_weights.CHECK, FakeAws(ready() | answers), facts(**sections))


def listing(*names: str) -> dict[str, Any]:
    def answer(params: dict[str, Any]) -> dict[str, Any]:
        return {"Contents": [{"Key": params["Prefix"] + name, "Size": 60} for name in names]}

    return {"s3:ListObjectsV2": answer}


def config(text: bytes) -> dict[str, Any]:
    return {"s3:GetObject": {"Body": text}}


def job(**changes: Any) -> dict[str, Any]:
    return {"jobs": [section("optimization")["jobs"][0] | changes]}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (listing("model.safetensors"), "no config.json"),
        (listing("config.json"), "no *.safetensors"),
        (listing(), "no config.json, *.safetensors"),
        (listing("config.json", "draft/model.safetensors"), "no *.safetensors"),
        ({"s3:HeadBucket": {"BucketRegion": "eu-west-1"}}, "is in eu-west-1"),
        ({"s3:HeadBucket": Refused("404", status=404)}, "no bucket"),
        (config(b"<html>"), "no JSON object"),
        (config(b'{"architectures": ["MambaForCausalLM"]}'), "no EAGLE head for MambaForCausalLM"),
    ],
)
def test_weights_that_a_job_cannot_train_for_fail(answers: dict[str, Any], words: str) -> None:
    (found,) = weights(answers, inference=None)
    assert (found.verdict, words in found.reason) == ("fail", True)


def test_another_architecture_than_the_file_says_fails() -> None:
    (found,) = weights(config(b'{"architectures": ["LlamaForCausalLM"]}'), optimization=None)
    assert (found.verdict, found.reason) == ("fail", "it is a LlamaForCausalLM, and the file says Qwen3ForCausalLM")


def test_a_config_without_an_architecture_warns() -> None:
    (found,) = weights(config(b"{}"), optimization=None)
    assert found.verdict == "warn"


def test_the_head_of_speculation_lies_below_the_model() -> None:
    endpoint = section("inference")["endpoints"][0] | {"speculation": {"draft": "head"}}
    answers = listing("config.json", "model.safetensors", "head/config.json")
    (found,) = weights(answers, inference={"endpoints": [endpoint]}, optimization=None)
    assert (found.verdict, "no head/*.safetensors" in found.reason) == ("fail", True)


def test_weights_that_a_job_imports_need_not_be_there_yet() -> None:
    hub = {"repository": "Qwen/Qwen3-32B"}
    (found,) = weights(listing(), inference=None, optimization=job(model={"uri": "s3://models/qwen/", "hub": hub}))
    assert found.verdict == "ok"


def test_a_head_that_is_trained_further_has_its_own_architecture() -> None:
    answers = config(b'{"architectures": ["LlamaForCausalLMEagle3"]}')
    found = weights(answers, inference=None, optimization=job(head={"uri": "s3://models/head/"}))
    assert found[1].verdict == "ok"


def test_a_denied_key_is_named() -> None:
    message = "User: x is not authorized to perform: kms:Decrypt on resource: y"
    (found,) = weights({"s3:GetObject": Refused("AccessDenied", message, 403)}, inference=None)
    assert (found.verdict, found.reason) == ("unknown", "kms:Decrypt is denied in us-east-1")


def test_heads_are_trained_for_what_the_files_may_name() -> None:
    assert set(EAGLE_ARCHITECTURES) == model_weights.EAGLE


def data(body: bytes, *, size: int | None = None, form: str = "sharegpt") -> Finding:
    listed = {"Contents": [{"Key": "train/a.jsonl", "Size": len(body) if size is None else size}]}
    answers = {"s3:ListObjectsV2": listed, "s3:GetObject": {"Body": body}}
    given = job(data={"source": "s3", "uri": "s3://data/train/", "format": form})
    (found,) = look(training_data.CHECK, FakeAws(ready() | answers), facts(optimization=given))
    return found


GOOD = b'{"conversations": [{"from": "human", "value": "hi"}]}'


def test_the_first_bad_line_is_named_by_file_and_number() -> None:
    found = data(GOOD + b"\n\n{broken\n")
    assert (found.verdict, found.reason) == ("fail", "a.jsonl:3 is no JSON")


def test_a_line_that_is_cut_off_is_not_judged() -> None:
    assert data(GOOD + b"\n{cut", size=1_000_000).verdict == "ok"
    assert data(GOOD + b"\n{cut").verdict == "fail"


def test_a_first_line_that_does_not_end_is_unknown() -> None:
    assert data(b"{" + b" " * 100, size=1_000_000).verdict == "unknown"


def test_an_empty_prefix_fails() -> None:
    assert data(b"").verdict == "fail"


def test_only_the_head_of_the_file_is_asked_for() -> None:
    aws = FakeAws(ready())
    look(training_data.CHECK, aws, facts())
    ranges = [params["Range"] for operation, params, _ in aws.calls if operation == "s3:GetObject"]
    assert ranges == ["bytes=0-65535"]


def test_what_an_endpoint_captures_is_not_there_yet() -> None:
    given = job(data={"source": "capture", "endpoint": "chat"})
    assert look(training_data.CHECK, FakeAws(ready()), facts(optimization=given)) == []


@pytest.mark.parametrize(
    ("line", "form", "problem"),
    [
        (GOOD, "sharegpt", None),
        (GOOD, None, None),
        (GOOD, "openai_chat", "has no turns in `messages`"),
        (b'{"messages": [{"role": "user", "content": "hi"}]}', "openai_chat", None),
        (b'{"messages": [{"role": "assistant", "tool_calls": []}]}', "openai_chat", None),
        (b'{"messages": [{"role": "user"}]}', "openai_chat", "has a turn in `messages` without `role` and `content`"),
        (b'{"messages": []}', "openai_chat", "has no turns in `messages`"),
        (b'{"prompt": "a", "completion": "b"}', "openai_completions", None),
        (b'{"prompt": "a"}', "openai_completions", "has no text in `completion`"),
        (b"[]", "sharegpt", "is no object"),
        (b"{}", None, "is none of sharegpt, openai_chat, openai_completions"),
        (b"\xff", None, "is no JSON"),
        (b"[" * 100_000, None, "is no JSON"),
    ],
)
def test_a_line_has_the_shape_of_its_format(line: bytes, form: str | None, problem: str | None) -> None:
    assert problem_of(line, form=form) == problem


def test_an_account_that_is_ready_has_both() -> None:
    assert verdicts(weights({})) == ["ok", "ok"]
