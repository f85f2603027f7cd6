"""One job with the buckets, images, programs and endpoints that it works with."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets

from groundwork.images import ImageLock
from groundwork.optimization.endpoint_reference import EndpointReference
from groundwork.optimization.job_settings import JobSettings
from groundwork.optimization.programs import converter_settings
from groundwork.optimization.settings import OptimizationSettings
from groundwork.optimization.source_settings import BUILT_IN_RULES, CapturedData, StoredData


@dataclass(frozen=True, kw_only=True)
class JobPlan:
    """Prefixes are S3 URIs that end with a slash."""

    name: str
    """With the environment's: `prod-chat`."""
    settings: JobSettings
    section: OptimizationSettings
    results: s3.IBucket
    training_data: s3.IBucket | None
    """What was converted; encrypted with S3's own key, as SageMaker asks for."""
    bucket_key: kms.IKey
    """What `results` encrypts with where nobody names another key."""
    key: kms.IKey
    """Of this job: encrypts head, measurements and volumes."""
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    """Of its containers, by id."""
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
    def _conversion(self) -> str:
        assert self.settings.captured
        return f"{self.name}/{conversion_digest(self.settings.captured)}/"

    @property
    def converted_uri(self) -> str:
        assert self.training_data  # made for every job with a capture
        return f"s3://{self.training_data.bucket_name}/{self._conversion}"

    @property
    def conversion_state_uri(self) -> str:
        """What is converted already; apart from the examples, as those are deleted after some time."""
        assert self.training_data
        return f"s3://{self.training_data.bucket_name}/state/{self._conversion}"

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
        if self.settings.prompts:
            return self.settings.prompts.uri
        return f"{self.converted_uri}validation/" if self.settings.captured else None

    @property
    def prompts_key(self) -> str | None:
        return self.settings.prompts.key if self.settings.prompts else None

    @cached_property
    def image(self) -> str | None:
        """The server that the head is packaged with, by digest; None: the one that the job recommends."""
        endpoint = self.target.settings.server if self.target else None
        image = self.settings.image or endpoint
        return image.pinned(self.image_lock) if image else None

    @property
    def program_images(self) -> Iterator[str]:
        if self.section.image and self.settings.needs_processing:
            yield self.section.image.root
        if self.section.benchmark.image and self.target:
            yield self.section.benchmark.image.root


def conversion_digest(captured: CapturedData) -> str:
    """Part of the prefix: other settings give other examples, which must not stand beside those of before."""
    given = {**converter_settings(captured), "redact": BUILT_IN_RULES}
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:8]
