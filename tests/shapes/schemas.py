"""The schemas of docs/schemas, and what holds real lines to them: none breaks one, and no property is in none."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

from tests.checkout import ROOT

FOLDER = ROOT / "docs" / "schemas"
NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))
CONDITIONS = ("if", "then", "else")
"""Where properties are forbidden or fixed that are described elsewhere."""

Path = tuple[str | int, ...]
"""Where in a line something stands."""
Schema = Mapping[str, Any]

FORMATS = FormatChecker(("date",))


def _is_an_address(said: object) -> bool:
    return not isinstance(said, str) or bool(re.fullmatch(r"https?://\S+", said))


def _is_a_moment(said: object) -> bool:
    return not isinstance(said, str) or ("T" in said and datetime.fromisoformat(said).tzinfo is not None)


FORMATS.checks("uri")(_is_an_address)
FORMATS.checks("date-time", raises=ValueError)(_is_a_moment)


@dataclass(frozen=True, slots=True)
class Visited:
    """A property that a line has."""

    pointer: str
    """Where the schema describes it."""
    path: Path
    value: Any
    is_closed: bool
    """Whether its object takes no keys but those that are described."""


@lru_cache
def schema(name: str) -> Schema:
    """A schema by its name."""
    read: Schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return read


@lru_cache
def validator(name: str) -> Validator:
    """What tells whether a line keeps to a schema."""
    return Draft202012Validator(dict(schema(name)), format_checker=FORMATS)


def hold(name: str, lines: Sequence[Mapping[str, Any]]) -> None:
    """Fails unless every line keeps to the schema, every property is in one, and no key can be lost or renamed."""
    known = validator(name)
    for line in lines:
        for error in known.iter_errors(line):
            raise AssertionError(f"{name}: {error.json_path}: {error.message}\n{json.dumps(line)}")
    seen: set[str] = set()
    telling: list[tuple[Mapping[str, Any], list[Visited]]] = []
    for line in lines:
        visited = list(properties_of(name, line))
        found = {each.pointer for each in visited if each.value is not None}
        if not found <= seen:
            telling.append((line, visited))
            seen |= found
    dead = sorted(described(name) - seen)
    assert dead == [], f"{name}: no line has these: {dead}"
    for line, visited in telling:
        for each in visited:
            if each.is_closed:
                renamed = changed(line, each.path, lambda holder, key: holder.update({f"{key}_": holder.pop(key)}))
                assert not known.is_valid(renamed), f"{name}: {each.path} may be called otherwise"
                if is_required(schema(name), each.pointer):
                    without = changed(line, each.path, lambda holder, key: holder.pop(key))
                    assert not known.is_valid(without), f"{name}: {each.path} may be missing"


def changed(line: Mapping[str, Any], path: Path, change: Callable[[dict[str, Any], Any], object]) -> dict[str, Any]:
    """A line with one of its objects changed."""
    copy = deepcopy(dict(line))
    holder: Any = copy
    for step in path[:-1]:
        holder = holder[step]
    change(holder, path[-1])
    return copy


def properties_of(name: str, line: Mapping[str, Any]) -> Iterator[Visited]:
    """Every property of a line that its schema describes."""
    yield from _visit(name, schema(name), line, "#", (), is_closed=False)


def _visit(name: str, rules: Schema, value: Any, pointer: str, path: Path, *, is_closed: bool) -> Iterator[Visited]:
    is_closed |= rules.get("additionalProperties") is False or rules.get("unevaluatedProperties") is False
    if "$ref" in rules:
        yield from _visit(name, target(name, rules["$ref"]), value, rules["$ref"], path, is_closed=is_closed)
    for word in ("anyOf", "oneOf"):
        for number, choice in enumerate(rules.get(word, ())):
            if validator(name).evolve(schema=choice).is_valid(value):
                yield from _visit(name, choice, value, f"{pointer}/{word}/{number}", path, is_closed=is_closed)
    if isinstance(value, dict):
        for key, inner in rules.get("properties", {}).items():
            if key in value:
                place = f"{pointer}/properties/{key}"
                yield Visited(place, (*path, key), value[key], is_closed)
                yield from _visit(name, inner, value[key], place, (*path, key), is_closed=False)
    if isinstance(value, list) and "items" in rules:
        for number, item in enumerate(value):
            yield from _visit(name, rules["items"], item, f"{pointer}/items", (*path, number), is_closed=False)


def target(name: str, reference: str) -> Schema:
    """What a reference within a schema leads to."""
    found: Any = schema(name)
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def described(name: str) -> set[str]:
    """Where a schema describes properties that it does not forbid, in itself and its parts."""
    read = schema(name)
    forbidden = {key for key, rules in read.get("properties", {}).items() if rules is False}
    found: set[str] = set()
    _describe(name, read, "#", forbidden, found)
    return found


def _describe(name: str, rules: Any, pointer: str, forbidden: Collection[str], found: set[str]) -> None:
    if not isinstance(rules, dict):
        return
    for key, inner in rules.get("properties", {}).items():
        place = f"{pointer}/properties/{key}"
        if place not in found and not (key in forbidden and pointer in ("#", "#/$defs/change")):
            found.add(place)
            _describe(name, inner, place, forbidden, found)
    if "$ref" in rules:
        _describe(name, target(name, rules["$ref"]), rules["$ref"], forbidden, found)
    for word in ("anyOf", "oneOf"):
        for number, choice in enumerate(rules.get(word, ())):
            _describe(name, choice, f"{pointer}/{word}/{number}", forbidden, found)
    _describe(name, rules.get("items"), f"{pointer}/items", forbidden, found)


def is_required(rules: Schema, pointer: str) -> bool:
    """Whether a property must be there in every object of its kind."""
    holder, _, key = pointer.rpartition("/properties/")
    found: Any = rules
    for step in holder.removeprefix("#").strip("/").split("/"):
        if step:
            found = found[int(step)] if isinstance(found, list) else found[step]
    return key in found.get("required", ())


def parts(rules: Any) -> Iterator[Schema]:
    """A schema and all schemas within it, but for conditions."""
    if isinstance(rules, dict):
        yield rules
        for word, inner in rules.items():
            if word in ("properties", "$defs"):
                for part in inner.values():
                    yield from parts(part)
            elif word in ("anyOf", "oneOf"):
                for part in inner:
                    yield from parts(part)
            elif word in ("items", "additionalProperties"):
                yield from parts(inner)


def references(rules: Any) -> Iterable[str]:
    """Every reference in a schema."""
    return (part["$ref"] for part in parts(rules) if "$ref" in part)
