"""The project's own rules, run once more over the templates.

The report of an assembly is written by the app that it judges. What a template holds that the report does not tell of
(a check that was not attached, a file that was changed afterwards) is found here.
"""

from collections.abc import Iterator

from review.assembly import Assembly
from review.finding import Finding
from rules import acknowledgment, missing_export
from rules.finding import Finding as RuleFinding
from rules.pack import TEMPLATE_RULES

PACK = "Groundwork"


def own_rules(assembly: Assembly) -> Iterator[Finding]:
    """Every finding of the rules that need templates alone.

    Which image digests are locked only the project's folder tells, and reading every asset takes as long as all the
    rest of a review: for both, the report stands.
    """
    templates = [stack.raw for stack in assembly.stacks]
    for stack in assembly.stacks:
        for rule in TEMPLATE_RULES:
            yield from (_finding(assembly, found, stack=stack.name) for found in rule(stack.raw))
        for path, found in acknowledgment.check(stack.file):
            yield _finding(assembly, found, stack=stack.name, path=path)
    for template, found in missing_export.check(templates):
        yield _finding(assembly, found, stack=template.stack or "")


def _finding(assembly: Assembly, found: RuleFinding, *, stack: str, path: str = "") -> Finding:
    holder = assembly.by_name.get(stack)
    resource = holder.resources.get(found.resource or "") if holder else None
    return Finding(
        pack=PACK,
        rule=found.id,
        message=found.message,
        fix=found.fix,
        stack=stack,
        resource=found.resource or "",
        resource_type=resource.type if resource else "",
        path=path or (resource.path if resource else "") or (holder.path if holder else ""),
        property_path=found.path,
    )
