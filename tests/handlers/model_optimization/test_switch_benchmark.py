"""Before and after are measured with the same load on the same instances, or not compared at all."""

from typing import Any

import pytest
from botocore.stub import Stubber

from model_optimization import switch_benchmark
from model_optimization.benchmark_point import Percentiles
from model_optimization.outcome import Outcome, StepFailedError
from model_optimization.results import store_report
from tests.handlers.model_optimization.benchmark_samples import point, report
from tests.handlers.model_optimization.objects_in_s3 import ObjectsInS3
from tests.handlers.model_optimization.switch_samples import JOB, NEW, STATE, SWITCH, client, clients, endpoint

RUN = {
    "way": "processing-job",
    "name": "benchmark-x",
    "subject": "after",
    "output_uri": "s3://results/prod-chat/benchmarks/benchmark-x/",
    "concurrencies": [1, 4],
}
JOB_ARN = "arn:aws:sagemaker:us-east-1:111122223333:processing-job/benchmark-x"


def start(found: dict[str, Any], *, subject: str) -> tuple[Outcome, dict[str, Any]]:
    sagemaker = client("sagemaker")
    asked: dict[str, Any] = {}
    sagemaker.meta.events.register(
        "provide-client-params.sagemaker.CreateProcessingJob", lambda params, **_: asked.update(params)
    )
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", found)
        stub.add_response("create_processing_job", {"ProcessingJobArn": JOB_ARN})
        known = clients(sagemaker=sagemaker)
        return switch_benchmark.start(SWITCH, STATE, known, subject=subject, execution="own"), asked


def look(found: dict[str, Any]) -> Outcome:
    sagemaker = client("sagemaker")
    done = {
        "ProcessingJobName": "benchmark-x",
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.c5.xlarge", "VolumeSizeInGB": 1}
        },
        "AppSpecification": {"ImageUri": "image"},
        "ProcessingJobArn": JOB_ARN,
        "ProcessingJobStatus": "Completed",
        "CreationTime": 0,
    }
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_processing_job", done)
        stub.add_response("describe_endpoint", found)
        known = clients(sagemaker=sagemaker, s3=ObjectsInS3().client())
        return switch_benchmark.look_at({**STATE, "run": RUN, "instances": 2}, known)


def compare(*, throughput: float, instances: tuple[int, int] = (2, 2), drafted_before: bool = False) -> Outcome:
    objects = ObjectsInS3()
    measured: dict[str, Any] = {}
    for subject, speed, count in zip(("before", "after"), (100, throughput), instances, strict=True):
        # At the gate's own number of requests the head would lose: that is one instance's, and there are two.
        slow = point(4, output_tokens_per_second=100 if subject == "before" else 10)
        found = point(8, output_tokens_per_second=speed, ttft_ms=Percentiles(p95=100))
        place = f"s3://results/{subject}.json"
        store_report(objects.client(), place, report(slow, found, subject=subject))
        measured[subject] = {"report": place, "instances": count}
    state = {**STATE, "measured": measured, "drafted_before": drafted_before}
    return switch_benchmark.compare(JOB, SWITCH, state, objects.client())


def test_each_instance_gets_the_load_of_one() -> None:
    outcome, asked = start(endpoint("InService", "old", instances=3), subject="before")
    arguments = asked["AppSpecification"]["ContainerArguments"]
    assert arguments[arguments.index("--concurrency") + 1] == "3,12"
    assert arguments[arguments.index("--requests") + 1] == "48"
    assert (outcome.changes["instances"], outcome.changes["run"]["concurrencies"]) == (3, [3, 12])


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("before", endpoint("InService", "theirs")),
        ("before", endpoint("Updating", "old")),
        ("after", endpoint("InService", "old")),
    ],
)
def test_what_somebody_else_has_changed_is_not_measured(subject: str, found: dict[str, Any]) -> None:
    with pytest.raises(StepFailedError, match="somebody else changes prod-chat while it is measured"):
        start(found, subject=subject)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (endpoint("InService", NEW, instances=3), "went from 2 to 3 instances while it was measured"),
        (endpoint("InService", "old", instances=2), "somebody else changes prod-chat"),
    ],
)
def test_what_changed_while_it_was_measured_is_not_taken(found: dict[str, Any], said: str) -> None:
    with pytest.raises(StepFailedError, match=said):
        look(found)


def test_the_gate_looks_at_all_instances_together() -> None:
    assert compare(throughput=120).changes["ratios"] == {"throughput": 1.2, "ttft_p95": 1.0}
    with pytest.raises(StepFailedError, match=r"throughput is 1\.190 of before; at least 1\.2"):
        compare(throughput=119)


def test_other_numbers_of_instances_are_not_compared() -> None:
    with pytest.raises(StepFailedError, match="with 2 instances before and 3 after"):
        compare(throughput=200, instances=(2, 3))


def test_a_head_in_place_of_another_has_to_be_as_good_as_that_one() -> None:
    assert compare(throughput=100, drafted_before=True).status == "done"
    with pytest.raises(StepFailedError, match="at least 1 is asked"):
        compare(throughput=99, drafted_before=True)
