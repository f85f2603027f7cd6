"""Every call is counted, traced and archived, without what was asked and answered."""

import json
import uuid

from tests.gateway_boot.aws import Aws
from tests.gateway_boot.calls import chat, eventually
from tests.gateway_boot.collector import Collector
from tests.gateway_boot.gateway import Proxy


def test_metrics_spans_and_the_archive_tell_of_a_call_and_keep_no_prompt(proxy: Proxy, aws: Aws, collector: Collector):
    text = uuid.uuid4().hex
    call = chat(proxy, "other", text=text).raise_for_status().headers["x-litellm-call-id"]
    with proxy.client() as client:
        metrics = client.get("/metrics", follow_redirects=True).text
    assert "litellm_proxy_total_requests_metric_total{" in metrics
    assert 'requested_model="other"' in metrics
    eventually(lambda: any(call in json.dumps(record) for record in aws.archived()), timeout=30)
    eventually(lambda: collector.heard(call), timeout=30)
    (record,) = (record for record in aws.archived() if call in json.dumps(record))
    assert record["model_group"] == "other"
    assert text not in json.dumps(record)
    assert not collector.heard(text)
