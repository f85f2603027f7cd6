"""What people and SageMaker's jobs leave behind: in the tests, the fake's jobs do it at once."""

import json
import threading
from typing import Any

from tests.defect_detection.defect_app import IMAGES
from tests.defect_detection.engine_world import World
from tests.defect_detection.fake_sagemaker import FakeSageMaker
from tests.labeling_data.images import png

NORMAL, ANOMALIES = 4, 4
CREATED = "2026-01-02T03:04:05.678901"


class Behaviour:
    """A world in order; tests put something out of it. Pictures whose name begins with `bad` have a defect."""

    def __init__(self, world: World, fake: FakeSageMaker) -> None:
        self.world, self.fake = world, fake
        self.labeled = "Completed"
        """How a labeling job ends."""
        self.verdict = lambda name: "bad" in name
        """What the model says of a picture."""
        self.blind = False
        """Whether people call everything normal."""
        self.spoiled = False
        """Whether masks come without what they show."""
        fake.ends = {
            "TrainingJob": self._train,
            "TransformJob": self._look,
            "ModelPackage": lambda package: {"ModelPackageStatus": "Completed"},
            "Endpoint": self._serve,
        }
        waited = fake.answer

        def answer(caller: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
            found = waited(caller, operation, request)
            if caller == "wait_for_labels":
                # The token is there: now people are done.
                threading.Thread(target=self._label, args=(request["LabelingJobName"],)).start()
            return found

        fake.answer = answer  # type: ignore[method-assign]

    def put_pictures(self, prefix: str) -> None:
        """As somebody brings them, not in folders by class."""
        for number in range(NORMAL):
            self.world.put(f"{prefix}line-{number}/ok.png", png(shade=100 + number))
        for number in range(ANOMALIES):
            self.world.put(f"{prefix}line-{number}/bad.png", png(shade=100 + number, spot=20))

    def _label(self, job: str) -> None:
        found = self.fake.things["LabelingJob"][job]
        if found["LabelingJobStatus"] != "InProgress":
            return
        if self.labeled == "Completed":
            manifest = found["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]
            rows = [json.loads(line) for line in self.world.read(manifest).splitlines()]
            output = f"{found['OutputConfig']['S3OutputPath']}{job}/manifests/output/output.manifest"
            attribute = found["LabelAttributeName"]
            lines = [json.dumps({**row, **self._labels(row, attribute, job)}) for row in rows]
            self.world.put(output, "\n".join(lines).encode())
            found["LabelingJobOutput"] = {"OutputDatasetS3Uri": output}
        found["LabelingJobStatus"] = self.labeled
        if self.labeled == "Failed":
            found["FailureReason"] = "ClientError: the template is broken"
        self.world.labeling_changed(job, self.labeled)

    def _labels(self, row: dict[str, Any], attribute: str, job: str) -> dict[str, Any]:
        common = {"job-name": f"labeling-job/{job}", "human-annotated": "yes", "creation-date": CREATED}
        if attribute.endswith("-ref"):
            colors = {"0": {"class-name": "BACKGROUND"}, "1": {"class-name": "dent", "hex-color": "#2ca02c"}}
            mask = row["source-ref"].replace("/images/", "/labels/masks/")
            self.world.put(mask, png())
            shown = {} if self.spoiled else {"internal-color-map": colors}
            return {attribute: mask, f"{attribute}-metadata": {**shown, **common}}
        value = int("bad" in row["source-ref"] and not self.blind)
        name = ["normal", "anomaly"][value]
        return {attribute: value, f"{attribute}-metadata": {"class-name": name, "confidence": 0, **common}}

    def _train(self, job: dict[str, Any]) -> dict[str, Any]:
        output = job["OutputDataConfig"]["S3OutputPath"]
        return {
            "TrainingJobStatus": "Completed",
            "ModelArtifacts": {"S3ModelArtifacts": f"{output}{job['TrainingJobName']}/output/model.tar.gz"},
        }

    def _look(self, job: dict[str, Any]) -> dict[str, Any]:
        manifest = json.loads(self.world.read(job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]))
        for name in manifest[1:]:
            self.world.read(manifest[0]["prefix"] + name)
            verdict = {"Source": {"Type": "direct"}, "IsAnomalous": self.verdict(name), "Confidence": 0.9}
            self.world.put(f"{job['TransformOutput']['S3OutputPath']}{name}.out", verdict)
        return {"TransformJobStatus": "Completed"}

    def _serve(self, endpoint: dict[str, Any]) -> dict[str, Any]:
        config = endpoint.pop("wanted", endpoint["EndpointConfigName"])
        return {"EndpointStatus": "InService", "EndpointConfigName": config}


def pictures(name: str) -> str:
    return f"s3://{IMAGES}/{name}/"
