"""Headings of a table that sort it: links to the same list in another order."""

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.answers.asked.query import Question
from watcher.answers.asked.sorting import Sorting
from watcher.web.lists.fields import Choice, FilterField


@dataclass(frozen=True, slots=True)
class SortLink:
    """Where a heading leads, and which way round its column is sorted now."""

    address: str
    aria: str
    """`ascending`, `descending`, or empty where the list is not sorted by it."""


def sort_links(question: Question, path: str, columns: Mapping[str, str]) -> Mapping[str, SortLink]:
    """The links by the key of their column; `columns` names what each is sorted by."""
    return {key: _link(question, path, Sorting(by)) for key, by in columns.items() if by in question.takes.sorts}


def _link(question: Question, path: str, by: Sorting) -> SortLink:
    now = question.sorting
    is_sorted = now is not None and now.by == by.by
    following = now.reversed if now is not None and is_sorted else by
    aria = "" if not is_sorted else "descending" if now is not None and now.backwards else "ascending"
    return SortLink(question.sorted(following).address(path), aria)


def order_field(question: Question) -> FilterField:
    """A field to choose the order in, for where a table has no headings."""
    now, usual = question.sorting, question.takes.usual
    names = {("" if usual == Sorting(by) else by): words for by, words in question.takes.sorts.items()}
    if now is not None and now.backwards:
        names[str(now)] = f"{question.takes.sorts[now.by]}, the other way round"
    chosen = str(question.sort or "")
    choices = [Choice(value=value, words=words, is_chosen=value == chosen) for value, words in names.items()]
    return FilterField(name="sort", label="Order", kind="select", choices=choices)
