"""What the open-source edition of LiteLLM does not have is refused by name."""

import pytest

from groundwork.gateway.edition import EnterpriseSettings
from tests.gateway.section import problems


@pytest.mark.parametrize(
    "feature",
    EnterpriseSettings.model_fields,
)
def test_what_only_enterprise_has_is_refused_by_name_with_what_stands_in_its_place(feature: str) -> None:
    (problem,) = problems(f"enterprise: {{{feature}: true}}")
    assert problem.startswith(f"gateway.enterprise.{feature}: true: only LiteLLM Enterprise has it")
    assert "allowed: false; in its place: " in problem
