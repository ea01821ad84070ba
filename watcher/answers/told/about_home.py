"""All about one home, in words: how it stands, what was found, what is beside it, and who was told what of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from watcher.answers.homes.home_now import HomeNow
from watcher.answers.told.acts import Possible, possible
from watcher.answers.told.changes_of_home import ChangeLine, change_lines
from watcher.answers.told.deeds import deeds_about_home
from watcher.answers.told.inspections import InspectionInWords, inspections_in_words
from watcher.answers.told.on_watches import Watching, watching
from watcher.answers.told.sent import Messages, Unable, silences_over, unable_to_read
from watcher.answers.told.standing_in_words import (
    Rating,
    ahead,
    areas_now,
    overdue_now,
    rating_now,
    status_now,
    visits_now,
)
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import GONE, Home
from watcher.history.protocol import History, Told
from watcher.judging import around
from watcher.judging.context import Context, Related
from watcher.judging.entry import present_run
from watcher.judging.register import Entry, Register, Sector, family
from watcher.judging.registrations import chain, former_registrations, past_of
from watcher.judging.successors import predecessors, successors
from watcher.messages.days import known
from watcher.messages.key_facts import Fact
from watcher.messages.numbers import british, british_moment, british_span
from watcher.messages.sections import (
    Section,
    basis,
    consequence,
    registered_before,
    registration,
    report_sections,
    standing_sections,
)
from watcher.messages.timeline.point import Point
from watcher.messages.titles import home_title
from watcher.text import capital, inert, web_link


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFound:
    """What the inspectors found, from the newest report that was quoted."""

    report: str
    """Which report that is."""
    consequence: str
    sections: tuple[Section, ...]
    is_older: bool
    """Whether the home was graded again since, by a report that was not quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Another registration that may be of the same home."""

    key: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutHome:
    """One home on a day; texts are inert."""

    home: Home
    title: str
    rating: Rating | None
    """None for a home that was never graded."""
    status: str
    """That it is gone, or on no list; empty for one that stands."""
    overdue: str
    """That news should have come by now; empty where it need not have."""
    ahead: tuple[Fact, ...]
    """What is to be expected or due."""
    visits: tuple[Fact, ...]
    areas: tuple[Rating, ...]
    group: str
    region: str
    watching: tuple[Watching, ...]
    timeline: tuple[Point, ...]
    """Its graded inspections; none where there are fewer than two."""
    found: ReportFound | None
    beside: tuple[Section, ...]
    """How its owner's homes and its area stand beside the country."""
    basis: str
    relatives: tuple[Relative, ...]
    inspections: tuple[InspectionInWords, ...]
    changes: tuple[ChangeLine, ...]
    unable: tuple[Unable, ...]
    """What of it could not be read, and who was told so."""
    silences: tuple[str, ...]
    acts: tuple[Possible, ...]
    link: str | None
    """Its regulator's page on it."""
    thing: str
    """What its regulator calls it: `home`, `local authority`."""
    has_owners: bool
    """Whether its regulator can say whose it is."""
    regulator: str
    deeds: tuple[str, ...]
    """What people did about it, the newest first; who, through which door and why only for those who may see it."""


