"""The stack of the projects deployed to the embedded engine, which runs its state machines and functions under their
roles; SageMaker, which the engine lacks, is the fake.

Nothing of the template is changed but this: the resource that removes what executions have made is left out (its
handler has tests of its own), waits take no time, events come from another source, and the functions find the fake. The
engine enforces the roles for its own services, the fake for SageMaker.
"""

import io
import json
import re
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.local.clients import client
from operations.local.running_engine import RunningEngine
from tests.defect_detection.defect_app import BATCH, IMAGES, PROJECTS
from tests.defect_detection.fake_sagemaker import ACCOUNT, REGION

STACK = "Vision-Labeling"
EVENT_SOURCE = "example.sagemaker"
"""Nobody can send events of AWS's own sources."""
CALLERS = {"step": "Step", "wait_for_labels": "Wait", "remove_idle": "IdleRemove", "labeling_changed": "LabelsChanged"}
_TIMEOUT = 60.0


@dataclass(frozen=True)
class Synthesized:
    """The stack of the projects."""

    assembly: Path
    template: dict[str, Any]


class World:
    """AWS, as far as a project needs it."""

    def __init__(self, engine: RunningEngine, fake_url: str) -> None:
        self._engine, self._url = engine, fake_url
        names = "cloudformation events iam s3 sns sqs stepfunctions cloudwatch lambda".split()
        found: list[Any] = [client(engine, name, account=ACCOUNT, region=REGION) for name in names]
        self.cloudformation, self.events, self.iam, self.s3, self.sns = found[:5]
        self.sqs, self.stepfunctions, self.cloudwatch, self.functions = found[5:]

    def deploy(self, synthesized: Synthesized) -> None:
        """Make what other stacks would bring, and the stack itself."""
        self.topic = self.sns.create_topic(Name="alarms")["TopicArn"]
        self.inbox = self.sqs.create_queue(QueueName="inbox")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        self.sqs.set_queue_attributes(
            QueueUrl=self.inbox, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [policy]})}
        )
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)
        assets = f"cdk-groundwork-assets-{ACCOUNT}-{REGION}"
        for bucket in (assets, "access-logs", "templates", IMAGES, BATCH):
            self.s3.create_bucket(Bucket=bucket)
        self._publish(synthesized.assembly, assets)
        policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
        self.iam.create_policy(PolicyName="groundwork-vision-boundary", PolicyDocument=policy)
        template = self._fitted(synthesized.template)
        self.s3.put_object(Bucket="templates", Key="template.json", Body=json.dumps(template))
        url = f"{self._engine.endpoint}/templates/template.json"
        self.cloudformation.create_stack(StackName=STACK, TemplateURL=url, Capabilities=["CAPABILITY_IAM"])
        self._wait_for_stack()
        found = self.cloudformation.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
        self.ids: dict[str, str] = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
        self.kinds: dict[str, str] = {each["LogicalResourceId"]: each["ResourceType"] for each in found}
        self.rights = {project: self._statements(project) for project in PROJECTS}

    def _publish(self, assembly: Path, bucket: str) -> None:
        (file,) = (assembly / "assembly-Vision").glob("VisionLabeling*.assets.json")
        for asset in json.loads(file.read_text())["files"].values():
            if asset["source"]["packaging"] == "zip":
                (destination,) = asset["destinations"].values()
                body = _zipped((file.parent / asset["source"]["path"]).resolve())
                self.s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)

    def _fitted(self, template: dict[str, Any]) -> dict[str, Any]:
        resources = {name: each for name, each in template["Resources"].items() if "RemovalJob" not in name}
        for each in resources.values():
            if "DependsOn" in each:
                needs = each["DependsOn"] if isinstance(each["DependsOn"], list) else [each["DependsOn"]]
                each["DependsOn"] = [name for name in needs if name in resources]
            properties = each.get("Properties", {})
            if each["Type"] == "AWS::Lambda::Function" and "defect_detection" in properties["Handler"]:
                url = f"{self._url}/{properties['Handler'].rpartition('.')[2]}"
                services = ("AWS_ENDPOINT_URL_SAGEMAKER", "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME")
                properties["Environment"]["Variables"] |= dict.fromkeys(services, url)
            if each["Type"] == "AWS::Events::Rule" and "EventPattern" in properties:
                properties["EventPattern"]["source"] = [EVENT_SOURCE]
            if each["Type"] == "AWS::StepFunctions::StateMachine":
                text = json.dumps(properties["DefinitionString"])
                text = re.sub(r'(\\"(?:Seconds|IntervalSeconds)\\":)\d+', r"\g<1>0", text)
                properties["DefinitionString"] = json.loads(text)
        return {"Resources": resources}

    def _wait_for_stack(self) -> None:
        until = time.monotonic() + _TIMEOUT
        while time.monotonic() < until:
            (stack,) = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                break
            time.sleep(0.1)
        if stack["StackStatus"] != "CREATE_COMPLETE":
            events = self.cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
            said = [e.get("ResourceStatusReason") for e in events if e["ResourceStatus"].endswith("FAILED")]
            raise AssertionError(f"{stack['StackStatus']}: {said}")

    def id(self, kind: str, begin: str) -> str:
        """The physical id of the resource of a type (`S3::Bucket`) whose logical one begins so."""
        names = [name for name in self.ids if name.startswith(begin) and self.kinds[name] == f"AWS::{kind}"]
        (name,) = names
        return self.ids[name]

    def bucket(self, project: str) -> str:
        return self.id("S3::Bucket", f"DefectDetection{project}DataBucket")

    def _statements(self, project: str) -> dict[str, list[dict[str, Any]]]:
        """Of the role of each function of a project, as the engine has it."""
        found: dict[str, list[dict[str, Any]]] = {}
        for caller, construct in CALLERS.items():
            begin = f"DefectDetection{project}{construct}Role"
            if not any(name.startswith(begin) for name in self.ids):
                continue  # a project without people, or without an endpoint
            role = self.id("IAM::Role", begin)
            names = self.iam.list_role_policies(RoleName=role)["PolicyNames"]
            documents = [self.iam.get_role_policy(RoleName=role, PolicyName=each)["PolicyDocument"] for each in names]
            found[caller] = [statement for document in documents for statement in document["Statement"]]
        return found

    def start(self, project: str, *, name: str) -> str:
        """An execution's ARN."""
        machine = self.id("StepFunctions::StateMachine", f"DefectDetection{project}Machine")
        return self.stepfunctions.start_execution(stateMachineArn=machine, name=name, input="{}")["executionArn"]

    def ended(self, execution: str) -> dict[str, Any]:
        until = time.monotonic() + _TIMEOUT
        while time.monotonic() < until:
            found = self.stepfunctions.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.1)
        raise AssertionError(f"{execution} does not end: {self.states(execution)}")

    def states(self, execution: str) -> list[str]:
        """The tasks and the ends that it went through."""
        history = self.stepfunctions.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        entered = [each["stateEnteredEventDetails"]["name"] for each in history if "stateEnteredEventDetails" in each]
        return [name for name in entered if not name.endswith(("Status", "Again", "Seen")) and name != "Job"]

    def mail(self) -> list[str]:
        """Subject and text of what people were told since the last look."""
        told: list[str] = []
        while found := self.sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10).get("Messages"):
            for each in found:
                message = json.loads(each["Body"])
                told.append(f"{message['Subject']}\n{message['Message']}")
                self.sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=each["ReceiptHandle"])
        return told

    def labeling_changed(self, job: str, status: str) -> None:
        """What SageMaker tells EventBridge."""
        arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job/{job}"
        detail = json.dumps({"LabelingJobStatus": status})
        kind = "SageMaker Ground Truth Labeling Job State Change"
        entry = {"Source": EVENT_SOURCE, "DetailType": kind, "Detail": detail, "Resources": [arn]}
        self.events.put_events(Entries=[entry])

    def read(self, uri: str) -> bytes:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def put(self, uri: str, content: Any) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def clear(self, *projects: str) -> None:
        """Forget what earlier tests have left."""
        for bucket in (*(self.bucket(project) for project in projects), IMAGES, BATCH):
            for each in self.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                self.s3.delete_object(Bucket=bucket, Key=each["Key"])
        self.mail()


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return buffer.getvalue()
