"""Finds a quota by its code, or by its name where the code is not known."""

from dataclasses import dataclass

from operations.doctor.quota_demand import Demand
from operations.doctor.reader import Answer, Read, Reader, RefusedError

_SERVICE = "service-quotas"
_PAGES = ("NextToken", "NextToken")

READS = tuple(
    Read(service=_SERVICE, operation=operation, action=f"servicequotas:{operation}")
    for operation in (
        "GetServiceQuota",
        "GetAWSDefaultServiceQuota",
        "ListServiceQuotas",
        "ListAWSDefaultServiceQuotas",
    )
)


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A quota as the account has it."""

    code: str
    value: float
    adjustable: bool
    default: bool
    """Whether nothing but AWS's default is known of it."""


def find_quota(demand: Demand, reader: Reader) -> Quota | None:
    """The quota of exactly that name; None where the Region has none.

    Raises:
        UnansweredError: as the reader does.
    """
    return (_by_code(demand, demand.code, reader) if demand.code else None) or _by_name(demand, reader)


def _by_code(demand: Demand, code: str, reader: Reader) -> Quota | None:
    # The applied value is there only where it was ever changed, or where the service reports it.
    for operation in ("GetServiceQuota", "GetAWSDefaultServiceQuota"):
        try:
            quota = reader.ask(_SERVICE, operation, region=demand.region, ServiceCode=demand.service, QuotaCode=code)[
                "Quota"
            ]
        except RefusedError as error:
            if error.code != "NoSuchResourceException":
                raise
            continue
        return _quota(quota, default="Default" in operation) if _named(quota, demand) else None
    return None


def _by_name(demand: Demand, reader: Reader) -> Quota | None:
    for operation in ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"):
        quotas = reader.ask_all(
            _SERVICE,
            operation,
            "Quotas",
            tokens=_PAGES,
            region=demand.region,
            ServiceCode=demand.service,
            MaxResults=100,
        )
        for quota in quotas:
            if _named(quota, demand):
                return _quota(quota, default="Default" in operation)
    return None


def _named(quota: Answer, demand: Demand) -> bool:
    return " ".join(quota["QuotaName"].split()).casefold() == demand.name.casefold()


def _quota(quota: Answer, *, default: bool) -> Quota:
    return Quota(
        code=quota["QuotaCode"], value=quota["Value"], adjustable=quota.get("Adjustable", True), default=default
    )
