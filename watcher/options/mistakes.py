"""Tells the writer of a configuration what is wrong: every mistake with line, key and the nearest valid name."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from watcher.errors import WatcherError
from watcher.options.table import one_of
from watcher.text import squash

Location = tuple[str | int, ...]

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_UNQUOTED = re.compile(r"^[\w.-]*\s*=\s*(\[?)\s*(?!(?:true|false|inf|nan)\b)[A-Za-z/]")
_TYPOGRAPHIC = frozenset("“”„«»‘’‚")
_KEY = re.compile(r"^\s*(\"[^\"]+\"|'[^']+'|[A-Za-z0-9_.-]+)\s*=")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with a configuration."""

    line: int | None
    key: str
    what: str


class ConfigError(WatcherError):
    """A configuration that is refused, with all its mistakes at once."""

    def __init__(self, path: Path, mistakes: Sequence[Mistake]) -> None:
        self.path = path
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(_line(path, mistake) for mistake in mistakes))


def _line(path: Path, mistake: Mistake) -> str:
    where = f"{path}:{mistake.line}" if mistake.line else f"{path}"
    return f"{where}: {mistake.key}: {mistake.what}" if mistake.key else f"{where}: {mistake.what}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question with the nearest known name, or the list of what there is, or nothing."""
    names = sorted(known)
    nearest = difflib.get_close_matches(name.casefold(), [candidate.casefold() for candidate in names], n=1, cutoff=0.6)
    if nearest:
        return f"; did you mean {next(n for n in names if n.casefold() == nearest[0])!r}?"
    return f"; there is: {', '.join(names)}" if names and len(names) <= 20 else ""


MOST_NEAREST = 4
_LOOKED_AT = 60  # characters of a name that is not known


def nearest_names(name: str, known: Iterable[str]) -> list[str]:
    """Names that have all of its words, and those that are written nearly alike; the nearest first, four at most."""
    asked, spelled = squash(name)[:_LOOKED_AT], {squash(candidate): candidate for candidate in known}
    words = asked.split()
    having = sorted(
        (candidate for candidate in spelled if words and all(word in candidate for word in words)),
        key=lambda candidate: (len(candidate), candidate),
    )
    alike = difflib.get_close_matches(asked, spelled, n=MOST_NEAREST) if len(having) < MOST_NEAREST else []
    return [spelled[candidate] for candidate in dict.fromkeys([*having, *alike])][:MOST_NEAREST]


def no_toml(error: ValueError, text: str) -> Mistake:
    """Why a text is no TOML, with the line to mend; `error` is what its parser said of it."""
    said = str(error)
    found = re.search(r" \(at line (\d+), column \d+\)$", said)
    lines = text.splitlines()
    number = int(found[1]) if found else max((at for at, line in enumerate(lines, 1) if line.strip()), default=0)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    if instead := _instead_of(line):
        return Mistake(number, "", instead)
    return Mistake(number if found else None, "", f"is no TOML: {said}")


def _instead_of(line: str) -> str | None:
    """What to write instead of a line that is no TOML, where the reason is one of the usual ones."""
    bare = _QUOTED.sub("", line)
    if odd := sorted(set(_TYPOGRAPHIC & set(bare))):
        return f"write straight quotes (\" or ') instead of {' and '.join(odd)}"
    if bare.partition("#")[0].count('"') or bare.partition("#")[0].count("'"):
        return f'a quote is missing: close what it opens, as in {_key_of(line) or "name"} = "..."'
    if unquoted := _UNQUOTED.match(bare):
        opened, closed = ("[", "]") if unquoted[1] else ("", "")
        return f'words stand in quotes: {_key_of(line)} = {opened}"..."{closed}'
    return None


def place_of(location: Location, raw: Mapping[str, Any]) -> str:
    """A place in the file as its writer knows it: a watch by its name."""
    if location[:1] != ("watch",) or len(location) < 2:
        return ".".join(str(part) for part in location)
    number = location[1]
    watches = list(tables(raw.get("watch")))
    name = watches[number].get("name") if isinstance(number, int) and number < len(watches) else None
    called = f'watch "{name}"' if isinstance(name, str) and name else f"watch number {int(number) + 1}"
    below = ".".join(str(part) for part in location[2:] if isinstance(part, str))
    return f"{called}: {below}" if below else called


def mistakes_of(error: ValidationError, text: str, raw: Mapping[str, Any], model: type[BaseModel]) -> list[Mistake]:
    """The mistakes behind a failed validation of a file's text, and of what it was read as, in the file's order."""
    mistakes = []
    for detail in error.errors(include_url=False, include_input=True):
        location = _place(dict(detail))
        mistakes.append(Mistake(line_of(text, location), place_of(location, raw), _what(dict(detail), location, model)))
    return sorted(mistakes, key=lambda mistake: (mistake.line or 0, mistake.key))


