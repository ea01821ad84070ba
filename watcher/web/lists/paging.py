"""A long list page by page: which rows are shown, and the way to the others."""

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.answers.asked.query import ROWS, Question
from watcher.messages.numbers import counted

_AROUND = 2
"""Pages on each side of the present one that are named."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page's number; without an address where some are left out."""

    number: int
    address: str
    is_present: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Where in a list one is."""

    said: str
    """`101 to 200 of 1,204 homes`."""
    is_beyond: bool
    """Whether the list ends before this page."""
    last_page: PageLink
    previous: str = ""
    next: str = ""
    numbers: Sequence[PageLink] = ()


def paging(question: Question, total: int, path: str, thing: str, things: str | None = None) -> Paging:
    """The pages of a list of so many things, at a path."""
    last, present = max(1, -(-total // ROWS)), question.page

    def address(number: int) -> str:
        return question.at_page(number).address(path)

    said = counted(total, thing, things)
    if total > ROWS:
        said = f"{question.start + 1:,} to {min(question.start + ROWS, total):,} of {said}"
    wanted = sorted({1, last, *range(max(present - _AROUND, 1), min(present + _AROUND, last) + 1)})
    numbers: list[PageLink] = []
    for number in wanted:
        if numbers and number > numbers[-1].number + 1:
            numbers.append(PageLink(number - 1, ""))
        numbers.append(PageLink(number, address(number), number == present))
    return Paging(
        said=said,
        is_beyond=present > last,
        last_page=PageLink(last, address(last)),
        previous=address(present - 1) if 1 < present <= last else "",
        next=address(present + 1) if present < last else "",
        numbers=numbers if last > 1 else (),
    )
