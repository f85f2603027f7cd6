"""What a project of the environment file may say, and why not something else."""

from typing import Any

import pytest
from pydantic import ValidationError

from defect_detection import marketplace
from groundwork.labeling.defect_ground_truth import GROUND_TRUTH_ACCOUNTS, built_in_functions
from groundwork.labeling.defect_use import DEFAULT_INSTANCE, LISTING
from groundwork.labeling.project_settings import ProjectSettings
from tests.defect_detection.defect_app import ALGORITHM, KEY, PROJECTS, TASKS, project
from tests.defect_detection.fake_sagemaker import MODEL

BOARDS = PROJECTS["boards"]
MANIFEST = {"task": "classification", "manifest": "s3://example-images/a.manifest", "references": ["s3://example/a/"]}
FOLDERS = {"task": "classification", "images": "s3://example-images/a/", "classified": True}


def refused(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Field, and what pydantic or the project says of it."""
    with pytest.raises(ValidationError) as caught:
        project(content)
    return [(".".join(str(part) for part in each["loc"]), each["msg"]) for each in caught.value.errors()]


@pytest.mark.parametrize(
    ("content", "people"),
    [
        (BOARDS, ("classification", "segmentation")),
        ({**BOARDS, "classified": True}, ("segmentation",)),
        (MANIFEST, ()),
        (FOLDERS, ()),
        ({**FOLDERS, "classified": False, "team": "inspectors", "tasks": TASKS}, ("classification",)),
    ],
    ids=["masks", "masks-of-folders", "manifest", "folders", "classes"],
)
def test_people_label_what_is_not_said_yet(content: dict[str, Any], people: tuple[str, ...]) -> None:
    assert project(content).labels_by_people == people


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"labels": []}, "labels", "0 kinds of defect"),
        ({"labels": ["dent", "dent"]}, "labels.1", "named twice"),
        ({"manifest": "s3://example-images/a.manifest"}, "lookout_manifest", "begins with images and manifest"),
        ({"images": None}, "lookout_manifest", "begins with nothing"),
        ({"references": ["s3://example-images/b/"]}, "references", "nothing else is read"),
        ({"team": None, "tasks": None}, "team", "the pictures have no labels, and nobody makes them"),
        ({"team": None, "tasks": None, "classified": True}, "team", "the pictures have no masks"),
        ({"tasks": None}, "tasks", "the team is not told what to do"),
        ({"tasks": {**TASKS, "title": "x" * 129}}, "tasks.title", "at most 128 characters"),
        ({"tasks": {**TASKS, "description": "x" * 256}}, "tasks.description", "at most 255 characters"),
        ({"tasks": {**TASKS, "workers_per_object": 10}}, "tasks.workers_per_object", "less than or equal to 9"),
        ({"training": None}, "inference", "no model is trained"),
        ({"training": {"algorithm": ALGORITHM, "instance": "ml.m5.large"}}, "training.instance", "trains on a GPU"),
        ({"training": {"algorithm": "defects"}}, "training.algorithm", "match pattern"),
        ({"inference": {"kind": "endpoint", "instance": "ml.t2.large"}}, "inference.endpoint.instance", "no type of"),
        ({"inference": {"kind": "endpoint", "idle_hours": 0}}, "inference.endpoint.idle_hours", "or equal to 1"),
        ({"inference": {"kind": "notebook"}}, "inference", "does not match any of the expected tags"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], field: str, said: str) -> None:
    found = refused({**BOARDS, **change})
    assert [where for where, _ in found] == [field]
    assert said in found[0][1]


@pytest.mark.parametrize(
    ("content", "field", "said"),
    [
        ({**MANIFEST, "labels": ["anomaly", "normal"]}, "labels", "the order that the algorithm wants"),
        ({**MANIFEST, "references": []}, "references", "nobody may read the pictures"),
        ({**MANIFEST, "classified": True}, "lookout_manifest", "about the folders of `images`"),
        ({**MANIFEST, "team": "inspectors", "tasks": TASKS}, "team", "nothing left to label"),
        ({**FOLDERS, "team": "inspectors", "tasks": TASKS}, "team", "nothing left to label"),
    ],
)
def test_what_needs_no_people_names_none(content: dict[str, Any], field: str, said: str) -> None:
    found = refused(content)
    assert field in [where for where, _ in found]
    assert said in " ".join(text for _, text in found)


def test_ground_truth_algorithms_and_keys_are_of_the_environments_region() -> None:
    settings = project({**BOARDS, "key": KEY})
    assert list(settings.refusals_in("us-east-1")) == []
    found = {".".join(map(str, each.at)): each for each in settings.refusals_in("sa-east-1")}
    assert found.keys() == {"team", "training.algorithm", "key"}
    assert "us-east-1" in found["team"].allowed
    assert [each.at for each in project(MANIFEST).refusals_in("sa-east-1")] == []


def test_the_algorithm_says_how_to_subscribe() -> None:
    words = str(ProjectSettings.model_json_schema())
    assert marketplace.LISTING == LISTING
    assert LISTING in words
    assert project({**BOARDS}).training.instance == "ml.g4dn.2xlarge"  # type: ignore[union-attr]
    assert DEFAULT_INSTANCE == "ml.c5.2xlarge"


def test_built_in_functions_stand_in_the_apis_own_documentation() -> None:
    pre = MODEL.shape_for("HumanTaskConfig").members["PreHumanTaskLambdaArn"].documentation
    consolidation = MODEL.shape_for("AnnotationConsolidationConfig").members["AnnotationConsolidationLambdaArn"]
    for region in GROUND_TRUTH_ACCOUNTS:
        for task in ("ImageMultiClass", "SemanticSegmentation"):
            found = built_in_functions(region, task)  # type: ignore[arg-type]
            assert found["pre"] in pre
            assert found["consolidation"] in consolidation.documentation
