"""The cost section of the page."""

from datetime import date
from pathlib import Path

from review.assembly import read_assembly
from review.cost.price_list import read_prices
from review.linting import Lint
from review.page.render import render
from review.review import build
from review.sections.cost import CostSection
from tests.review.assembly_on_disk import resource
from tests.review.cost.month_of import assembly_of, month_of

GROUP = {"InstanceGroupName": "slices", "InstanceType": "ml.p5.48xlarge", "InstanceCount": 1}
RESOURCES = {
    "Key": resource("AWS::KMS::Key"),
    "Guardrail": resource("AWS::Bedrock::Guardrail"),
    "Role": resource("AWS::IAM::Role"),
    "Nodes": resource("AWS::SageMaker::Cluster", InstanceGroups=[GROUP]),
    "Layouts": resource("Custom::MigLayouts", Layouts={"slices": {"Resources": {"nvidia.com/mig-1g.10gb": 56}}}),
}


def test_the_page_shows_the_numbers_of_the_command(tmp_path: Path) -> None:
    after, before = assembly_of(tmp_path / "a", Network=RESOURCES), assembly_of(tmp_path / "b", Network={})
    made = build(
        assembly=after, part=after, base=before, today=date(2026, 11, 23), lint=lambda: Lint(missing="Left out.")
    )
    section = made.sections["cost"]
    assert isinstance(section, CostSection)
    total, (partition,) = section.estimate.total, section.estimate.partitions
    assert total == month_of(tmp_path / "c", RESOURCES, prices=read_prices()).total
    assert total.gpu_hours == 8 * 730
    page = render(made, title="Review")
    part = page.partition('<section id="cost"')[2].partition("</section>")[0]
    numbers = (f"{total.usd:,.0f}", "5,840", f"+{total.usd:,.0f}", f"{partition.usd_per_hour:.4f}")
    for shown in (*numbers, "no rule for the type", "https://aws.amazon.com/iam/"):
        assert shown in part, shown
    assert all(note in part for note in section.notes)


def test_an_assembly_without_a_base_is_compared_with_nothing(tmp_path: Path) -> None:
    assembly_of(tmp_path, Network={"Key": resource("AWS::KMS::Key")})
    whole = read_assembly(tmp_path / "cdk.out")
    made = build(assembly=whole, part=whole, base=None, today=date(2026, 11, 23), lint=lambda: Lint(missing="x"))
    assert "Against the base" not in render(made, title="Review")
