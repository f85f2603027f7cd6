"""Groundwork's policy pack: what no template of this platform may contain.

Property rules are Guard text (`*.guard`); rules that look at several resources or inside values are Python,
one file each.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .image_lock import ImageLockError, locked_digests

if TYPE_CHECKING:
    from aws_cdk import IPolicyValidationPlugin

__all__ = ["ImageLockError", "guard_rules", "validation_plugins"]


def guard_rules() -> dict[str, str]:
    """The text of every Guard file by its name."""
    return {path.name: path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.guard"))}


def validation_plugins(*, image_lock: Path) -> list[IPolicyValidationPlugin]:
    """The plugins for `cdk.Validations.of(app).add_plugins(...)`: attach them once, at the App.

    The first replaces the CDK's own instance of CloudFormation Validate, with all its default rules.
    `image_lock` is the path of images.lock.yaml. Raises ImageLockError when that file cannot be read.
    """
    digests = locked_digests(image_lock)
    # Imported late: the rules themselves are plain Python, and aws_cdk starts a Node process.
    from aws_cdk import CloudFormationValidatePlugin, ValidationRuleSource

    from .plugin import GroundworkPolicy

    sources = [ValidationRuleSource(name=name, content=content) for name, content in guard_rules().items()]
    return [CloudFormationValidatePlugin(guard_rules=sources), GroundworkPolicy(digests=digests)]
