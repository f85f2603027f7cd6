"""What SageMaker may do for an EAGLE job: to train a head, and to run programs before and after."""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.optimization import access
from groundwork.optimization.plan import JobPlan


class JobRoles(Construct):
    """Two roles, each with this job's prefixes only. Actions of the first:
    https://docs.aws.amazon.com/sagemaker/latest/dg/model-optimize-create-job.html, and those of a job in a VPC."""

    training: iam.Role
    """Trains and measures the head."""
    processing: iam.Role | None = None
    """Imports, converts, and measures an endpoint."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: JobPlan) -> None:
        super().__init__(scope, construct_id)
        self._plan = plan
        self.training = self._role("Training", "SageMaker for one EAGLE job: model, data, results", self._of_training())
        if plan.needs_processing:
            words = "SageMaker for the programs of one EAGLE job: import, conversion, benchmark"
            self.processing = self._role("Processing", words, self._of_processing())

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
            "log groups and interfaces get their names from AWS, below this job's prefixes and in this account.",
        )
        access.acknowledge_inline(role)
        return role

    def _of_training(self) -> Iterator[iam.PolicyStatement]:
        plan, job = self._plan, self._plan.settings
        images = [plan.image] if plan.image else []
        yield from access.platform(self, subnets=plan.subnets, security_groups=plan.security_groups, images=images)
        yield from access.prefix("Model", job.model.uri, key=job.model.key)
        if job.head:
            yield from access.prefix("Head", job.head.uri, key=job.head.key)
        if plan.data_uri:
            yield from access.prefix("Data", plan.data_uri, key=plan.data_key)
        yield from access.prefix("Results", plan.results_uri, key=None, actions=access.WRITE)
        yield from access.own_key("ResultsKey", plan.key.key_arn)

    def _of_processing(self) -> Iterator[iam.PolicyStatement]:
        plan, job = self._plan, self._plan.settings
        yield from access.platform(
            self, subnets=plan.subnets, security_groups=plan.security_groups, images=plan.program_images
        )
        yield from access.own_key("OwnKey", plan.key.key_arn)
        if plan.settings.key:
            # SageMaker's benchmark job takes no key for its results.
            yield from access.own_key("BucketKey", plan.bucket_key.key_arn)
        for name, asset in plan.programs.items():
            yield from access.prefix(f"{name}Program", asset.s3_object_url, key=None)
        if hub := job.model.hub:
            yield from access.prefix("Model", job.model.uri, key=job.model.key, actions=access.WRITE)
            if hub.token:
                yield access.allow("ReadToken", ["secretsmanager:GetSecretValue"], [hub.token])
        if plan.captures and plan.captures.data:
            yield from access.prefix("Captures", plan.captures_uri, key=plan.captures.data_key.key_arn)
            actions = (*access.WRITE, "s3:DeleteObject")
            yield from access.prefix("Converted", plan.converted_uri, key=None, actions=actions)
            yield from access.prefix("ConversionState", plan.conversion_state_uri, key=None, actions=access.WRITE)
        if plan.target:
            (endpoint,) = access.sagemaker_arn(self, f"endpoint/{plan.target.name}")
            call = ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"]
            if not plan.section.benchmark.image:
                # What SageMaker's benchmark job does with its role is not documented; it is told the endpoint's name.
                call.append("sagemaker:DescribeEndpoint")
            yield access.allow("MeasureEndpoint", call, [endpoint])
            yield from access.prefix("Measurements", plan.benchmarks_uri, key=None, actions=access.WRITE)
