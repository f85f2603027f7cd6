"""The calls of a gateway, as Bedrock and SageMaker authorize them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.gateway.iam_policy import allows

REGION, ACCOUNT = "ca-central-1", "111122223333"
OPUS, NEW = "anthropic.claude-opus-4-5-20251101-v1:0", "mistral.some-model-v1:0"
US_FROM_CANADA = ["ca-central-1", "us-east-1", "us-east-2", "us-west-2"]
APPLICATION = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:application-inference-profile/abc123"
ACTIONS = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]


@dataclass(frozen=True)
class Call:
    """A request as Bedrock or SageMaker authorizes it."""

    action: str
    resource: str
    region: str = REGION
    profile: str = ""

    def allowed_by(self, statements: list[dict[str, Any]]) -> bool:
        context = {"aws:RequestedRegion": self.region}
        if self.profile:
            context["bedrock:InferenceProfileArn"] = self.profile
        return allows(statements, action=self.action, resource=self.resource, context=context)


def model(region: str, name: str) -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{name}"


def profile(name: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:bedrock:{region}:{account}:inference-profile/{name}"


def in_region(name: str) -> Iterator[Call]:
    for action in ACTIONS:
        yield Call(action, model(REGION, name))


def geographic(name: str, through: str, regions: list[str]) -> Iterator[Call]:
    """The calls behind one request: the profile, and the model wherever the profile may send it."""
    for action in ACTIONS:
        yield Call(action, through)
        for region in regions:
            yield Call(action, model(region, name), region, through)


def worldwide(name: str, through: str) -> Iterator[Call]:
    for action in ACTIONS:
        yield Call(action, through)
        yield Call(action, model(REGION, name), REGION, through)
        yield Call(action, model("", name), "unspecified", through)
