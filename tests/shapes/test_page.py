"""The document of the JSON: its examples are real lines, its tables the schemas, and no shape is left out."""

import json
import re

import pytest

from tests.checkout import ROOT
from tests.shapes.page import MARKED, filled
from tests.shapes.schemas import NAMES, validator

PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
PART_OF_A_LINE = "webhook: a reminder"


def test_its_examples_and_tables_are_those_of_today() -> None:
    assert filled(PAGE) == PAGE, "run make examples, and look at them"


@pytest.mark.parametrize("name", NAMES)
def test_a_shape_has_its_example_its_fields_and_a_link_to_its_schema(name: str) -> None:
    assert {("example", name), ("fields", name)} <= set(MARKED.findall(PAGE))
    assert f"(schemas/{name}.json)" in PAGE


def test_each_example_keeps_to_its_schema() -> None:
    shown = re.findall(r"<!-- example: (.+?) -->\n```json\n(.*?)\n```", PAGE, re.DOTALL)
    assert len(shown) > len(NAMES)
    for name, line in shown:
        if name != PART_OF_A_LINE:
            validator(name.partition(":")[0]).validate(json.loads(line))
