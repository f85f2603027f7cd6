"""Brings a compute quota to what is asked for. Its API answers at once and works on; the status tells when it is done.

A call may come twice, after a time-out or in the middle of another change: each looks at what is there first.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateComputeQuota.html
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from .order import OWNER_TAG, Order

SETTLE_SECONDS = 600.0
"""How long a change that is under way is waited for, before the next one is asked for."""
POLL_SECONDS = 5.0
CONFLICTS = 3
"""So often somebody else may have changed the quota between reading its version and changing it."""
_DONE = {"Created", "Updated", "Deleted"}
_UNDER_WAY = {"Creating", "Updating", "Deleting"}


class QuotaError(Exception):
    """Fails the deployment; the text stands in its error."""


class Quotas:
    """The quotas of an account and Region."""

    def __init__(self, client: Any, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """
        Args:
            client: boto3's client of SageMaker.
        """
        self._client, self._sleep = client, sleep

    def create(self, order: Order) -> str:
        """Create the quota, or go on with the one that an earlier try of the same resource has made; its id.

        Raises:
            QuotaError: there is one of this name that somebody else has made.
        """
        try:
            answer = self._client.create_compute_quota(
                Name=order.name,
                ClusterArn=order.cluster,
                ComputeQuotaConfig=order.config,
                ComputeQuotaTarget=order.target,
                ActivationState="Enabled",
                Tags=[{"Key": OWNER_TAG, "Value": order.owner}],
            )
        except self._client.exceptions.ConflictException as error:
            quota_id = self._own(order)
            if quota_id is None:
                raise QuotaError(f"compute quota {order.name}: {error}") from error
            self.update(quota_id, order)
            return quota_id
        return answer["ComputeQuotaId"]

    def update(self, quota_id: str, order: Order) -> None:
        """Change the quota, unless it is as asked for.

        Raises:
            QuotaError: it is gone, is being deleted, is never at rest, or others change it all the time.
        """
        for attempt in range(1, CONFLICTS + 1):
            quota = self._settled(quota_id)
            if _is(quota, order) and quota["Status"] in _DONE:
                return
            try:
                self._client.update_compute_quota(
                    ComputeQuotaId=quota_id,
                    TargetVersion=quota["ComputeQuotaVersion"],
                    ComputeQuotaConfig=order.config,
                    ComputeQuotaTarget=order.target,
                    ActivationState="Enabled",
                )
            except self._client.exceptions.ConflictException as error:
                if attempt == CONFLICTS:
                    raise QuotaError(f"compute quota {order.name} is changed by somebody else: {error}") from error
            else:
                return

    def delete(self, quota_id: str) -> None:
        """Delete the quota; one that is gone, or on its way, is left alone."""
        try:
            if self._at_rest(quota_id)["Status"] not in ("Deleting", "Deleted"):
                self._client.delete_compute_quota(ComputeQuotaId=quota_id)
        except self._client.exceptions.ResourceNotFound:
            return

    def is_there(self, quota_id: str) -> bool:
        """Whether a creation or update is done.

        Raises:
            QuotaError: it failed; says why.
        """
        quota = self._described(quota_id)
        if quota is None:
            raise QuotaError(f"compute quota {quota_id} is gone")
        _raise_failed(quota)
        return quota["Status"] in _DONE

    def is_gone(self, quota_id: str) -> bool:
        """Whether a deletion is done.

        Raises:
            QuotaError: it failed; says why.
        """
        quota = self._described(quota_id)
        if quota is None or quota["Status"] == "Deleted":
            return True
        # A failed creation keeps its status until the deletion begins.
        if quota["Status"].startswith("Delete"):
            _raise_failed(quota)
        return False

    def _own(self, order: Order) -> str | None:
        pages = self._client.get_paginator("list_compute_quotas").paginate(
            ClusterArn=order.cluster, NameContains=order.name
        )
        for page in pages:
            for quota in page["ComputeQuotaSummaries"]:
                if quota["Name"] == order.name and self._owner(quota["ComputeQuotaArn"]) == order.owner:
                    return quota["ComputeQuotaId"]
        return None

    def _owner(self, arn: str) -> str | None:
        tags = self._client.list_tags(ResourceArn=arn)["Tags"]
        return next((tag["Value"] for tag in tags if tag["Key"] == OWNER_TAG), None)

    def _settled(self, quota_id: str) -> dict[str, Any]:
        try:
            quota = self._at_rest(quota_id)
        except self._client.exceptions.ResourceNotFound as error:
            raise QuotaError(f"compute quota {quota_id} is gone; deploy again with another name of it") from error
        if quota["Status"] in ("Deleting", "Deleted"):
            raise QuotaError(f"compute quota {quota['Name']} is being deleted")
        return quota

    def _at_rest(self, quota_id: str) -> dict[str, Any]:
        for _ in range(int(SETTLE_SECONDS / POLL_SECONDS)):
            quota = self._client.describe_compute_quota(ComputeQuotaId=quota_id)
            if quota["Status"] not in ("Creating", "Updating"):
                return quota
            self._sleep(POLL_SECONDS)
        raise QuotaError(f"compute quota {quota_id} is still being changed after {SETTLE_SECONDS:.0f} s")

    def _described(self, quota_id: str) -> dict[str, Any] | None:
        try:
            return self._client.describe_compute_quota(ComputeQuotaId=quota_id)
        except self._client.exceptions.ResourceNotFound:
            return None


def _is(quota: Mapping[str, Any], order: Order) -> bool:
    return (
        quota.get("ComputeQuotaConfig") == order.config
        and quota.get("ComputeQuotaTarget") == order.target
        and quota.get("ActivationState") == "Enabled"
    )


def _raise_failed(quota: Mapping[str, Any]) -> None:
    if quota["Status"] not in _DONE | _UNDER_WAY:
        raise QuotaError(f"compute quota {quota['Name']}: {quota['Status']}: {quota.get('FailureReason', 'no reason')}")
