"""Finds one price in the AWS Price List by GetProducts.

The API and the shape of its answers:
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html (read 2026-11-23)
"""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError
from tenacity import RetryError, Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from operations.errors import OperationError
from review.cost.price_list import GLOBAL, Item

ENDPOINT = "us-east-1"
"""One of the few Regions that answer for all."""
# In front of a usage type: USE1-, EU-, us-east-1-. What else ends alike is another product: Lambda-Edge-Request is none
# of Lambda's requests, and USE1-ReservedCluster:ml.g5.8xlarge no node on demand.
_REGION = re.compile(r"^(?:[A-Z]{2,4}\d*|[a-z]{2}(?:-[a-z]+)+-\d)-")
_ATTEMPTS = 6
_TRIED_AGAIN = ("ThrottlingException", "InternalErrorException")


class NoPriceError(Exception):
    """The price list has no such price, or several; the text says which."""


def find_price(item: Item, region: str, client: Any, *, wait: Any = None) -> tuple[str, float]:
    """The unit and USD of the first tier.

    Args:
        wait: between attempts, where AWS throttles; at most about a minute in all by default.

    Raises:
        NoPriceError: there is none, or more than one.
        OperationError: AWS could not be asked.
    """
    found = {
        price
        for product in _products(item, region, client, wait or wait_exponential(max=20))
        for price in _on_demand(product)
    }
    if not found:
        raise NoPriceError("the price list has none")
    if len(found) > 1:
        several = ", ".join(f"{usd:g} a {unit}" for unit, usd in sorted(found))
        raise NoPriceError(f"the price list has several: {several}")
    return found.pop()


def _products(item: Item, region: str, client: Any, wait: Any) -> Iterator[dict[str, Any]]:
    wanted = [("usagetype", "CONTAINS", item.usage), *((name, "EQUALS", value) for name, value in item.where)]
    if region != GLOBAL:
        wanted.append(("regionCode", "EQUALS", region))
    filters = [{"Field": field, "Type": kind, "Value": value} for field, kind, value in wanted]
    request: dict[str, Any] = {"ServiceCode": item.service, "Filters": filters, "FormatVersion": "aws_v1"}
    while True:
        page = _asked(client, request, wait)
        for text in page.get("PriceList", ()):
            product = cast("dict[str, Any]", json.loads(text))
            usage = str(product["product"]["attributes"].get("usagetype", ""))
            if _REGION.sub("", usage) == item.usage or usage == item.usage:
                yield product
        if not (token := page.get("NextToken")):
            return
        request["NextToken"] = token


def _asked(client: Any, request: dict[str, Any], wait: Any) -> dict[str, Any]:
    attempts = Retrying(retry=retry_if_exception(_is_passing), wait=wait, stop=stop_after_attempt(_ATTEMPTS))
    try:
        return attempts(client.get_products, **request)
    except RetryError:
        raise OperationError("The AWS Price List throttles, or fails, for too long: try again later.") from None
    except (BotoCoreError, ClientError) as error:
        raise OperationError(f"The AWS Price List cannot be asked: {error}. It needs pricing:GetProducts.") from None


def _is_passing(error: BaseException) -> bool:
    response = cast("dict[str, Any]", getattr(error, "response", {}))
    return response.get("Error", {}).get("Code") in _TRIED_AGAIN


def _on_demand(product: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """(unit, USD) of each first tier; a line that costs nothing stands for a free tier or a reservation."""
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term["priceDimensions"].values():
            usd = float(dimension["pricePerUnit"].get("USD", 0))
            if float(dimension.get("beginRange") or 0) == 0 and usd:
                yield str(dimension["unit"]), usd
