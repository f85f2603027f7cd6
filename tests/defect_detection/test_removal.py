"""The end of what executions have made, and of an endpoint that nobody calls: by handlers under the template's rights,
while other things of the same account stay."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from defect_detection import handler
from defect_detection.endpoint import clean_up
from defect_detection.idle import IdleRule, remove_idle
from defect_detection.removal import is_removed
from tests.defect_detection.engine_world import Synthesized
from tests.defect_detection.fake_sagemaker import REGION, FakeSageMaker, Refused
from tests.defect_detection.fake_server import serve
from tests.defect_detection.test_stack import resolved

OWN = "vision-boards"
MADE = {
    "LabelingJob": [f"{OWN}-classes-0123456789", f"{OWN}-masks-0123456789"],
    "TrainingJob": [f"{OWN}-train-0123456789"],
    "TransformJob": [f"{OWN}-look-0123456789"],
    "Endpoint": [f"{OWN}-defects"],
    "EndpointConfig": [f"{OWN}-defects-0123456789"],
    "Model": [f"{OWN}-train-0123456789"],
    "ModelPackage": [f"{OWN}-train-0123456789"],
}
OTHERS = {kind: [f"{OWN}-two{name.removeprefix(OWN)}" for name in names] for kind, names in MADE.items()}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Any, FakeSageMaker]]:
    """A client that calls as the function that removes, and what it calls."""
    holder = FakeSageMaker()
    server = serve(holder)
    session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name=REGION)
    client = session.client("sagemaker", endpoint_url=f"http://127.0.0.1:{server.server_port}/removal")
    yield client, holder
    client.close()
    server.shutdown()
    server.server_close()


@pytest.fixture
def sagemaker(served: tuple[Any, FakeSageMaker]) -> Any:
    return served[0]


@pytest.fixture
def fake(synthesized: Synthesized, served: tuple[Any, FakeSageMaker]) -> FakeSageMaker:
    """With things of this project and of one whose name begins the same."""
    found = served[1]
    found.__dict__.pop("answer", None)
    rights = resolved(synthesized, "DefectDetection-boards/Removal/Job/Done")
    found.__dict__.update(FakeSageMaker(statements={"removal": rights}).__dict__)
    for kind in MADE:
        for name in (*MADE[kind], *OTHERS[kind]):
            status = "InService" if kind == "Endpoint" else "InProgress"
            found.things[kind][name] = {
                f"{kind}Name": name,
                f"{kind}Arn": f"arn:aws:sagemaker:{REGION}:111122223333:thing/{name}",
                f"{kind}Status": status,
                "EndpointConfigName": f"{OWN}-defects-0123456789",
                "CreationTime": 1764000000.0,
                "LastModifiedTime": 1764000000.0,
                "WorkteamArn": f"arn:aws:sagemaker:{REGION}:111122223333:workteam/private-crowd/a",
                "PreHumanTaskLambdaArn": f"arn:aws:lambda:{REGION}:432418664414:function:PRE-ImageMultiClass",
                "LabelCounters": {},
            }
    return found


def names(fake: FakeSageMaker) -> dict[str, list[str]]:
    return {kind: list(things) for kind, things in fake.things.items()}


def test_jobs_endpoints_and_models_end_with_their_project_and_others_stay(fake: FakeSageMaker, sagemaker: Any) -> None:
    properties = {"Name": OWN, "Keep": "false"}
    assert is_removed(properties, sagemaker) is False
    assert is_removed(properties, sagemaker) is True
    assert is_removed(properties, sagemaker) is True
    left = {kind: OTHERS[kind] for kind in MADE}
    for kind in ("LabelingJob", "TrainingJob", "TransformJob"):
        assert [fake.things[kind][name][f"{kind}Status"] for name in MADE[kind]] == ["Stopped"] * len(MADE[kind])
        assert [fake.things[kind][name][f"{kind}Status"] for name in OTHERS[kind]] == ["InProgress"] * len(OTHERS[kind])
        left[kind] = [*MADE[kind], *OTHERS[kind]]
    assert {kind: sorted(each) for kind, each in names(fake).items()} == {k: sorted(each) for k, each in left.items()}


def test_a_project_that_serves_no_more_has_no_endpoint_left(
    fake: FakeSageMaker, sagemaker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "_clients", lambda: _Clients(sagemaker))
    event = {"RequestType": "Update", "ResourceProperties": {"Name": OWN, "Keep": "true", "Serves": "true"}}
    assert handler.on_event(event, None) == {"PhysicalResourceId": f"defects-of-{OWN}"}
    assert handler.is_complete(event, None) == {"IsComplete": True}
    assert fake.calls == []
    event["ResourceProperties"]["Serves"] = "false"
    assert handler.is_complete(event, None) == {"IsComplete": False}
    assert handler.is_complete(event, None) == {"IsComplete": True}
    assert names(fake)["Endpoint"] == OTHERS["Endpoint"]
    assert names(fake)["Model"] == [*MADE["Model"], *OTHERS["Model"]]


def test_packages_stay_where_data_is_kept(fake: FakeSageMaker, sagemaker: Any) -> None:
    properties = {"Name": OWN, "Keep": "true"}
    is_removed(properties, sagemaker)
    assert is_removed(properties, sagemaker)
    assert names(fake)["ModelPackage"] == [*MADE["ModelPackage"], *OTHERS["ModelPackage"]]
    assert names(fake)["Model"] == OTHERS["Model"]


def test_an_endpoint_that_is_being_changed_is_waited_for(fake: FakeSageMaker, sagemaker: Any) -> None:
    endpoint = fake.things["Endpoint"][f"{OWN}-defects"]
    endpoint["EndpointStatus"] = "Updating"
    assert is_removed({"Name": OWN, "Keep": "false"}, sagemaker) is False
    assert f"{OWN}-train-0123456789" in fake.things["Model"]
    endpoint["EndpointStatus"] = "InService"
    assert is_removed({"Name": OWN, "Keep": "false"}, sagemaker) is False
    assert is_removed({"Name": OWN, "Keep": "false"}, sagemaker) is True


def test_a_right_that_is_missing_is_not_taken_for_something_that_is_gone(fake: FakeSageMaker, sagemaker: Any) -> None:
    fake.statements["removal"] = [each for each in fake.statements["removal"] if each["Sid"] != "Delete"]
    with pytest.raises(sagemaker.exceptions.ClientError, match="may not sagemaker:DeleteEndpoint"):
        is_removed({"Name": OWN, "Keep": "false"}, sagemaker)


def test_an_endpoint_that_somebody_else_removes_at_the_same_moment_is_not_told_twice(
    fake: FakeSageMaker, sagemaker: Any
) -> None:
    answer = fake.answer
    fake.statements.clear()

    def raced(caller: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "DeleteEndpoint":
            raise Refused("ValidationException", "Could not find endpoint")
        return answer(caller, operation, request)

    fake.answer = raced  # type: ignore[method-assign]
    clients: Any = _Clients(sagemaker)
    rule = IdleRule(endpoint=f"{OWN}-defects", idle_hours=2, topic="none")
    assert remove_idle(rule, clients, now=datetime.now(UTC)) == "gone"
    assert clients.told == []


def test_an_endpoint_that_has_served_before_serves_as_before(fake: FakeSageMaker, sagemaker: Any) -> None:
    fake.statements.clear()
    old, new, name = f"{OWN}-defects-0123456789", f"{OWN}-defects-9876543210", f"{OWN}-defects"
    fake.things["EndpointConfig"][new] = {"EndpointConfigName": new}
    fake.things["Endpoint"][name]["EndpointConfigName"] = new
    fake.ends["Endpoint"] = lambda each: {"EndpointStatus": "InService", "EndpointConfigName": each["wanted"]}
    state = {"endpoint": name, "config": new, "previous": old}
    fake.things["Endpoint"][name]["ended"] = True
    found = [clean_up(state, sagemaker).status for _ in range(3)]
    assert found == ["again", "again", "done"]
    assert fake.things["Endpoint"][name]["EndpointConfigName"] == old
    assert new not in fake.things["EndpointConfig"]
    assert fake.operations("DeleteEndpoint") == []
    assert clean_up({**state, "tried": True}, sagemaker).status == "done"


class _Clients:
    """No call was ever counted; and what people were told."""

    def __init__(self, sagemaker: Any) -> None:
        self.sagemaker, self.sns, self.cloudwatch = sagemaker, self, self
        self.told: list[dict[str, str]] = []

    def publish(self, **message: str) -> None:
        self.told.append(message)

    def get_metric_statistics(self, **_question: Any) -> dict[str, list[Any]]:
        return {"Datapoints": []}
