"""What a labeling job shows is stored under names from its content."""

import json
from typing import Any

from labeling_data import handler
from tests.labeling_data.s3 import OWN, S3


def store(**more: Any) -> dict[str, Any]:
    event = {
        "task": "classification",
        "labels": ["normal", "anomaly"],
        "title": "Is it whole?",
        "instructions": "Look at the rim.",
    }
    return handler.task_files({**event, **more}, None)


def test_labels_have_the_order_of_their_index(s3: S3) -> None:
    assert json.loads(s3.body(store()["labels"])) == {
        "document-version": "2018-11-28",
        "labels": [{"label": "normal"}, {"label": "anomaly"}],
    }


def test_the_elements_have_the_names_that_ground_truths_consolidation_looks_for(s3: S3) -> None:
    for task, element in (
        ("classification", "crowd-image-classifier"),
        ("segmentation", "crowd-semantic-segmentation"),
    ):
        assert f'<{element}\n    name="{element}"' in s3.body(store(task=task)["template"]).decode()


def test_a_change_makes_new_files_and_leaves_those_of_a_running_job(s3: S3) -> None:
    first, same, second = store(), store(), store(instructions="Look at the middle.")
    assert first == same
    assert first["labels"] == second["labels"]
    assert first["template"] != second["template"]
    assert len(s3.names(f"s3://{OWN}/tasks/")) == 3
    kinds = {each.content_type for each in s3.objects.values()}
    assert kinds == {"application/json", "text/html; charset=utf-8"}
