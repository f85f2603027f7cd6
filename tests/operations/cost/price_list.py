"""Answers of the AWS Price List, in the shape that GetProducts gives them."""

import json
from typing import Any

from tests.operations.doctor.aws import Answer

# As AWS wrote it for a NAT gateway of us-east-1, without the attributes that nobody reads.
_TERM = "JRTCKXETXF"
_RATE = "6YS6EN2CT7"


def product(
    usage: str, usd: str, unit: str = "Hrs", *, tiers: tuple[str, ...] = ("0",), sku: str = "M2YSHUBETB3JX4M4"
) -> str:
    """One entry of PriceList: a text that holds JSON."""
    dimensions = {
        f"{sku}.{_TERM}.{_RATE}{index}": {
            "unit": unit,
            "beginRange": begin,
            "endRange": "Inf",
            "description": f"${usd} per {unit}",
            "appliesTo": [],
            "rateCode": f"{sku}.{_TERM}.{_RATE}{index}",
            "pricePerUnit": {"USD": usd if index == 0 else "0.0000000001"},
        }
        for index, begin in enumerate(tiers)
    }
    term = {
        "priceDimensions": dimensions,
        "sku": sku,
        "effectiveDate": "2026-11-01T00:00:00Z",
        "offerTermCode": _TERM,
        "termAttributes": {},
    }
    return json.dumps(
        {
            "product": {
                "productFamily": "NAT Gateway",
                "attributes": {"usagetype": usage, "regionCode": "us-east-1"},
                "sku": sku,
            },
            "serviceCode": "AmazonEC2",
            "terms": {"OnDemand": {f"{sku}.{_TERM}": term}},
            "version": "20261101000000",
            "publicationDate": "2026-11-01T00:00:00Z",
        }
    )


def page(*products: str, token: str | None = None) -> Answer:
    """One answer."""
    found: dict[str, Any] = {"FormatVersion": "aws_v1", "PriceList": list(products)}
    return found | ({"NextToken": token} if token else {})


def asked_for(params: dict[str, Any]) -> dict[str, str]:
    """The filters of a question, by field."""
    return {one["Field"]: one["Value"] for one in params["Filters"]}
