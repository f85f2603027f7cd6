"""The prompts of a benchmark, out of a data set of conversations: what its first user message asks."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

from model_optimization.benchmark_s3 import split
from model_optimization.benchmark_setup import BenchmarkError

PROMPTS = "prompts.jsonl"


def prompts_of(lines: Iterable[bytes]) -> Iterator[bytes]:
    """One line of AIPerf's `single_turn` for each conversation; a line that has no question in text is left out.

    Args:
        lines: ShareGPT, OpenAI chat or OpenAI completions, as `docs/training-data.md` describes them.
    """
    for line in lines:
        try:
            found: Any = json.loads(line)
        except ValueError:
            continue
        text = _question(cast("dict[str, Any]", found)) if isinstance(found, dict) else None
        if text and text.strip():
            yield json.dumps({"text": text}).encode()


def store_prompts(s3: Any, *, source: str, target: str, limit: int) -> None:
    """Write the first prompts of a data set to `<target>prompts.jsonl`; no more is read than is needed.

    Raises:
        BenchmarkError: there is no prompt.
    """
    prompts = prompts_of(_lines(s3, source))
    chosen = [prompt for prompt, _ in zip(prompts, range(limit), strict=False)]
    if not chosen:
        raise BenchmarkError(f"{source}: no file .jsonl there has a conversation with a question in text")
    bucket, prefix = split(target)
    s3.put_object(Bucket=bucket, Key=f"{prefix}{PROMPTS}", Body=b"\n".join(chosen) + b"\n")


def _lines(s3: Any, source: str) -> Iterator[bytes]:
    bucket, prefix = split(source)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            if entry["Key"].endswith(".jsonl"):
                body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"]
                try:
                    yield from body.iter_lines(chunk_size=65536)
                finally:
                    body.close()


def _question(found: dict[str, Any]) -> str | None:
    if isinstance(found.get("prompt"), str):
        return found["prompt"]
    turns: Any = found.get("messages", found.get("conversations"))
    for turn in cast("list[Any]", turns) if isinstance(turns, list) else []:
        if isinstance(turn, dict):
            one = cast("dict[str, Any]", turn)
            asked, text = one.get("role", one.get("from")), one.get("content", one.get("value"))
            if asked in ("user", "human") and isinstance(text, str):
                return text
    return None
