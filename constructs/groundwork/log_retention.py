"""Retention of log groups, from the days of an environment file to CDK's names for them."""

from typing import get_args

from aws_cdk import aws_logs as logs

from groundwork.settings import LogRetentionDays

# Both name the same values in ascending order; CDK's last one is INFINITE.
_NAMES = dict(zip(get_args(LogRetentionDays), logs.RetentionDays, strict=False))


def retention(days: LogRetentionDays) -> logs.RetentionDays:
    """CDK's name for a number of days."""
    return _NAMES[days]
