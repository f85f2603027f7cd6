"""The calls to the API server: who they are from, how often they are repeated, and what becomes of an error."""

import base64
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from eks_api.api_server import ApiServerError, eks_token
from mig_layout_change import handler
from mig_layout_change.kubernetes import Kubernetes
from tests.mig.certificate import server_context
from tests.mig.kubernetes_on_loopback import TOKEN, FakeKubernetes, serving


@pytest.fixture
def fake() -> FakeKubernetes:
    return FakeKubernetes()


@pytest.fixture
def kubernetes(fake: FakeKubernetes) -> Iterator[Kubernetes]:
    with serving(fake) as client:
        yield client


def test_lists_are_read_to_their_end(fake: FakeKubernetes, kubernetes: Kubernetes) -> None:
    for index in range(5):
        fake.add_node(f"node-{index}", "gpus", "x", {})
    found = kubernetes.nodes("sagemaker.amazonaws.com/instance-group-name=gpus")
    assert len(found) == 5


def test_a_pod_that_is_gone_is_evicted(kubernetes: Kubernetes) -> None:
    assert kubernetes.evict("team", "gone") is True


def test_a_protected_pod_is_not(fake: FakeKubernetes, kubernetes: Kubernetes) -> None:
    fake.add_pod("job", "node-0")
    fake.protected = {"team/job"}
    assert kubernetes.evict("team", "job") is False


def test_an_answer_that_is_not_expected_is_an_error_with_its_text(fake: FakeKubernetes) -> None:
    with serving(fake) as client:
        endpoint = client._endpoint
        stranger = Kubernetes(endpoint=endpoint, token=lambda: "wrong", certificate=None)
        with pytest.raises(ApiServerError, match=r"answered 401.*Unauthorized"):
            stranger.nodes("a=b")


def test_a_server_is_trusted_by_the_clusters_certificate(fake: FakeKubernetes, tmp_path: Path) -> None:
    fake.add_node("node-0", "gpus", "x", {})
    tls, certificate = server_context(tmp_path)
    with serving(fake, tls=tls, trusted=certificate) as client:
        assert len(client.nodes("sagemaker.amazonaws.com/instance-group-name=gpus")) == 1


def test_a_server_with_another_certificate_is_told_nothing(fake: FakeKubernetes, tmp_path: Path) -> None:
    tls, _ = server_context(tmp_path)
    _, another = server_context(tmp_path)
    with serving(fake, tls=tls, trusted=another) as client, pytest.raises(ApiServerError, match="CERTIFICATE_VERIFY"):
        client.nodes("a=b")


def test_a_server_that_cannot_be_reached_is_an_error_after_some_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", pauses.append)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = Kubernetes(endpoint=f"http://127.0.0.1:{port}", token=lambda: TOKEN, certificate=None)
    with pytest.raises(ApiServerError, match="no answer"):
        client.nodes("a=b")
    assert pauses == [1.0, 2.0]  # seconds, before the third attempt and the fourth


def test_the_token_is_a_signed_question_who_the_caller_is_for_this_cluster_only() -> None:
    session = boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="test", region_name="eu-central-1")
    token = eks_token(session, cluster="training", region="eu-central-1")
    kind, _, text = token.partition(".")
    assert kind == "k8s-aws-v1"
    assert "=" not in text
    url = urlsplit(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    query = {key: value[0] for key, value in parse_qs(url.query).items()}
    assert (url.scheme, url.netloc) == ("https", "sts.eu-central-1.amazonaws.com")
    assert query["Action"] == "GetCallerIdentity"
    assert query["X-Amz-Expires"] == "60"
    assert "x-k8s-aws-id" in query["X-Amz-SignedHeaders"]
    other = eks_token(session, cluster="other", region="eu-central-1")
    assert other != token


def test_the_function_does_a_step_with_what_its_environment_says(
    fake: FakeKubernetes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "eks_token", lambda session, cluster, region: TOKEN)
    fake.add_node("node-0", "gpus", "all-1g.10gb", {"nvidia.com/mig-1g.10gb": 56})
    with serving(fake) as client:
        variables = {
            "EKS_CLUSTER": "training",
            "EKS_ENDPOINT": client._endpoint,
            "HYPERPOD_CLUSTER": "training",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        state = {"group": "gpus", "layout": "all-3g.40gb", "resources": {"nvidia.com/mig-3g.40gb": "16"}}
        answer = handler.step({"step": "cordon", "state": state}, None)
    assert answer == state
    assert fake.cordoned() == {"node-0"}