def _place(detail: Mapping[str, Any]) -> Location:
    """Where in the file something is wrong."""
    location: Location = detail["loc"]
    if detail["type"] == "union_tag_invalid" and location[0] == "feeds":  # it may be left out, so it stands for itself
        return (*location, "kind")
    return location[:2] + location[3:] if _tag(location) else location


def _tag(location: Location) -> str | int | None:
    """The kind of a feed or channel in pydantic's location, which stands in no file's path."""
    is_below = len(location) > 2 and location[0] in ("feeds", "channels") and location[2] != "[key]"
    return location[2] if is_below else None


def _what(detail: dict[str, Any], location: Location, model: type[BaseModel]) -> str:
    if detail["type"] == "extra_forbidden":
        return f"there is no such key{did_you_mean(str(location[-1]), _keys_at(location[:-1], detail, model))}"
    if detail["type"] == "missing":
        return "is missing"
    if detail["type"] in ("enum", "literal_error", "union_tag_invalid"):
        given = detail["ctx"].get("tag", detail["input"])
        expected = re.findall(
            r"'((?:[^'\\]|\\.)*)'", str(detail["ctx"].get("expected_tags", detail["ctx"].get("expected", "")))
        )
        return f"{given!r} is not possible{did_you_mean(str(given), expected) or '; possible: ' + ', '.join(expected)}"
    if detail["type"] == "union_tag_not_found":
        return "has no kind"
    if location == ("watch",):  # the commonest slip, and pydantic says "tuple" of it
        return "write [[watch]], with two brackets on each side: there may be several"
    key = next((part for part in reversed(location) if isinstance(part, str)), "")
    if detail["type"] == "string_type" and isinstance(given := detail["input"], int | float | date | time):
        return f'write it in quotes: {key} = "{str(given).lower()}"'
    if detail["type"] == "string_type":
        return f'write one value in quotes: {key} = "..."'
    if detail["type"] == "tuple_type":
        return f'write a value in quotes, or a list of them: {key} = ["..."]'
    if detail["type"] in ("model_type", "model_attributes_type") and isinstance(detail["input"], list):
        return f"write [{'.'.join(str(part) for part in location)}], with one bracket on each side"
    if detail["type"] in ("model_type", "model_attributes_type"):
        if location[:1] == ("watch",):
            return "is no table: write its keys below [[watch]]"
        return f"is no table: write its keys below [{'.'.join(str(part) for part in location)}]"
    if detail["type"] == "path_type":
        return "write the name of a file or folder in quotes"
    message = str(detail["msg"])
    return message.removeprefix("Value error, ")


def _keys_at(location: Location, detail: dict[str, Any], model: type[BaseModel]) -> list[str]:
    """The keys there are in the table at a location."""
    here: list[Any] = [model]
    for part in location:
        models = [table for annotation in here for table in _models(annotation)]
        here = [
            table.model_fields[part].annotation
            for table in models
            if isinstance(part, str) and part in table.model_fields
        ] or here
    tag = _tag(detail["loc"])
    models = [table for annotation in here for table in _models(annotation)]
    chosen = [table for table in models if tag is None or _is_of(table, tag)]
    return sorted(
        {field.alias or name for table in chosen for name, field in table.model_fields.items() if not field.exclude}
    )


def _is_of(model: type[BaseModel], tag: str | int) -> bool:
    """Whether a table may stand in one of this kind: it is of the kind, or it has none of its own."""
    kind = model.model_fields.get("kind")
    return kind is None or tag in get_args(kind.annotation)


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The tables that may stand for an annotation."""
    if union := one_of(annotation):
        return list(union.kinds().values())
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [table for argument in get_args(annotation) for table in _models(argument)]


def line_of(text: str, location: Location) -> int | None:
    """The line of a TOML text (1 is the first) on which a key, or else the nearest table around it, stands."""
    lines: dict[Location, int] = {}
    table: Location = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            if header[1] == "[[":
                name = str(table[-1])
                counts[name] = counts.get(name, -1) + 1
                lines.setdefault(table, number)
                table = (*table, counts[name])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *(part.strip("\"'") for part in key[1].split("."))), number)
    while location:
        if location in lines:
            return lines[location]
        location = location[:-1]
    return None


def table(value: object) -> Mapping[str, Any]:
    """A table of the raw file; empty where something else stands."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> Iterator[Mapping[str, Any]]:
    """The tables of a list in the raw file."""
    yield from (table(entry) for entry in value) if isinstance(value, list) else ()


def _key_of(line: str) -> str:
    """What stands before the first sign of equality of a line."""
    return line.partition("=")[0].rstrip() if "=" in line else line
