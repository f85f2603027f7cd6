"""The state machine that gives a head to an endpoint, from its beginning to its end, as the template has it, under its
role."""

from typing import Any

from tests.optimization.behaviour import HEAD, Behaviour
from tests.optimization.fake_sagemaker import PREFIX, Refused

MACHINE = "StepFunctions::StateMachine"
PACKAGE = f"{PREFIX}model-package/models-chat/1"
SERVED = [
    *("Plan", "MeasureBefore", "LookAtMeasurementBefore", "CreateModel", "UpdateEndpoint"),
    *("VerifyConfiguration", "VerifyConfiguration"),
]
TAKEN_BACK = ["GoBack", "VerifyOldConfiguration", "VerifyOldConfiguration", "Reject", "TellNotKept", "NotKept"]


def switch(behaviour: Behaviour, name: str) -> dict[str, Any]:
    """Give an approved head to the endpoint."""
    given = {"package": behaviour.approved_head()}
    return behaviour.world.run(behaviour.world.id(MACHINE, "JobchatSwitch"), given, name=name)


def test_an_approved_head_is_served_once_it_has_proven_itself_on_the_endpoint(behaviour: Behaviour) -> None:
    execution = switch(behaviour, "kept")
    states = behaviour.world.states(execution["executionArn"])
    proven = ["MeasureAfter", "LookAtMeasurementAfter", "ProveSpeculation", "Compare", "Keep", "TellKept", "Kept"]
    assert states == [*SERVED, *proven], execution
    fake = behaviour.fake
    served = fake.things["Endpoint"]["models-chat"]["EndpointConfigName"]
    assert served.startswith("models-chat-v1-")
    (before,) = fake.things["EndpointConfig"]["Configuration-1"]["ProductionVariants"]
    (variant,) = fake.things["EndpointConfig"][served]["ProductionVariants"]
    assert variant == {**before, "ModelName": served}
    model = fake.things["Model"][served]
    assert model["ExecutionRoleArn"] == fake.things["Model"]["Model-1"]["ExecutionRoleArn"]
    container = model["PrimaryContainer"]
    assert container["AdditionalModelDataSources"][0]["ChannelName"] == "eagle"
    assert HEAD in container["Environment"]["OPTION_SPECULATIVE_CONFIG"]
    assert container["Environment"]["OPTION_MAX_MODEL_LEN"] == "16384"
    (update,) = fake.operations("UpdateEndpoint")
    assert (update["RetainAllVariantProperties"], update["RetainDeploymentConfig"]) == (True, True)
    assert behaviour.world.stack_policy()["Statement"][1]["Effect"] == "Deny"
    (mail,) = behaviour.world.mail()
    assert "295 tokens drafted" in mail
    again = behaviour.world.run(behaviour.world.id(MACHINE, "JobchatSwitch"), {"package": PACKAGE}, name="kept-again")
    assert behaviour.world.states(again["executionArn"]) == ["Plan", "ServesItAlready"]


def test_an_update_that_is_turned_back_without_an_error_is_noticed(behaviour: Behaviour) -> None:
    behaviour.fake.on_update = lambda config: False
    execution = switch(behaviour, "silent")
    states = behaviour.world.states(execution["executionArn"])
    # The configuration from before is there already: there is nothing to go back to.
    assert states == [*SERVED, "GoBack", "VerifyOldConfiguration", "Reject", "TellNotKept", "NotKept"]
    assert (execution["status"], execution["error"]) == ("FAILED", "NotKept")
    assert "SageMaker turned the update back; the endpoint serves Configuration-1" in execution["cause"]
    assert behaviour.fake.packages[PACKAGE]["ModelApprovalStatus"] == "Rejected"
    assert len(behaviour.fake.operations("UpdateEndpoint")) == 1


def test_a_head_that_is_no_faster_on_the_endpoint_is_taken_back(behaviour: Behaviour) -> None:
    behaviour.served = {"p95_ttft_ms": 130.0}
    execution = switch(behaviour, "slower")
    states = behaviour.world.states(execution["executionArn"])
    assert states[-7:] == ["Compare", *TAKEN_BACK]
    assert behaviour.fake.things["Endpoint"]["models-chat"]["EndpointConfigName"] == "Configuration-1"
    assert "throughput is 1.000 of before" in behaviour.fake.packages[PACKAGE]["ApprovalDescription"]
    assert len(behaviour.world.stack_policy()["Statement"]) == 1
    (mail,) = behaviour.world.mail()
    assert "The endpoint serves Configuration-1." in mail


