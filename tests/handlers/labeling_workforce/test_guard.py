"""A deployment that would need a second private workforce, or one that is not there, ends before anything is made."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from labeling_workforce import handler
from labeling_workforce.guard import PHYSICAL_ID, WorkforceRefusedError
from tests.handlers.labeling_workforce.aws import CLIENT, HOST, POOL, Aws, of_a_vendor, team, with_oidc, workforce
from tests.handlers.labeling_workforce.events import guard

OWN = "labeling-labeling"
READS = {"ListWorkforces", "ListWorkteams", "DescribeStacks"}


def looked(event: dict[str, Any]) -> dict[str, Any]:
    answer = handler.on_event(event, None)
    assert answer["PhysicalResourceId"] == PHYSICAL_ID
    assert handler.is_complete({**event, **answer}, None) == {"IsComplete": True}
    return answer["Data"]


def refused(event: dict[str, Any], *words: str) -> None:
    with pytest.raises(WorkforceRefusedError) as caught:
        handler.on_event(event, None)
    text = str(caught.value)
    assert [word for word in (*words, "Nothing was made or changed") if word not in text] == []


def test_a_new_workforce_is_allowed_where_there_is_none(aws: Aws) -> None:
    aws.workforces = [of_a_vendor()]
    assert looked(guard()) == {"SubDomain": "", "UserPool": "", "ClientId": ""}


def test_a_second_one_is_refused_with_what_to_do(aws: Aws) -> None:
    aws.workforces = [of_a_vendor(), workforce("theirs")]
    refused(guard(), "the private workforce theirs", "`existing: theirs`", "delete-workforce --workforce-name theirs")


def test_one_of_the_same_name_that_another_deployment_left_is_refused_too(aws: Aws) -> None:
    aws.workforces = [workforce(OWN)]
    refused(guard(), f"`existing: {OWN}`")


def test_one_that_is_being_deleted_is_waited_for_by_people(aws: Aws) -> None:
    aws.workforces = [workforce("theirs", Status="Deleting")]
    refused(guard(), "still being deleted", "deploy again")


def test_an_existing_one_is_found_with_its_pool_and_portal(aws: Aws) -> None:
    aws.workforces = [of_a_vendor(), workforce()]
    assert looked(guard(Mode="existing", Name="default")) == {"SubDomain": HOST, "UserPool": POOL, "ClientId": CLIENT}


def test_an_existing_one_with_an_identity_provider_has_no_pool(aws: Aws) -> None:
    aws.workforces = [with_oidc()]
    data = looked(guard(Mode="existing", Name="default", SignIn="oidc"))
    assert data == {"SubDomain": HOST, "UserPool": "", "ClientId": ""}


@pytest.mark.parametrize(("there", "words"), [([], "leave `existing` out"), ([workforce("theirs")], "has is theirs")])
def test_one_that_does_not_exist_is_refused_with_what_there_is(aws: Aws, there: list[Any], words: str) -> None:
    aws.workforces = [of_a_vendor(), *there]
    refused(guard(Mode="existing", Name="vendor"), "no private workforce vendor", words)


def test_an_existing_one_with_another_sign_in_is_refused(aws: Aws) -> None:
    aws.workforces = [with_oidc()]
    refused(guard(Mode="existing", Name="default"), "`sign_in: oidc`")


def test_an_existing_one_that_failed_is_refused_with_its_reason(aws: Aws) -> None:
    aws.workforces = [workforce(Status="Failed", FailureReason="no address left")]
    refused(guard(Mode="existing", Name="default"), "Failed: no address left")


def test_an_update_finds_its_own_workforce_and_goes_on(aws: Aws) -> None:
    aws.workforces = [workforce(OWN)]
    assert looked(guard("Update"))["SubDomain"] == HOST


def test_an_update_whose_workforce_somebody_replaced_is_refused(aws: Aws) -> None:
    aws.workforces = [workforce("theirs")]
    refused(guard("Update"), "`existing: theirs`")


def test_the_stacks_own_workforce_cannot_be_named_as_existing(aws: Aws) -> None:
    aws.workforces = [workforce(OWN)]
    refused(guard("Update", Mode="existing", Name=OWN), "Leave `existing` out")


def test_a_new_one_in_place_of_an_existing_one_is_refused_while_that_is_there(aws: Aws) -> None:
    aws.workforces = [workforce()]
    refused(guard("Update", before={"Mode": "existing", "Name": "default"}), "`existing: default`")


def test_where_people_sign_in_cannot_change(aws: Aws) -> None:
    aws.workforces = [workforce(OWN)]
    refused(guard("Update", SignIn="oidc", Oidc="new"), "from cognito to oidc", "Deploy once without")


def test_an_identity_provider_changes_only_while_there_is_no_team(aws: Aws) -> None:
    aws.workforces, aws.teams = [with_oidc(OWN)], [team("vendor", ProductListingIds=["x"]), team("inspectors")]
    event = guard("Update", before={"SignIn": "oidc", "Oidc": "old"}, SignIn="oidc", Oidc="new")
    refused(event, "Deploy once without `teams`")
    aws.teams = aws.teams[:1]
    assert looked(event)["SubDomain"] == HOST


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_a_roll_back_is_never_refused(aws: Aws, status: str) -> None:
    aws.workforces, aws.stack_status = [workforce("theirs")], status
    assert looked(guard("Update"))["UserPool"] == ""


def test_a_deletion_asks_nobody_whatever_is_left(aws: Aws) -> None:
    for _ in range(2):
        assert handler.on_event(guard("Delete"), None) == {"PhysicalResourceId": PHYSICAL_ID}
    assert aws.calls == []


def test_an_event_that_comes_twice_gets_the_same_answer_and_only_reads(aws: Aws) -> None:
    aws.workforces = [workforce()]
    event = guard(Mode="existing", Name="default")
    assert looked(event) == looked(event)
    assert set(aws.calls) <= READS


def test_a_throttled_look_does_not_fail_the_deployment(aws: Aws) -> None:
    aws.workforces, aws.busy = [workforce()], 4
    assert looked(guard(Mode="existing", Name="default"))["SubDomain"] == HOST


def test_where_nobody_may_look_nothing_is_made(aws: Aws) -> None:
    aws.statements = []
    with pytest.raises(ClientError, match="AccessDenied"):
        handler.on_event(guard(), None)
