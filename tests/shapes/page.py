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
    parts = [f"{_json(key)}: {_json(value)}" for key, value in line.items()]
    rows = [""]
    for number, part in enumerate(parts):
        part += "," if number < len(parts) - 1 else ""
        if rows[-1] and len(rows[-1]) + len(part) + 1 > _WIDTH:
            rows.append("")
        rows[-1] += f" {part}" if rows[-1] else part
    return "```json\n{" + "\n ".join(rows) + "}\n```"


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(key)}: {_json(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return orjson.dumps(value).decode()


def _tables(name: str) -> Iterator[str]:
    """The fields of a shape; of several sorts a table each, with a line that says which sort it is."""
    read = schema(name)
    choices = read.get("oneOf", [read])
    for choice in choices:
        rules = target(name, choice["$ref"]) if "$ref" in choice and "properties" not in choice else choice
        rows = [f"| {key} | {kind} | {said} |" for key, kind, said in _fields(name, rules, "")]
        head = [] if len(choices) == 1 else [f"{rules['description']}\n"]
        if "$ref" in rules and name != "replay":
            head.append("All that [a change](#a-change) has, and:\n")
        yield "\n".join([*head, "| key | is | means |", "|---|---|---|", *rows])


def _fields(name: str, rules: Schema, before: str) -> Iterator[tuple[str, str, str]]:
    for key, field in rules.get("properties", {}).items():
        if field is False:
            continue
        inner = target(name, field["$ref"]) if "$ref" in field else field
        said = str(field.get("description", inner.get("description", ""))).replace("|", "\\|")
        yield f"`{before}{key}`", _kind(name, inner), said
        yield from _within(name, inner, f"{before}{key}")


def _within(name: str, rules: Schema, before: str) -> Iterator[tuple[str, str, str]]:
    """The fields of the objects in a field."""
    for choice in (rules, *rules.get("anyOf", ())):
        inner = target(name, choice["$ref"]) if "$ref" in choice else choice
        if inner.get("type") == "object":
            yield from _fields(name, inner, f"{before}.")
        elif inner.get("type") == "array":
            items = inner["items"]
            parts = target(name, items["$ref"]) if "$ref" in items else items
            if parts.get("description") != schema("replay")["$defs"]["change"]["description"] and "$ref" not in parts:
                yield from _fields(name, parts, f"{before}[].")


def _kind(name: str, rules: Schema) -> str:
    """What a value is, in a word or two."""
    if rules.get("const") is True:
        return "true"
    if "enum" in rules:
        return "one of: " + ", ".join(str(value) if value is not None else "null" for value in rules["enum"])
    types = rules["type"] if isinstance(rules.get("type"), list) else [rules["type"]] if "type" in rules else []
    if not types or (types[:1] == ["string"] and "anyOf" in rules):
        choices = [target(name, one["$ref"]) if "$ref" in one else one for one in rules.get("anyOf", ())]
        words = [_FORMATS[one["format"]] if "format" in one else _kind(name, one) for one in choices]
        return " or ".join([*words, *types[1:]])
    if "format" in rules:
        return " or ".join([_FORMATS[rules["format"]], *types[1:]])
    return " or ".join(_WORDS.get(word, word) for word in types)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