def test_what_fails_while_the_endpoint_is_updated_is_taken_back_after_the_update(behaviour: Behaviour) -> None:
    endpoint, failed = behaviour.fake.things["Endpoint"]["models-chat"], list[str]()

    def fail_once(operation: str, _request: dict[str, Any]) -> None:
        if operation == "DescribeEndpoint" and "wanted" in endpoint and not failed:
            failed.append(endpoint["wanted"])
            raise Refused("AccessDeniedException", "a policy has changed")

    behaviour.fake.on_call = fail_once
    execution = switch(behaviour, "failed-update")
    # SageMaker refuses to turn a running update back, so that the way back waits for its end.
    states = [*SERVED[:-1], "GoBack", *TAKEN_BACK]
    assert behaviour.world.states(execution["executionArn"]) == states
    assert "a policy has changed" in execution["cause"]
    updates = [each["EndpointConfigName"] for each in behaviour.fake.operations("UpdateEndpoint")]
    assert updates == [failed[0], "Configuration-1"]
    assert endpoint["EndpointConfigName"] == "Configuration-1"


def test_a_way_back_that_fails_is_told_as_what_it_is(behaviour: Behaviour) -> None:
    def break_down(operation: str, request: dict[str, Any]) -> None:
        if operation == "UpdateEndpoint" and request["EndpointConfigName"] == "Configuration-1":
            behaviour.fake.things["Endpoint"]["models-chat"] |= {"EndpointStatus": "Failed", "FailureReason": "no room"}

    behaviour.served, behaviour.fake.on_call = {"output_throughput": 90.0}, break_down
    execution = switch(behaviour, "stuck")
    states = behaviour.world.states(execution["executionArn"])
    assert (states[-3:], execution["error"]) == (["VerifyOldConfiguration", "TellStuck", "Stuck"], "Stuck")
    (mail,) = behaviour.world.mail()
    assert mail.startswith("models-chat: LOOK AT THE ENDPOINT")
    assert "throughput is 0.900 of before" in mail
    assert "the endpoint models-chat is Failed: no room" in mail
    assert behaviour.fake.packages[PACKAGE]["ModelApprovalStatus"] == "Approved"


def test_an_endpoint_that_scales_while_it_is_measured_is_not_compared(behaviour: Behaviour) -> None:
    def scale_out(job: dict[str, Any]) -> str:
        if behaviour.fake.operations("UpdateEndpoint"):
            behaviour.fake.instances = 3
        return behaviour._process(job)

    behaviour.fake.instances, behaviour.fake.on_processing = 2, scale_out
    execution = switch(behaviour, "scaled")
    states = behaviour.world.states(execution["executionArn"])
    assert states == [*SERVED, "MeasureAfter", "LookAtMeasurementAfter", *TAKEN_BACK]
    assert "from 2 to 3 instances while it was measured" in execution["cause"]
    benchmark = behaviour.fake.operations("CreateProcessingJob")[0]["AppSpecification"]["ContainerArguments"]
    assert benchmark[benchmark.index("--concurrency") + 1] == "2,4,8,16"
    assert behaviour.fake.things["Endpoint"]["models-chat"]["EndpointConfigName"] == "Configuration-1"


def test_of_two_approvals_the_later_one_waits_and_is_measured_against_the_other(behaviour: Behaviour) -> None:
    machine, world = behaviour.world.id(MACHINE, "JobchatSwitch"), behaviour.world
    behaviour.fake.on_processing = lambda job: "InProgress"
    packages = [behaviour.approved_head(version) for version in (1, 2)]
    first, second = (world.start(machine, {"package": each}, name=f"both-{each[-1]}") for each in packages)
    world.waits(second, "PlanAgain")
    behaviour.fake.on_processing = behaviour._process
    assert [world.ended(each)["status"] for each in (first, second)] == ["SUCCEEDED", "SUCCEEDED"]
    assert world.states(first).count("Plan") == 1
    assert world.states(second).count("Plan") > 1
    updates = [each["EndpointConfigName"] for each in behaviour.fake.operations("UpdateEndpoint")]
    assert [name[: len("models-chat-v1")] for name in updates] == ["models-chat-v1", "models-chat-v2"]
    # As fast as the first head, which is enough in its place.
    assert "throughput 1.00 times" in world.mail()[1]


def test_a_server_that_ignores_the_head_is_found_out(behaviour: Behaviour) -> None:
    behaviour.logged = ""
    execution = switch(behaviour, "ignored")
    states = behaviour.world.states(execution["executionArn"])
    assert states[-7:] == ["ProveSpeculation", *TAKEN_BACK]
    assert "it serves the model without the head" in execution["cause"]


def test_a_failure_before_the_update_leaves_the_endpoint_and_the_approval_alone(behaviour: Behaviour) -> None:
    behaviour.fake.on_processing = lambda job: (
        "Failed" if "endpoint_benchmark" in job["AppSpecification"]["ContainerEntrypoint"] else behaviour._process(job)
    )
    execution = switch(behaviour, "unmeasured")
    states = behaviour.world.states(execution["executionArn"])
    assert states == ["Plan", "MeasureBefore", "LookAtMeasurementBefore", "TellNotKept", "NotKept"]
    assert behaviour.fake.operations("UpdateEndpoint", "UpdateModelPackage") == []
