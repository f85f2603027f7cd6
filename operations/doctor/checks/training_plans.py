"""Whether capacity that was bought is there when it is needed: type, number, zone and days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from operations.doctor import zones
from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, unknown, warn
from operations.doctor.reader import Answer, Read, Reader, RefusedError, each
from operations.doctor.zones import Zone

_NOTICE = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class _Use:
    """What one plan is to give."""

    plan: str
    """Its ARN."""
    field: str
    type: str
    count: int
    target: str
    """As plans name it."""
    zone: int | str | None = None

    @property
    def subject(self) -> str:
        return f"{self.field} {self.plan.rpartition('/')[2]}"


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each use; several uses of one plan are added up."""
    uses = list(_uses(facts))
    taken: dict[str, int] = {}
    for use in uses:
        taken[use.plan] = taken.get(use.plan, 0) + use.count
    yield from each(uses, lambda use: use.subject, lambda use: _looked_up(use, taken[use.plan], facts, reader))


def _uses(facts: Facts) -> Iterator[_Use]:
    for field, group in facts.groups:
        if plan := group.training_plan:
            count = group.min_nodes
            yield _Use(plan=plan, field=field, type=group.type, count=count, target="hyperpod-cluster", zone=group.zone)
    for field, endpoint in facts.endpoints:
        if plan := endpoint.reservation:
            kind = next(iter(endpoint.types), "")
            yield _Use(plan=plan, field=field, type=kind, count=endpoint.count, target="endpoint")
    for field, job in facts.jobs:
        if plan := job.training_plan:
            yield _Use(plan=plan, field=field, type=job.instance, count=job.max_instances, target="training-job")


def _looked_up(use: _Use, count: int, facts: Facts, reader: Reader) -> Iterator[Finding]:
    if ":training-plan/" not in use.plan:
        yield unknown(use.subject, f"{use.plan} is not the ARN of a training plan", "look it up in the console")
        return
    region = use.plan.split(":")[3]
    if region != facts.region:
        yield fail(use.subject, f"the plan is of {region}", f"a plan of {facts.region}")
        return
    try:
        name = use.plan.rpartition("/")[2]
        plan = reader.ask("sagemaker", "DescribeTrainingPlan", TrainingPlanName=name)
    except RefusedError as error:
        if error.code not in ("ResourceNotFound", "ValidationException"):
            raise
        yield fail(use.subject, f"{region} has no such plan in this account", "correct the ARN")
        return
    problems = [*_state(use, plan, facts), *_capacity(use, plan, count), *_zone(use, plan, facts, reader)]
    yield from problems
    if not problems:
        yield ok(use.subject, f"{plan['Status']}, {plan.get('TotalInstanceCount', 0)} x {use.type}")


def _state(use: _Use, plan: Answer, facts: Facts) -> Iterator[Finding]:
    status, end = plan["Status"], plan.get("EndTime")
    if status in ("Expired", "Failed") or (end and end <= facts.now):
        ended = f" since {end:%Y-%m-%d}" if end else ""
        yield fail(use.subject, f"the plan is {status}{ended}", "another plan, or none: on-demand capacity")
    elif status == "Pending" or (status == "Scheduled" and use.target == "endpoint"):
        yield fail(
            use.subject, f"the plan is {status}, and cannot be used for {use.target} yet", "wait until it is Active"
        )
    elif status == "Scheduled":
        start = plan.get("StartTime")
        begins = f"begins on {start:%Y-%m-%d %H:%M} UTC" if start else "has not begun"
        yield warn(use.subject, f"the plan {begins}; nothing runs on it before", "deploy when it is Active")
    elif end and end - facts.now < _NOTICE:
        reason = f"the plan ends on {end:%Y-%m-%d %H:%M} UTC, and with it what runs on it"
        yield warn(use.subject, reason, "extend the plan, or have capacity to move to")
    targets = plan.get("TargetResources", [])
    if targets and use.target not in targets:
        yield fail(use.subject, f"the plan is for {', '.join(targets)}, not {use.target}", "a plan for that target")


def _capacity(use: _Use, plan: Answer, count: int) -> Iterator[Finding]:
    summaries = plan.get("ReservedCapacitySummaries", [])
    types = {summary["InstanceType"] for summary in summaries}
    if types and use.type not in types:
        yield fail(use.subject, f"the plan has {', '.join(sorted(types))}, not {use.type}", "the plan's own type")
    total = plan.get("TotalInstanceCount")
    if total is not None and total < count:
        reason = f"the plan has {total} instances, and {count} are to come from it"
        yield fail(use.subject, reason, f"at most {total} in all groups of the plan")
    elif (free := plan.get("AvailableInstanceCount")) is not None and free < count and plan["Status"] == "Active":
        busy = plan.get("InUseInstanceCount", 0)
        reason = f"{free} of the plan's instances are free and {busy} in use; {count} are to come from it"
        yield warn(use.subject, reason, "fine if those in use are this environment's own")


def _zone(use: _Use, plan: Answer, facts: Facts, reader: Reader) -> Iterator[Finding]:
    reserved = plan.get("ReservedCapacitySummaries", [])
    places = {s["AvailabilityZoneId"] for s in reserved if "AvailabilityZoneId" in s}
    if not places or use.target == "training-job":
        return
    known = zones.zones_of(reader)
    if use.target == "endpoint":
        ours: tuple[Zone, ...] = zones.private_zones(facts, known)
    else:
        ours = zones.zones_of_group(use.zone, zones.cluster_zones(facts, known))
    if not places & {zone.id for zone in ours}:
        where, own = ", ".join(sorted(places)), ", ".join(zone.id for zone in ours) or "none of the Region"
        yield fail(use.subject, f"the plan is in {where}, and the subnets are in {own}", f"a subnet in {where}")


CHECK = Check(
    name="training-plans",
    asks="Are the training plans active, and of this type, number and zone?",
    reads=(
        zones.READ,
        Read(service="sagemaker", operation="DescribeTrainingPlan", action="sagemaker:DescribeTrainingPlan"),
    ),
    run=run,
)
