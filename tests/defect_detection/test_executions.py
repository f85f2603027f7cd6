"""The state machine of a project from its beginning to its end, as the template has it, under its roles."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.defect_detection.behaviour import Behaviour, pictures
from tests.defect_detection.defect_app import ALGORITHM, BATCH, IMAGES, TEAM
from tests.labeling_data.images import png

LABELED = [
    *("CheckAlgorithm", "Ingest", "WriteTaskClasses", "LabelClasses", "WaitForClasses", "LookAtClasses"),
    *("TakeClasses", "ChooseAnomalies", "WriteTaskMasks", "LabelMasks", "WaitForMasks", "LookAtMasks"),
    *("Merge", "CheckLabels"),
]
TRAINED = [
    *("CheckPictures", "Train", "LookAtTraining", "LookAtTraining", "Package", "LookAtPackage", "LookAtPackage"),
    *("CreateModel", "Test", "LookAtTest", "LookAtTest", "ReportTest"),
]
SERVED = ["MakeEndpoint", "LookAtEndpoint", "LookAtEndpoint", "TryEndpoint", "TellFinished", "Finished"]
FAILED = ["CleanUp", "TellFailure", "Failed"]
PAID = ("CreateLabelingJob", "CreateTrainingJob", "CreateModelPackage", "CreateTransformJob", "CreateEndpoint")


def run(behaviour: Behaviour, project: str, name: str) -> tuple[dict[str, Any], list[str]]:
    """An execution, and the states that it went through; waits that found the end of their job are the same."""
    execution = behaviour.world.start(project, name=name)
    return behaviour.world.ended(execution), behaviour.world.states(execution)


def test_from_pictures_to_an_endpoint_that_answers_until_nobody_calls_it(boards: Behaviour) -> None:
    boards.put_pictures(pictures("boards"))
    execution, states = run(boards, "boards", "success")
    assert states == [*LABELED, *TRAINED, *SERVED], execution
    fake, world = boards.fake, boards.world
    classes, masks = fake.operations("CreateLabelingJob")
    assert (classes["LabelAttributeName"], masks["LabelAttributeName"]) == ("anomaly-label", "anomaly-mask-ref")
    human = masks["HumanTaskConfig"]
    assert human["WorkteamArn"] == TEAM
    assert human["PreHumanTaskLambdaArn"].endswith(":432418664414:function:PRE-SemanticSegmentation")
    labels = [each["label"] for each in json.loads(world.read(masks["LabelCategoryConfigS3Uri"]))["labels"]]
    assert labels == ["scratch", "dent"]
    # Workers draw on pictures with a defect only.
    drawn = world.read(masks["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]).splitlines()
    assert len(drawn) == 4
    (training,) = fake.operations("CreateTrainingJob")
    (channel,) = training["InputDataConfig"]
    attributes = channel["DataSource"]["S3DataSource"]["AttributeNames"]
    hyper = training["HyperParameters"]
    names = ",".join(attributes)
    assert hyper == {
        "ModelType": "segmentation",
        "TrainingInputDataAttributeNames": names,
        "TestInputDataAttributeNames": names,
    }
    rows = [json.loads(each) for each in world.read(channel["DataSource"]["S3DataSource"]["S3Uri"]).splitlines()]
    assert all(set(row) == set(attributes) for row in rows)
    assert training["EnableNetworkIsolation"]
    (package,) = fake.operations("CreateModelPackage")
    (source,) = package["SourceAlgorithmSpecification"]["SourceAlgorithms"]
    assert source["AlgorithmName"] == ALGORITHM
    (model,) = fake.operations("CreateModel")
    assert model["EnableNetworkIsolation"]
    made = fake.things["ModelPackage"][package["ModelPackageName"]]
    assert model["PrimaryContainer"] == {"ModelPackageName": made["ModelPackageArn"]}
    (call,) = fake.operations("InvokeEndpoint")
    assert call["Type"] == "image/png"
    (mail,) = world.mail()
    assert mail.startswith("vision-boards: the endpoint answers")
    assert "precision 1.0, recall 1.0" in mail

    paid = fake.operations(*PAID)
    execution, states = run(boards, "boards", "again")
    assert execution["status"] == "SUCCEEDED"
    assert fake.operations(*PAID) == paid
    world.mail()

    assert _idle(boards, hours=1) == "young"
    _call(boards, ago=timedelta(hours=4))
    assert _idle(boards, hours=5) == "removed"
    assert fake.things["Endpoint"] == fake.things["EndpointConfig"] == {}
    assert _idle(boards, hours=3) == "absent"
    (mail,) = world.mail()
    assert "Nobody has called it for 2 hours" in mail


def test_an_exported_manifest_is_trained_with_and_todays_pictures_are_inspected(cookies: Behaviour) -> None:
    world, fake = cookies.world, cookies.fake
    rows = []
    for number in range(8):
        name = f"{'bad' if number % 2 else 'ok'}-{number}.jpg"
        world.put(f"s3://{IMAGES}/cookies/{name}", png(shade=50 + number))
        kind = {"class-name": "anomaly" if number % 2 else "normal", "type": "groundtruth/image-classification"}
        source = f"s3://{IMAGES}/cookies/{name}"
        rows.append({"source-ref": source, "auto-label": 1 - number % 2, "auto-label-metadata": kind})
    manifest = "\n".join(json.dumps(row) for row in rows)
    world.put(f"s3://{IMAGES}/exported/train.manifest", manifest.encode())
    for name in ("bad-1.jpg", "sub/bad-1.jpg", "fine.jpg", "notes.txt"):
        world.put(f"s3://{BATCH}/today/{name}", b"a picture")
    execution, states = run(cookies, "cookies", "exported")
    inspected = ["Inspect", "LookAtInspection", "LookAtInspection", "ReportInspection", "TellFinished", "Finished"]
    assert states == ["CheckAlgorithm", "ConvertLookout", "CheckLabels", *TRAINED, *inspected], execution
    tested, looked = fake.operations("CreateTransformJob")
    assert tested["TransformInput"]["ContentType"] == "image/jpeg"
    # Its disks are the type's own, which hardware encrypts: no key can be given.
    assert looked["TransformResources"] == {"InstanceType": "ml.g4dn.xlarge", "InstanceCount": 1}
    report = f"s3://{world.bucket('cookies')}/reports/{looked['TransformJobName']}/"
    summary = json.loads(world.read(f"{report}summary.json"))
    assert (summary["pictures"], summary["anomalies"], summary["unreadable"]) == (3, 2, 0)
    page = world.read(f"{report}index.html").decode()
    assert page.count("<figure>") == 2
    assert world.read(f"{report}images/0002.jpg") == b"a picture"
    assert fake.operations("CreateEndpoint", "CreateLabelingJob") == []


def test_a_labeling_job_that_somebody_stops_is_told_and_done_anew(boards: Behaviour) -> None:
    boards.put_pictures(pictures("boards"))
    boards.labeled = "Stopped"
    execution, states = run(boards, "boards", "stopped")
    assert states == [*LABELED[:6], *FAILED]
    assert "is Stopped: somebody stopped it" in execution["cause"]
    (mail,) = boards.world.mail()
    assert mail.startswith("vision-boards: it has failed")
    boards.labeled = "Failed"
    execution, _ = run(boards, "boards", "failed-labels")
    assert "is Failed: ClientError: the template is broken" in execution["cause"]
    first, second = boards.fake.operations("CreateLabelingJob")
    assert second["LabelingJobName"] == f"{first['LabelingJobName']}-2"


def test_an_account_that_has_not_subscribed_and_labels_that_do_not_fit_cost_no_training(boards: Behaviour) -> None:
    boards.put_pictures(pictures("boards"))
    boards.blind = True
    execution, states = run(boards, "boards", "conflict")
    assert states == [*LABELED[:8], *FAILED]
    assert "has no anomaly" in execution["cause"]
    assert boards.fake.operations("CreateTrainingJob") == []
    boards.fake.things["LabelingJob"].clear()
    boards.blind = False
    boards.spoiled = True
    execution, states = run(boards, "boards", "spoiled")
    assert states == [*LABELED, *FAILED]
    assert "0 images are labeled anomaly" in execution["cause"]
    boards.fake.things["LabelingJob"].clear()
    boards.spoiled, boards.fake.subscribed = False, False
    execution, states = run(boards, "boards", "not-subscribed")
    assert states == [*LABELED, "CheckPictures", "Train", *FAILED]
    assert f"the account is not subscribed to {ALGORITHM}. A person subscribes in the console" in execution["cause"]


def test_troubles_of_training_and_of_the_endpoint_leave_nothing_running(boards: Behaviour) -> None:
    boards.put_pictures(pictures("boards"))
    fake, trained = boards.fake, boards.fake.ends["TrainingJob"]
    fake.ends["TrainingJob"] = lambda job: {"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: no GPU"}
    execution, states = run(boards, "boards", "untrained")
    assert states == [*LABELED, *TRAINED[:4], *FAILED]
    assert "is Failed: AlgorithmError: no GPU" in execution["cause"]
    fake.ends["TrainingJob"] = trained
    fake.throttled = {"CreateTrainingJob": 3}
    fake.answer_of_endpoint = '{"predictions": []}'
    execution, states = run(boards, "boards", "silent")
    # The SDK's own two attempts were not enough.
    assert states.count("Train") == 2
    # It is asked once more whether the endpoint is gone.
    assert states[-5:] == ["TryEndpoint", "CleanUp", *FAILED]
    assert "has no IsAnomalous" in execution["cause"]
    assert fake.things["Endpoint"] == fake.things["EndpointConfig"] == {}
    assert any("The endpoint vision-boards-defects is deleted." in mail for mail in boards.world.mail())
    first, second = fake.operations("CreateTrainingJob")
    assert second["TrainingJobName"] == f"{first['TrainingJobName']}-2"


def test_two_executions_at_once_share_their_jobs(boards: Behaviour) -> None:
    boards.put_pictures(pictures("boards"))
    executions = [boards.world.start("boards", name=f"twin-{number}") for number in range(2)]
    assert [boards.world.ended(each)["status"] for each in executions] == ["SUCCEEDED", "SUCCEEDED"]
    assert len(boards.fake.things["LabelingJob"]) == 2
    for kind in ("TrainingJob", "TransformJob", "Model", "ModelPackage", "Endpoint"):
        assert len(boards.fake.things[kind]) == 1, kind


def _call(behaviour: Behaviour, *, ago: timedelta) -> None:
    """Somebody has called the endpoint."""
    names = {"EndpointName": "vision-boards-defects", "VariantName": "AllTraffic"}
    dimensions = [{"Name": name, "Value": value} for name, value in names.items()]
    when = datetime.now(UTC) - ago
    datum = {"MetricName": "Invocations", "Dimensions": dimensions, "Value": 1.0, "Timestamp": when}
    behaviour.world.cloudwatch.put_metric_data(Namespace="AWS/SageMaker", MetricData=[datum])


def _idle(behaviour: Behaviour, *, hours: int) -> str:
    """Let the schedule ask, so long after the last change of the endpoint; what it has found."""
    changed = datetime.now(UTC) - timedelta(hours=hours)
    for endpoint in behaviour.fake.things["Endpoint"].values():
        endpoint["LastModifiedTime"] = changed.timestamp()
    function = behaviour.world.id("Lambda::Function", "DefectDetectionboardsIdleRemove")
    answer = json.loads(behaviour.world.functions.invoke(FunctionName=function, Payload=b"{}")["Payload"].read())
    return answer["found"]
