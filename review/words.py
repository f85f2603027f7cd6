"""Statements of IAM policies in plain words."""

import re
from collections.abc import Callable, Iterable, Iterator

from review.statement import ANYTHING, Statement

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+(?=\d|$)|[A-Z]+")
_ROOT = re.compile(r"^arn:[^:]+:iam::(?P<account>[^:]+):root$")

SERVICES = {
    "acm": "Certificate Manager",
    "application-autoscaling": "Application Auto Scaling",
    "aws-marketplace": "Marketplace",
    "backup": "Backup",
    "bedrock": "Bedrock",
    "cloudformation": "CloudFormation",
    "cloudfront": "CloudFront",
    "cloudwatch": "CloudWatch",
    "codebuild": "CodeBuild",
    "cognito-idp": "Cognito",
    "dynamodb": "DynamoDB",
    "ec2": "EC2",
    "ecr": "the image registry",
    "ecs": "ECS",
    "eks": "EKS",
    "eks-auth": "EKS Pod Identity",
    "elasticache": "ElastiCache",
    "elasticloadbalancing": "load balancing",
    "events": "EventBridge",
    "fsx": "FSx",
    "glue": "Glue",
    "iam": "IAM",
    "kms": "KMS",
    "lambda": "Lambda",
    "logs": "CloudWatch Logs",
    "rds": "RDS",
    "route53": "Route 53",
    "s3": "S3",
    "sagemaker": "SageMaker",
    "secretsmanager": "Secrets Manager",
    "servicequotas": "Service Quotas",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "Systems Manager",
    "states": "Step Functions",
    "sts": "STS",
    "wafv2": "WAF",
    "xray": "X-Ray",
}

_OPERATORS = {
    "StringEquals": "is",
    "StringNotEquals": "is not",
    "StringEqualsIgnoreCase": "is (in any case)",
    "StringNotEqualsIgnoreCase": "is not (in any case)",
    "StringLike": "is like",
    "StringNotLike": "is not like",
    "ArnEquals": "is",
    "ArnLike": "is like",
    "ArnNotEquals": "is not",
    "ArnNotLike": "is not like",
    "Bool": "is",
    "IpAddress": "is within",
    "NotIpAddress": "is outside of",
    "NumericEquals": "is",
    "NumericNotEquals": "is not",
    "NumericLessThan": "is less than",
    "NumericLessThanEquals": "is at most",
    "NumericGreaterThan": "is more than",
    "NumericGreaterThanEquals": "is at least",
    "DateGreaterThan": "is after",
    "DateLessThan": "is before",
}


def actions(statement: Statement) -> str:
    """`put object and get object (S3); encrypt (KMS)`."""
    if statement.excluded_actions:
        return f"do everything but {_by_service(statement.excluded_actions)}"
    return _by_service(statement.actions)


def resources(statement: Statement, name: Callable[[str], str]) -> str:
    """What the actions are about. `name` turns a rendered ARN or reference into what people call it."""
    if statement.excluded_resources:
        return f"everything but {_list(map(name, statement.excluded_resources))}"
    return _list("any resource" if text == ANYTHING else name(text) for text in statement.resources)


def conditions(statement: Statement) -> str:
    """`only if aws:SourceAccount is 111122223333`; empty where nothing is asked."""
    said = [_condition(*condition) for condition in statement.conditions]
    return f"only if {_list(said)}" if said else ""


def principals(statement: Statement) -> str:
    """Who may act."""
    return _list(_principal(kind, text) for kind, text in statement.principals)


def sentence(statement: Statement, name: Callable[[str], str] = str) -> str:
    """The whole statement."""
    verb = "May" if statement.allows else "May not"
    on = f" on {resources(statement, name)}" if statement.resources or statement.excluded_resources else ""
    condition = conditions(statement)
    return f"{verb} {actions(statement)}{on}{', ' + condition if condition else ''}."


def trust(statement: Statement) -> str:
    """`The service lambda.amazonaws.com, only if ...` for a statement of a trust policy."""
    who, condition = principals(statement), conditions(statement)
    text = f"{who[:1].upper()}{who[1:]}{', ' + condition if condition else ''}"
    return text if statement.allows else f"Not: {text}"


def _by_service(listed: Iterable[str]) -> str:
    verbs: dict[str, list[str]] = {}
    for action in listed:
        service, _, verb = action.rpartition(":")
        verbs.setdefault(service, []).append(_verb(verb))
    return "; ".join(
        f"{_list(found)} ({SERVICES.get(service, service)})" if service else _list(found)
        for service, found in verbs.items()
    )


def _verb(name: str) -> str:
    if name.strip("*") == "":
        return "do everything"
    words = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in _WORD.findall(name))
    return f"{words}..." if name.endswith("*") else words


def _principal(kind: str, text: str) -> str:
    root = _ROOT.match(text)
    if text == ANYTHING:
        return "anybody in any AWS account"
    if kind == "Service":
        return f"the service {text}"
    if root:
        return f"everybody whom the account {root['account']} lets"
    return (
        f"{kind.lower()} identities of {text}" if kind == "Federated" else text if kind == "AWS" else f"{kind} {text}"
    )


def _condition(operator: str, key: str, values: tuple[str, ...]) -> str:
    quantifier, _, rest = operator.rpartition(":")
    optional = rest.endswith("IfExists")
    rest = rest.removesuffix("IfExists")
    subject = {"ForAnyValue": f"one of {key}", "ForAllValues": f"each of {key}"}.get(quantifier, key)
    if rest == "Null":
        return f"{subject} is {'absent' if values == ('true',) else 'given'}"
    said = f"{subject} {_OPERATORS.get(rest, rest)} {_list(values, last='or')}"
    return f"{said} (where it is given)" if optional else said


def _list(parts: Iterable[str], *, last: str = "and") -> str:
    listed = list(_unique(parts))
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} {last} {listed[-1]}" if listed else "nobody"


def _unique(parts: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(parts))
