"""What a reader has to know before believing an estimate, in sentences."""

from review.cost.estimate import Estimate
from review.cost.price_list import HOME_REGION, HOURS_PER_MONTH

_NOT_COUNTED = (
    "Not counted: tokens of models, jobs that are started later (optimization, processing, labeling), data between "
    "zones and Regions, volumes that pods ask for, extended support of Kubernetes, rotated keys, taxes, discounts and "
    "free tiers."
)


def notes(estimate: Estimate) -> tuple[str, ...]:
    """Prices, their age and origin; assumptions; what is missing."""
    said = [f"List prices on demand, in USD, for a month of {HOURS_PER_MONTH} hours."]
    if estimate.oldest and estimate.newest:
        undated = f"; {estimate.undated} are not dated" if estimate.undated else ""
        said.append(f"The prices were read from {estimate.oldest} to {estimate.newest}{undated}.")
    if estimate.second_hand:
        said.append(
            f"{estimate.second_hand} prices were not read from the AWS Price List but from public cost models: "
            "python -m operations cost --refresh-prices reads them there."
        )
    if estimate.stand_ins:
        regions = ", ".join(estimate.stand_ins)
        said.append(f"Prices of {HOME_REGION} stand in for those of {regions}, which are not in the file.")
    if estimate.unpriced:
        said.append(f"No price here, and so in no sum: {len(estimate.unpriced)} (they are listed).")
    share = f"{estimate.usage.utilization:.0%}"
    said.append(f"What scales is at its most for {share} of the month, and at its least in the rest.")
    return (*said, _NOT_COUNTED)
