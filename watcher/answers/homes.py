"""How homes stand now: one row each, and how the country and each owner's other homes stand beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from watcher.answers.chosen import Chosen
from watcher.answers.count import Count
from watcher.answers.regions import regions_of_areas
from watcher.answers.sheet import Column, Sheet
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.grades import INADEQUATE, scales_of
from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.history.protocol import History
from watcher.judging.register import Entry
from watcher.judging.rhythm import Rhythms
from watcher.judging.standing import HomeStanding, standing
from watcher.messages.alert import headline_json
from watcher.messages.numbers import british, british_moment, counted, listed
from watcher.text import inert, squash
from watcher.watching.listed import ListedHome
from watcher.watching.watches import Watch, labels_of

KEYS = (
    *("home", "id", "label", "name", "type", "local_authority", "region", "constituency", "owner", "group", "sector"),
    *("places", "status", "rating", "rating_since", "areas", "inspected", "published", "last_visit"),
    *("last_visit_kind", "days_since_inspection", "previous_rating", "inadequate_since", "expect_news_by", "overdue"),
    *("closed_on", "next_due", "requirements_due", "link", "read_at"),
)
"""What programs get of a home, and the columns of a file, in order."""

COLUMNS = (
    Column("id", "Home"),
    Column("label", "Your name for it"),
    Column("rating", "Rating"),
    Column("rating_since", "Since"),
    Column("inspected", "Inspected"),
    Column("last_visit", "Last visit"),
    Column("local_authority", "Area"),
    Column("owner", "Owner"),
    Column("next_due", "Next inspection"),
    Column("status", "Status"),
)
MOST_UNKNOWN = 10
"""Numbers of no home that are named."""
MOST_OWNERS = 8
"""Owners of whom is told how all their homes stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeNow:
    """One home, how it stands, and what the questioner calls it."""

    home: Home
    family: str
    standing: HomeStanding
    region: str | None = None
    group: str | None = None
    label: str | None = None
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

    @property
    def regulators(self) -> Sequence[str]:
        """Whose homes these are."""
        return sorted({now.home.regulator for now in self.homes})

    def sheet(self) -> Sheet:
        """As rows and columns."""
        rows = [home.contract(self.day) for home in self.homes]
        columns = [column for column in COLUMNS if _tells(column.key, rows)]
        title = f"How homes stand{f': {self.chosen}' if self.chosen else ''}"
        return Sheet(title=title, columns=columns, rows=rows, keys=KEYS, below=self.below, about=self.about)


def homes_now(
    history: History, settings: Settings, chosen: Chosen, now: datetime, *, with_gone: bool = False
) -> HomesNow:
    """The homes that stand and fit, the worst grade first, then by area and number; `with_gone`: the others too."""
    day = now.astimezone(settings.timezone).date()
    context = _Context(settings, history, day)
    every = [(entry, context.standing(entry)) for entry in history.register()]
    listing = [watch for watch in settings.watch if watch.listed and watch.name in (chosen.watch or {watch.name})]
    fitting = [
        (entry, stands) for entry, stands in every if chosen.fits(context.regions.corrected(entry.home), settings, day)
    ]
    meant = [
        context.described(entry, stands, _label(entry.home, listing))
        for entry, stands in fitting
        if (with_gone or stands.is_there) and _is_asked_for(chosen, stands)
    ]
    there = [(entry, stands) for entry, stands in every if stands.is_there]
    ordered = tuple(sorted(meant, key=_worst_first))
    return HomesNow(
        homes=ordered,
        below=tuple(
            dict.fromkeys(
                (
                    *_not_known(listing if chosen.watch else (), [entry.home for entry, _ in every]),
                    *(
                        _together(ordered, chosen)
                        if ordered
                        else [_why_none(chosen, [stands for _, stands in fitting])]
                    ),
                    *_countries(ordered, there),
                    *_owners(ordered, there, settings),
                )
            )
        ),  # of one owner alone both lines are the same
        day=day,
        about=known_as_of(history, settings, now),
        chosen=chosen.words,
    )


def _is_asked_for(chosen: Chosen, stands: HomeStanding) -> bool:
    if chosen.standing and stands.rating not in INADEQUATE:
        return False
    return not chosen.rating or (stands.rating is not None and stands.rating in map(squash, chosen.rating))


def _not_known(watches: Sequence[Watch], homes: Sequence[Home]) -> Iterator[str]:
    """The numbers on the lists of these watches that no known home has, lest a row be missed that is not shown."""
    for watch in watches:
        unknown = watch.listed.unknown(homes) if watch.listed else ()
        named = listed([_with_label(home) for home in unknown[:MOST_UNKNOWN]])
        more = f" and {len(unknown) - MOST_UNKNOWN} more" if len(unknown) > MOST_UNKNOWN else ""
        if unknown:
            yield f"Not shown, since no known home has the number: {named}{more}, on the list {inert(watch.name, 60)}"


def _with_label(home: ListedHome) -> str:
    return f"{home.id} ({home.label}, row {home.row})" if home.label else f"{home.id} (row {home.row})"


