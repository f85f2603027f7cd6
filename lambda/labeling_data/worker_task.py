"""What workers see: a template in Liquid and HTML, and the labels.

The elements' names are those that Ground Truth's own consolidation looks for, and `task.input` is what its own function
before a task gives: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-image-classification.html and
https://docs.aws.amazon.com/sagemaker/latest/dg/sms-semantic-segmentation.html. To Ground Truth the file is Liquid; what
a project says of itself is filled in before.
"""

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from labeling_data.objects import Objects

TEMPLATES = Path(__file__).parent / "templates"
_FOLDER = "tasks/"


def store(event: Mapping[str, Any], objects: Objects) -> dict[str, Any]:
    """See `handler.task_files`."""
    text = template(event["task"], title=event["title"], instructions=event["instructions"], labels=event["labels"])
    files = {
        "template": ("liquid.html", text, "text/html; charset=utf-8"),
        "labels": ("json", json.dumps(label_categories(event["labels"])), "application/json"),
    }
    return {
        name: objects.put(f"{_FOLDER}{name}-{_digest(content)}.{end}", content.encode(), content_type=kind)
        for name, (end, content, kind) in files.items()
    }


def template(task: str, *, title: str, instructions: str, labels: Sequence[str]) -> str:
    """Of a labeling job.

    Args:
        task: `classification` or `segmentation`.
        title: above each image.
        instructions: text; a blank line begins a paragraph.
    """
    paragraphs = [each.strip() for each in instructions.replace("\r\n", "\n").split("\n\n") if each.strip()]
    text = (TEMPLATES / f"{task}.liquid.html").read_text(encoding="utf-8")
    return Template(text).substitute(
        title=_plain(title),
        instructions="\n      ".join(f"<p>{_plain(each)}</p>" for each in paragraphs),
        labels=", ".join(f"<strong>{_plain(label)}</strong>" for label in labels),
    )


def label_categories(labels: Sequence[str]) -> dict[str, Any]:
    """The file that a labeling job takes its labels from; their order is their index.

    Source: LabelCategoryConfigS3Uri of
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateLabelingJob.html.
    """
    return {"document-version": "2018-11-28", "labels": [{"label": label} for label in labels]}


def _plain(text: str) -> str:
    """Neither HTML nor Liquid."""
    return html.escape(text).replace("{", "&#123;").replace("}", "&#125;")


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]
