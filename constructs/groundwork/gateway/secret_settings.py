"""The secrets that the gateway hands to its container: named here, never written down here."""

from typing import Annotated

from pydantic import Field

from groundwork.gateway.names import SecretName
from groundwork.settings import Allowed

SecretSource = Annotated[
    str,
    Field(
        pattern=r"^(create|arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,505}-[A-Za-z0-9]{6})$"
    ),
    Allowed(
        "create (with a random value, the real one is put in by hand), or the full ARN of a secret of Secrets Manager"
    ),
]
Secrets = dict[SecretName, SecretSource]
