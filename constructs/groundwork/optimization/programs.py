"""What runs in containers of its own for a job: import, conversion, benchmark."""

import json
import tempfile
from pathlib import Path
from typing import Any

from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from groundwork.optimization.job_settings import JobSettings
from groundwork.optimization.package import CONVERTER_FOLDER, FUNCTION_FOLDER, program_package
from groundwork.optimization.source_settings import CapturedData

BENCHMARK_FOLDER = "endpoint_benchmark"


def programs(scope: Construct, settings: JobSettings, *, measured: bool) -> dict[str, assets.Asset]:
    """The code that the job's containers need, and the converter's settings.

    Args:
        measured: whether an endpoint is measured by AIPerf.
    """
    found: dict[str, assets.Asset] = {}
    if settings.model.hub:
        found["Import"] = assets.Asset(scope, "Import", path=str(program_package(FUNCTION_FOLDER)))
    if captured := settings.captured:
        found["Converter"] = assets.Asset(scope, "Converter", path=str(program_package(CONVERTER_FOLDER)))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "settings.json"
            file.write_text(json.dumps(converter_settings(captured), sort_keys=True), encoding="utf-8")
            # Copied while this is made.
            found["ConverterSettings"] = assets.Asset(scope, "ConverterSettings", path=str(file))
    if measured:
        found["Benchmark"] = assets.Asset(scope, "Benchmark", path=str(program_package(BENCHMARK_FOLDER)))
    return found


def converter_settings(captured: CapturedData) -> dict[str, Any]:
    """As lambda/capture_converter reads them."""
    return {"format": captured.format, "rules": dict(captured.rules)}
