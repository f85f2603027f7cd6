"""Which section of an environment file a stack stands for."""

from review.assembly import Stack

_SECTIONS = {"edge": "gateway", "gatewaydata": "gateway", "browser": "inference", "defects": "labeling"}


def section_of(stack: Stack) -> str:
    """By the stack's name in its stage; `Inference-chat` stands for `inference`, a name of its own for itself."""
    name = stack.path.rpartition("/")[2].partition("-")[0].lower()
    return _SECTIONS.get(name, name)
