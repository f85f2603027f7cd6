"""An assembly is promoted only as it was sealed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from promotion.errors import GateClosedError, PromotionError
from promotion.seal import seal, seal_of, verify


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    folder = tmp_path / "cdk.out"
    (folder / "asset.1").mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (folder / "asset.1" / "index.py").write_text("pass\n")
    (folder / "asset.1" / "empty").mkdir()
    (folder / "link").symlink_to("manifest.json")
    return folder


def _byte(folder: Path) -> None:
    (folder / "asset.1" / "index.py").write_text("exit\n")


def _hidden(folder: Path) -> None:
    # Where the CDK CLI looks for archives before it makes them of the assets.
    (folder / ".cache").mkdir()
    (folder / ".cache" / "1.zip").write_bytes(b"PK")


def _removed(folder: Path) -> None:
    (folder / "asset.1" / "index.py").unlink()


def _executable(folder: Path) -> None:
    (folder / "asset.1" / "index.py").chmod(0o755)


def _folder(folder: Path) -> None:
    (folder / "asset.1" / "empty").rmdir()


def _link(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("asset.1/index.py")


def _copied_link(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").write_text("{}")


def test_an_untouched_assembly_is_what_was_sealed(assembly: Path) -> None:
    verify(assembly, digest=seal(assembly))


def test_the_digest_depends_on_the_content_alone(assembly: Path, tmp_path: Path) -> None:
    digest = seal(assembly)
    moved = assembly.rename(tmp_path / "other")
    assert seal(moved) == digest


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_byte, "changed: asset.1/index.py"),
        (_executable, "changed: asset.1/index.py"),
        (_link, "changed: link"),
        (_copied_link, "changed: link"),
        (_hidden, "added: .cache/1.zip"),
        (_removed, "removed: asset.1/index.py"),
        (_folder, "removed: asset.1/empty"),
    ],
)
def test_whatever_is_changed_added_or_removed_is_named(
    assembly: Path, change: Callable[[Path], None], told: str
) -> None:
    digest = seal(assembly)
    change(assembly)
    with pytest.raises(GateClosedError, match="is not what was sealed: nothing is deployed") as refusal:
        verify(assembly, digest=digest)
    assert told in str(refusal.value)


def test_a_seal_that_was_made_anew_does_not_help(assembly: Path) -> None:
    digest = seal(assembly)
    _byte(assembly)
    seal(assembly)
    with pytest.raises(GateClosedError, match="is missing or changed itself"):
        verify(assembly, digest=digest)


def test_the_seal_stands_beside_the_assembly(assembly: Path) -> None:
    seal(assembly)
    assert seal_of(assembly) == assembly.parent / "cdk.out.seal.json"
    assert json.loads(seal_of(assembly).read_text())["link"] == "link to manifest.json"


@pytest.mark.parametrize("digest", ["", "abc", "g" * 64])
def test_what_is_no_digest_is_refused(assembly: Path, digest: str) -> None:
    with pytest.raises(PromotionError, match="64 hexadecimal digits"):
        verify(assembly, digest=digest)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromotionError, match=r"holds no manifest\.json"):
        seal(tmp_path)
