"""How homes stand now: one row each, and how the country and each owner's other homes stand beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from watcher.answers.beside import countries, not_shown, owners, together, why_none
from watcher.answers.chosen import Chosen
from watcher.answers.regions import regions_of_areas
from watcher.answers.sheet import Column, Sheet
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.history.protocol import History, Told
from watcher.judging.around import groups_by_owner
from watcher.judging.register import Entry
from watcher.judging.rhythm import Rhythms
from watcher.judging.standing import HomeStanding, InBrief, in_brief, standing, worst_first
from watcher.messages.alert import headline_json
from watcher.messages.numbers import british, british_moment
from watcher.watching.watches import Watch, label_of

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
            **(headline_json(now.headline, now.areas) if now.headline else {}),
            "inspected": _iso(now.inspected),
            "published": _iso(now.published),
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


def homes_now(
    history: History, settings: Settings, chosen: Chosen, now: datetime, *, with_gone: bool = False
) -> HomesNow:
    """The homes that stand and fit, the worst grade first, then by area and number; `with_gone`: the others too."""
    day = now.astimezone(settings.timezone).date()
    context = _Context(settings, history, day)
    every = [(entry, context.in_brief(entry)) for entry in history.register()]
    listing = [watch for watch in settings.watch if watch.listed and watch.name in (chosen.watch or {watch.name})]
    fitting = [
        (entry, stands) for entry, stands in every if chosen.fits(context.regions.corrected(entry.home), settings, day)
    ]
    asked = [
        (entry, stands) for entry, stands in fitting if (with_gone or stands.is_there) and chosen.suits(stands.rating)
    ]
    ordered = sorted(asked, key=lambda pair: worst_first(pair[0].home, pair[1].rating))
    shown = [entry for entry, _ in ordered]
    there = [(entry, stands) for entry, stands in every if stands.is_there]
    return HomesNow(
        homes=tuple(context.described(entry, listing) for entry in shown),
        below=tuple(
            dict.fromkeys(  # of one owner alone two lines are the same
                (
                    *not_shown(listing if chosen.watch else (), shown, every, day),
                    *(together(asked, chosen) if asked else [why_none(chosen, [stands for _, stands in fitting])]),
                    *countries(shown, there),
                    *owners(shown, there, settings.groups),
                )
            )
        ),
        day=day,
        about=known_as_of(history, settings, now),
        chosen=chosen.words,
    )


def _tells(key: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column says anything that goes without saying of most homes."""
    usual = {"label": None, "note": None, "next_due": None, "status": "active"}
    return key not in usual or any(row.get(key) != usual[key] for row in rows)


class _Context:
    """What all homes are compared with: counts and lists of their regulators, groups, the last readings."""

    def __init__(self, settings: Settings, history: History, day: date) -> None:
        self._settings, self._register, self._day = settings, history.register(), day
        self._rhythms: dict[str, Rhythms] = {}
        self._read_at = last_read(settings, history)
        self._requirements = dict(_requirements(history))
        self.regions = regions_of_areas(entry.home for entry in self._register)
        self._groups = groups_by_owner(settings.groups)

    def in_brief(self, entry: Entry) -> InBrief:
        """Whether a home stands, and its rating."""
        return in_brief(entry, self._register.of(regulators.of(entry.home.regulator)), self._day)

    def standing(self, entry: Entry) -> HomeStanding:
        """How a home stands."""
        regulator = regulators.of(entry.home.regulator)
        sector = self._register.of(regulator)
        rhythms = self._rhythms.setdefault(regulator.key, Rhythms(sector, self._day))
        return standing(entry, sector, rhythms, self._day)

    def described(self, entry: Entry, listing: Sequence[Watch]) -> HomeNow:
        """A home with all that is told of it."""
        home = entry.home
        read = self._read_at.get(home.regulator)
        rows = [listed for watch in listing if watch.listed and (listed := watch.listed.find(home))]
        return HomeNow(
            home=home,
            label=label_of(home, listing) or None,
            note="; ".join(dict.fromkeys(listed.note for listed in rows if listed.note)),
            others={header: said for listed in rows for header, said in listed.others},
            family=entry.family,
            standing=self.standing(entry),
            region=self.regions.of(home),
            group=self._groups.get(same_owner(home.owner)) if home.owner else None,
            requirements=self._requirements.get(home.key, ()),
            read_at=read.isoformat() if read else _iso(entry.latest.described),
        )


def known_as_of(history: History, settings: Settings, now: datetime) -> str:
    """As of when all that is told is known: of each regulator its newest list, and when it was last read."""
    register, read_at, said = history.register(), last_read(settings, history), []
    for key in sorted({entry.home.regulator for entry in register}):
        newest = register.of(regulators.of(key)).newest_list(now.astimezone(settings.timezone).date())
        list_said = f"official list of {british(newest)}" if newest else "no official list"
        read = read_at.get(key)
        at = f"last read {british_moment(read.astimezone(settings.timezone))}" if read else "not read since"
        said.append(f"{regulators.of(key).name or key}: {list_said}, {at}")
    return "; ".join(said)


def last_read(settings: Settings, history: History) -> Mapping[str, datetime]:
    """When each regulator was last read well; without those that never were."""
    found: dict[str, datetime] = {}
    for name, options in settings.feeds.items():
        if (last := history.feed(name).last_good) is not None:
            found |= {regulator: max(last, found.get(regulator, last)) for regulator in options.regulators}
    return found


def _requirements(history: History) -> Iterator[tuple[str, tuple[Mapping[str, Any], ...]]]:
    """What each home must do and until when."""
    changes: dict[str, list[Told]] = {}
    for told in history.changes():
        changes.setdefault(told.alert.home, []).append(told)
    return ((home, requirements_of(told)) for home, told in changes.items())


def requirements_of(changes: Iterable[Told]) -> tuple[Mapping[str, Any], ...]:
    """What a home must do and until when, by the last report of it that was quoted; without those without a day."""
    quoted = [told.alert.findings for told in changes if told.alert.findings is not None]
    return tuple(
        {"due": requirement.due.isoformat(), "requirement": requirement.text, "page": requirement.page}
        for requirement in (quoted[-1].requirements if quoted else ())
        if requirement.due
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
