"""The pictures of what an environment consists of: which boxes, which arrows, and the words beside them."""

import pytest

from review.assembly import Assembly
from review.components import stack_parts
from review.drawing.graph import Graph
from review.drawing.kinds import headline, plural, word
from review.sections.architecture import EnvironmentPictures, architecture_section


@pytest.fixture(scope="module")
def shop(pictured_assembly: Assembly) -> EnvironmentPictures:
    (environment,) = architecture_section(pictured_assembly).environments
    return environment


def _arrows(graph: Graph) -> set[tuple[str, str]]:
    titles = {node.id: node.title for node in (*graph.nodes, *graph.floor)}
    return {(titles[edge.source], titles[edge.target]) for edge in graph.edges}


def test_the_whole_leads_from_the_internet_to_the_stores_without_shortcuts(shop: EnvironmentPictures) -> None:
    assert _arrows(shop.whole.graph) == {
        ("The internet", "Edge"),
        ("Edge", "Web"),
        ("Web", "Data"),
        ("Web", "Model"),
        ("Data", "Network"),
        ("Model", "Network"),
    }


def test_what_nearly_all_use_stands_below_without_arrows(shop: EnvironmentPictures) -> None:
    assert [node.title for node in shop.whole.graph.floor] == ["Foundation"]


def test_stacks_of_one_capability_are_one_box(shop: EnvironmentPictures) -> None:
    (model,) = [node for node in shop.whole.graph.nodes if node.title == "Model"]
    assert model.lines == ("2 of them: large, small", "2 model endpoints", "2 models")


def test_a_resource_that_an_arn_names_is_used(shop: EnvironmentPictures) -> None:
    (web,) = [picture for picture in shop.stacks if picture.title == "Shop-Web"]
    assert ("Role", "Model") in _arrows(web.graph)


def test_the_table_tells_every_use_also_those_without_an_arrow(shop: EnvironmentPictures) -> None:
    rows = {row.part.title: row for row in shop.whole.rows}
    assert rows["Model"].uses == ("Network (2 references)", "Foundation (4 references)")
    assert set(rows["Web"].uses) == {"Network (3 references)", "Data", "Model", "Foundation"}
    assert rows["Foundation"].used_by == ("Data", "Edge", "Model (4 references)", "Network", "Web")


def test_every_box_of_a_stack_leads_to_a_resource_and_every_other_to_a_picture(
    shop: EnvironmentPictures, pictured_assembly: Assembly
) -> None:
    anchors = {f"#resource-{resource.stack}-{resource.id}" for resource in pictured_assembly.resources}
    anchors |= {f"#{picture.anchor}" for picture in shop.stacks}
    for picture in (shop.whole, *shop.stacks):
        drawn = (*picture.graph.nodes, *picture.graph.floor)
        assert {node.href for node in drawn if node.title != "The internet"} <= anchors


def test_a_stack_with_very_many_lone_constructs_goes_by_kind(pictured_assembly: Assembly) -> None:
    network = pictured_assembly.by_name["Shop-Network"]
    titles = {part.title: part.lines for part in stack_parts(network)}
    assert titles["every subnet"] == ("6 subnets",)


def test_a_type_without_a_name_of_ours_is_called_by_its_own() -> None:
    assert word("AWS::IoTWireless::WirelessGateway") == "wireless gateway"
    assert headline(["AWS::IAM::Role", "AWS::S3::Bucket", "AWS::S3::Bucket"]) == ("2 buckets",)
    assert headline(["AWS::IAM::Role"]) == ("role",)
    assert [plural(name, 2) for name in ("registry", "key", "group of instances")] == [
        "2 registries",
        "2 keys",
        "2 groups of instances",
    ]
