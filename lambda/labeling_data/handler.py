"""Called by the state machine of a defect-detection project: images and manifests, in the project's own bucket.

Each answer has a `status`. `done` goes on. `again` means that the time of one call was over: call once more with the
same event. `failed` is of the data, for a person to mend, and has a `reason`; a repeat does not help. What S3 cannot do
at the moment is raised: repeat the call. Every call can be repeated, at any point: what it has done is in the bucket.

Manifests have one JSON object a line. Attribute names are whatever the event says, and nowhere else: a label attribute
`anomaly-label` has its `anomaly-label-metadata`, a mask attribute `anomaly-mask-ref` its `anomaly-mask-ref-metadata`.
A row may also have `content-sha256`, of the image: the ingest writes it, and Ground Truth hands on what it does not
know.
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from labeling_data import ingest as ingesting
from labeling_data import lookout, merge_manifests, output_check, worker_task
from labeling_data.objects import Objects
from labeling_data.outcome import run

logger = Logger()
Event = Mapping[str, Any]
WORKERS = 16
"""Images that are read at the same time."""
# S3 slows callers down while it spreads a prefix: a call waits for that, up to 20 seconds between two attempts.
CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 10},
    max_pool_connections=WORKERS + 4,
)


@cache
def _objects() -> Objects:
    session: Any = boto3.Session()
    return Objects(s3=session.client("s3", config=CONFIG), bucket=os.environ["BUCKET"])


def ingest(event: Event, context: Any) -> dict[str, Any]:
    """Copy images from the folders of a prefix into the one folder `images/` of the bucket, and list them.

    A path with a folder `normal` or `anomaly` in it is of an image that a person has classified already. 100,000 images
    take several calls: a function that goes on where it stopped needs neither a state of the machine for each image nor
    the account's concurrent functions, and one program sees all of them, which names and duplicates need anyway.

    Event:
        source: `s3://bucket/prefix/` with the images. The construct must have been given it.
        run: name of this run, such as the execution's: files of the run are below `runs/<run>/`.
        label_attribute: such as `anomaly-label`.
        limits: may be left out; `most_bytes` (up to 40 MB), `least_side`, `most_side` in pixels.

    Answer, when done:
        manifest: URI; every accepted image with `source-ref` and `content-sha256`, for a labeling job.
        classified_manifest: URI; those in `normal/` and `anomaly/`, with the label and its metadata too. None where
            no image is classified.
        rejected: URI of JSON lines with `key` and `reason`.
        counts: `found`, which is the sum of `accepted`, `rejected`, `duplicates` (the same content as another one) and
            `conflicts` (the same content both as normal and as anomaly: each of them is left out); of the accepted
            `normal`, `anomaly`, `unclassified`.
        dimensions: images by width and height, as `{"1024x768": 90}`, of the 20 most frequent.

    Answer, when again:
        progress: `done` and `found`, in images.
    """
    return run("ingest", lambda: ingesting.ingest(event, _objects(), clock=context, workers=WORKERS), logger)


def task_files(event: Event, _context: Any) -> dict[str, Any]:
    """What workers see, as two files whose names are from their content: a running job keeps its own.

    Event:
        task: `classification` or `segmentation`.
        labels: in the order of their index: normal, anomaly; or the kinds of defect.
        title: above each image.
        instructions: text; a blank line begins a paragraph.

    Answer, when done:
        template: URI, for `UiTemplateS3Uri`.
        labels: URI, for `LabelCategoryConfigS3Uri`.
    """
    return run("task_files", lambda: worker_task.store(event, _objects()), logger)


def merge(event: Event, _context: Any) -> dict[str, Any]:
    """One manifest with the label and the mask of each image, from a manifest with labels and one with masks.

    A normal image without a mask gets a blank one, as the algorithm wants all attributes in each row.

    Event:
        classification, segmentation: URIs of the two manifests.
        label_attribute, mask_attribute: as `anomaly-label` and `anomaly-mask-ref`.
        output: key in the bucket, such as `runs/<run>/merged.manifest`.

    Answer, when done:
        manifest: URI; rows in the order of the classification.
        counts: `merged`; `blank_masks`, of these; `only_classification` (anomalies), `only_segmentation`: without their
            other half; `repeated`: of an image that had a row already; `unreadable`, `incomplete`, `failed`,
            `unknown_label`, `label_mismatch`, `no_mask`, `no_image`: lines of either manifest that are no JSON object,
            have no label, could not be labeled by workers, ..., and normal ones whose image cannot be read.
    """
    return run("merge", lambda: merge_manifests.merge(event, _objects(), workers=WORKERS), logger)


def check_output(event: Event, _context: Any) -> dict[str, Any]:
    """Whether a manifest is fit to train with, and its rows in two: to train and to test.

    Rows with a problem are left out, counted and listed. Of images with conflicting labels, all rows are. The split is
    by the content of an image: it stays on its side when others come. Each label has one image on each side at least.

    Event:
        manifest: URI of a labeling job's `output.manifest`, or of one in its form.
        task: `classification` or `segmentation`.
        label_attribute, mask_attribute: as `anomaly-label` and `anomaly-mask-ref`; the mask only for a segmentation.
        min_confidence: 0 to 1; a label below it is left out.
        workers_per_object: with 1, Ground Truth writes a confidence of 0, and it is not looked at.
        test_share: 0 to 0.5, of each label's rows.
        min_normal, min_anomaly: how many good rows of each there must be.
        max_bad_share: 0 to 1, of the rows.
        output: prefix in the bucket, such as `runs/<run>/`.

    Answer, when done:
        train_manifest, test_manifest: URIs; rows have exactly `attributes`.
        attributes: names in the order of the algorithm's hyper-parameters and of the channel's `AttributeNames`.

    Answer, when done, or failed once the manifest could be read:
        problems: URI of JSON lines with `line` (from 1), `source-ref` (or null), `kind` and `reason`.
        counts: `rows`, `good`, `bad`; `normal`, `anomaly`: of the good ones; `train_normal`, `train_anomaly`,
            `test_normal`, `test_anomaly`; and bad ones by kind: `unreadable`, `incomplete`, `failed`, `unknown_label`,
            `label_mismatch`, `low_confidence`, `conflict`, `repeated`, `no_mask`.
        reason: when failed.
    """
    return run("check_output", lambda: output_check.check(event, _objects()), logger)


def convert_lookout(event: Event, _context: Any) -> dict[str, Any]:
    """Manifests that Lookout for Vision has exported, as one in the form of a Ground Truth job.

    Lookout for Vision writes 0 for an anomaly and 1 for a normal image: `class-name` decides, and the value is written
    anew, 0 for normal and 1 for anomaly.

    Event:
        manifests: URIs, of the training and the test data set. The construct must have been given where they lie.
        task: `classification` or `segmentation`.
        label_attribute, mask_attribute: that the rows get; the mask only for a segmentation.
        output: key in the bucket, such as `runs/<run>/lookout.manifest`.

    Answer, when done:
        manifest: URI.
        counts: `converted`; `normal`, `anomaly`, `blank_masks` (normal images that had no mask) of these; left out are
            `unlabelled`, `unreadable`, `incomplete`, `failed`, `repeated`, `no_mask` (anomalies that a segmentation
            cannot use), `no_image` (normal ones whose image cannot be read).
    """
    return run("convert_lookout", lambda: lookout.convert(event, _objects(), workers=WORKERS), logger)
