"""Rules of the layout that a mistake would break far from its cause."""

import ast
from pathlib import Path

import constructs
import pytest

ROOT = Path(__file__).parents[2]
SEALED = ("operations", "review", "promotion", "rules")


def test_the_folder_constructs_does_not_hide_the_library() -> None:
    assert not (ROOT / "constructs/__init__.py").exists()
    assert "site-packages" in str(constructs.__file__)


@pytest.mark.parametrize("folder", SEALED)
def test_what_reads_assemblies_does_not_import_what_makes_them(folder: str) -> None:
    imported = {
        name.split(".")[0]
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in _imports(node)
    }
    assert imported.isdisjoint({"groundwork", "stacks", "app"})


def test_constructs_do_not_import_stacks() -> None:
    for file in (ROOT / "constructs").rglob("*.py"):
        names = {n.split(".")[0] for node in ast.walk(ast.parse(file.read_text())) for n in _imports(node)}
        assert names.isdisjoint({"stacks", "rules", "operations", "app"}), file


@pytest.mark.parametrize("folder", ["constructs", "stacks"])
def test_nothing_below_the_app_reads_clock_network_or_process_environment(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text())))
        names = {n.split(".")[0] for node in nodes for n in _imports(node)}
        forbidden = {"boto3", "httpx", "os", "random", "requests", "socket", "subprocess", "time", "uuid"}
        assert names.isdisjoint(forbidden), file
        # A date that somebody wrote down is no clock.
        assert not [n for n in nodes if isinstance(n, ast.Attribute) and n.attr in ("now", "today", "utcnow")], file


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and node.level == 0 else []
