"""Single steps that the whole machine seldom gets to: lost events, types that are not offered, bad packages."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from defect_detection import labeling_job, marketplace, model, transform_job
from defect_detection.outcome import StepFailedError
from defect_detection.project import Use
from tests.defect_detection.fake_sagemaker import FakeSageMaker
from tests.defect_detection.test_report import DATA, PROJECT, Bucket
from tests.defect_detection.test_verdicts import TRAINING

TRAINED = replace(PROJECT, training=TRAINING, use=Use(kind="endpoint", instance="ml.c5.2xlarge", instances=1))
JOB = "vision-boards-classes-0123456789"


class Api:
    """A service whose operations are functions; its errors are botocore's."""

    def __init__(self, **operations: Any) -> None:
        self.exceptions = SimpleNamespace(ClientError=ClientError)
        self.__dict__.update(operations)


def refusing(code: str, message: str = "no") -> Any:
    def call(**_request: Any) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": message}}, "Call")

    return call


def labeling(status: str) -> Api:
    return Api(describe_labeling_job=lambda **_: {"LabelingJobStatus": status})


def clients(bucket: Bucket, **services: Any) -> Any:
    return SimpleNamespace(s3=bucket, **services)


def test_a_job_that_ended_before_anybody_waited_is_not_waited_for() -> None:
    bucket, sent = Bucket(), []
    states = Api(send_task_success=lambda **answer: sent.append(answer))
    for status in ("InProgress", "Stopping", "Completed"):
        given = clients(bucket, states=states, sagemaker=labeling(status))
        labeling_job.wait(PROJECT, {"labeling_job": JOB}, given, token=f"of-{status}", execution=status)
    assert [each["taskToken"] for each in sent] == ["of-Completed"]
    assert sorted(bucket.stored) == [f"{DATA}waiting/{JOB}/InProgress", f"{DATA}waiting/{JOB}/Stopping"]


def test_an_event_wakes_all_who_still_wait_and_forgets_those_who_do_not() -> None:
    bucket, event = Bucket(), {"resources": [f"arn:aws:sagemaker:us-east-1:111122223333:labeling-job/{JOB}"]}
    for execution in ("one", "two"):
        bucket.put(f"{DATA}waiting/{JOB}/{execution}", json.dumps(execution).encode())
    bucket.put(f"{DATA}waiting/{JOB}-2/three", b'"three"')

    def send(*, taskToken: str, output: str) -> None:  # noqa: N803
        assert json.loads(output) == {"labeling_job": JOB}
        if taskToken == "one":
            refusing("TaskTimedOut")()

    found = labeling_job.changed(event, clients(bucket, states=Api(send_task_success=send)), data=DATA)
    assert found == {"woken": 1}
    assert list(bucket.stored) == [f"{DATA}waiting/{JOB}-2/three"]
    assert labeling_job.changed(event, clients(bucket, states=Api(send_task_success=send)), data=DATA) == {"woken": 0}


def test_a_token_is_kept_when_it_could_not_be_handed_in() -> None:
    bucket, event = Bucket(), {"resources": [f"arn:aws:sagemaker:us-east-1:111122223333:labeling-job/{JOB}"]}
    bucket.put(f"{DATA}waiting/{JOB}/one", b'"one"')
    states = Api(send_task_success=refusing("ThrottlingException"))
    with pytest.raises(ClientError):
        labeling_job.changed(event, clients(bucket, states=states), data=DATA)
    assert list(bucket.stored) == [f"{DATA}waiting/{JOB}/one"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"training": replace(TRAINING, instance="ml.g5.2xlarge")}, "trains on ml.g4dn.2xlarge, ml.g4dn.4xlarge"),
        ({"use": Use(kind="endpoint", instance="ml.m5.large", instances=1)}, "inspects pictures on ml.c5.2xlarge"),
        ({"use": Use(kind="endpoint", instance="ml.g4dn.xlarge", instances=1)}, "answers on ml.c5.2xlarge"),
    ],
)
def test_types_that_the_algorithm_does_not_offer_are_told_at_once(change: dict[str, Any], said: str) -> None:
    fake = FakeSageMaker()
    sagemaker = Api(describe_algorithm=lambda **request: fake.answer("none", "DescribeAlgorithm", request))
    assert marketplace.check(TRAINED, sagemaker).status == "done"
    with pytest.raises(StepFailedError, match=said):
        marketplace.check(replace(TRAINED, **change), sagemaker)


@pytest.mark.parametrize(
    ("code", "message", "said"),
    [
        ("ValidationException", "Caller is not subscribed to the marketplace offering.", "is not subscribed to"),
        ("AccessDeniedException", "no identity-based policy allows it", "cannot be used: .*no identity-based policy"),
    ],
)
def test_an_algorithm_that_cannot_be_looked_at_is_told_with_the_way_to_subscribe(
    code: str, message: str, said: str
) -> None:
    with pytest.raises(StepFailedError, match=said) as caught:
        marketplace.check(TRAINED, Api(describe_algorithm=refusing(code, message)))
    assert marketplace.LISTING in str(caught.value)


def test_a_busy_service_is_not_taken_for_a_missing_subscription() -> None:
    with pytest.raises(ClientError):
        marketplace.check(TRAINED, Api(describe_algorithm=refusing("ThrottlingException")))


def test_a_package_that_failed_is_made_anew_by_the_next_execution() -> None:
    deleted: list[str] = []
    statuses = {"ValidationStatuses": [{"Name": "scan", "Status": "Failed", "FailureReason": "no such artifact"}]}
    package = {"ModelPackageStatus": "Failed", "ModelPackageStatusDetails": statuses}
    sagemaker = Api(
        describe_model_package=lambda **_: package,
        delete_model_package=lambda **request: deleted.append(request["ModelPackageName"]),
    )
    with pytest.raises(StepFailedError, match="no such artifact"):
        model.look_at_package({"training_job": "job"}, sagemaker)
    assert deleted == ["job"]


def test_pictures_that_the_algorithm_does_not_take_start_no_transform() -> None:
    pictures = transform_job.Pictures(prefix="s3://a/", names=["a.png"], content_type="image/png")
    state = {"content_types": ["image/jpeg"], "model": "model"}
    with pytest.raises(StepFailedError, match="takes image/jpeg only"):
        transform_job.start(TRAINED, state, clients(Bucket(), sagemaker=None), pictures=pictures)


def test_a_transform_that_does_not_end_is_stopped_after_a_day() -> None:
    stopped: list[str] = []
    old = SimpleNamespace(timestamp=lambda: 0)
    sagemaker = Api(
        describe_transform_job=lambda **_: {"TransformJobStatus": "InProgress", "CreationTime": old},
        stop_transform_job=lambda **request: stopped.append(request["TransformJobName"]),
    )
    with pytest.raises(StepFailedError, match="stopped after 24 hours"):
        transform_job.look({"transform_job": "job"}, sagemaker)
    assert stopped == ["job"]
