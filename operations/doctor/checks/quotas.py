"""Whether the quotas hold what the file asks for."""

from collections.abc import Iterator

from operations.doctor import copies, quota_lookup
from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, unknown, warn
from operations.doctor.quota_demand import (
    Demand,
    cluster_demands,
    edge_demands,
    endpoint_demands,
    job_demands,
    summed,
)
from operations.doctor.quota_lookup import Quota, find_quota
from operations.doctor.reader import Reader, UnansweredError, each
from operations.doctor.sections.inference import Endpoint


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each quota: what the account has, beside what the sections need together."""
    demands = [*cluster_demands(facts), *edge_demands(facts), *job_demands(facts)]
    for field, endpoint in facts.endpoints:
        if not endpoint.types:
            yield _without_types(field, endpoint)
        try:
            demands += endpoint_demands(endpoint, field, reader)
        except UnansweredError as error:
            yield error.about(field)
    wanted = [demand for demand in summed(demands) if demand.most]
    yield from each(wanted, lambda demand: demand.name, lambda demand: _judged(demand, find_quota(demand, reader)))


def _without_types(field: str, endpoint: Endpoint) -> Finding:
    return unknown(field, f"its entry {endpoint.entry} is not known here", "say its `instances`")


def _judged(demand: Demand, quota: Quota | None) -> Iterator[Finding]:
    needed = f"{', '.join(demand.fields)} need{'s' if len(demand.fields) == 1 else ''} {demand.start:,} at first"
    needed = needed.removesuffix(" at first") if demand.most == demand.start else f"{needed} and up to {demand.most:,}"
    if quota is None:
        reason = f"{demand.region} lists no such quota; {needed}"
        yield unknown(demand.name, reason, "see whether the Region has the instance type at all")
        return
    has = f"{quota.code} is {quota.value:,.0f}{' by default' if quota.default else ''} in {demand.region}; {needed}"
    if quota.value >= demand.most:
        yield ok(demand.name, has)
    elif quota.value >= demand.start or demand.spare:
        yield warn(demand.name, has, _raise(demand, quota))
    else:
        yield fail(demand.name, has, _raise(demand, quota))


def _raise(demand: Demand, quota: Quota) -> str:
    if not quota.adjustable:
        return "it cannot be raised: ask for less, or ask AWS Support"
    return (
        f"aws service-quotas request-service-quota-increase --service-code {demand.service} --quota-code {quota.code} "
        f"--desired-value {demand.most} --region {demand.region}"
    )


CHECK = Check(
    name="quotas",
    asks="Do the quotas hold what is asked for?",
    reads=(*quota_lookup.READS, copies.READ),
    run=run,
)