def _together(homes: Sequence[HomeNow], chosen: Chosen) -> Iterator[str]:
    """How those stand that were asked for; of all homes the lines of their countries say it."""
    if not chosen.is_everything:
        count = Count()
        for home in homes:
            count.add(home.standing.rating)
        yield f"{_capital(chosen.words)}: {count.told('home')}"


def _why_none(chosen: Chosen, fitting: Sequence[HomeStanding]) -> str:
    """Why no home is shown; `fitting` are those that are as asked for, whatever their rating."""
    there = sum(stands.is_there for stands in fitting)
    if there and chosen.of_their_rating:
        return f"None: {counted(there, 'home')} would be as asked for, but none of them has such a rating now."
    if fitting:
        return f"None: {counted(len(fitting), 'home')} as asked for, closed or on no list any more; --all shows them."
    return "None: no home that is known is all of this at once."


def _tells(key: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column says anything that goes without saying of most homes."""
    usual = {"label": None, "next_due": None, "status": "active"}
    return key not in usual or any(row[key] != usual[key] for row in rows)


def _label(home: Home, listing: Sequence[Watch]) -> str | None:
    """What the home is called on the lists of these watches."""
    labels = labels_of(home, listing, [watch.name for watch in listing])
    return ", ".join(dict.fromkeys(labels.values())) or None


class _Context:
    """What all homes are compared with: counts and lists of their regulators, groups, the last readings."""

    def __init__(self, settings: Settings, history: History, day: date) -> None:
        self._settings, self._register, self._day = settings, history.register(), day
        self._rhythms: dict[str, Rhythms] = {}
        self._read_at = last_read(settings, history)
        self._requirements = dict(_requirements(history))
        self.regions = regions_of_areas(entry.home for entry in self._register)
        self._groups = {same_owner(owner): name for name, owners in settings.groups.items() for owner in owners}

    def standing(self, entry: Entry) -> HomeStanding:
        """How a home stands."""
        regulator = regulators.of(entry.home.regulator)
        sector = self._register.of(regulator)
        rhythms = self._rhythms.setdefault(regulator.key, Rhythms(sector, self._day))
        return standing(entry, sector, rhythms, self._day)

    def described(self, entry: Entry, stands: HomeStanding, label: str | None) -> HomeNow:
        """A home with all that is told of it."""
        home = entry.home
        read = self._read_at.get(home.regulator)
        return HomeNow(
            home=home,
            label=label,
            family=entry.family,
            standing=stands,
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
    """What each home must do and until when, by the last report of it that was quoted; without those without a day."""
    for told in history.changes():
        if told.alert.findings is not None:
            yield (
                told.alert.home,
                tuple(
                    {"due": requirement.due.isoformat(), "requirement": requirement.text, "page": requirement.page}
                    for requirement in told.alert.findings.requirements
                    if requirement.due
                ),
            )


def _worst_first(home: HomeNow) -> tuple[int, str, str]:
    rank = 0
    if home.standing.rating:
        scales = scales_of(home.home.regulator)
        rank = next((scale.rank(home.standing.rating) for scale in scales if home.standing.rating in scale.grades), 0)
    return -rank, home.home.local_authority or "", home.home.id


def _countries(homes: Sequence[HomeNow], there: Iterable[tuple[Entry, HomeStanding]]) -> Iterator[str]:
    """How all homes of each kind among these stand in their country."""
    kinds = sorted({(home.home.regulator, home.family) for home in homes if home.family})
    counts = {kind: Count() for kind in kinds}
    for entry, stands in there:
        if count := counts.get((entry.home.regulator, entry.family)):
            count.add(stands.rating)
    for regulator, family in sorted(kinds, key=lambda kind: -counts[kind].homes):
        country, count = _capital(regulators.of(regulator).country), counts[regulator, family]
        if regulators.is_a_familys(family):
            yield f"{country}: {count.told(family)}"
        elif count.homes:  # not every kind of provider has a plural with an s
            yield f"{country}, {inert(family, 60)}: {count.told('home')}"


def _owners(homes: Sequence[HomeNow], there: Iterable[tuple[Entry, HomeStanding]], settings: Settings) -> Iterator[str]:
    """How all homes of the group, or else of the owner, of each of these stand; those with most of them here."""
    of_group = {same_owner(owner): name for name, owners in settings.groups.items() for owner in owners}
    here: dict[str, int] = {}
    for home in homes:
        if home.home.owner:
            owner = same_owner(home.home.owner)
            here[of_group.get(owner, owner)] = here.get(of_group.get(owner, owner), 0) + 1
    told = sorted(here, key=lambda name: (-here[name], name))[:MOST_OWNERS]
    counts, names = {name: Count() for name in told}, {}
    for entry, stands in there:
        owner = same_owner(entry.home.owner) if entry.home.owner else ""
        name = of_group.get(owner, owner)
        if name in counts:
            counts[name].add(stands.rating)
            names[name] = name if name in settings.groups else f"{entry.home.owner}"
    for name in told:
        yield f"{inert(names.get(name, name), 100)}: {counts[name].told('home')}"
    if len(here) > MOST_OWNERS:
        yield f"and {counted(len(here) - MOST_OWNERS, 'more owner')}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
