"""AIPerf, run once for each concurrency.

Its options: https://github.com/ai-dynamo/aiperf/blob/main/docs/cli-options.md
"""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

EXPORT = "profile_export_aiperf.json"
BUILTIN = "builtin"
"""AIPerf's own tokenizer, which needs no network."""


class BenchmarkError(Exception):
    """A run that gave no result."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is asked of the endpoint at each concurrency."""

    requests: int
    warmup_requests: int
    input_tokens: int
    """Of a made-up prompt; without meaning where there are prompts of one's own."""
    output_tokens: int
    tokenizer: str
    seed: int
    prompts: Path | None
    """A file with `{"text": ...}` a line."""
    timeout: float
    """Seconds for one concurrency."""


def command(load: Load, *, url: str, concurrency: int, artifacts: Path) -> list[str]:
    """The program with its arguments."""
    options: dict[str, object] = {
        "--model": "endpoint",
        "--url": url,
        "--endpoint-type": "chat",
        "--concurrency": concurrency,
        "--request-count": load.requests,
        "--output-tokens-mean": load.output_tokens,
        "--output-tokens-stddev": 0,
        "--tokenizer": load.tokenizer,
        "--random-seed": load.seed,
        "--artifact-dir": artifacts,
        "--ui": "none",
    }
    if load.warmup_requests:
        options["--warmup-request-count"] = load.warmup_requests
    if load.prompts:
        options |= {"--input-file": load.prompts, "--custom-dataset-type": "single_turn"}
    else:
        options |= {
            "--synthetic-input-tokens-mean": load.input_tokens,
            "--synthetic-input-tokens-stddev": 0,
            # Answers of one length: both sides of a comparison do the same work.
            "--extra-inputs": "ignore_eos:true",
        }
    flat = [str(part) for option in options.items() for part in option]
    # Tokens are counted by the endpoint itself, in its own words.
    return ["aiperf", "profile", "--streaming", "--use-server-token-count", *flat]


def run(load: Load, *, url: str, concurrency: int, output: Path) -> Path:
    """Measure one concurrency; only the totals are kept, neither prompts nor answers.

    Returns:
        `concurrency-<n>/profile_export_aiperf.json` below the output.

    Raises:
        BenchmarkError: AIPerf failed, took too long or left no result.
    """
    environment = dict(os.environ)
    if load.tokenizer == BUILTIN:
        environment["HF_HUB_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory() as scratch:
        artifacts = Path(scratch)
        line = command(load, url=url, concurrency=concurrency, artifacts=artifacts)
        try:
            code = subprocess.run(line, env=environment, timeout=load.timeout, check=False).returncode
        except FileNotFoundError as error:
            raise BenchmarkError("the image has no program named aiperf") from error
        except subprocess.TimeoutExpired as error:
            raise BenchmarkError(f"concurrency {concurrency}: not done after {load.timeout:.0f} seconds") from error
        if code:
            raise BenchmarkError(f"concurrency {concurrency}: aiperf ended with {code}; its log says why")
        exports = sorted(artifacts.rglob(EXPORT))
        if len(exports) != 1:
            raise BenchmarkError(f"concurrency {concurrency}: aiperf left {len(exports)} files {EXPORT}, not one")
        target = output / f"concurrency-{concurrency}" / EXPORT
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(exports[0], target)
    return target
