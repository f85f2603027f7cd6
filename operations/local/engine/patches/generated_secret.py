"""AWS::SecretsManager::Secret: of GenerateSecretString the engine heeds the length and ExcludeCharacters only."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import CLOUDFORMATION, expect


def apply() -> None:
    """Generate as the engine's own GetRandomPassword does, which heeds everything."""
    provisioners: Any = import_module(f"{CLOUDFORMATION}.provisioners")
    secrets: Any = import_module("ministack.services.secretsmanager")
    declared: Callable[[dict[str, Any]], str] = provisioners._sm_secret_string

    def patched(properties: dict[str, Any]) -> str:
        wanted: dict[str, Any] | None = properties.get("GenerateSecretString")
        if wanted is None or properties.get("SecretString"):
            return declared(properties)
        status, _, body = secrets._get_random_password(wanted)
        answer = json.loads(body)
        if status != 200:
            raise ValueError(answer["message"])
        template = wanted.get("SecretStringTemplate")
        if not template:
            return answer["RandomPassword"]
        return json.dumps({**json.loads(template), wanted["GenerateStringKey"]: answer["RandomPassword"]})

    provisioners._sm_secret_string = patched


def check() -> None:
    """A password without punctuation has none, alone and in its template."""
    generate: Callable[[dict[str, Any]], str] = import_module(f"{CLOUDFORMATION}.provisioners")._sm_secret_string
    plain = {"ExcludePunctuation": True, "PasswordLength": 200}
    within = {**plain, "SecretStringTemplate": '{"user": "a"}', "GenerateStringKey": "password"}
    alone, document = (generate({"GenerateSecretString": wanted}) for wanted in (plain, within))
    expect(alone.isalnum() and len(alone) == 200, "punctuation that was excluded is there")
    expect(json.loads(document)["password"].isalnum(), "the template does not get the password")
    expect(generate({"SecretString": "given"}) == "given", "a given value is not kept")
