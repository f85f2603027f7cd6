"""docs/defect-detection.md from images to manifests, on images of its layout, each function with its own rights."""

from pathlib import Path
from typing import Any

import pytest

from labeling_data import handler
from tests.labeling_data.conftest import Clock
from tests.labeling_data.data_app import DataTemplate
from tests.labeling_data.images import png
from tests.labeling_data.manifests import lines, mask, read
from tests.labeling_data.s3 import OWN, S3, SOURCE

NORMAL, ANOMALY = 30, 20
CHECK: dict[str, Any] = {
    "label_attribute": "anomaly-label",
    "mask_attribute": "anomaly-mask-ref",
    "min_confidence": 0.5,
    "workers_per_object": 1,
    "test_share": 0.2,
    "min_normal": 20,
    "min_anomaly": 10,
    "max_bad_share": 0.05,
    "output": "runs/walk/",
}


class Functions:
    """Calls a function as its state machine does, with no more rights than its role has."""

    def __init__(self, s3: S3, template: DataTemplate) -> None:
        self._s3, self._statements = s3, template.handlers()

    def call(self, name: str, **event: Any) -> dict[str, Any]:
        self._s3.statements = self._statements[name]
        answer = getattr(handler, name)(event, Clock())
        assert answer["status"] == "done", answer
        return answer


@pytest.fixture
def functions(s3: S3, template: DataTemplate) -> Functions:
    """Those of a project whose images have the aliens' folders, where each name is there twice."""
    for n in range(NORMAL):
        s3.put(f"s3://{SOURCE}/cookies/normal/{n + 1}.png", png(shade=100 + n))
    for n in range(ANOMALY):
        s3.put(f"s3://{SOURCE}/cookies/anomaly/{n + 1}.png", png(shade=100 + n, spot=20))
    return Functions(s3, template)


def test_classified_folders_can_be_trained_with_at_once(s3: S3, functions: Functions) -> None:
    ingested = functions.call("ingest", source=f"s3://{SOURCE}/cookies/", run="walk", label_attribute="anomaly-label")
    assert (ingested["counts"]["normal"], ingested["counts"]["anomaly"]) == (NORMAL, ANOMALY)
    assert len(s3.names(f"s3://{OWN}/images/")) == NORMAL + ANOMALY
    checked = functions.call("check_output", manifest=ingested["classified_manifest"], task="classification", **CHECK)
    assert (checked["counts"]["good"], checked["counts"]["bad"]) == (NORMAL + ANOMALY, 0)
    for side in ("train", "test"):
        for row in read(s3, checked[f"{side}_manifest"]):
            assert list(row) == checked["attributes"]
            # The image itself knows its class: only an anomaly has a spot.
            spotted = s3.body(row["source-ref"]) in {png(shade=100 + n, spot=20) for n in range(ANOMALY)}
            assert row["anomaly-label"] == int(spotted)


def test_masks_that_workers_drew_join_the_folders_labels(s3: S3, functions: Functions) -> None:
    ingested = functions.call("ingest", source=f"s3://{SOURCE}/cookies/", run="walk", label_attribute="anomaly-label")
    functions.call(
        "task_files", task="segmentation", labels=["cracked"], title="Where is it broken?", instructions="Mark cracks."
    )
    classified = read(s3, ingested["classified_manifest"])
    drawn = [{**row, **mask(str(n))} for n, row in enumerate(classified) if row["anomaly-label"]]
    segmentation = s3.put(f"s3://{OWN}/labeled/job/manifests/output/output.manifest", lines(drawn))
    merged = functions.call(
        "merge",
        classification=ingested["classified_manifest"],
        segmentation=segmentation,
        label_attribute="anomaly-label",
        mask_attribute="anomaly-mask-ref",
        output="runs/walk/merged.manifest",
    )
    assert (merged["counts"]["merged"], merged["counts"]["blank_masks"]) == (NORMAL + ANOMALY, NORMAL)
    checked = functions.call("check_output", manifest=merged["manifest"], task="segmentation", **CHECK)
    assert checked["counts"]["good"] == NORMAL + ANOMALY
    assert len(checked["attributes"]) == 5


def test_an_export_of_lookout_for_vision_can_be_trained_with(s3: S3, functions: Functions) -> None:
    rows = []
    for n in range(NORMAL + ANOMALY):
        uri = s3.put(f"s3://old-project/export/images/{n}.png", png(shade=n))
        name = "normal" if n < NORMAL else "anomaly"
        # The service's own numbers: 1 is normal.
        label = {"anomaly-label": int(name == "normal"), "anomaly-label-metadata": {"class-name": name}}
        rows.append({"source-ref": uri, **label, **(mask(f"{n}.png") if name == "anomaly" else {})})
    converted = functions.call(
        "convert_lookout",
        manifests=[s3.put("s3://old-project/export/datasets/train.manifest", lines(rows))],
        task="segmentation",
        label_attribute="anomaly-label",
        mask_attribute="anomaly-mask-ref",
        output="runs/walk/lookout.manifest",
    )
    assert converted["counts"]["blank_masks"] == NORMAL
    checked = functions.call("check_output", manifest=converted["manifest"], task="segmentation", **CHECK)
    assert (checked["counts"]["normal"], checked["counts"]["anomaly"]) == (NORMAL, ANOMALY)


def test_the_walk_through_names_what_there_is() -> None:
    text = (Path(__file__).parents[2] / "docs" / "defect-detection.md").read_text(encoding="utf-8")
    part = text.partition("## Images and manifests")[2].partition("\n## ")[0]
    answers = ("classified_manifest", "rejected.jsonl", "problems.jsonl", "train.manifest", "content-sha256")
    assert [name for name in answers if name not in part] == []
