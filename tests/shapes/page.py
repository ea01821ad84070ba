"""docs/json.md: its examples and its tables of fields, made of real lines and of the schemas.

`python -m tests.shapes.page docs/json.md` writes them anew between their marks, and leaves the words around them.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from tests.shapes.examples import examples
from tests.shapes.schemas import Schema, schema, target

MARKED = re.compile(r"<!-- (example|fields): (.+?) -->\n.*?<!-- end -->", re.DOTALL)
_WORDS = {"string": "text", "integer": "number", "boolean": "true or false", "array": "list", "null": "null"}
_FORMATS = {"date": "day", "date-time": "moment", "uri": "address"}
_WIDTH = 116


def filled(text: str) -> str:
    """The document with its examples and tables as they are today."""
    made = examples()

    def between(mark: re.Match[str]) -> str:
        sort, name = mark.groups()
        inner = _example(made[name]) if sort == "example" else "\n\n".join(_tables(name))
        return f"<!-- {sort}: {name} -->\n{inner}\n<!-- end -->"

    return MARKED.sub(between, text)


def _example(line: Mapping[str, Any]) -> str:
    """A line as JSON, broken where it is long; still the same object."""
    return f"```json\n{_laid_out(line, 0)}\n```"


def _laid_out(value: Any, indent: int) -> str:
    """A value in as few rows as have room, each as far in as what it is a part of, and one more."""
    whole = _json(value)
    if indent + len(whole) <= _WIDTH or not isinstance(value, dict | list):
        return whole
    parts = (
        [f"{_json(key)}: {_laid_out(inner, indent + 1)}" for key, inner in value.items()]
        if isinstance(value, dict)
        else [_laid_out(inner, indent + 1) for inner in value]
    )
    rows = [""]
    for part in parts:
        if rows[-1] and indent + 3 + len(rows[-1].rpartition("\n")[2]) + len(part.partition("\n")[0]) > _WIDTH:
            rows.append("")
        rows[-1] += f"{' ' if rows[-1] else ''}{part},"
    inside = ("\n" + " " * (indent + 1)).join(rows).removesuffix(",")
    return f"{{{inside}}}" if isinstance(value, dict) else f"[{inside}]"


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(key)}: {_json(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return orjson.dumps(value).decode()


_ELSEWHERE = {"#/$defs/inspection": "[An inspection](#an-inspection), as `history` has it."}
"""Sorts that have a table of their own."""


def _tables(name: str) -> Iterator[str]:
    """The fields of a shape; of several sorts a table each, with a line that says which sort it is."""
    read = schema(name)
    choices, told = read.get("oneOf", [read]), dict[str, str]()
    for choice in choices:
        if choice.get("$ref") in _ELSEWHERE:
            yield _ELSEWHERE[choice["$ref"]]
            continue
        rules = target(name, choice["$ref"]) if "$ref" in choice and "properties" not in choice else choice
        rows = [f"| {key} | {kind} | {said} |" for key, kind, said in _fields(name, rules, "", told)]
        head = [] if len(choices) == 1 else [f"{rules['description']}\n"]
        if "$ref" in rules:
            head.append("All that [a change](#a-change) has, and:\n")
        yield "\n".join([*head, "| key | is | means |", "|---|---|---|", *rows])


def _fields(name: str, rules: Schema, before: str, told: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Each field of an object and of the objects in it; those of a shared part once, by where they stand."""
    for key, field in rules.get("properties", {}).items():
        if field is False:
            continue
        place, inner = f"{before}{key}", _followed(name, field)
        said = str(field.get("description", inner.get("description", ""))).replace("|", "\\|")
        within = list(_within(name, field, place, told))
        as_there = next((row for row in within if isinstance(row, str)), "")
        yield f"`{place}`", _kind(name, inner), f"{said} {as_there}".strip()
        yield from (row for row in within if not isinstance(row, str))


def _within(name: str, field: Schema, place: str, told: dict[str, str]) -> Iterator[tuple[str, str, str] | str]:
    """The fields of the objects in a field, or where they are told already."""
    sorts = [sort.get("$ref") for sort in schema(name).get("oneOf", ())]
    for choice in (field, *_followed(name, field).get("anyOf", ())):
        part, before = choice, place
        if _followed(name, part).get("type") == "array":
            part, before = _followed(name, part)["items"], f"{place}[]"
        reference, inner = part.get("$ref"), _followed(name, part)
        if reference is not None and reference in sorts:
            yield "As above."
        elif not inner.get("properties"):
            continue
        elif reference in told:
            yield f"As in `{told[reference]}`."
        else:
            if reference:
                told[reference] = before
            yield from _fields(name, inner, f"{before}.", told)


def _followed(name: str, rules: Schema) -> Schema:
    return target(name, rules["$ref"]) if "$ref" in rules else rules


def _kind(name: str, rules: Schema) -> str:
    """What a value is, in a word or two."""
    if rules.get("const") is True:
        return "true"
    if len(rules.get("enum", ())) == 1:
        return f"always {rules['enum'][0]}"
    if "enum" in rules:
        return "one of: " + ", ".join(str(value) if value is not None else "null" for value in rules["enum"])
    types = rules["type"] if isinstance(rules.get("type"), list) else [rules["type"]] if "type" in rules else []
    if not types or (types[:1] == ["string"] and "anyOf" in rules):
        choices = [_followed(name, one) for one in rules.get("anyOf", ())]
        words = [_FORMATS[one["format"]] if "format" in one else _kind(name, one) for one in choices]
        return " or ".join([*words, *types[1:]])
    if "format" in rules:
        return " or ".join([_FORMATS[rules["format"]], *types[1:]])
    return " or ".join(_WORDS.get(word, word) for word in types)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
