"""Whether algorithms and model packages can be used, which for those of the Marketplace takes a subscription."""

import re
from collections.abc import Iterator

from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, unknown
from operations.doctor.reader import Read, Reader, RefusedError, UnansweredError, each

_ALGORITHM = re.compile(r"arn:aws:sagemaker:[a-z0-9-]+:\d{12}:algorithm/[A-Za-z0-9-]+")
_SUBSCRIBE = "subscribe on the product's page of AWS Marketplace, as somebody with aws-marketplace:Subscribe"


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each ARN."""
    algorithms = sorted(set(_ALGORITHM.findall(str(facts.environment.labeling))))
    yield from each(
        algorithms, lambda arn: f"labeling {arn.rpartition('/')[2]}", lambda arn: [_algorithm(arn, facts, reader)]
    )
    packages = [(f"{field}.model.arn", endpoint.model.arn) for field, endpoint in facts.endpoints if endpoint.model.arn]
    yield from each(packages, lambda each: each[0], lambda each: [_package(each[0], f"{each[1]}", facts, reader)])


def _algorithm(arn: str, facts: Facts, reader: Reader) -> Finding:
    subject, region = f"labeling {arn.rpartition('/')[2]}", arn.split(":")[3]
    if region != facts.region:
        return fail(subject, f"it is of {region}", f"the product's ARN of {facts.region}")
    try:
        found = reader.ask("sagemaker", "DescribeAlgorithm", AlgorithmName=arn)
    except UnansweredError as error:
        return _either(subject, arn, facts, error)
    except RefusedError as error:
        return fail(subject, f"SageMaker does not show it: {error.message}", _SUBSCRIBE)
    if found["AlgorithmStatus"] != "Completed":
        return fail(subject, f"it is {found['AlgorithmStatus']}", "one that is Completed")
    return ok(subject, "the account can use it")


def _package(subject: str, arn: str, facts: Facts, reader: Reader) -> Finding:
    try:
        found = reader.ask("sagemaker", "DescribeModelPackage", ModelPackageName=arn)
    except UnansweredError as error:
        return _either(subject, arn, facts, error)
    except RefusedError as error:
        return fail(subject, f"SageMaker does not show the package: {error.message}", "correct the ARN, or subscribe")
    status, approval = found["ModelPackageStatus"], found.get("ModelApprovalStatus")
    if status != "Completed":
        return fail(subject, f"the package is {status}", "a package that is Completed")
    if approval not in (None, "Approved"):
        return fail(subject, f"the package is {approval}", "have somebody approve it")
    return ok(subject, "the package can be deployed")


def _either(subject: str, arn: str, facts: Facts, error: UnansweredError) -> Finding:
    """Of somebody else's product, a denial means one of two things."""
    if arn.split(":")[4] == facts.account:
        return error.about(subject)
    return unknown(subject, f"{error.reason}, or the account has no subscription", f"{error.remedy}; or {_SUBSCRIBE}")


CHECK = Check(
    name="marketplace",
    asks="Can algorithms and model packages be used?",
    reads=(
        Read(service="sagemaker", operation="DescribeAlgorithm", action="sagemaker:DescribeAlgorithm"),
        Read(service="sagemaker", operation="DescribeModelPackage", action="sagemaker:DescribeModelPackage"),
    ),
    run=run,
)
