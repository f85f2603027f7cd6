"""Registry credentials from the docker configuration file."""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from operations.errors import OperationError
from operations.images.reference import DOCKER_HUB


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A user name and a password, the latter never shown."""

    user: str
    password: str = field(repr=False)


def read_credentials(path: Path) -> Mapping[str, Credential]:
    """The user and password of each registry in `auths`; empty where there is no such file.

    Credential helpers (`credsStore`, `credHelpers`) and identity tokens are not read: such a registry is asked
    anonymously.

    Raises:
        OperationError: the file is no docker configuration.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise OperationError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise OperationError(f"{path}: not valid JSON; write it with `docker login`") from None
    auths: Any = cast("dict[str, Any]", content).get("auths", {}) if isinstance(content, dict) else None
    if not isinstance(auths, dict):
        raise OperationError(f"{path}: `auths` must be a mapping of registries; write it with `docker login`")
    found: dict[str, Credential] = {}
    for key, entry in cast("dict[str, Any]", auths).items():
        if isinstance(entry, dict) and (text := cast("dict[str, Any]", entry).get("auth")):
            found[_registry(key)] = _decode(path, key, text)
    return found


def docker_config(environment: Mapping[str, str] = os.environ) -> Path:
    """Where docker keeps its configuration: `$DOCKER_CONFIG`, or `.docker` in the home folder."""
    folder = environment.get("DOCKER_CONFIG")
    return (Path(folder) if folder else Path.home() / ".docker") / "config.json"


def _registry(key: str) -> str:
    host = key.removeprefix("https://").removeprefix("http://").partition("/")[0]
    return DOCKER_HUB if host in {"index.docker.io", "registry-1.docker.io"} else host


def _decode(path: Path, key: str, text: object) -> Credential:
    try:
        user, colon, password = base64.b64decode(str(text), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = user = password = ""
    if not colon:
        raise OperationError(f"{path}: auths.{key}.auth is not base64 of user:password")
    return Credential(user=user, password=password)
