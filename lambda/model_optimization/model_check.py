"""Whether a prefix holds a model that SageMaker trains EAGLE heads for, before a job that costs money begins.

Files: what AWS's sample brings to the prefix (03-features/speculative-decoding of
https://github.com/aws-samples/sagemaker-genai-hosting-examples). Weights that Python's pickle reads are no such files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from capture_converter.s3 import S3Store
from capture_converter.store import StoredFile
from model_optimization.objects import fingerprint, read_json, split
from model_optimization.outcome import StepFailedError

MOST_FILES = 5000
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")
_INDEX = "model.safetensors.index.json"


@dataclass(frozen=True, kw_only=True)
class CheckedModel:
    """What was found."""

    architecture: str
    fingerprint: str
    """Changes with the files."""


def store_of(s3: Any, uri: str) -> S3Store:
    """What lies below a prefix."""
    bucket, prefix = split(uri)
    return S3Store(s3, bucket=bucket, prefix=prefix.rstrip("/"))


def check_model(s3: Any, uri: str, *, methods: Mapping[str, str]) -> CheckedModel:
    """Check the files of a model.

    Args:
        methods: by architecture that has heads.

    Raises:
        StepFailedError: says what is missing, or which architecture it is instead.
    """
    files = _listed(s3, uri)
    names = {file.name for file in files}
    missing = [name for name in ("config.json", "tokenizer_config.json") if name not in names]
    if not names & set(_TOKENIZERS):
        missing.append(" or ".join(_TOKENIZERS))
    missing += _missing_weights(s3, uri, names)
    if missing:
        raise StepFailedError(f"{uri} is not a whole model: there is no {', no '.join(missing)}")
    return CheckedModel(architecture=_architecture(s3, uri, methods), fingerprint=fingerprint(files))


def check_head(s3: Any, uri: str) -> str:
    """Check the files of a head; its fingerprint.

    Raises:
        StepFailedError: something is missing.
    """
    files = _listed(s3, uri)
    names = {file.name for file in files}
    if "config.json" not in names or not any(name.endswith(".safetensors") for name in names):
        raise StepFailedError(f"{uri} is no head: config.json and a .safetensors file are needed")
    return fingerprint(files)


def _listed(s3: Any, uri: str) -> list[StoredFile]:
    files: list[StoredFile] = []
    for file in store_of(s3, uri).list():
        files.append(file)
        if len(files) > MOST_FILES:
            raise StepFailedError(f"{uri} has more than {MOST_FILES} files: give the prefix of one model")
    return files


def _missing_weights(s3: Any, uri: str, names: set[str]) -> list[str]:
    if _INDEX in names:
        index = cast("dict[str, Any]", read_json(s3, uri + _INDEX) or {})
        shards = {str(shard) for shard in dict(index.get("weight_map", {})).values()}
        return sorted(shards - names) if shards else [f"weight_map in {_INDEX}"]
    return [] if any(name.endswith(".safetensors") for name in names) else ["*.safetensors"]


def _architecture(s3: Any, uri: str, methods: Mapping[str, str]) -> str:
    config: Any = read_json(s3, f"{uri}config.json")
    found: Any = cast("dict[str, Any]", config).get("architectures") if isinstance(config, dict) else None
    named = str(cast("list[Any]", found)[0]) if isinstance(found, list) and found else "none"
    if named not in methods:
        allowed = ", ".join(sorted(methods))
        raise StepFailedError(f"{uri}config.json: no EAGLE head is trained for {named}, only for {allowed}")
    return named
