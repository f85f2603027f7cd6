"""Images are named by tag and pinned by the lock; production refuses what the lock does not hold."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from groundwork.environment import Environment
from groundwork.images import Image, images_of, read_image_lock
from groundwork.problems import problems_of
from groundwork.settings import Section

ROOT = Path(__file__).parents[2]
KNOWN, UNKNOWN = "registry.example.com/team/app:1.0", "registry.example.com/team/tool:2.0"
LOCK = {KNOWN: "sha256:" + "a" * 64, UNKNOWN: None}
FIELDS = {
    "name": "dev",
    "account": "111122223333",
    "region": "us-east-1",
    "owner": "platform@example.com",
    "cost_center": "genai-platform",
}


class Sidecar(Section):
    image: Image


class Service(Section):
    image: Image
    sidecars: tuple[Sidecar, ...] = ()


class WithService(Environment):
    service: Service | None = None


def environment(*, production: bool, sidecar: str) -> WithService:
    service = Service(image=Image(KNOWN), sidecars=(Sidecar(image=Image(sidecar)),))
    fields = {**FIELDS, "production": production, "service": service}
    return WithService.model_validate(fields, context={"image_lock": LOCK})


def test_production_refuses_an_image_without_a_digest_and_says_how_to_get_one() -> None:
    with pytest.raises(ValidationError) as caught:
        environment(production=True, sidecar=UNKNOWN)
    ((at, problem),) = problems_of(caught.value, WithService, {"service": {"sidecars": [{"image": UNKNOWN}]}}).items()
    assert at == ("service", "sidecars", 0, "image")
    assert problem.value == UNKNOWN
    assert problem.allowed == f"one that `python -m operations images lock --add {UNKNOWN}` has added"


def test_tags_of_the_same_image_that_have_a_digest_are_offered() -> None:
    other = KNOWN.replace(":1.0", ":1.1")
    with pytest.raises(ValidationError) as caught:
        environment(production=True, sidecar=other)
    ((_, problem),) = problems_of(caught.value, WithService, {"service": {"sidecars": [{"image": other}]}}).items()
    assert problem.allowed.startswith(f"{KNOWN}; or one that ")


def test_outside_production_it_is_a_warning() -> None:
    assert environment(production=False, sidecar=UNKNOWN).unpinned_images(LOCK) == [
        f"service.sidecars.0.image: {UNKNOWN} has no digest in images.lock.yaml"
    ]


def test_locked_images_pass_in_production() -> None:
    assert environment(production=True, sidecar=KNOWN).unpinned_images(LOCK) == []


def test_an_image_is_deployed_by_the_locks_digest() -> None:
    assert Image(KNOWN).pinned(LOCK) == f"{KNOWN}@sha256:{'a' * 64}"
    with pytest.raises(KeyError, match="no digest"):
        Image(UNKNOWN).pinned(LOCK)


@pytest.mark.parametrize(
    "name", ["app", "registry.example.com/app", "registry.example.com/app:latest", "a/b@sha256:00"]
)
def test_an_image_without_registry_and_tag_or_with_latest_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Image(name)


def test_images_are_found_at_any_depth() -> None:
    service = Service(image=Image(KNOWN), sidecars=(Sidecar(image=Image(UNKNOWN)),))
    assert [at for at, _ in images_of(service)] == [("image",), ("sidecars", 0, "image")]


def test_the_shipped_lock_can_be_read() -> None:
    lock = read_image_lock(ROOT / "images.lock.yaml")
    assert all(Image(name) for name in lock)


class Callers(Section):
    zones: frozenset[int]
    services: tuple[str, ...]

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        return dict.fromkeys(self.services, self.zones)


class WithCallers(Environment):
    callers: Callers | None = None
    others: Callers | None = None


def test_endpoints_stand_in_the_zones_of_all_sections_that_call_a_service() -> None:
    callers = Callers(zones=frozenset({0, 1}), services=("logs", "sts"))
    others = Callers(zones=frozenset({2}), services=("logs", "ec2"))
    environment = WithCallers.model_validate({**FIELDS, "callers": callers, "others": others})
    assert environment.endpoint_services() == {"ec2": {2}, "logs": {0, 1, 2}, "sts": {0, 1}}
    assert WithCallers.model_validate({**FIELDS, "callers": callers}).endpoint_services().keys() == {"logs", "sts"}


def test_a_section_is_refused_where_the_region_lacks_a_service_that_it_calls() -> None:
    section = Callers(zones=frozenset({0}), services=("bedrock-runtime",))
    with pytest.raises(ValidationError, match="af-south-1 has no endpoint for bedrock-runtime"):
        WithCallers.model_validate({**FIELDS, "region": "af-south-1", "callers": section})
