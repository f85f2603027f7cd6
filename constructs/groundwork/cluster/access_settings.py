"""Who administers the cluster."""

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.network.settings import AddressRange
from groundwork.settings import Allowed, Refusal, Section, each_once, refuse

PrincipalArn = Annotated[
    str,
    Field(pattern=r"^arn:aws:iam::\d{12}:(role|user)/[\w+=,.@/-]+$"),
    Allowed("the ARN of an IAM role or user, its path included, and not of a session"),
]
RoleArn = Annotated[
    str, Field(pattern=r"^arn:aws:iam::\d{12}:role/[\w+=,.@/-]+$"), Allowed("the ARN of an IAM role, path included")
]


class AccessSettings(Section):
    """Who administers Kubernetes. The principal that deploys does not: without these, nobody could."""

    admins: Annotated[tuple[PrincipalArn, ...], Field(min_length=2, max_length=20), AfterValidator(each_once)]
    """Administrators, two at least: one that is deleted by mistake locks nobody out."""
    break_glass: RoleArn
    """A role for emergencies, outside of what manages the others."""
    clients: Annotated[tuple[AddressRange, ...], Field(max_length=40), AfterValidator(each_once)] = ()
    """Address ranges that the Kubernetes API answers beside the nodes: where people and pipelines come from. Its
    endpoint is inside the VPC, so these are ranges of the VPC or of what is connected to it."""

    @field_validator("clients")
    @classmethod
    def _inside(cls, value: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        refuse(
            Refusal(reason="a public range", allowed="ranges of private networks", at=(index,), value=str(each))
            for index, each in enumerate(value)
            if not each.is_private
        )
        return value

    @field_validator("break_glass")
    @classmethod
    def _stands_alone(cls, value: str, info: ValidationInfo) -> str:
        if value in info.data.get("admins", ()):
            refuse([Refusal(reason="one of `admins` already", allowed="a role that only emergencies use")])
        return value
