"""The findings of the packs that ran at synthesis, from the validation report of an assembly."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from review.acknowledgments import Acknowledgments
from review.assembly import Assembly, Resource
from review.finding import OWN_PACK, Finding, Severity
from rules.intrinsics import NOTHING, mapping, sequence

PACKS = (
    "AwsSolutions",
    "NIST.800.53.R5",
    "HIPAA.Security",
    "PCI.DSS.321",
    "Serverless",
    "Groundwork",
    "CloudFormation Validate",
    "Construct Annotations",
)
"""What an assembly of this project is checked with. The CDK leaves a pack that found nothing out of its report."""

_SEVERITIES = {"warning": Severity.WARNING, "info": Severity.NOTE}
# A frame of a stack trace that is neither a library's nor Node's: `main (/project/app.py:12)`.
_FRAME = re.compile(r"\(((?:(?!site-packages|node_modules)[^\s()])+\.py:\d+)\)")


def reported(assembly: Assembly, acknowledgments: Acknowledgments) -> Iterator[Finding]:
    """Every finding at every place, and one for a report that is missing or a pack that broke."""
    if assembly.report is None:
        yield Finding(
            pack=OWN_PACK,
            rule="ChecksDidNotRun",
            message="The assembly has no validation-report.json: no pack looked at it. What follows is only what the "
            "review finds by itself.",
            fix="Synthesize with the checks, as `make synth` does, without CDK_VALIDATION=false.",
        )
        return
    for plugin in map(mapping, sequence(assembly.report.get("pluginReports"))):
        pack = str(plugin.get("pluginName"))
        if error := mapping(plugin.get("metadata")).get("error"):
            yield Finding(pack=pack, rule="PackBroke", message=str(error), fix="Repair the pack and synthesize again.")
        for violation in map(mapping, sequence(plugin.get("violations"))):
            yield from (acknowledgments.settle(found) for found in _findings(assembly, pack, violation))
        for violation in map(mapping, sequence(plugin.get("suppressedViolations"))):
            for found in _findings(assembly, pack, violation):
                yield acknowledgments.accept(
                    found,
                    at=str(violation.get("acknowledgedAt", "")),
                    id_=str(violation.get("acknowledgedId", "")),
                    reason=str(violation.get("reason", "")),
                )


def packs_that_found(assembly: Assembly) -> frozenset[str]:
    """The packs that the report names, as ids of acknowledgments name them."""
    listed = sequence((assembly.report or NOTHING).get("pluginReports"))
    return frozenset(namespace(str(mapping(plugin).get("pluginName"))) for plugin in listed)


def namespace(pack: str) -> str:
    """What stands before the `::` of a pack's ids."""
    return pack.replace(" ", "-")


def _findings(assembly: Assembly, pack: str, violation: Mapping[str, object]) -> Iterator[Finding]:
    for place in map(mapping, sequence(violation.get("violatingConstructs")) or (NOTHING,)):
        path = str(place.get("constructPath") or "")
        cloudformation = mapping(place.get("cloudFormationResource"))
        stack = assembly.stack_of(path)
        resource = _resource(assembly, path, str(cloudformation.get("logicalId", "")))
        yield Finding(
            pack=pack,
            rule=str(violation.get("ruleName")).removeprefix("Annotation::"),
            message=str(violation.get("description", "")),
            fix=str(violation.get("suggestedFix") or ""),
            severity=_SEVERITIES.get(str(violation.get("severity")).lower(), Severity.ERROR),
            stack=stack.name if stack else "",
            resource=resource.id if resource else "",
            resource_type=resource.type if resource else "",
            path=path,
            property_path=", ".join(str(path) for path in sequence(cloudformation.get("propertyPaths"))),
            source=_source(place),
        )


def _resource(assembly: Assembly, path: str, logical_id: str) -> Resource | None:
    stack = assembly.stack_of(path)
    return assembly.by_path.get(path) or (stack.resources.get(logical_id) if stack else None)


def _source(place: Mapping[str, object]) -> str:
    frames = (_FRAME.search(str(trace)) for trace in sequence(place.get("stackTraces")))
    return next((found[1] for found in frames if found), "").removeprefix(f"{Path.cwd()}/")
