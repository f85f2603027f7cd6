"""The stack of the jobs deployed to the embedded engine, which runs its state machines and functions under its roles;
SageMaker, which the engine lacks, is the fake.

Nothing of the template is changed but this: references to other stacks become what the engine has, waits take no time,
events come from another source, and the functions find the fake. The engine enforces the roles for its own services,
the fake for SageMaker.
"""

import io
import json
import re
import time
import zipfile
from pathlib import Path
from typing import Any

from operations.local.clients import client
from operations.local.running_engine import RunningEngine
from tests.optimization.fake_sagemaker import ACCOUNT, REGION
from tests.optimization.synthesized import Synthesized

STACK, INFERENCE_STACK = "Models-Optimization", "Models-Inference-chat"
ENDPOINT_ROLE = f"arn:aws:iam::{ACCOUNT}:role/endpoint"
LOG_GROUP = "/aws/sagemaker/Endpoints/models-chat"
DATA_BUCKET = "example-captures"
EVENT_SOURCE = "example.sagemaker"
"""Nobody can send events of AWS's own sources."""
CALLERS = {"optimize": "OptimizeStep", "switch": "SwitchStep", "approved": "Approved"}
_TIMEOUT = 30.0


class World:
    """AWS, as far as a job of the environment file needs it."""

    def __init__(self, engine: RunningEngine, fake_url: str) -> None:
        self._engine, self._url = engine, fake_url
        self._statements: dict[str, dict[str, list[dict[str, Any]]]] = {}
        names = "cloudformation events iam logs s3 sns sqs stepfunctions".split()
        found: list[Any] = [client(engine, name, account=ACCOUNT, region=REGION) for name in names]
        self.cloudformation, self.events, self.iam, self.logs = found[:4]
        self.s3, self.sns, self.sqs, self.stepfunctions = found[4:]

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
        buckets = (assets, DATA_BUCKET, "access-logs", "templates", "example-models", "example-data", "example-heads")
        for bucket in buckets:
            self.s3.create_bucket(Bucket=bucket)
        self._publish(synthesized.assembly, assets)
        self.logs.create_log_group(logGroupName=LOG_GROUP)
        policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
        self.iam.create_policy(PolicyName="groundwork-models-boundary", PolicyDocument=policy)
        topic = {"Resources": {"EndpointResource": {"Type": "AWS::SNS::Topic"}}}
        self.cloudformation.create_stack(StackName=INFERENCE_STACK, TemplateBody=json.dumps(topic))
        template = self._fitted(synthesized.template)
        self.s3.put_object(Bucket="templates", Key="template.json", Body=json.dumps(template))
        url = f"{self._engine.endpoint}/templates/template.json"
        self.cloudformation.create_stack(StackName=STACK, TemplateURL=url, Capabilities=["CAPABILITY_IAM"])
        self._wait_for_stack()
        found = self.cloudformation.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
        self.ids: dict[str, str] = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
        self.kinds: dict[str, str] = {each["LogicalResourceId"]: each["ResourceType"] for each in found}

    def _publish(self, assembly: Path, bucket: str) -> None:
        (file,) = (assembly / "assembly-Models").glob("ModelsOptimization*.assets.json")
        manifest = json.loads(file.read_text())
        for asset in manifest["files"].values():
            if asset["source"]["packaging"] == "zip":
                (destination,) = asset["destinations"].values()
                body = _zipped((file.parent / asset["source"]["path"]).resolve())
                self.s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=body)

    def _fitted(self, template: dict[str, Any]) -> dict[str, Any]:
        resources = self._resolved(template["Resources"])
        for each in resources.values():
            if each["Type"] == "AWS::Lambda::Function":
                path = {"optimize": "optimize", "switch_endpoint": "switch", "approved": "approved"}
                caller = path[each["Properties"]["Handler"].rpartition(".")[2]]
                each["Properties"]["Environment"]["Variables"]["AWS_ENDPOINT_URL_SAGEMAKER"] = f"{self._url}/{caller}"
            if each["Type"] == "AWS::Events::Rule":
                each["Properties"]["EventPattern"]["source"] = [EVENT_SOURCE]
            if each["Type"] == "AWS::StepFunctions::StateMachine":
                text = json.dumps(each["Properties"]["DefinitionString"])
                text = re.sub(r'(\\"(?:Seconds|IntervalSeconds)\\":)\d+', r"\g<1>0", text)
                # One switch waits for another that waits for its measurement: no need to ask a hundred times.
                text = re.sub(
                    r'(\\"(?:PlanAgain|LookAtMeasurementBeforeAgain)\\":{\\"Type\\":\\"Wait\\",\\"Seconds\\":)0',
                    r"\g<1>1",
                    text,
                )
                each["Properties"]["DefinitionString"] = json.loads(text)
        return {"Resources": resources}

    def _resolved(self, value: Any) -> Any:
        match value:
            case {"Fn::GetStackOutput": {"OutputName": str(name)}}:
                return DATA_BUCKET if name == "DataBucket" else ENDPOINT_ROLE
            case dict():
                return {key: self._resolved(each) for key, each in value.items()}  # type: ignore[misc]
            case list():
                return [self._resolved(each) for each in value]  # type: ignore[misc]
            case _:
                return value

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

    def statements(self, job: str) -> dict[str, list[dict[str, Any]]]:
        """Of the role of each function of a job, as the engine has it; asked once, as nobody changes it."""
        if job not in self._statements:
            self._statements[job] = self._statements_of(job)
        return dict(self._statements[job])

    def _statements_of(self, job: str) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for caller, construct in CALLERS.items():
            begin = f"Job{job}{'Approval' if caller == 'approved' else ''}{construct}Role"
            if not any(name.startswith(begin) for name in self.ids):
                continue  # a job without an endpoint
            role = self.id("IAM::Role", begin)
            names = self.iam.list_role_policies(RoleName=role)["PolicyNames"]
            documents = [self.iam.get_role_policy(RoleName=role, PolicyName=each)["PolicyDocument"] for each in names]
            found[caller] = [statement for document in documents for statement in document["Statement"]]
        return found

    def run(self, machine: str, given: dict[str, Any] | None = None, *, name: str) -> dict[str, Any]:
        """Start an execution and wait for its end."""
        return self.ended(self.start(machine, given, name=name))

    def start(self, machine: str, given: dict[str, Any] | None = None, *, name: str) -> str:
        """Start an execution; its ARN."""
        found = self.stepfunctions.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given or {}))
        return found["executionArn"]

    def ended(self, execution: str) -> dict[str, Any]:
        until = time.monotonic() + _TIMEOUT
        while time.monotonic() < until:
            found = self.stepfunctions.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.1)
        raise AssertionError(f"{execution} does not end")

    def states(self, execution: str) -> list[str]:
        """The tasks and the ends that it went through."""
        entered = self._entered(execution)
        between = ("Status", "Again", "Seen")
        return [name for name in entered if not name.endswith(between) and name not in ("Job", "Gate")]

    def waits(self, execution: str, state: str) -> None:
        """Wait until it waits there."""
        until = time.monotonic() + _TIMEOUT
        while state not in self._entered(execution):
            assert time.monotonic() < until, f"{execution} does not come to {state}"
            time.sleep(0.1)

    def _entered(self, execution: str) -> list[str]:
        history = self.stepfunctions.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        return [each["stateEnteredEventDetails"]["name"] for each in history if "stateEnteredEventDetails" in each]

    def mail(self) -> list[str]:
        """Subject and text of what people were told since the last look."""
        told: list[str] = []
        while found := self.sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10).get("Messages"):
            for each in found:
                message = json.loads(each["Body"])
                told.append(f"{message['Subject']}\n{message['Message']}")
                self.sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=each["ReceiptHandle"])
        return told

    def log(self, group: str, stream: str, line: str) -> None:
        """A line of a container of the endpoint."""
        self.logs.create_log_stream(logGroupName=group, logStreamName=stream)
        event = {"timestamp": int(time.time() * 1000), "message": line}
        self.logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])

    def stack_policy(self) -> Any:
        """Of the endpoint's stack."""
        found = self.cloudformation.get_stack_policy(StackName=INFERENCE_STACK).get("StackPolicyBody")
        return json.loads(found) if found else None

    def package_changed(self, package: str) -> None:
        """What SageMaker tells EventBridge."""
        detail = {"ModelPackageArn": package, "ModelPackageGroupName": "models-chat"}
        kind = "SageMaker Model Package State Change"
        entry = {"Source": EVENT_SOURCE, "DetailType": kind, "Detail": json.dumps(detail)}
        self.events.put_events(Entries=[entry])

    def executions(self, machine: str, *, least: int) -> list[dict[str, Any]]:
        """Those that an approval has started."""
        until = time.monotonic() + _TIMEOUT
        while time.monotonic() < until:
            found = self.stepfunctions.list_executions(stateMachineArn=machine)["executions"]
            started = [each for each in found if each["name"].startswith("v1-")]
            if len(started) >= least:
                return started
            time.sleep(0.1)
        raise AssertionError("no execution was started")

    def clear(self) -> None:
        """Forget what earlier tests have left."""
        for bucket in (self.id("S3::Bucket", "Results"), self.id("S3::Bucket", "TrainingData"), "example-models"):
            if found := self.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
                keys = [{"Key": each["Key"]} for each in found]
                self.s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
        self.logs.delete_log_group(logGroupName=LOG_GROUP)
        self.logs.create_log_group(logGroupName=LOG_GROUP)
        everything = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
        self.cloudformation.set_stack_policy(
            StackName=INFERENCE_STACK, StackPolicyBody=json.dumps({"Statement": [everything]})
        )
        self.mail()

    def put(self, bucket: str, key: str, content: Any) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return buffer.getvalue()
