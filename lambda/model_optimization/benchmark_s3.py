"""Addresses and objects of S3."""

import re
from typing import Any

from model_optimization.benchmark_setup import BenchmarkError


def split(uri: str) -> tuple[str, str]:
    """Bucket and key, or prefix.

    Raises:
        BenchmarkError: it is no address of S3.
    """
    found = re.match(r"^s3://([^/]+)/(.*)$", uri)
    if not found:
        raise BenchmarkError(f"{uri!r} is not allowed: s3://bucket/prefix/")
    return found[1], found[2]


def one_below(s3: Any, uri: str, *, suffix: str) -> tuple[str, str]:
    """Bucket and key of the one object below a prefix whose key ends so.

    Raises:
        BenchmarkError: there is none, or more than one.
    """
    bucket, prefix = split(uri)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [entry for page in pages for entry in page.get("Contents", []) if entry["Key"].endswith(suffix)]
    if len(found) != 1:
        raise BenchmarkError(f"{uri}: {len(found)} objects end with {suffix}, one is needed")
    return bucket, found[0]["Key"]
