"""Both scripts are put below their prefix; nothing is taken away."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lifecycle_scripts.upload import PHYSICAL_ID, put

SCRIPTS = {"on_create.sh": "echo ä", "on_create_main.sh": "exit 0"}


def event(kind: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResourceProperties": {"Bucket": "scripts", "Prefix": "0123456789abcdef", "Scripts": SCRIPTS},
    }


def s3() -> Any:
    return boto3.client("s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def expect(stub: Stubber, name: str) -> None:
    stub.add_response(
        "put_object",
        {},
        {
            "Bucket": "scripts",
            "Key": f"0123456789abcdef/{name}",
            "Body": SCRIPTS[name].encode(),
            "ContentType": "text/x-shellscript",
        },
    )


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_both_scripts_are_put(kind: str) -> None:
    client = s3()
    with Stubber(client) as stub:
        for name in SCRIPTS:
            expect(stub, name)
        assert put(event(kind), s3=client) == {"PhysicalResourceId": PHYSICAL_ID}
        stub.assert_no_pending_responses()


def test_a_put_that_was_half_done_is_done_again() -> None:
    client = s3()
    with Stubber(client) as stub:
        expect(stub, "on_create.sh")
        stub.add_client_error("put_object", "SlowDown")
        with pytest.raises(client.exceptions.ClientError):
            put(event("Create"), s3=client)
        for name in SCRIPTS:
            expect(stub, name)
        put(event("Create"), s3=client)
        stub.assert_no_pending_responses()


def test_a_deletion_takes_nothing_from_nodes_that_still_read() -> None:
    client = s3()
    with Stubber(client):  # any call would be one too many
        assert put(event("Delete"), s3=client) == {"PhysicalResourceId": PHYSICAL_ID}
