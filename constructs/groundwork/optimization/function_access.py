"""What the functions of an EAGLE job may do: each call that they make, on this job's things.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html
"""

from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.optimization import access
from groundwork.optimization.access import allow, sagemaker_arn
from groundwork.optimization.plan import JobPlan
from groundwork.optimization.roles import JobRoles

_JOBS = ("sagemaker:CreateProcessingJob", "sagemaker:DescribeProcessingJob")
_AI_JOBS = ("sagemaker:CreateAIBenchmarkJob", "sagemaker:CreateAIWorkloadConfig", "sagemaker:DescribeAIBenchmarkJob")


def optimize_statements(scope: Construct, plan: JobPlan, roles: JobRoles) -> Iterator[iam.PolicyStatement]:
    """Of the one that trains and registers."""
    job, name = plan.settings, plan.name
    train = ("sagemaker:CreateOptimizationJob", "sagemaker:DescribeOptimizationJob")
    yield allow("Train", train, sagemaker_arn(scope, f"optimization-job/{name}-*"))
    if job.training_plan:
        # As documented for training jobs: an action on the job is one on the plan whose capacity it takes.
        # https://docs.aws.amazon.com/sagemaker/latest/dg/training-plan-iam-permissions.html
        yield allow("TrainInPlan", ["sagemaker:CreateOptimizationJob"], [job.training_plan])
    register = sagemaker_arn(scope, f"model-package-group/{name}", f"model-package/{name}/*")
    yield allow("Register", ["sagemaker:CreateModelPackage"], register)
    yield from _served_package(plan)
    passed = [roles.training]
    if job.needs_processing and roles.processing:
        own = sagemaker_arn(scope, f"processing-job/{name}-*")
        yield allow("Prepare", _JOBS, own)
        yield allow("PrepareWithTags", ["sagemaker:AddTags"], own, sagemaker_TaggingAction="CreateProcessingJob")
        passed.append(roles.processing)
    if job.captured:
        # Lists know no resource.
        yield allow("LookForConversions", ["sagemaker:ListProcessingJobs"], ["*"])
    if job.head:
        models = sagemaker_arn(scope, f"model/{name}-*")
        yield allow("ModelWithHead", ["sagemaker:CreateModel", "sagemaker:DescribeModel"], models)
    yield access.pass_role("WithItsRoles", *passed)
    yield from access.prefix("Model", job.model.uri, key=job.model.key)
    if job.head:
        yield from access.prefix("Head", job.head.uri, key=job.head.key)
    if plan.data_uri:
        yield from access.prefix("Data", plan.data_uri, key=plan.data_key)
    yield from _results(plan)


def switch_statements(scope: Construct, plan: JobPlan, roles: JobRoles) -> Iterator[iam.PolicyStatement]:
    """Of the one that changes the endpoint."""
    target, name = plan.target, plan.name
    assert target
    assert roles.processing
    package = ("sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage")
    yield allow("Package", package, sagemaker_arn(scope, f"model-package/{name}/*"))
    yield from _served_package(plan)
    machine = cdk.Stack.of(scope).format_arn(
        service="states",
        resource="stateMachine",
        resource_name=switch_machine_name(plan),
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    yield allow("LookForOtherSwitches", ["states:ListExecutions"], [machine])
    endpoint, every_config = sagemaker_arn(scope, f"endpoint/{target.name}", "endpoint-config/*")
    yield allow("LookAtEndpoint", ["sagemaker:DescribeEndpoint"], [endpoint])
    yield allow("UpdateEndpoint", ["sagemaker:UpdateEndpoint"], [endpoint, every_config])
    # No `kms:CreateGrant`, which configurations with a volume key ask for: instances with GPUs have none.
    yield allow("LookAtConfiguration", ["sagemaker:DescribeEndpointConfig"], [every_config])
    # The current one has a name from CloudFormation, or from an earlier switch.
    yield allow("LookAtModel", ["sagemaker:DescribeModel"], sagemaker_arn(scope, "model/*"))
    new = sagemaker_arn(scope, f"model/{name}-v*", f"endpoint-config/{name}-v*")
    yield allow("MakeNewOnes", ["sagemaker:CreateEndpointConfig", "sagemaker:CreateModel"], new)
    yield access.pass_role("WithItsRoles", target.role, roles.processing)
    if plan.section.benchmark.image:
        yield allow("Measure", _JOBS, sagemaker_arn(scope, "processing-job/benchmark-*"))
    else:
        own = sagemaker_arn(scope, "ai-benchmark-job/benchmark-*", "ai-workload-config/workload-*")
        yield allow("Measure", _AI_JOBS, own)
    if plan.prompts_uri:
        yield from access.prefix("Prompts", plan.prompts_uri, key=plan.prompts_key)
    yield from _results(plan)
    stack = cdk.Stack.of(scope)
    # Its documentation names the group without the last part, and its practice is with it.
    log = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{target.log_group}"
    yield allow("ReadLog", ["logs:FilterLogEvents"], [log, f"{log}:*"])
    protected = stack.format_arn(service="cloudformation", resource="stack", resource_name=f"{target.stack_name}/*")
    yield allow("KeepIt", ["cloudformation:GetStackPolicy", "cloudformation:SetStackPolicy"], [protected])


def approval_statements(scope: Construct, plan: JobPlan, *, machine: str) -> Iterator[iam.PolicyStatement]:
    """Of the one that hears of approvals.

    Args:
        machine: ARN of the state machine that switches.
    """
    package = sagemaker_arn(scope, f"model-package/{plan.name}/*")
    yield allow("LookAtPackage", ["sagemaker:DescribeModelPackage"], package)
    yield allow("StartSwitch", ["states:StartExecution"], [machine])


def _results(plan: JobPlan) -> Iterator[iam.PolicyStatement]:
    yield from access.prefix("Results", plan.results_uri, key=plan.bucket_key.key_arn, actions=access.WRITE)
    if plan.settings.key:
        yield allow("ReadWithOwnKey", ["kms:Decrypt"], [plan.key.key_arn])


def switch_machine_name(plan: JobPlan) -> str:
    """Known before the machine is: its function's role names it."""
    return f"{plan.name}-switch"


def _served_package(plan: JobPlan) -> Iterator[iam.PolicyStatement]:
    """An earlier head that the environment file names, maybe of another group."""
    model = plan.target.settings.model if plan.target else None
    if model and model.source == "package":
        yield allow("ServedPackage", ["sagemaker:DescribeModelPackage"], [model.arn])
