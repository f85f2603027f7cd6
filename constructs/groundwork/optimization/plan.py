"""One job with the buckets, images, programs and endpoints that it works with."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from groundwork.images import ImageLock
from groundwork.optimization.endpoint_reference import EndpointReference
from groundwork.optimization.job_settings import JobSettings
from groundwork.optimization.package import CONVERTER_FOLDER, FUNCTION_FOLDER, program_package
from groundwork.optimization.settings import OptimizationSettings
from groundwork.optimization.source_settings import StoredData

BENCHMARK_FOLDER = "endpoint_benchmark"


@dataclass(frozen=True, kw_only=True)
class JobPlan:
    """Prefixes are S3 URIs that end with a slash."""

    name: str
    """With the environment's: `prod-chat`."""
    settings: JobSettings
    section: OptimizationSettings
    results: s3.IBucket
    """Encrypted with `key`."""
    training_data: s3.IBucket | None
    """What was converted; encrypted with S3's own key, as SageMaker asks for."""
    key: kms.IKey
    target: EndpointReference | None
    """That gets the head."""
    captures: EndpointReference | None
    """That is learned from."""
    image_lock: ImageLock
    programs: Mapping[str, assets.Asset]
    """Code and settings of what runs in containers of its own, by what it is."""

    @property
    def needs_processing(self) -> bool:
        return self.settings.needs_processing or self.target is not None

    @property
    def results_uri(self) -> str:
        return f"s3://{self.results.bucket_name}/{self.name}/"

    @property
    def benchmarks_uri(self) -> str:
        return f"{self.results_uri}benchmarks/"

    @property
    def converted_uri(self) -> str:
        assert self.training_data  # made for every job with a capture
        return f"s3://{self.training_data.bucket_name}/{self.name}/"

    @property
    def captures_uri(self) -> str:
        # Endpoints without a capture are refused.
        assert self.captures
        assert self.captures.data
        return f"s3://{self.captures.data}/captures/"

    @property
    def data_uri(self) -> str | None:
        """What the head learns from; None: SageMaker's own."""
        if isinstance(self.settings.data, StoredData):
            return self.settings.data.uri
        return f"{self.converted_uri}train/" if self.settings.captured else None

    @property
    def data_key(self) -> str | None:
        return self.settings.data.key if isinstance(self.settings.data, StoredData) else None

    @property
    def prompts_uri(self) -> str | None:
        """What the endpoint is measured with; None: made-up text."""
        if self.settings.prompts or not self.settings.captured:
            return self.settings.prompts
        return f"{self.converted_uri}validation/"

    @cached_property
    def image(self) -> str | None:
        """The server that the head is packaged with, by digest; None: the one that the job recommends."""
        endpoint = self.target.settings.image if self.target else None
        image = self.settings.image or endpoint
        return image.pinned(self.image_lock) if image else None

    @property
    def program_images(self) -> Iterator[str]:
        if self.section.image and self.settings.needs_processing:
            yield self.section.image.root
        if self.section.benchmark.image and self.target:
            yield self.section.benchmark.image.root


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
        given = {"format": captured.format, "rules": dict(captured.rules)}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "settings.json"
            file.write_text(json.dumps(given, sort_keys=True), encoding="utf-8")
            # Copied while this is made.
            found["ConverterSettings"] = assets.Asset(scope, "ConverterSettings", path=str(file))
    if measured:
        found["Benchmark"] = assets.Asset(scope, "Benchmark", path=str(program_package(BENCHMARK_FOLDER)))
    return found
