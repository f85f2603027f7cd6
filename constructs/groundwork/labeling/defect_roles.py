"""What SageMaker may do for a project: to show pictures to workers, and to train and run its model.

Actions of the first: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-security-permission-execution-role.html
(built-in tasks); of the second: those of a job in a VPC, and https://docs.aws.amazon.com/sagemaker/latest/dg/
sagemaker-mkt-algo-train.html (read 2026-11-23). Nobody but AWS pulls the algorithm's image.
"""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.labeling.defect_plan import DefectPlan
from groundwork.optimization import access
from groundwork.optimization.access import allow

_READ_BY_LABELING = ("images/", "labels/", "runs/", "tasks/")
_READ_BY_TRAINING = ("images/", "inspections/", "labels/", "masks/", "models/", "runs/")
_WRITTEN_BY_TRAINING = ("inspections/", "models/")
_METRICS = ["AWS/SageMaker", "AWS/SageMaker/GroundTruth", "/aws/sagemaker/LabelingJobs"]
"""Which of them Ground Truth writes to is not documented."""


class DefectRoles(Construct):
    """Two roles, each with this project's prefixes only."""

    labeling: iam.Role | None = None
    """Shows pictures, and writes labels and masks. None: nobody labels."""
    training: iam.Role | None = None
    """Trains, and runs the model. None: nothing is trained."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: DefectPlan) -> None:
        super().__init__(scope, construct_id)
        self._plan = plan
        if plan.settings.labels_by_people:
            self.labeling = self._role("Labeling", "Ground Truth for one project: pictures and labels", self._labels())
        if plan.settings.training:
            words = "SageMaker for one project: training, and the model that it makes"
            self.training = self._role("Training", words, self._trains())

    def _role(self, construct_id: str, description: str, statements: Iterator[iam.PolicyStatement]) -> iam.Role:
        account = cdk.Stack.of(self).account
        role = iam.Role(
            self,
            construct_id,
            assumed_by=iam.ServicePrincipal(
                "sagemaker.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": account}}
            ),
            description=description,
        )
        access.add_all(
            role,
            statements,
            reason="Questions and metrics know no resource, the latter are limited to SageMaker's namespaces; objects, "
            "log groups and interfaces get their names from AWS, below this project's prefixes and in this account.",
        )
        access.acknowledge_inline(role)
        return role

    def _labels(self) -> Iterator[iam.PolicyStatement]:
        yield from self._own(read=_READ_BY_LABELING, write=("labels/",))
        yield allow("WriteMetrics", ["cloudwatch:PutMetricData"], ["*"], cloudwatch_namespace=_METRICS)
        stack = cdk.Stack.of(self)
        logs = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:/aws/sagemaker/LabelingJobs*"
        write = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
        yield allow("WriteLogs", write, [logs])

    def _trains(self) -> Iterator[iam.PolicyStatement]:
        plan = self._plan
        subnets, group = [each.subnet_id for each in plan.subnets], plan.security_group.security_group_id
        yield from access.platform(self, subnets=subnets, security_groups=[group], images=[])
        yield from self._own(read=_READ_BY_TRAINING, write=_WRITTEN_BY_TRAINING)
        for number, (uri, key) in enumerate(plan.pictures.items()):
            yield from access.prefix(f"Pictures{number}", uri, key=key)

    def _own(self, *, read: tuple[str, ...], write: tuple[str, ...]) -> Iterator[iam.PolicyStatement]:
        bucket = self._plan.bucket
        yield allow("FindOwn", ["s3:GetBucketLocation", "s3:ListBucket"], [bucket.bucket_arn])
        yield allow("ReadOwn", access.READ, [bucket.arn_for_objects(f"{each}*") for each in read])
        yield allow("WriteOwn", access.WRITE, [bucket.arn_for_objects(f"{each}*") for each in write])
        yield from access.own_key("OwnKey", self._plan.key.key_arn)
