"""What is generated from the models is current, and says the same as the models."""

import json
from pathlib import Path

import jsonschema
import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from groundwork.reference import environment_schema, settings_table, with_settings_table

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("environments/*.yaml"), *ROOT.glob("environments/examples/*.yaml")])


def test_the_json_schema_is_current() -> None:
    assert (ROOT / "environments/schema.json").read_text() == environment_schema(), "run `make reference`"


def test_the_readme_lists_every_setting_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text()
    assert with_settings_table(readme) == readme, "run `make reference`"


def test_the_table_has_every_key_that_a_section_can_have() -> None:
    sections = json.loads(environment_schema())["$defs"].values()
    keys = {name for section in sections for name in section.get("properties", {})}
    listed = {row.split("`")[1].rpartition(".")[2] for row in settings_table().splitlines()[2:]}
    assert keys - listed == set()


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """What an editor knows of the schema, which is one itself."""
    schema = json.loads(environment_schema())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_file_is_valid_for_an_editor(validator: Draft202012Validator, file: Path) -> None:
    # An editor takes a date for a text.
    content = json.loads(json.dumps(YAML(typ="safe").load(file), default=str))
    validator.validate(content)


def test_an_editor_is_told_of_an_unknown_key(validator: Draft202012Validator) -> None:
    content = YAML(typ="safe").load(FILES[0]) | {"netwrok": {}}
    with pytest.raises(jsonschema.ValidationError, match="netwrok"):
        validator.validate(content)
