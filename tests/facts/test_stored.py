"""The one way in which values are kept."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest

from watcher.facts.stored import ALWAYS, NEVER, read, stored


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    spokes: int | None
    """Required, so always written."""
    colour: Colour = Colour.RED


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    name: str
    made: date
    seen: datetime | None = None
    wheels: tuple[Wheel, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    loads: int = field(default=0, metadata=ALWAYS)
    number: int = field(default=0, metadata=NEVER)


MADE = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cart", "document"),
    [
        (Cart(name="a", made=MADE, number=7), {"name": "a", "made": "2026-03-02", "loads": 0}),
        (Cart(name="", made=MADE), {"name": "", "made": "2026-03-02", "loads": 0}),
        (
            Cart(name="a", made=MADE, seen=NOON, wheels=(Wheel(spokes=None),), counts={"x": 0}, loads=2),
            {
                "name": "a",
                "made": "2026-03-02",
                "seen": "2026-03-02T12:00:00+00:00",
                "wheels": [{"spokes": None}],
                "counts": {"x": 0},
                "loads": 2,
            },
        ),
    ],
    ids=["where it lies is no part", "empty but required", "everything"],
)
def test_a_value_is_written_without_what_its_defaults_say_and_read_again(cart: Cart, document: dict[str, Any]) -> None:
    assert stored(cart) == document
    assert list(stored(cart)) == list(document)
    assert stored(read(Cart, document)) == document
    assert read(Cart, {**document, "number": cart.number}) == cart


@pytest.mark.parametrize("document", [None, [], "x", {}, {"name": 1, "made": "2026-03-02"}, {"name": "a", "made": "?"}])
def test_whatever_is_no_such_value_raises_value_error(document: Any) -> None:
    with pytest.raises(ValueError, match="Cart"):
        read(Cart, document)


def test_what_json_cannot_say_raises_type_error() -> None:
    with pytest.raises(TypeError, match="object cannot be stored"):
        stored(Cart(name="a", made=MADE, counts={"x": object()}))  # type: ignore[dict-item]  # that is the point


def test_pydantic_is_imported_only_once_something_is_read() -> None:
    program = (
        "import sys; from watcher.facts import quotes, stored; from watcher.messages import alert\n"
        "stored.stored(quotes.Quote(text='x', page=1)); assert 'pydantic' not in sys.modules\n"
        "stored.read(quotes.Quote, {'text': 'x', 'page': 1}); assert 'pydantic' in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
