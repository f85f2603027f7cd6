"""How AWS is asked: declared calls only, once each, patiently."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from operations.doctor import reader
from operations.doctor.reader import Read, Reader, RefusedError, UnansweredError
from operations.errors import OperationError
from tests.operations.doctor.aws import FakeAws, Refused, session

SUBNETS = Read(service="ec2", operation="DescribeSubnets", action="ec2:DescribeSubnets")


def asking(answer: Any) -> tuple[Reader, FakeAws]:
    aws = FakeAws({"ec2:DescribeSubnets": answer})
    return Reader(clients=aws.client, region="us-east-1", reads=(SUBNETS,)), aws


def test_a_call_that_is_not_declared_is_not_made() -> None:
    asked, aws = asking({})
    with pytest.raises(LookupError, match="ec2:DeleteSubnet is not declared"):
        asked.ask("ec2", "DeleteSubnet", SubnetId="subnet-1")
    assert aws.calls == []


def test_the_same_question_is_asked_once() -> None:
    asked, aws = asking({"Subnets": []})
    for _ in range(2):
        asked.ask("ec2", "DescribeSubnets", SubnetIds=["subnet-1"])
    asked.ask("ec2", "DescribeSubnets", SubnetIds=["subnet-2"])
    assert len(aws.calls) == 2


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "AccessDenied", "403"])
def test_a_denial_names_what_to_allow(code: str) -> None:
    asked, _ = asking(Refused(code, status=403))
    with pytest.raises(UnansweredError, match="ec2:DescribeSubnets is denied in us-east-1") as denied:
        asked.ask("ec2", "DescribeSubnets")
    assert denied.value.remedy.startswith("allow ec2:DescribeSubnets")


def test_a_denial_by_the_organization_is_told_apart() -> None:
    message = "not authorized to perform: ec2:DescribeSubnets with an explicit deny in a service control policy"
    asked, _ = asking(Refused("UnauthorizedOperation", message, 403))
    with pytest.raises(UnansweredError, match="an organization denies ec2:DescribeSubnets"):
        asked.ask("ec2", "DescribeSubnets")


def test_other_errors_are_for_the_check_to_judge() -> None:
    asked, _ = asking(Refused("InvalidSubnetID.NotFound", "gone"))
    with pytest.raises(RefusedError, match=r"InvalidSubnetID\.NotFound: gone"):
        asked.ask("ec2", "DescribeSubnets")


def test_a_value_that_aws_would_never_take_is_refused_and_not_sent() -> None:
    asked, aws = asking({})
    with pytest.raises(RefusedError, match="ValidationException"):
        asked.ask("ec2", "DescribeSubnets", SubnetIds=3)
    assert aws.calls == []


def test_credentials_that_have_ended_end_everything() -> None:
    asked, _ = asking(Refused("ExpiredToken", "long ago"))
    with pytest.raises(OperationError, match="ExpiredToken"):
        asked.ask("ec2", "DescribeSubnets")


def client_that_meets(statuses: list[int], monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A real client, retries included, whose answers come before anything is sent."""
    client: Any = session().client("service-quotas", region_name="us-east-1", config=reader.CONFIG)

    def send(**_: Any) -> AWSResponse:
        status = statuses.pop(0) if statuses else 200
        body = b'{"__type": "TooManyRequestsException"}' if status != 200 else b'{"Quotas": []}'
        return AWSResponse("https://example.com", status, {}, _Raw(body))

    client.meta.events.register("before-send", send)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))
    read = Read(service="service-quotas", operation="ListServiceQuotas", action="servicequotas:ListServiceQuotas")
    return Reader(clients=lambda service, region: client, region="us-east-1", reads=(read,))


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]


def test_throttling_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = [400, 400]
    asked = client_that_meets(statuses, monkeypatch)
    assert asked.ask("service-quotas", "ListServiceQuotas", ServiceCode="sagemaker")["Quotas"] == []
    assert statuses == []


def test_throttling_without_end_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = client_that_meets([400] * 20, monkeypatch)
    with pytest.raises(UnansweredError, match="throttles servicequotas:ListServiceQuotas"):
        asked.ask("service-quotas", "ListServiceQuotas", ServiceCode="sagemaker")
