"""What a node costs by the hour, where a public price is known. Prices age: give your own for a decision.

None of them was read from the AWS Price List, which needs an account: they are list prices as public cost models state
them. `EC2` prices are no stand-in for those of HyperPod's `ml.` types, which are higher, so a type without a price of
its own has none here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Price:
    """A list price on demand."""

    usd_per_hour: float
    """For one node, in USD."""
    region: str
    as_of: str
    """When it was stated, as exactly as the source says."""
    source: str


NODE_PRICES: dict[str, Price] = {
    "ml.p4d.24xlarge": Price(
        usd_per_hour=25.2513,
        region="us-west-2",
        as_of="2026",
        source="public cost models; https://aws.amazon.com/sagemaker/pricing/ has the price of today",
    ),
    "ml.p5.48xlarge": Price(
        usd_per_hour=63.296,
        region="us-west-2",
        as_of="2026",
        source="public cost models; https://aws.amazon.com/sagemaker/pricing/ has the price of today",
    ),
}
"""By instance type. A type that is not here has no public price that is known."""
