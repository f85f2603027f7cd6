"""Which quotas an environment needs, and how much of each: summed over the sections of its file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil

from operations.doctor.copies import instances_for
from operations.doctor.environment import Facts
from operations.doctor.quota_codes import CODES
from operations.doctor.reader import Reader
from operations.doctor.sections.cluster import InstanceGroup
from operations.doctor.sections.inference import Endpoint

_HYPERPOD = "SageMaker HyperPod cluster"


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What one quota has to allow."""

    name: str
    """As AWS names the quota."""
    service: str = "sagemaker"
    region: str
    start: int
    """What a deployment takes."""
    most: int
    """What scaling or an update may take, at least `start`."""
    fields: tuple[str, ...]
    spare: bool = False
    """Whether something else is taken where this one is short: a second choice."""

    @property
    def code(self) -> str | None:
        """The quota's code, where it is known."""
        return CODES.get(self.name)


def summed(demands: Iterable[Demand]) -> list[Demand]:
    """One demand for each quota, in the order in which they were named."""
    found: dict[tuple[str, str, str], Demand] = {}
    for demand in demands:
        key = demand.service, demand.region, demand.name
        if before := found.get(key):
            demand = replace(
                before,
                start=before.start + demand.start,
                most=before.most + demand.most,
                fields=(*before.fields, *demand.fields),
                spare=before.spare and demand.spare,
            )
        found[key] = demand
    return list(found.values())


def cluster_demands(facts: Facts) -> Iterator[Demand]:
    """Nodes of the cluster: by type, in all, and the largest volume.

    Nodes of a training plan count too:
    https://docs.aws.amazon.com/sagemaker/latest/dg/training-plan-quotas.html (read 2026-11-23).
    """
    for field, group in facts.groups:
        spot = group.capacity == "spot"
        usage = "cluster spot instance usage" if spot else "cluster usage"
        yield _nodes(f"{group.type} for {usage}", group, field, facts)
        yield _nodes(f"Total number of instances allowed across {_HYPERPOD}s", group, field, facts)
        yield _nodes(f"Maximum number instances allowed per {_HYPERPOD}", group, field, facts)
        if spot:
            yield _nodes(f"Total number of Spot instances allowed across {_HYPERPOD}s", group, field, facts)
        if group.training_plan:
            name = f"Number of {group.type} instances in reserved capacity across training plans per Region"
            yield replace(_nodes(name, group, field, facts), spare=True)
    if facts.groups:
        field, largest = max(facts.groups, key=lambda each: each[1].ebs_gib)
        yield Demand(
            name=f"Maximum size of EBS volume in GB for a {_HYPERPOD} instance",
            region=facts.region,
            start=largest.ebs_gib,
            most=largest.ebs_gib,
            fields=(f"{field}.ebs_gib",),
        )


def _nodes(name: str, group: InstanceGroup, field: str, facts: Facts) -> Demand:
    return Demand(name=name, region=facts.region, start=group.min_nodes, most=group.max_nodes, fields=(field,))


def endpoint_demands(endpoint: Endpoint, field: str, reader: Reader) -> Iterator[Demand]:
    """Instances of an endpoint by type: the first type first, the others in its place.

    Raises:
        UnansweredError: how many copies an instance holds could not be asked.
    """
    start = instances_for(endpoint.count, endpoint, reader)
    most = instances_for(endpoint.most, endpoint, reader) + _surge(endpoint)
    for place, kind in enumerate(endpoint.types):
        name = f"{kind} for endpoint usage"
        yield Demand(
            name=name, region=reader.region, start=start, most=max(start, most), fields=(field,), spare=place > 0
        )


def _surge(endpoint: Endpoint) -> int:
    """Instances beside the old ones while an endpoint is updated: a batch, or a second fleet. Components are
    exchanged copy by copy, in room that scaling has counted."""
    if endpoint.component:
        return 0
    update = endpoint.update
    return ceil(endpoint.most * update.batch_percent / 100) if update and update.type == "rolling" else endpoint.most


def job_demands(facts: Facts) -> Iterator[Demand]:
    """Instances of optimization jobs, and of what prepares their input, if all ran at once.

    AWS does not say which quota a job counts against; it bills them as training, so a short one is a warning only.
    """
    optimization = facts.environment.optimization
    for field, job in facts.jobs:
        name = f"{job.instance} for training job usage"
        yield Demand(name=name, region=facts.region, start=0, most=job.max_instances, fields=(field,))
        if optimization and job.needs_processing:
            name = f"{optimization.processing_instance} for processing job usage"
            yield Demand(name=name, region=facts.region, start=0, most=1, fields=(field,))


def edge_demands(facts: Facts) -> Iterator[Demand]:
    """How long CloudFront may wait for an answer."""
    gateway = facts.environment.gateway
    if gateway and gateway.at_the_edge:
        seconds = gateway.origin_read_quota_seconds
        yield Demand(
            name="Response timeout per origin",
            service="cloudfront",
            region="us-east-1",
            start=seconds,
            most=seconds,
            fields=("gateway.origin_read_quota_seconds",),
        )
