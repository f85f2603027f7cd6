"""The change of a layout on the embedded engine: its state machine and its function, run by somebody else's reading of
Amazon's States Language. That one has no names of errors, so what is repeated is tested in tests/mig."""

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from groundwork.python_function import package
from operations.local.clients import client
from operations.local.running_engine import RunningEngine
from tests.mig.hyperpod import NAME, FakeHyperPod, RefusedError
from tests.mig.kubernetes_on_loopback import FakeKubernetes, serving
from tests.mig.layout_app import definition
from tests.mig.layout_world import INPUT, NEW, NEW_RESOURCES, OLD, OLD_RESOURCES

PLACE = {"account": "111122223333", "region": "eu-central-1"}
SECONDS = 60


class Nodes(FakeKubernetes):
    """Three nodes that have the label of their group when a list is first asked for, and its layout at the next."""

    def __init__(self, hyperpod: FakeHyperPod, *, state: str = "success") -> None:
        super().__init__()
        self._hyperpod, self._looks, self._state = hyperpod, 0, state
        self.token = "k8s-aws-v1."  # a signature of the function's own follows
        for index in range(3):
            self.add_node(f"node-{index}", "gpus", OLD, OLD_RESOURCES)

    def listed(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        if path == "/api/v1/nodes" and self._hyperpod.layout == NEW:
            self._looks += 1
            for name in self.nodes:
                if self._looks == 1:
                    self.label(name, NEW)
                elif self._looks == 2:
                    self.partition(name, NEW, NEW_RESOURCES, state=self._state)
        return super().listed(path, query)


@contextmanager
def sagemaker(hyperpod: FakeHyperPod) -> Iterator[str]:
    """The address of a SageMaker with this cluster."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                status, answer = 200, hyperpod.answer(self.headers["x-amz-target"].partition(".")[2], request)
            except RefusedError as error:
                status, answer = 400, {"__type": str(error), "message": str(error)}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def role(engine: RunningEngine, name: str, service: str, *statements: dict[str, Any]) -> str:
    iam = client(engine, "iam", **PLACE)
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
    return made["Role"]["Arn"]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def packed() -> bytes:
    folder, archive = package("mig_layout_change"), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        for file in sorted(folder.rglob("*.py")):
            content.write(file, file.relative_to(folder))
    return archive.getvalue()


def run(engine: RunningEngine, *, name: str, kubernetes: str, sagemaker: str) -> dict[str, Any]:
    """Make function and state machine, and let one execution come to its end."""
    functions, states = (client(engine, service, **PLACE) for service in ("lambda", "stepfunctions"))
    function = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="mig_layout_change.handler.step",
        Role=role(engine, f"{name}-function", "lambda.amazonaws.com"),
        Code={"ZipFile": packed()},
        Timeout=60,
        Environment={
            "Variables": {
                "EKS_CLUSTER": "training",
                "EKS_ENDPOINT": kubernetes,
                "HYPERPOD_CLUSTER": NAME,
                "AWS_ENDPOINT_URL_SAGEMAKER": sagemaker,
            }
        },
    )["FunctionArn"]
    steps = definition()
    for state in steps["States"].values():
        if state["Type"] == "Task":
            state["Resource"] = function
        if state["Type"] == "Wait":
            state["Seconds"] = 1
    invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    machine = states.create_state_machine(
        name=name, definition=json.dumps(steps), roleArn=role(engine, f"{name}-machine", "states.amazonaws.com", invoke)
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input=json.dumps(INPUT))["executionArn"]
    end = time.monotonic() + SECONDS
    while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < end, states.get_execution_history(executionArn=execution, reverseOrder=True)
        time.sleep(0.2)
    return found


@pytest.fixture
def hyperpod() -> FakeHyperPod:
    return FakeHyperPod(layout=OLD)


def test_nodes_are_emptied_changed_and_opened(engine: RunningEngine, hyperpod: FakeHyperPod) -> None:
    nodes = Nodes(hyperpod)
    nodes.add_pod("job", "node-0")
    with serving(nodes) as kubernetes, sagemaker(hyperpod) as address:
        found = run(engine, name="changed", kubernetes=kubernetes._endpoint, sagemaker=address)
    assert found["status"] == "SUCCEEDED", found["cause"]
    cordons = [f"PATCH node-{index}" for index in range(3)]
    assert nodes.changes == [*cordons, "EVICT team/job", *cordons]
    assert hyperpod.changes == [NEW]
    assert nodes.cordoned() == set()


def test_a_node_that_cannot_be_partitioned_fails_the_execution_with_its_reason(
    engine: RunningEngine, hyperpod: FakeHyperPod
) -> None:
    nodes = Nodes(hyperpod, state="failed")
    with serving(nodes) as kubernetes, sagemaker(hyperpod) as address:
        found = run(engine, name="broken", kubernetes=kubernetes._endpoint, sagemaker=address)
    assert (found["status"], found["error"]) == ("FAILED", "Broken"), found
    assert "could not be partitioned as all-3g.40gb, and stays cordoned" in found["cause"]
    assert nodes.cordoned() == {"node-0", "node-1", "node-2"}
