"""How long EKS supports the cluster's Kubernetes, as EKS itself says today."""

from collections.abc import Iterator
from datetime import timedelta

from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, warn
from operations.doctor.reader import Read, Reader

_SUBJECT = "cluster.kubernetes.version"
_NOTICE = timedelta(days=90)


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for the version."""
    if not facts.environment.cluster:
        return
    version = facts.environment.cluster.kubernetes.version
    listed = reader.ask("eks", "DescribeClusterVersions", includeAll=True, clusterVersions=[version])["clusterVersions"]
    found = next((each for each in listed if each["clusterVersion"] == version), None)
    if found is None or found.get("versionStatus") == "UNSUPPORTED":
        yield fail(_SUBJECT, f"EKS of {facts.region} does not make clusters of {version}", "a newer version")
        return
    end = found["endOfStandardSupportDate"]
    if end <= facts.now or found.get("versionStatus") == "EXTENDED_SUPPORT":
        last = found.get("endOfExtendedSupportDate")
        until = f" until {last:%Y-%m-%d}" if last else ""
        reason = f"standard support of {version} ended on {end:%Y-%m-%d}; extended support{until} costs much more"
        yield warn(_SUBJECT, reason, "a newer version")
    elif end - facts.now < _NOTICE:
        days = (end - facts.now).days
        yield warn(
            _SUBJECT, f"standard support of {version} ends on {end:%Y-%m-%d}, in {days} days", "plan the upgrade"
        )
    else:
        yield ok(_SUBJECT, f"{version} is in standard support until {end:%Y-%m-%d}")


CHECK = Check(
    name="kubernetes-version",
    asks="How long does EKS support this Kubernetes?",
    reads=(Read(service="eks", operation="DescribeClusterVersions", action="eks:DescribeClusterVersions"),),
    run=run,
)
