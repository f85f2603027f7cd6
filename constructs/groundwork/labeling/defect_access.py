"""What the functions of a project may do: each call that they make, on this project's things.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html
"""

from collections.abc import Iterator

from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.labeling.defect_plan import DefectPlan
from groundwork.labeling.defect_roles import DefectRoles
from groundwork.labeling.defect_use import EndpointInference, TrainingSettings
from groundwork.optimization import access
from groundwork.optimization.access import allow, sagemaker_arn

_OWN_WRITES = ("inspections/", "labels/", "reports/", "waiting/")


def step_statements(scope: Construct, plan: DefectPlan, roles: DefectRoles) -> Iterator[iam.PolicyStatement]:
    """Of the one that does the steps of the state machine."""
    name = plan.name
    passed = [role for role in (roles.labeling, roles.training) if role]
    if passed:
        yield access.pass_role("WithItsRoles", *passed)
    if roles.labeling:
        jobs = sagemaker_arn(scope, f"labeling-job/{name}-classes-*", f"labeling-job/{name}-masks-*")
        yield allow("Label", ["sagemaker:CreateLabelingJob", "sagemaker:DescribeLabelingJob"], jobs)
    if plan.settings.training:
        yield from _training(scope, plan, plan.settings.training)
    if isinstance(plan.settings.inference, EndpointInference):
        yield from _endpoint(scope, plan)
        call = sagemaker_arn(scope, f"endpoint/{plan.endpoint}")
        yield allow("TryEndpoint", ["sagemaker:InvokeEndpoint"], call)
    yield from _own_objects(plan, writes=_OWN_WRITES)
    for number, (uri, key) in enumerate(plan.pictures.items()):
        yield from access.prefix(f"Pictures{number}", uri, key=key)


def waiting_statements(scope: Construct, plan: DefectPlan) -> Iterator[iam.PolicyStatement]:
    """Of the one that keeps the token of a task."""
    jobs = sagemaker_arn(scope, f"labeling-job/{plan.name}-classes-*", f"labeling-job/{plan.name}-masks-*")
    yield allow("LookAtJob", ["sagemaker:DescribeLabelingJob"], jobs)
    tokens = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    yield allow("KeepTokens", tokens, [plan.bucket.arn_for_objects("waiting/*")])
    yield allow("OwnKey", ["kms:Decrypt", "kms:GenerateDataKey"], [plan.key.key_arn])
    yield _wake()


def waking_statements(plan: DefectPlan) -> Iterator[iam.PolicyStatement]:
    """Of the one that hears of labeling jobs."""
    waiting = plan.bucket.arn_for_objects("waiting/*")
    yield allow("FindTokens", ["s3:ListBucket"], [plan.bucket.bucket_arn])
    yield allow("TakeTokens", ["s3:DeleteObject", "s3:GetObject"], [waiting])
    yield allow("OwnKey", ["kms:Decrypt"], [plan.key.key_arn])
    yield _wake()


def idle_statements(scope: Construct, plan: DefectPlan) -> Iterator[iam.PolicyStatement]:
    """Of the one that takes the endpoint away."""
    endpoint, configs = sagemaker_arn(scope, f"endpoint/{plan.endpoint}", f"endpoint-config/{plan.endpoint}-*")
    yield allow("LookAndDelete", ["sagemaker:DeleteEndpoint", "sagemaker:DescribeEndpoint"], [endpoint])
    yield allow("DeleteConfiguration", ["sagemaker:DeleteEndpointConfig"], [configs])
    yield allow("CountCalls", ["cloudwatch:GetMetricStatistics"], ["*"])


def removal_statements(scope: Construct, plan: DefectPlan) -> Iterator[iam.PolicyStatement]:
    """Of the one that ends what the state machine has made. Lists know no resource."""
    kinds = "Endpoints EndpointConfigs LabelingJobs ModelPackages Models TrainingJobs TransformJobs".split()
    yield allow("List", [f"sagemaker:List{kind}" for kind in kinds], ["*"])
    name, endpoint = plan.name, plan.endpoint
    jobs = (
        "labeling-job/{}-classes-*",
        "labeling-job/{}-masks-*",
        "training-job/{}-train-*",
        "transform-job/{}-look-*",
    )
    stop = [f"sagemaker:Stop{kind}" for kind in ("LabelingJob", "TrainingJob", "TransformJob")]
    yield allow("Stop", stop, sagemaker_arn(scope, *(each.format(name) for each in jobs)))
    delete = [f"sagemaker:Delete{kind}" for kind in ("Endpoint", "EndpointConfig", "Model", "ModelPackage")]
    things = (f"endpoint/{endpoint}", f"endpoint-config/{endpoint}-*")
    models = (f"model/{name}-train-*", f"model-package/{name}-train-*")
    yield allow("Delete", delete, sagemaker_arn(scope, *things, *models))


def _wake() -> iam.PolicyStatement:
    # An answer to a task has no resource: its token says whose it is.
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    return allow("Wake", ["states:SendTaskSuccess"], ["*"])


def _training(scope: Construct, plan: DefectPlan, training: TrainingSettings) -> Iterator[iam.PolicyStatement]:
    name = plan.name
    yield allow("LookAtAlgorithm", ["sagemaker:DescribeAlgorithm"], [training.algorithm])
    train = ("sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob")
    yield allow("Train", train, sagemaker_arn(scope, f"training-job/{name}-train-*"))
    package = [f"sagemaker:{verb}ModelPackage" for verb in ("Create", "Delete", "Describe")]
    yield allow("Package", package, sagemaker_arn(scope, f"model-package/{name}-train-*"))
    model = ("sagemaker:CreateModel", "sagemaker:DescribeModel")
    yield allow("MakeModel", model, sagemaker_arn(scope, f"model/{name}-train-*"))
    look = [f"sagemaker:{verb}TransformJob" for verb in ("Create", "Describe", "Stop")]
    yield allow("Look", look, sagemaker_arn(scope, f"transform-job/{name}-look-*"))


def _endpoint(scope: Construct, plan: DefectPlan) -> Iterator[iam.PolicyStatement]:
    endpoint, configs = sagemaker_arn(scope, f"endpoint/{plan.endpoint}", f"endpoint-config/{plan.endpoint}-*")
    serve = ("sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint")
    yield allow("Serve", serve, [endpoint, configs])
    yield allow("LookAndDelete", ["sagemaker:DeleteEndpoint", "sagemaker:DescribeEndpoint"], [endpoint])
    configure = [f"sagemaker:{verb}EndpointConfig" for verb in ("Create", "Delete", "Describe")]
    yield allow("Configure", configure, [configs])


def _own_objects(plan: DefectPlan, *, writes: tuple[str, ...]) -> Iterator[iam.PolicyStatement]:
    bucket = plan.bucket
    # Listing lets S3 say that an object is missing; without it all would be forbidden.
    yield allow("ListOwn", ["s3:ListBucket"], [bucket.bucket_arn])
    yield allow("ReadOwn", ["s3:GetObject"], [bucket.arn_for_objects("*")])
    yield allow("WriteOwn", ["s3:PutObject"], [bucket.arn_for_objects(f"{each}*") for each in writes])
    yield allow("OwnKey", ["kms:Decrypt", "kms:GenerateDataKey"], [plan.key.key_arn])
