"""What the model says of pictures, and how often it is right.

Form of an answer: AWS's sample of the algorithm,
`{"Source": {"Type": "direct"}, "IsAnomalous": true, "Confidence": 0.9378743361326908}`
(https://github.com/aws-samples/amazon-lookout-for-vision/tree/main/computer-vision-defect-detection, read 2026-11-23).
Lookout for Vision has answered with the same below `DetectAnomalyResult`.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast


class VerdictError(Exception):
    """An answer is none."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Of one picture."""

    picture: str
    """S3 URI."""
    anomalous: bool
    confidence: float
    """0 to 1, of what is said."""
    truth: bool | None = None
    """Whether people call it an anomaly; None: nobody has said so."""


def read_verdict(body: bytes, *, picture: str, truth: bool | None = None) -> Verdict:
    """An answer of the model.

    Raises:
        VerdictError: it has another form.
    """
    try:
        found: Any = json.loads(body)
    except ValueError:
        raise VerdictError("it is no JSON") from None
    if not isinstance(found, dict):
        raise VerdictError("it is no JSON object")
    answer = cast("dict[str, Any]", found)
    answer = answer.get("DetectAnomalyResult", answer)
    anomalous, confidence = answer.get("IsAnomalous"), answer.get("Confidence")
    if not isinstance(anomalous, bool):
        raise VerdictError("it has no IsAnomalous that is true or false")
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise VerdictError("it has no Confidence from 0 to 1")
    return Verdict(picture=picture, anomalous=anomalous, confidence=float(confidence), truth=truth)


def summary(verdicts: Sequence[Verdict], *, unreadable: Mapping[str, str]) -> dict[str, Any]:
    """Counts; and where people have labeled the pictures, how often the model agrees with them.

    Args:
        unreadable: why there is no verdict, by picture.
    """
    anomalies = [each for each in verdicts if each.anomalous]
    found: dict[str, Any] = {
        "pictures": len(verdicts) + len(unreadable),
        "normal": len(verdicts) - len(anomalies),
        "anomalies": len(anomalies),
        "unreadable": len(unreadable),
        "reasons": dict(sorted(unreadable.items())[:100]),
    }
    known = [each for each in verdicts if each.truth is not None]
    if known:
        hits = sum(each.anomalous and each.truth is True for each in known)
        misses = sum(not each.anomalous and each.truth is True for each in known)
        false_alarms = sum(each.anomalous and each.truth is False for each in known)
        found["test"] = {
            "hits": hits,
            "misses": misses,
            "false_alarms": false_alarms,
            "correct_rejections": len(known) - hits - misses - false_alarms,
            "precision": _share(hits, hits + false_alarms),
            "recall": _share(hits, hits + misses),
            "f1": _share(2 * hits, 2 * hits + misses + false_alarms),
        }
    return found


def table(verdicts: Sequence[Verdict]) -> str:
    """All of them as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["picture", "anomalous", "confidence", "labeled_as_anomaly"])
    for each in verdicts:
        truth = "" if each.truth is None else str(each.truth).lower()
        writer.writerow([each.picture, str(each.anomalous).lower(), f"{each.confidence:.6f}", truth])
    return text.getvalue()


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
