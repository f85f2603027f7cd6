"""Whether a server really speculates: it can ignore what turns that on and say nothing
(https://github.com/deepjavalibrary/djl-serving/issues/2678, https://github.com/aws/sagemaker-python-sdk/pull/6143).

A benchmark alone proves it no more than a faster instance would. vLLM counts what it drafts and writes it to its log
every ten seconds while it works, only if it speculates: `SpecDecoding metrics: ..., Drafted: 295 tokens, ...`
(vllm/v1/spec_decode/metrics.py; https://github.com/vllm-project/vllm/pull/24127). The benchmark makes it work.
"""

import re
from typing import Any

from model_optimization.outcome import Outcome, State, again, done

_PATTERN = '"SpecDecoding metrics"'
_DRAFTED = re.compile(r"SpecDecoding metrics:.*?Drafted: (\d+) tokens")
_PAGES = 20


def prove(state: State, logs: Any, *, log_group: str) -> Outcome:
    """Count the tokens drafted since the endpoint serves the head, over all containers: while the update ran, those
    from before it may have drafted with another head.
    """
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=log_group,
        startTime=state["served_since"],
        filterPattern=_PATTERN,
        PaginationConfig={"MaxItems": _PAGES * 1000},
    )
    lines = [event["message"] for page in pages for event in page["events"]]
    drafted = sum(int(found[1]) for line in lines if (found := _DRAFTED.search(line)))
    if drafted:
        return done(drafted=drafted)
    return again(f"nothing in {log_group} says that the server drafts tokens: it serves the model without the head")
