"""A question as an address: what stands behind the question mark of a page's address, read and written.

The parameters are called as the commands' options are. Whatever else stands there is a mistake that is told, never an
error; a form that was sent with empty fields asks for nothing by them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import islice
from typing import Any, Self
from urllib.parse import urlencode

from watcher.answers.asked.chosen import Chosen, Unknown
from watcher.answers.asked.given import FILTERS, Given, Wrong
from watcher.answers.asked.sorting import HOMES, LOG, NEWEST_FIRST, WORST_FIRST, Sorting
from watcher.judging.changes import What

MOST_TOLD = 10
"""Mistakes that are told; whoever makes more did not type them."""
ROWS = 100
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Takes:
    """Which parameters a page has beside the filters about homes."""

    names: tuple[str, ...]
    sorts: Mapping[str, str]
    usual: Sorting | None = None
    """The order where none is asked for."""


OF_HOMES = Takes(("q", "sort", "page", "all"), HOMES, WORST_FIRST)
OF_CHANGES = Takes(("from", "to", "what", "sort", "page"), LOG, NEWEST_FIRST)
OF_NUMBERS = Takes(("by", "page"), {})
OF_NAMES = Takes(("q", "page"), {})

_EVERY_HOME = Chosen()


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for; everything has a value, whatever the address said."""

    takes: Takes
    chosen: Chosen = _EVERY_HOME
    first: date | None = None
    last: date | None = None
    what: tuple[What, ...] = ()
    by: tuple[str, ...] = ()
    text: str = ""
    sort: Sorting | None = None
    page: int = 1
    with_gone: bool = False
    wrong: tuple[Wrong, ...] = ()
    """What of the address means nothing; what is left of it is not what was asked for, so no row is to be shown."""

    @property
    def sorting(self) -> Sorting | None:
        """The order that is asked for, or the usual one."""
        return self.sort or self.takes.usual

    @property
    def start(self) -> int:
        """The first row of the page, counted from 0."""
        return (self.page - 1) * ROWS

    def at_page(self, number: int) -> Self:
        """The same question, another page of its answer."""
        return replace(self, page=number)

    def sorted(self, sort: Sorting) -> Self:
        """The same question with its answer in another order, from its beginning."""
        return replace(self, sort=None if sort == self.takes.usual else sort, page=1)

    def without(self, name: str, value: str = "") -> Self:
        """The same question without one value of a parameter, or without all of them."""
        if name in FILTERS:
            left = tuple(one for one in getattr(self.chosen, name) if value and one != value)
            return replace(self, chosen=replace(self.chosen, **{name: left}), page=1)
        if name == "what" and value:
            return replace(self, what=tuple(one for one in self.what if one != value), page=1)
        usual: dict[str, Any] = {one.name: one.default for one in fields(self) if one.name == _FIELDS[name]}
        return replace(self, **{**usual, "page": 1})

    def parts(self) -> Iterator[tuple[str, str]]:
        """Each parameter with its value, in one order whatever the order of the address was; nothing that is usual."""
        for name in FILTERS:
            yield from ((name, value) for value in getattr(self.chosen, name))
        said: dict[str, Iterable[Any]] = {
            "q": [self.text] if self.text else [],
            "from": [self.first] if self.first else [],
            "to": [self.last] if self.last else [],
            "what": self.what,
            "by": [",".join(self.by)] if self.by else [],
            "sort": [self.sort] if self.sort else [],
            "all": ["yes"] if self.with_gone else [],
            "page": [self.page] if self.page > 1 else [],
        }
        for name, values in said.items():
            yield from ((name, str(value)) for value in values)

    @property
    def query(self) -> str:
        """What stands behind the question mark of its address; empty where nothing is asked for in particular."""
        return urlencode(list(self.parts()))

    def address(self, path: str) -> str:
        """Its address at a path: `/homes?area=Derby`."""
        return f"{path}?{self.query}" if self.query else path


_FIELDS = {
    "q": "text",
    "from": "first",
    "to": "last",
    "what": "what",
    "by": "by",
    "sort": "sort",
    "page": "page",
    "all": "with_gone",
}
"""The parameters beside the filters, and where a question has them."""


def read_question(
    takes: Takes,
    parameters: Iterable[tuple[str, str]],
    today: date,
    unknown: Callable[[Chosen], Iterable[Unknown]] = lambda _: (),
) -> Question:
    """The question that the parameters of an address ask; `unknown` finds what nothing is called."""
    given = Given(parameters, (*FILTERS, *takes.names))
    chosen = Chosen(**{name: given.words(name) for name in FILTERS})
    first, last = given.day("from", today), given.day("to", today)
    if first and last and last < first:
        given.mistake("to", str(last), f"{last} is before {first}: swap the two days")
    question = Question(
        takes=takes,
        chosen=chosen,
        first=first,
        last=last,
        what=given.sorts_of_change("what"),
        by=given.keys("by"),
        text=given.line("q"),
        sort=_unusual(given.sorting("sort", takes.sorts), takes),
        page=given.number("page"),
        with_gone=given.switch("all"),
    )
    found = map(Wrong.of, unknown(chosen))
    wrong = [*given.wrong, *islice(found, max(MOST_TOLD - len(given.wrong), 0))]
    return replace(question, wrong=tuple(wrong[:MOST_TOLD]))


def _unusual(sort: Sorting | None, takes: Takes) -> Sorting | None:
    return None if sort == takes.usual else sort