def about_home(history: History, settings: Settings, now: HomeNow, moment: datetime, *, with_people: bool) -> AboutHome:
    """All about a home that stands so; readers and who acted, with their reasons, only `with_people`."""
    record, zone = history.home(now.home.key), settings.timezone
    home = record.home if record else now.home  # with its link, which is not kept with what is counted
    day = moment.astimezone(zone).date()
    register = history.register()
    sector = register.of(regulators.of(home.regulator))
    entry = register.get(home.key) or Entry.of_visits(home, ())
    changes = list(history.changes(home.key))
    messages = Messages(history, changes)
    context = _context(home, sector, settings, day) if entry.family else None
    found = _found(changes, entry)
    return AboutHome(
        home=home,
        title=home_title(home),
        rating=rating_now(entry, now, day),
        status=status_now(now),
        overdue=overdue_now(now, day),
        ahead=tuple(ahead(now, day, was_graded_since=found is not None and found.is_older)),
        visits=tuple(visits_now(now)),
        areas=tuple(areas_now(now)),
        group=inert(now.group or "", 100),
        region=inert(now.region or "", 100),
        watching=tuple(watching(home, settings, day)),
        timeline=_timeline(entry, register),
        found=found,
        beside=standing_sections(home.key, context, is_among_the_inadequate=_is_among(entry, context))
        if context
        else (),
        basis=basis(context),
        relatives=(*_stated(home, register), *_relatives(home, sector, day)),
        inspections=inspections_in_words(history.records(home.key), zone),
        changes=change_lines(history, settings, home, changes, messages, with_people=with_people),
        unable=tuple(unable_to_read(history, settings.feeds, home.key, zone, with_people=with_people)),
        silences=tuple(silences_over(home, history.silences(), moment, zone, with_people=with_people)),
        acts=possible(history, home, changes, messages, moment, zone, with_people=with_people),
        link=web_link(home.link or now.standing.link),
        thing=regulators.of(home.regulator).home,
        has_owners=regulators.of(home.regulator).has_owners,
        regulator=regulators.of(home.regulator).name or inert(home.regulator, 80),
        deeds=tuple(_deeds(history, home, zone, with_people=with_people)),
    )


def _deeds(history: History, home: Home, zone: ZoneInfo, *, with_people: bool) -> Iterator[str]:
    """What people did about a home, the latest first, with moments as on all pages; who and why `with_people` alone."""
    for deed in reversed(deeds_about_home(history, home)):
        moment = british_moment(deed.at.astimezone(zone))
        yield inert(deed.told(moment) if with_people else deed.what_and_when(moment), 600)


def _context(home: Home, sector: Sector, settings: Settings, day: date) -> Context:
    """What is counted around a home, as around an alert on it today."""
    since = around.counted_since(sector, day, around.RARE_WITHIN)
    return Context(
        day=day,
        family=family(home),
        owner=around.owner(home, sector, settings.groups, day),
        area=around.area(home, sector, day, since),
        country=around.country(home, sector, day, since),
        counted_since=since,
        listed=sector.list_before(day),
    )


def _is_among(entry: Entry, context: Context | None) -> bool:
    """Whether its present grade is one of the inadequate ones that are counted."""
    run = present_run(entry.graded)
    since = context.counted_since if context else None
    return bool(run) and since is not None and run[-1].is_inadequate and run[-1].known >= since


def _timeline(entry: Entry, register: Register) -> tuple[Point, ...]:
    points = [Point.of(past_of(visit, former), entry.home.regulator) for visit, former in chain(entry, register)]
    return tuple(points) if len(points) > 1 else ()


def _found(changes: Sequence[Told], entry: Entry) -> ReportFound | None:
    """From the newest change that has findings; of several of one inspection they are the same."""
    having = [told.alert for told in changes if told.alert.findings is not None]
    if not having:
        return None
    alert = max(having, key=lambda alert: alert.day)
    published = f", published {british(alert.published)}" if alert.published and alert.inspected else ""
    days = f"of {british_span(alert.inspected, alert.inspected_to)}" if alert.inspected else known(alert)
    return ReportFound(
        report=f"the inspection {days}{published}",
        consequence=consequence(alert),
        sections=report_sections(alert),
        is_older=any(visit.inspected > alert.day for visit in entry.graded),
    )


def _stated(home: Home, register: Register) -> Iterator[Relative]:
    """The registrations before and after this one that its regulator states."""
    for former in former_registrations(home, register):
        yield Relative(key=former.home, words=f"Registered before {registered_before((former,))}.")
    for key in home.successors or ():
        yield Relative(key=key, words=f"Registered since as {inert(key.partition(':')[2], 40)}.")


def _relatives(home: Home, sector: Sector, day: date) -> Iterator[Relative]:
    stated = {key.partition(":")[2] for key in (*(home.predecessors or ()), *(home.successors or ()))}
    found: list[tuple[str, Related]] = [
        ("this home before", related) for related in predecessors(home, sector, home.registered or day)
    ]
    if home.status in GONE:
        found += [("this home since", related) for related in successors(home, sector, day)]
    for what, related in found:
        if related.home_id in stated:
            continue
        words = f"{capital(what if related.is_certain else f'perhaps {what}')}: {registration(related)}"
        yield Relative(key=f"{home.regulator}:{related.home_id}", words=words)
