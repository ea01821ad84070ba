"""How values are kept: a frozen dataclass and the JSON object that the history, a backup or a request has of it.

A field without a default is always there; one with a default is left out while it says no more than that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_type_hints

import orjson

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

ALWAYS: Mapping[str, Any] = {"stored": "always"}
"""The metadata of a field that is written though it says no more than its default."""

REQUIRED: Mapping[str, Any] = {**ALWAYS, "required": True}
"""The metadata of a field that is always written, and without which a document is not believed."""

NEVER: Mapping[str, Any] = {"stored": "never"}
"""The metadata of a field that says where a value lies, and is no part of it."""


def stored(value: Any) -> dict[str, Any]:
    """The JSON object of a dataclass: moments and days in ISO 8601, fields in their order; `read` gives it back.

    Raises TypeError for what JSON cannot say.
    """
    return {
        name: _plain(said)
        for name, usual in _layout(type(value)).usual.items()
        if (said := getattr(value, name)) is not usual and (usual is MISSING or _says_more(said, usual))
    }


def read(kind: type[T], document: Mapping[str, Any]) -> T:
    """The value that `stored` made, now or in an older version; keys that it does not know are passed over.

    Raises ValueError for what lacks a field that was always written, or has a value of another type.
    """
    for name in _layout(kind).required:
        if name not in document:
            raise ValueError(f"{kind.__name__} without {name}")
    return adapter(kind).validate_python(document)


def prove(kind: type[Any], document: Mapping[str, Any]) -> None:
    """Takes what `read` takes, but nothing of another type that could be understood all the same.

    Raises ValueError for anything else; a field that is no part of the document is not asked for.
    """
    written, required, _ = _layout(kind)
    for field in written:
        if field.name not in document and (field.name in required or _is_needed(field)):
            raise ValueError(f"{kind.__name__} without {field.name}")
    if len(written) == len(fields(kind)):
        said = [_proven(kind, document)]
    else:
        hints = get_type_hints(kind, include_extras=True)
        said = [_proven(hints[field.name], document[field.name]) for field in written if field.name in document]
    if not all(map(_has_zones, said)):
        raise ValueError(f"{kind.__name__} has a time without a zone")


def _proven(kind: Any, said: Any) -> Any:
    return adapter(kind).validate_json(orjson.dumps(said), strict=True)


def _has_zones(said: Any) -> bool:
    """Whether every moment in a value says its time zone."""
    if said is None or isinstance(said, str | int | float):
        return True
    if isinstance(said, date):
        return not isinstance(said, datetime) or said.tzinfo is not None
    if isinstance(said, Mapping):
        return all(map(_has_zones, said.values()))
    if isinstance(said, tuple | list):
        return all(map(_has_zones, said))
    return all(_has_zones(getattr(said, field.name)) for field in _layout(type(said)).written)


def adapter(kind: type[T]) -> "TypeAdapter[T]":
    """What reads one kind of value; made when it is first asked for, since making it takes milliseconds."""
    if kind not in _ADAPTERS:
        from pydantic import TypeAdapter  # who reads nothing that was stored need not spend a tenth of a second on it

        _ADAPTERS[kind] = TypeAdapter(kind)
    known: TypeAdapter[T] = _ADAPTERS[kind]
    return known


_ADAPTERS: dict[Any, Any] = {}


class _Layout(NamedTuple):
    """How values of one kind are written; made once."""

    written: Sequence[Field[Any]]
    required: Sequence[str]
    usual: Mapping[str, Any]
    """What each field says without being written; MISSING for one that is always written."""


def _layout(kind: type[Any]) -> _Layout:
    if kind not in _LAYOUTS:
        written = [field for field in fields(kind) if field.metadata.get("stored") != "never"]
        required = [field.name for field in fields(kind) if field.metadata.get("required")]
        _LAYOUTS[kind] = _Layout(written, required, {field.name: _usually(field) for field in written})
    return _LAYOUTS[kind]


_LAYOUTS: dict[Any, _Layout] = {}


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _usually(field: Field[Any]) -> Any:
    if field.metadata.get("stored") == "always" or _is_needed(field):
        return MISSING
    return None if field.default is MISSING else field.default


def _says_more(said: Any, usual: Any) -> bool:
    return not (said in (None, {}, ()) or said == usual)


_PLAIN = frozenset({str, int, float, bool, type(None)})


def _plain(said: Any) -> Any:
    if type(said) in _PLAIN:  # nearly all
        return said
    if isinstance(said, Enum):
        return said.value
    if isinstance(said, str | int | float):
        return said
    if isinstance(said, date):
        return said.isoformat()
    if isinstance(said, Mapping):
        return {name: _plain(value) for name, value in said.items()}
    if isinstance(said, tuple | list):
        return [_plain(value) for value in said]
    if is_dataclass(said):
        return stored(said)
    raise TypeError(f"{type(said).__name__} cannot be stored")
