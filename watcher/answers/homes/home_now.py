"""How one home stands now, as it is told: what is known of it, and what the questioner calls it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from watcher.answers.homes.every_home import EveryHome
from watcher.config.settings import Settings
from watcher.facts.inspection import Described, Home
from watcher.facts.owners import same_owner
from watcher.history.protocol import History, Told
from watcher.judging.around import groups_by_owner
from watcher.judging.register import Entry
from watcher.judging.standing import HomeStanding
from watcher.messages.alert import headline_json
from watcher.watching.listed import ListedHome
from watcher.watching.watches import Watch, label_of

Requirements = tuple[Mapping[str, Any], ...]
"""What a home must do, and until when: of those with a day."""
_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeNow:
    """One home, how it stands, and what the questioner calls it."""

    home: Home
    family: str
    standing: HomeStanding
    region: str | None = None
    group: str | None = None
    label: str | None = None
    note: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    """The columns of the questioner's own list that mean nothing to the watcher, by their headers."""
    requirements: tuple[Mapping[str, Any], ...] = ()
    read_at: str | None = None

    def contract(self, day: date) -> dict[str, Any]:
        """The JSON object that programs get; null where something is not known, dates as YYYY-MM-DD."""
        home, now = self.home, self.standing
        due = now.next_due
        return {
            "home": home.key,
            "id": home.id,
            "label": self.label,
            "name": home.name,
            "type": home.type,
            "local_authority": home.local_authority,
            "region": self.region,
            "constituency": home.constituency,
            "owner": home.owner,
            "group": self.group,
            "sector": home.sector,
            "places": home.places,
            "status": now.status,
            "rating": now.rating,
            "rating_since": _iso(now.rating_since),
            "areas": dict(now.areas),
            **(headline_json(home.key, now.headline, now.areas) if now.headline else {}),
            "inspected": _iso(now.inspected),
            "published": _iso(now.published),
            **({"seen": _iso(now.seen)} if now.seen else {}),
            "last_visit": _iso(now.last_visit),
            "last_visit_kind": now.last_visit_kind,
            "days_since_inspection": (day - now.inspected).days if now.inspected else None,
            "previous_rating": now.previous_rating,
            "inadequate_since": _iso(now.inadequate_since),
            "expect_news_by": _iso(now.expect_news_by),
            "overdue": now.is_overdue,
            "closed_on": _iso(home.closed_on),
            "next_due": {"from": due.first.isoformat(), "to": due.last.isoformat(), "basis": due.basis}
            if due
            else None,
            "requirements_due": list(self.requirements),
            "link": now.link,
            "read_at": self.read_at,
            **({"note": self.note} if self.note else {}),
            **({"others": dict(self.others)} if self.others else {}),
        }


class Teller:
    """Tells of homes one by one, with what all of them are told with: groups, lists, the last readings."""

    def __init__(
        self,
        every: EveryHome,
        settings: Settings,
        read_at: Mapping[str, datetime],
        listing: Sequence[Watch],
        required: Callable[[Sequence[str]], Mapping[str, Requirements]],
    ) -> None:
        """`required` says of some homes what they must do."""
        self._every, self._read_at, self._required = every, read_at, required
        self._listing = listing
        self._groups = groups_by_owner(settings.groups)

    def told(self, entries: Iterable[Entry]) -> Iterator[HomeNow]:
        """Some homes with all that is told of them, in their order, a hundred at a time."""
        left = iter(entries)
        while some := list(islice(left, _AT_ONCE)):
            required = self._required([entry.home.key for entry in some])
            yield from (self._told(entry, required.get(entry.home.key, ())) for entry in some)

    def _told(self, entry: Entry, required: Requirements) -> HomeNow:
        home = entry.home
        read = self._read_at.get(home.regulator)
        rows = self._rows(home)
        return HomeNow(
            home=home,
            label=self.label(home) or None,
            note="; ".join(dict.fromkeys(listed.note for listed in rows if listed.note)),
            others={header: said for listed in rows for header, said in listed.others},
            family=entry.family,
            standing=self._every.standing(entry),
            region=self._every.regions.of(home),
            group=self._groups.get(same_owner(home.owner)) if home.owner else None,
            requirements=required,
            read_at=read.isoformat() if read else _iso(entry.latest.described),
        )

    def _rows(self, home: Described) -> list[ListedHome]:
        return [listed for watch in self._listing if watch.listed and (listed := watch.listed.find(home))]

    def own_keys(self, homes: Iterable[Described]) -> frozenset[str]:
        """What of the questioner's own lists stands beside any of these homes: `note`, `others`."""
        rows = [row for home in homes for row in self._rows(home)] if self._listing else []
        said = {"note": any(row.note for row in rows), "others": any(row.others for row in rows)}
        return frozenset(name for name, is_said in said.items() if is_said)

    def label(self, home: Described) -> str:
        """What the questioner calls a home; empty where no list says."""
        return label_of(home, self._listing) if self._listing else ""


def listing(settings: Settings, watches: Sequence[str]) -> list[Watch]:
    """The watches with lists among those asked for; all of them where none is."""
    return [watch for watch in settings.watch if watch.listed and watch.name in (watches or {watch.name})]


def last_read(settings: Settings, history: History) -> Mapping[str, datetime]:
    """When each regulator's present was last read well; without those of which it never was."""
    found: dict[str, datetime] = {}
    for name, options in settings.feeds.items():
        if options.tells_the_present and (last := history.feed(name).last_good) is not None:
            found |= {regulator: max(last, found.get(regulator, last)) for regulator in options.regulators}
    return found


def every_requirement(history: History) -> Iterator[tuple[str, Requirements]]:
    """What each home must do and until when, by the last report of it that was quoted."""
    return ((told.alert.home, found) for told in history.changes() if (found := _required(told)) is not None)


def requirements(history: History, homes: Collection[str]) -> Mapping[str, Requirements]:
    """The same of some homes, by their keys; without those of which no report was quoted."""
    return {told.alert.home: found for told in history.changes_of(homes) if (found := _required(told)) is not None}


def _required(told: Told) -> Requirements | None:
    if told.alert.findings is None:
        return None
    return tuple(
        {"due": requirement.due.isoformat(), "requirement": requirement.text, "page": requirement.page}
        for requirement in told.alert.findings.requirements
        if requirement.due
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
