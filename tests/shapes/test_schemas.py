"""The schemas themselves: of one draft, described in full, closed on purpose, shared parts the same everywhere."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.builders import home, inspection
from tests.shapes.schemas import NAMES, hold, parts, references, schema
from watcher.judging.changes import What
from watcher.judging.judge import judge
from watcher.messages.alert import Alert

LINE = Alert.of(judge([inspection("2023-05-01", "good")], inspection("2024-01-10", "inadequate")).changes[0], home())


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_and_says_what_it_is_of(name: str) -> None:
    read = schema(name)
    Draft202012Validator.check_schema(read)
    assert read["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert read["title"]
    assert "`watcher" in read["description"] or name == "webhook"


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_described_and_no_part_lies_unused(name: str) -> None:
    read = schema(name)
    for part in parts(read):
        for key, field in fields(part):
            assert "description" in field or "$ref" in field, key
            assert str(field.get("description", "")).strip()[-1:] in (".", ""), key
    assert {f"#/$defs/{part}" for part in read.get("$defs", {})} == set(references(read))


@pytest.mark.parametrize("name", NAMES)
def test_what_may_be_null_or_be_missing_says_when(name: str) -> None:
    for part in parts(schema(name)):
        for key, field in fields(part):
            said = str(field.get("description", "")).casefold()
            if may_be_null(field):
                assert "null" in said, (name, key)
            if "$ref" not in field and key not in part.get("required", ()):
                assert re.search(r"\bonly\b|left out", said), (name, key)


def fields(part: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """What an object may have, without what is forbidden where it is used."""
    return ((key, field) for key, field in part.get("properties", {}).items() if field is not False)


def may_be_null(field: Mapping[str, Any]) -> bool:
    return "null" in field.get("type", ()) or {"type": "null"} in field.get("anyOf", ())


@pytest.mark.parametrize("name", NAMES)
def test_every_object_says_which_keys_it_takes(name: str) -> None:
    """`change` and what is built on it are closed where they are used, as the additions differ."""
    for part in parts(schema(name)):
        if part.get("type") == "object" and part is not schema(name).get("$defs", {}).get("change"):
            assert "additionalProperties" in part, part.get("description")


def test_a_part_that_several_schemas_have_is_the_same_in_all() -> None:
    shared: dict[str, Any] = {}
    for name in NAMES:
        for part, rules in schema(name).get("$defs", {}).items():
            assert shared.setdefault(part, rules) == rules, f"{part} in {name}"


def test_the_changes_are_those_that_there_are() -> None:
    assert schema("replay")["$defs"]["change"]["properties"]["change"]["enum"] == [what.value for what in What]


def test_a_line_with_another_key_or_value_breaks_it() -> None:
    """What `hold` fails on."""
    line = LINE.contract()
    with pytest.raises(AssertionError, match="no line has these"):
        hold("replay", [line])
    wrong = [
        {**line, "extra": 1},
        {key: value for key, value in line.items() if key != "owner"},
        {**line, "published": "3 August 2018"},
        {**line, "change": "fell"},
        {**line, "days_inadequate": 3},
        {**line, "change": "recovered"},
        {**line, "home": "SC000001"},
    ]
    for broken in wrong:
        with pytest.raises(AssertionError, match=r"replay: \$"):
            hold("replay", [broken])
