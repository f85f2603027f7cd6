"""Files that are deployed with a stack are searched for secrets; libraries, binaries and archives are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.asset_secret import LARGEST, check

SECRET = "general_settings:\n  master_key: my-master-key\n"


def findings(folder: Path, source: str) -> list[str]:
    asset = {"displayName": "Gateway/Configuration", "source": {"path": source, "packaging": "file"}}
    (folder / "Stack.assets.json").write_text(json.dumps({"files": {"0a1b": asset}}))
    return [finding.id for _, finding in check([folder / "Stack.template.json"])]


def test_a_secret_in_a_configuration_file_is_found_and_not_repeated(tmp_path: Path):
    (tmp_path / "asset.0a1b.yaml").write_text(SECRET)
    assert findings(tmp_path, "asset.0a1b.yaml") == ["NoLiteralSecret[Gateway/Configuration]"]
    found = [finding for _, finding in check([tmp_path / "Stack.template.json"])]
    assert [finding.message for finding in found] == ["The asset holds a literal value for 'master_key'."]


def test_a_configuration_that_names_variables_passes(tmp_path: Path):
    (tmp_path / "asset.0a1b.yaml").write_text("general_settings:\n  master_key: os.environ/LITELLM_MASTER_KEY\n")
    assert findings(tmp_path, "asset.0a1b.yaml") == []


def test_a_folder_is_searched_file_by_file(tmp_path: Path):
    code = tmp_path / "asset.0a1b"
    (code / "inner").mkdir(parents=True)
    (code / "handler.py").write_text('token = event["token"]\npassword = "hunter2"\n')
    (code / "inner/settings.json").write_text('{"apiKey": "abc-def"}')
    (code / "good.py").write_text('password = read(secret_id="database")\n')
    assert findings(tmp_path, "asset.0a1b") == [
        "NoLiteralSecret[Gateway/Configuration/handler.py]",
        "NoLiteralSecret[Gateway/Configuration/inner/settings.json]",
    ]


@pytest.mark.parametrize("name", ["node_modules/library/test.js", "python/site-packages/library/test.py"])
def test_installed_libraries_are_not_searched(tmp_path: Path, name: str):
    file = tmp_path / "asset.0a1b" / name
    file.parent.mkdir(parents=True)
    file.write_text('password = "hunter2"\n')
    assert findings(tmp_path, "asset.0a1b") == []


def test_a_package_that_pip_put_beside_the_code_is_not_searched(tmp_path: Path):
    code = tmp_path / "asset.0a1b"
    for name in ("library/a.py", "library-1.0.dist-info/RECORD", "own/b.py"):
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_text('password = "hunter2"\n')
    (code / "library-1.0.dist-info/RECORD").write_text("library/a.py,sha256=x,1\n../../bin/library,,\n")
    assert findings(tmp_path, "asset.0a1b") == ["NoLiteralSecret[Gateway/Configuration/own/b.py]"]


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe" + SECRET.encode(), b"\0" + SECRET.encode(), SECRET.encode() + b" " * LARGEST],
    ids=["not text", "zero bytes", "above a megabyte"],
)
def test_binaries_and_large_files_are_not_searched(tmp_path: Path, content: bytes):
    (tmp_path / "asset.0a1b").write_bytes(content)
    assert findings(tmp_path, "asset.0a1b") == []


def test_a_stack_without_assets_and_a_file_that_is_gone_pass(tmp_path: Path):
    assert list(check([tmp_path / "Stack.template.json"])) == []
    assert findings(tmp_path, "asset.gone") == []
