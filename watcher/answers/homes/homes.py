"""How homes stand now: one row each, and how the country and each owner's other homes stand beside them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.sorting import WORST_FIRST, Sorting
from watcher.answers.homes.beside import countries, not_shown, owners, together, why_none
from watcher.answers.homes.every_home import DueOf, EveryHome
from watcher.answers.homes.home_now import HomeNow, Teller, every_requirement, last_read, listing
from watcher.answers.sheet import Column, Sheet
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Described
from watcher.history.protocol import History
from watcher.judging.card import Card
from watcher.judging.register import Entry
from watcher.messages.numbers import british, british_moment
from watcher.text import squash

KEYS = (
    *("home", "id", "label", "name", "type", "local_authority", "region", "constituency", "owner", "group", "sector"),
    *("places", "status", "rating", "rating_since", "areas", "inspected", "published", "last_visit"),
    *("last_visit_kind", "days_since_inspection", "previous_rating", "inadequate_since", "expect_news_by", "overdue"),
    *("closed_on", "next_due", "requirements_due", "link", "read_at"),
)
"""What programs get of a home, and the columns of a file, in order."""

OWN_KEYS = ("note", "others")
"""What stands on the questioner's own list beside a home; only where it does."""

COLUMNS = (
    Column("id", "Home"),
    Column("name", "Name"),
    Column("label", "Your name for it"),
    Column("note", "Your note"),
    Column("rating", "Rating"),
    Column("rating_since", "Since"),
    Column("inspected", "Inspected"),
    Column("last_visit", "Last visit"),
    Column("local_authority", "Area"),
    Column("owner", "Owner"),
    Column("next_due", "Next inspection"),
    Column("status", "Status"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomesNow:
    """The homes that somebody asked for, the worst first, and what stands below them."""

    homes: tuple[HomeNow, ...]
    below: tuple[str, ...]
    """How the country stands, and each owner or group; then what is to be known of the list itself."""
    day: date
    about: str
    """As of when all of this is known."""
    chosen: str = ""
    """Which homes were asked for, in words; empty where all were."""
    total: int
    """How many were asked for; more than `homes` has where that is one page of them."""
    only_gone: bool = False
    """Whether there is none because all that would be as asked for are gone."""

    def sheet(self) -> Sheet:
        """As rows and columns."""
        rows = [home.contract(self.day) for home in self.homes]
        own = [key for key in OWN_KEYS if any(key in row for row in rows)]
        headers = dict.fromkeys(header for now in self.homes for header in now.others)
        return Sheet(
            title=f"How homes stand{f': {self.chosen}' if self.chosen else ''}",
            columns=[
                *(column for column in COLUMNS if _tells(column.key, rows)),
                *(Column(header, header, within="others") for header in headers),
            ],
            rows=rows,
            keys=(*KEYS, *own),
            below=self.below,
            about=self.about,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HomesAsked:
    """The homes that somebody asked for, in their order, none of them described yet."""

    every: EveryHome
    chosen: Chosen
    text: str
    shown: Sequence[Card]
    fitting: Sequence[Card]
    """Those that are as asked for, whatever their rating, and gone ones too."""

    @property
    def words(self) -> str:
        """Which homes are meant; empty where all are."""
        return "; ".join(filter(None, (self.chosen.words, f"“{self.text}”" if self.text else "")))

    def entries(self, shown: Iterable[Card]) -> Iterator[Entry]:
        """The whole entries of some of them, in their order, read as they are taken."""
        return self.every.register.several(card.key for card in shown)

    def below(self, settings: Settings) -> tuple[str, ...]:
        """How these and all homes of their countries and owners stand, and what of a list is not among them."""
        every, shown = self.every, self.shown
        lists = listing(settings, self.chosen.watch) if self.chosen.watch else ()
        lines = (
            *not_shown(lists, shown, every.cards.values(), every.lists, every.day),
            *(together(shown, self.words) if shown else [self._why_none()]),
            *countries(shown, every.counted),
            *owners(shown, every.of_owners, settings.groups),
        )
        return tuple(dict.fromkeys(lines))  # of one owner alone two lines are the same

    def _why_none(self) -> str:
        return why_none(self.chosen, self.fitting, self.every.there)


def asked(
    every: EveryHome,
    settings: Settings,
    chosen: Chosen,
    *,
    with_gone: bool = False,
    text: str = "",
    sort: Sorting = WORST_FIRST,
    label_of: Callable[[Described], str] = lambda _: "",
    due_of: DueOf = lambda _: None,
) -> HomesAsked:
    """The homes that stand and fit, and have all words of a text; `with_gone`: the others too."""
    fits, keys = every.facets.fitting(chosen, settings, every.day), every.sorted(sort, due_of)
    fitting = [every.cards[key] for key in keys if fits is None or key in fits]
    if words := squash(text).split():
        fitting = every.having(words, fitting, label_of)
    shown = fitting if with_gone else [card for card in fitting if card.key in every.there]
    if chosen.of_their_rating:
        shown = [card for card in shown if chosen.suits(card.regulator, card.rating)]
    return HomesAsked(every=every, chosen=chosen, text=text, shown=shown, fitting=fitting)


def homes_now(
    history: History, settings: Settings, chosen: Chosen, now: datetime, *, with_gone: bool = False
) -> HomesNow:
    """The homes that stand and fit, the worst grade first, then by area and number; `with_gone`: the others too."""
    every = EveryHome(history.register(), now.astimezone(settings.timezone).date())
    found = asked(every, settings, chosen, with_gone=with_gone)
    required, read_at = dict(every_requirement(history)), last_read(settings, history)
    lists = listing(settings, chosen.watch)
    teller = Teller(every, settings, read_at, lists, lambda _: required)
    return answered(found, settings, found.shown, teller, as_of(every.lists, read_at, settings))


def answered(
    found: HomesAsked,
    settings: Settings,
    shown: Iterable[Card],
    teller: Teller,
    about: str,
    below: Sequence[str] | None = None,
) -> HomesNow:
    """The answer, of which some homes are told in full; what stands `below` is made unless it is at hand."""
    return HomesNow(
        homes=tuple(teller.told(found.entries(shown))),
        below=found.below(settings) if below is None else tuple(below),
        day=found.every.day,
        about=about,
        chosen=found.words,
        total=len(found.shown),
        only_gone=bool(found.fitting)
        and not found.shown
        and found.every.there.isdisjoint(card.key for card in found.fitting),
    )


def _tells(key: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column says anything that goes without saying of most homes."""
    usual = {"name": None, "label": None, "note": None, "next_due": None, "status": "active"}
    return key not in usual or any(row.get(key) != usual[key] for row in rows)


def known_as_of(history: History, settings: Settings, now: datetime) -> str:
    """As of when all that is told is known: of each regulator its newest list, and when it was last read."""
    day, register = now.astimezone(settings.timezone).date(), history.register()
    lists = {key: register.of(regulators.of(key)).newest_list(day) for key in register.regulators()}
    return as_of(lists, last_read(settings, history), settings)


def as_of(lists: Mapping[str, date | None], read_at: Mapping[str, datetime], settings: Settings) -> str:
    """The same of what is known of each regulator."""
    said = []
    for key, newest in lists.items():
        regulator = regulators.of(key)
        list_said = f"official list of {british(newest)}, " if newest else "no official list, "
        if newest is None and regulator.stand_until_gone:
            list_said = ""
        read = read_at.get(key)
        at = f"last read {british_moment(read.astimezone(settings.timezone))}" if read else "not read since"
        is_alone = sum(regulators.of(other).name == regulator.name for other in lists) == 1
        said.append(f"{(regulator.name if is_alone else regulator.called) or key}: {list_said}{at}")
    return "; ".join(said)
