"""One statement of an IAM policy, with its intrinsic functions rendered to text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from rules.intrinsics import NOTHING, function, items, mapping
from rules.policies import Document, statements
from rules.template import Template

ANYTHING = "*"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Who may do what with which resources, under which conditions.

    `excluded_actions` and `excluded_resources` come from NotAction and NotResource: everything but these. `principals`
    are pairs of kind (AWS, Service, Federated) and name. `path` is the construct of the policy, and `stack`
    where it stands: references in the texts mean resources there.
    """

    allows: bool
    actions: tuple[str, ...] = ()
    excluded_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    excluded_resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    path: str = ""
    stack: str = ""

    @property
    def wildcards(self) -> tuple[tuple[str, str], ...]:
        """(Action or Resource, pattern) of everything with a wildcard, which only matters where it allows."""
        if not self.allows:
            return ()
        actions = [("Action", action) for action in self.actions if _is_pattern(action)]
        resources = [("Resource", resource) for resource in self.resources if _is_pattern(resource)]
        negated = [("NotAction", ", ".join(self.excluded_actions))] if self.excluded_actions else []
        negated += [("NotResource", ", ".join(self.excluded_resources))] if self.excluded_resources else []
        return (*actions, *negated, *resources)

    def covers(self, action: str) -> bool:
        """True when the statement is about an action, given in lower case."""
        if self.excluded_actions:
            return not any(fnmatchcase(action, pattern.lower()) for pattern in self.excluded_actions)
        return any(fnmatchcase(action, pattern.lower()) for pattern in self.actions)

    @property
    def is_about_everything(self) -> bool:
        """True when neither a resource nor a condition limits it."""
        return ANYTHING in self.resources and not self.conditions


def read_statements(template: Template, document: Document, *, path: str = "") -> Iterator[Statement]:
    """The statements of a policy document."""
    for body in statements(document):
        yield Statement(
            allows=body.get("Effect") != "Deny",
            actions=_texts(template, body.get("Action")),
            excluded_actions=_texts(template, body.get("NotAction")),
            resources=_texts(template, body.get("Resource")),
            excluded_resources=_texts(template, body.get("NotResource")),
            principals=tuple(_principals(template, body)),
            conditions=tuple(_conditions(template, mapping(body.get("Condition")))),
            path=path,
            stack=str(template.stack),
        )


def _texts(template: Template, value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for item in items(value) for text in template.texts(item)))


def _principals(template: Template, body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key in ("Principal", "NotPrincipal"):
        value = body.get(key)
        kinds = mapping(value) if value is not None and function(value) is None else NOTHING
        named = kinds or ({"AWS": value} if value is not None else {})
        for kind, listed in named.items():
            for text in _texts(template, listed):
                yield ("everybody but " if key == "NotPrincipal" else "") + kind, text


def _conditions(template: Template, condition: Mapping[str, object]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for operator, keys in condition.items():
        for key, values in mapping(keys).items():
            yield operator, key, _texts(template, values)


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text
