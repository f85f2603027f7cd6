"""Until when each Kubernetes version is in EKS's standard support; afterwards a cluster costs several times as much.

Dates: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html and https://endoflife.date/amazon-eks
(read 2026-11-23). Versions: those that HyperPod takes
(https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from groundwork.settings import Refusal

END_OF_STANDARD_SUPPORT: dict[str, date] = {
    "1.30": date(2025, 7, 23),
    "1.31": date(2025, 11, 26),
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
}

NOTICE = timedelta(days=90)
"""How long before its end a version is warned about."""


def supported_versions(as_of: date) -> tuple[str, ...]:
    """The versions in standard support on a day, oldest first; the last day counts."""
    return tuple(version for version, end in END_OF_STANDARD_SUPPORT.items() if as_of <= end)


def refusals_of_version(version: str, *, as_of: date) -> Iterator[Refusal]:
    """Why a version cannot be used on a day."""
    allowed = ", ".join(supported_versions(as_of)) or f"none that is known on {as_of}: update this package"
    end = END_OF_STANDARD_SUPPORT.get(version)
    if end is None:
        yield Refusal(reason="not a version that HyperPod takes", allowed=allowed, value=version)
    elif as_of > end:
        yield Refusal(reason=f"its standard support ended on {end}", allowed=allowed, value=version)


def version_warning(version: str, *, as_of: date) -> str | None:
    """What to say of a version whose standard support ends within 90 days."""
    end = END_OF_STANDARD_SUPPORT[version]
    if end - as_of > NOTICE:
        return None
    return f"Standard support of Kubernetes {version} ends on {end}, in {(end - as_of).days} days; plan the upgrade."
