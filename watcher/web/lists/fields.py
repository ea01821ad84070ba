"""The form above a list: a field for each filter, filled as it was asked, and what is chosen, to be taken back.

A plain form that is sent with GET: what it asks stands in the address.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from watcher.answers.asked.given import FILTERS, LONGEST
from watcher.answers.asked.query import Question
from watcher.messages.numbers import british
from watcher.text import inert, squash

LABELS: Mapping[str, str] = {
    "q": "Search",
    "watch": "Watch",
    "owner": "Owner",
    "group": "Group",
    "area": "Area",
    "region": "Region",
    "constituency": "Constituency",
    "type": "Type of home",
    "regulator": "Regulator",
    "rating": "Rating",
    "standing": "Standing",
    "from": "Published from",
    "to": "Published to",
    "what": "What changed",
    "all": "With homes that are gone",
}
"""What each parameter is called, wherever it is shown."""

_LONGEST_CHIP = 80
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several values that a field can have."""

    value: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """One field of the form."""

    name: str
    label: str
    kind: str
    """`search`, `text`, `date`, `select` or `check`; a text may have choices, which are suggestions."""
    value: str = ""
    choices: Sequence[Choice] = ()
    hint: str = ""

    @property
    def id(self) -> str:
        """By which its label and an error refer to it."""
        return f"f-{self.name}"

    @property
    def is_used(self) -> bool:
        """Whether it asks for something."""
        return bool(self.value) or any(choice.is_chosen and choice.value for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is chosen, and the address without it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterForm:
    """The form, and what is chosen."""

    action: str
    fields: Sequence[FilterField]
    more: Sequence[FilterField]
    """Those that stand behind one more step, unless one of them is used."""
    hidden: Sequence[tuple[str, str]]
    chips: Sequence[Chip]

    @property
    def is_open(self) -> bool:
        """Whether the further fields are shown at once."""
        return any(field.is_used for field in self.more)


class FieldMaker:
    """Makes the fields of one question, as it was asked."""

    def __init__(self, question: Question, given: Sequence[tuple[str, str]]) -> None:
        self._question = question
        self._given: dict[str, list[str]] = {}
        for name, value in given:
            if value.strip():
                self._given.setdefault(name, []).append(inert(value, LONGEST))

    def _one(self, name: str) -> str:
        """The value, where there is one alone: of several each is kept as it is, and the field adds one more."""
        values = self._given.get(name, [])
        return values[0] if len(values) == 1 else ""

    def text(self, name: str, suggested: Sequence[str] = (), hint: str = "", kind: str = "text") -> FilterField:
        """A field to write in."""
        choices = [Choice(value=value, words=value) for value in suggested]
        return FilterField(name=name, label=LABELS[name], kind=kind, value=self._one(name), choices=choices, hint=hint)

    def day(self, name: str) -> FilterField:
        """A field for a day; one for any text where no day was written there, so that it stands there again."""
        value = self._one(name)
        return self.text(name, kind="date" if not value or _DAY.fullmatch(value) else "text")

    def select(self, name: str, values: Mapping[str, str], nothing: str, label: str = "") -> FilterField:
        """A field to choose in; what was asked for is among the choices, whatever it is."""
        wanted = self._one(name)
        choices = [
            Choice(value=value, words=words, is_chosen=squash(value) == squash(wanted))
            for value, words in {"": nothing, **values}.items()
        ]
        if not any(choice.is_chosen for choice in choices):
            choices.append(Choice(value=wanted, words=wanted, is_chosen=True))
        return FilterField(name=name, label=label or LABELS[name], kind="select", choices=choices)

    def check(self, name: str, value: str, label: str) -> FilterField:
        """A box to tick."""
        return FilterField(
            name=name,
            label=label,
            kind="check",
            choices=[Choice(value=value, words=label, is_chosen=name in self._given)],
        )

    def form(self, path: str, fields: Sequence[FilterField], more: Sequence[FilterField]) -> FilterForm:
        """The form of the page at a path; what has no field there is asked for again, but for the page's number."""
        shown = {
            field.name
            for field in (*fields, *more)
            if field.kind == "check" or len(self._given.get(field.name, ())) < 2
        }
        names = (*FILTERS, "q", "from", "to", "what", "all", "by", "sort")
        hidden = [(name, value) for name in names if name not in shown for value in self._given.get(name, ())]
        return FilterForm(
            action=path,
            fields=fields,
            more=more,
            hidden=hidden,
            chips=list(chips(self._question, path)),
        )


def chips(question: Question, path: str) -> Iterator[Chip]:
    """Everything that is chosen, each with the address that is left without it."""
    for name, value in question.parts():
        if name in LABELS:
            yield Chip(_said(name, value), question.without(name, value).address(path))


def _said(name: str, value: str) -> str:
    if name == "standing":
        return f"Standing {inert(value, _LONGEST_CHIP)}"
    if name == "all":
        return LABELS[name]
    said = british(date.fromisoformat(value)) if name in ("from", "to") else inert(value, _LONGEST_CHIP)
    return f"{LABELS[name]}: {said}"
