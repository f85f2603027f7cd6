"""What all sections share."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Part(BaseModel):
    """A part of a section: only what a check reads. Keys beside it are ignored, as the synthesis judges them."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _as_text(value: object) -> object:
    # YAML reads an unquoted 111122223333, or 1.35, as a number.
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text)]
"""A text that YAML may take for a number."""
