"""Wildcards as load balancers and distributions read them."""

import re
from functools import cache


def fits(pattern: str, text: str) -> bool:
    """`*` stands for any number of characters, `?` for exactly one; upper and lower case differ.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html,
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html,
    read 2026-11-23
    """
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    wildcards = {"*": ".*", "?": "."}
    return re.compile("".join(wildcards.get(character, re.escape(character)) for character in pattern), re.DOTALL)
