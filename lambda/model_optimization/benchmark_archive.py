"""The archive that an AIBenchmarkJob leaves: AIPerf's exports, one for each concurrency.

AIPerf keeps a sweep as `concurrency_4/profile_export_aiperf.json`, ..., and all of it once more as
`sweep_aggregate/profile_export_aiperf_sweep.json`, which AWS's own notebook reads; with one concurrency there is one
export. https://github.com/ai-dynamo/aiperf/blob/main/docs/api/sweep-aggregates.md
https://github.com/aws-samples/sagemaker-genai-hosting-examples/tree/main/03-features/gen-ai-inference-recommendations
"""

import json
import re
import tarfile
from collections.abc import Mapping
from typing import IO, Any, cast

from model_optimization.benchmark_formats import FormatError

EXPORT = "profile_export_aiperf.json"
SWEEP = "profile_export_aiperf_sweep.json"
LARGEST = 32 * 1024 * 1024
"""Bytes of one export; the raw records beside it, which are larger, are not read."""
_LEVEL = re.compile(r"(?:^|/)concurrency[_-](\d+)(?:/|$)")
_FLAT = re.compile(r"^(?P<metric>.+)_(?P<statistic>avg|p50|p95|p99)$")


def exports_of(archive: IO[bytes], *, concurrencies: tuple[int, ...]) -> dict[int, Mapping[str, Any]]:
    """Each concurrency's export.

    Raises:
        FormatError: it cannot be read, or a concurrency is missing.
    """
    exports: dict[int, Mapping[str, Any]] = {}
    sweep: dict[int, Mapping[str, Any]] = {}
    names: list[str] = []
    try:
        with tarfile.open(fileobj=archive, mode="r|gz") as tar:
            for member in tar:
                names.append(member.name)
                path = "/" + member.name
                if path.endswith(f"/{SWEEP}"):
                    sweep = _combinations(_json(tar, member))
                elif path.endswith(f"/{EXPORT}") and (level := _level(member.name, concurrencies)) is not None:
                    exports.setdefault(level, _json(tar, member))
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise FormatError(f"the archive cannot be read: {error}") from error
    found = sweep | exports
    if missing := [each for each in concurrencies if each not in found]:
        inside = ", ".join(names[:20]) or "nothing"
        raise FormatError(f"no result for concurrency {', '.join(map(str, missing))}; the archive has {inside}")
    return {each: found[each] for each in concurrencies}


def _level(name: str, concurrencies: tuple[int, ...]) -> int | None:
    if level := _LEVEL.search(name):
        return int(level[1])
    return concurrencies[0] if len(concurrencies) == 1 else None


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Mapping[str, Any]:
    stream = tar.extractfile(member)
    if stream is None or member.size > LARGEST:
        raise ValueError(f"{member.name} is no file, or larger than {LARGEST} bytes")
    found = json.loads(stream.read())
    if not isinstance(found, dict):
        raise ValueError(f"{member.name} is no JSON object")
    return cast("dict[str, Any]", found)


def _combinations(sweep: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    found: dict[int, Mapping[str, Any]] = {}
    for each in sweep.get("per_combination_metrics", []):
        levels = [value for key, value in each["parameters"].items() if key.split(".")[-1] == "concurrency"]
        if len(levels) == 1:
            found[int(levels[0])] = _metrics(each["metrics"])
    return found


def _metrics(metrics: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    # "time_to_first_token_p95": {"mean": 45.2} as the documentation has it, "time_to_first_token": {"mean": 18.3,
    # "p95": 45.2} as the notebook reads it.
    found: dict[str, dict[str, Any]] = {}
    for name, entry in metrics.items():
        flat = _FLAT.match(name)
        target = found.setdefault(flat["metric"] if flat else name, {})
        if "unit" in entry:
            target["unit"] = entry["unit"]
        if flat:
            target[flat["statistic"]] = entry.get("mean")
        else:
            target |= {"avg": entry.get("mean", entry.get("avg")), **{p: entry.get(p) for p in ("p50", "p95", "p99")}}
    return found
