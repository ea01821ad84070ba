"""The parameters of an address as they were given: read one by one within limits, and every mistake told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from typing import Self, TypeVar

from watcher.answers.asked.chosen import Chosen, NothingSoCalledError, Unknown
from watcher.answers.asked.keys import BY
from watcher.answers.asked.sorting import Sorting
from watcher.judging.changes import What
from watcher.options.mistakes import did_you_mean
from watcher.text import inert

T = TypeVar("T")

FILTERS = tuple(field.name for field in fields(Chosen))
LONGEST = 200
"""Characters of a value."""
MOST_VALUES = 50
"""Values of one parameter."""
MOST_PARAMETERS = 500
"""What is looked at of an address at all."""
MOST_PAGES = 10_000
FIRST_YEAR = 1900
"""No inspector is older."""
_ALSO = {"text": "q"}
"""Other words for a parameter."""
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Wrong:
    """One parameter that can't be meant so."""

    name: str
    value: str
    """Harmless, and no longer than can be shown."""
    what: str
    """A sentence for whoever asked, without a full stop."""
    near: str = ""
    """The nearest that there is, to stand right behind it; empty where there is none."""

    @classmethod
    def of(cls, unknown: Unknown) -> Self:
        """One whose value nothing is called."""
        return cls(unknown.filter, inert(unknown.value, _SHOWN), unknown.what, unknown.near)

    @property
    def why(self) -> str:
        """What is wrong, and the nearest that there is."""
        return f"{self.what}{self.near}"

    def is_of(self, value: str) -> bool:
        """Whether it is this value, as it was given, that can't be meant so."""
        return inert(value, _SHOWN) == self.value


class Given:
    """The parameters of one address."""

    def __init__(self, parameters: Iterable[tuple[str, str]], names: Sequence[str]) -> None:
        self.wrong: list[Wrong] = []
        self._values: dict[str, list[str]] = {}
        for name, value in islice(parameters, MOST_PARAMETERS):
            self._take(_ALSO.get(name, name), value.strip(), names)
        for name, values in self._values.items():
            if len(values) > MOST_VALUES:
                self.mistake(name, "", f"{len(values)} values of {name} are too many: give up to {MOST_VALUES}")
                del values[MOST_VALUES:]

    def _take(self, name: str, value: str, names: Sequence[str]) -> None:
        if name not in names:
            shown = inert(name[:LONGEST], _SHOWN)
            self.mistake(shown, value, f"there is no filter {shown!r} here", did_you_mean(shown, names))
        elif len(value) > LONGEST:
            self.mistake(name, value, f"the {name} is longer than {LONGEST} characters")
        elif value and value not in (values := self._values.setdefault(name, [])):
            values.append(value)

    def mistake(self, name: str, value: str, what: str, near: str = "") -> None:
        """Tells of one, once."""
        told = Wrong(name, inert(value, _SHOWN), what, near)
        if told not in self.wrong and len(self.wrong) < MOST_VALUES:
            self.wrong.append(told)

    def words(self, name: str) -> tuple[str, ...]:
        """Every value, each once."""
        return tuple(self._values.get(name, ()))

    def line(self, name: str) -> str:
        """Words of a search box."""
        return inert(" ".join(self.words(name)), LONGEST)

    def _last(self, name: str, read: Callable[[str], T], usual: T) -> T:
        """The last value, as browsers have it where a form and its address both give one."""
        values = self.words(name)
        if not values:
            return usual
        try:
            return read(values[-1])
        except ValueError as error:
            self.mistake(name, values[-1], str(error))
            return usual

    def day(self, name: str, today: date) -> date | None:
        """A day; None where none is given."""
        return self._last(name, lambda value: _day(value, today), None)

    def number(self, name: str) -> int:
        """The number of a page."""
        return self._last(name, _page, 1)

    def switch(self, name: str) -> bool:
        """Whether something is wanted."""
        return self._last(name, _switch, usual=False)

    def sorting(self, name: str, known: Mapping[str, str]) -> Sorting | None:
        """An order; None where none is given."""
        return self._last(name, lambda value: _sorting(value, known), None)

    def sorts_of_change(self, name: str) -> tuple[What, ...]:
        """The sorts of change named."""
        found = []
        for value in self.words(name):
            if value.casefold() in tuple(What):
                found.append(What(value.casefold()))
            else:
                shown = inert(value, _SHOWN)
                near = did_you_mean(shown, [what.value for what in What])
                self.mistake(name, value, f"there is no change {shown!r}", near)
        return tuple(dict.fromkeys(found))

    def keys(self, name: str) -> tuple[str, ...]:
        """By what numbers are told."""
        try:
            return keys_of(",".join(self.words(name))) if self.words(name) else ()
        except NothingSoCalledError as error:
            self.mistake(name, ",".join(self.words(name)), error.what, error.near)
            return ()


def keys_of(text: str) -> tuple[str, ...]:
    """What numbers are told by: `year,region`; raises NothingSoCalledError for anything that they can't be."""
    keys = tuple(key.strip().casefold() for key in text.split(","))
    for key in keys:
        if key not in BY:
            raise NothingSoCalledError(f"there is no {inert(key, _SHOWN)!r}", did_you_mean(key[:LONGEST], BY))
    if len(set(keys)) < len(keys):
        raise NothingSoCalledError("each key can be asked for once")
    return keys


def _day(value: str, today: date) -> date:
    try:
        day = date.fromisoformat(value) if len(value) == len("2018-08-03") else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"{inert(value, _SHOWN)!r} is no day: write year, month and day, as in 2018-08-03")
    if day.year < FIRST_YEAR:
        raise ValueError(f"{day} is before there was any inspection")
    if day.year > today.year + 1:
        raise ValueError(f"{day} is too far ahead: name a day until the end of {today.year + 1}")
    return day


def _page(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or not 1 <= int(value) <= MOST_PAGES:
        raise ValueError(f"there is no page {inert(value, _SHOWN)!r}: pages are counted from 1")
    return int(value)


def _switch(value: str) -> bool:
    said = {"yes": True, "on": True, "true": True, "1": True, "no": False, "off": False, "false": False, "0": False}
    if value.casefold() not in said:
        raise ValueError(f"{inert(value, _SHOWN)!r} is neither yes nor no")
    return said[value.casefold()]


def _sorting(value: str, known: Mapping[str, str]) -> Sorting:
    by = value.removeprefix("-").casefold()
    if by not in known:
        shown = inert(value, _SHOWN)
        raise ValueError(f"nothing can be sorted by {shown!r}{did_you_mean(shown, known)}")
    return Sorting(by, value.startswith("-"))
