"""What the team's file of the promotion may say."""

from pathlib import Path

import pytest

from promotion.environments import read_environments
from promotion.errors import PromotionError
from promotion.pipeline import Pipeline, read_pipeline

GOOD = {
    "repository": "example/platform",
    "stages": [{"environment": "dev"}, {"environment": "staging"}, {"environment": "prod", "approval": True}],
}


def _read(tmp_path: Path, environments: Path, **changes: object) -> Pipeline:
    import json

    file = tmp_path / "pipeline.yaml"
    file.write_text(json.dumps({**GOOD, **changes}))  # JSON is YAML
    return read_pipeline(file, read_environments(environments))


def _stages(*stages: dict[str, object]) -> dict[str, object]:
    return {"stages": list(stages)}


PROD = {"environment": "prod", "approval": True}


def test_stages_keep_their_order(tmp_path: Path, environments: Path) -> None:
    pipeline = _read(tmp_path, environments)
    assert [stage.environment for stage in pipeline.stages] == ["dev", "staging", "prod"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            _stages({"environment": "test"}),
            "stages.0.environment: no file says `name: test`; there are: dev, prod, staging",
        ),
        (_stages({"environment": "dev"}, {"environment": "dev"}), "dev stands more than once"),
        (_stages({"environment": "prod"}), "stages.0.approval: prod is production; allowed: true"),
        (_stages({**PROD, "pull_requests": True}), "stages.0.pull_requests: prod is production; allowed: false"),
        (_stages(PROD, {"environment": "dev"}), "stages.1.environment: dev comes after prod, which is production"),
        (_stages(), "stages: Tuple should have at least 1 item"),
        (
            _stages({**PROD, "monitoring_minutes": 181}),
            "stages.0.monitoring_minutes: Input should be less than or equal to 180",
        ),
        (
            _stages({**PROD, "rollback_alarms": list("abcdef")}),
            "stages.0.rollback_alarms: Tuple should have at most 5 items",
        ),
        (
            _stages({**PROD, "fail_on": "sometimes"}),
            "'never', 'any-change', 'broadening' or 'destructive' (given: 'sometimes')",
        ),
        (_stages({**PROD, "aproval": True}), "stages.0.aproval: Extra inputs are not permitted"),
        ({"repository": "no-slash"}, "repository: String should match pattern"),
        ({"branch": "main; rm -rf /"}, "branch: String should match pattern"),
        ({"qualifier": "far-too-long"}, "qualifier: String should match pattern"),
        ({"previews": {"environment": "prod"}}, "prod is production, and no preview is made of production"),
        ({"previews": {"environment": "staging"}}, "staging keeps its data"),
        (
            {"previews": {"environment": "dev", "hours": 169}},
            "previews.hours: Input should be less than or equal to 168",
        ),
        ({"previews": {"environment": "test"}}, "previews.environment: no file says `name: test`"),
    ],
)
def test_what_cannot_be_promoted_is_refused(
    tmp_path: Path, environments: Path, changes: dict[str, object], told: str
) -> None:
    with pytest.raises(PromotionError) as refusal:
        _read(tmp_path, environments, **changes)
    assert told in str(refusal.value)
    assert str(tmp_path / "pipeline.yaml") in str(refusal.value)


def test_an_environment_that_is_not_promoted_to_is_refused(tmp_path: Path, environments: Path) -> None:
    with pytest.raises(PromotionError, match="no stage for environment test; it has: dev, staging, prod"):
        _read(tmp_path, environments).stage("test")


def test_a_name_that_could_become_shell_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('{name: "dev; exit", account: "111122223333", region: us-east-1}')
    with pytest.raises(PromotionError, match="name: String should match pattern"):
        read_environments(tmp_path)


def test_two_environments_of_one_name_are_refused(tmp_path: Path) -> None:
    for file in ("a.yaml", "b.yaml"):
        (tmp_path / file).write_text('{name: dev, account: "111122223333", region: us-east-1}')
    with pytest.raises(PromotionError, match=r"b\.yaml: name: another file of .* says `dev` too"):
        read_environments(tmp_path)


def test_the_edge_is_deployed_to_its_own_region(tmp_path: Path) -> None:
    text = '{name: eu, account: "111122223333", region: eu-central-1, gateway: {exposure: cloudfront-domain}}'
    (tmp_path / "a.yaml").write_text(text)
    assert read_environments(tmp_path)["eu"].regions == ("eu-central-1", "us-east-1")
