"""How values are kept: a frozen dataclass and the JSON object that the history, a backup or a request has of it.

A field without a default is always there; one with a default is left out while it says no more than that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

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
        field.name: _plain(said)
        for field in _written(type(value))
        if _is_written(field, said := getattr(value, field.name))
    }


def read(kind: type[T], document: Mapping[str, Any]) -> T:
    """The value that `stored` made, now or in an older version; keys that it does not know are passed over.

    Raises ValueError for what lacks a field that was always written, or has a value of another type.
    """
    for field in fields(kind):  # type: ignore[arg-type]  # a dataclass, as every kind that is stored
        if field.metadata.get("required") and field.name not in document:
            raise ValueError(f"{kind.__name__} without {field.name}")
    return adapter(kind).validate_python(document)


def prove(kind: type[Any], document: Mapping[str, Any]) -> None:
    """Takes what `read` takes, but nothing of another type that could be understood all the same.

    Raises ValueError for anything else; a field that is no part of the document is not asked for.
    """
    written = _written(kind)
    for field in written:
        if field.name not in document and (field.metadata.get("required") or _is_needed(field)):
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
    return all(_has_zones(getattr(said, field.name)) for field in _written(type(said)))


def adapter(kind: type[T]) -> "TypeAdapter[T]":
    """What reads one kind of value; made when it is first asked for, since making it takes milliseconds."""
    if kind not in _ADAPTERS:
        from pydantic import TypeAdapter  # who reads nothing that was stored need not spend a tenth of a second on it

        _ADAPTERS[kind] = TypeAdapter(kind)
    known: TypeAdapter[T] = _ADAPTERS[kind]
    return known


_ADAPTERS: dict[Any, Any] = {}
_FIELDS: dict[Any, list[Field[Any]]] = {}


def _written(kind: type[Any]) -> Sequence[Field[Any]]:
    if kind not in _FIELDS:
        _FIELDS[kind] = [field for field in fields(kind) if field.metadata.get("stored") != "never"]
    return _FIELDS[kind]


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _is_written(field: Field[Any], said: Any) -> bool:
    if field.metadata.get("stored") == "always" or _is_needed(field):
        return True
    return not (said in (None, {}, ()) or said == field.default)


def _plain(said: Any) -> Any:
    if isinstance(said, Enum):
        return said.value
    if said is None or isinstance(said, str | int | float):
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
