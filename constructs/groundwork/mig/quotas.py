"""The partition types that a team's compute quota can name."""

from collections.abc import Iterable, Iterator

from groundwork.settings import Refusal

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AcceleratorPartitionConfig.html (read 2026-11-23).
# A test compares it with botocore's model, so it cannot age unnoticed.
QUOTA_TYPES = tuple(
    f"mig-{profile}"
    for profile in """
    1g.5gb 1g.10gb 1g.18gb 1g.20gb 1g.23gb 1g.35gb 1g.45gb 1g.47gb 2g.10gb 2g.20gb 2g.35gb 2g.45gb 2g.47gb
    3g.20gb 3g.40gb 3g.71gb 3g.90gb 3g.93gb 4g.20gb 4g.40gb 4g.71gb 4g.90gb 4g.93gb
    7g.40gb 7g.80gb 7g.141gb 7g.180gb 7g.186gb
    """.split()
)


def quota_type(profile: str) -> str:
    """`1g.10gb` as the API calls it: `mig-1g.10gb`."""
    return f"mig-{profile}"


def refusals_of_quota(profiles: Iterable[str], *, at: tuple[str | int, ...] = ()) -> Iterator[Refusal]:
    """Why a team's quota cannot count these partitions: the API has no name for them.

    Partitions of a B300 are such; they can be used, and no quota limits them. Quotas there count whole GPUs.

    Args:
        at: the field that holds them by profile.
    """
    for profile in profiles:
        if quota_type(profile) not in QUOTA_TYPES:
            reason = f"SageMaker's quotas have no type {quota_type(profile)}: partitions of this GPU cannot be counted"
            allowed = "whole accelerators or instances of this type; or one of " + ", ".join(QUOTA_TYPES)
            yield Refusal(reason=reason, allowed=allowed, at=(*at, profile), value=profile)
