"""The first line of a message: the fact, readable as a notification."""

from collections.abc import Callable, Mapping, Sequence

from watcher.facts import regulators
from watcher.facts.grades import is_inadequate
from watcher.facts.inspection import Home, Kind
from watcher.judging.changes import Concern, What
from watcher.messages.alert import LONGEST_LABEL, Alert, Graded
from watcher.messages.days import on_its_day, which
from watcher.messages.digest import Digest
from watcher.messages.grades_in_words import all_of, found_worst, is_so, so, worst_of
from watcher.messages.group import Group, group_title
from watcher.messages.message import Content, Notice, PresentState, Reminder
from watcher.messages.morning import Morning, morning_title
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.numbers import british, counted, listed, ordinal
from watcher.messages.report import WatchReport, report_title
from watcher.messages.topics import topic_of
from watcher.text import capital, cut, inert, squash
from watcher.timing.durations import format_duration

LONGEST = 250
ON_DEEDS = "On an alert that was sent: who did what about it"
"""Of a message that is changed to say so, in words for everybody."""
LONGEST_NAME = 80
"""Of an owner, an area or a grade within the first line."""
MOST_LABELS = 2
"""Of one home, where several of its readers' lists have one."""


_VISITS = {
    Kind.FULL: "a full inspection",
    Kind.INTERIM: "an interim inspection",
    Kind.MONITORING: "a monitoring visit",
    Kind.ASSURANCE: "an assurance visit",
    Kind.EMERGENCY: "an emergency visit",
    Kind.FOCUSED: "a focused visit",
    Kind.UNRATED: "an inspection without a rating",
    Kind.OTHER: "a visit",
}


def title(content: Content, reminder: Reminder | None = None) -> str:
    """The fact in one inert line, what matters most first; of an alert sent once more, after why that is."""
    if isinstance(content, Group):
        return group_title(content)
    if isinstance(content, Notice):
        return _of_notice(content)
    if isinstance(content, Digest):
        return _of_digest(content)
    if isinstance(content, WatchReport):
        return report_title(content)
    if isinstance(content, Morning):
        return cut(morning_title(content), LONGEST)
    if isinstance(content, NotRead):
        return cut(f"{_subject(content)}: {_unread(content)}{_identity(content)}", LONGEST)
    if isinstance(content, PresentState):
        return cut(f"On the first alert: now {inert(content.line)}", LONGEST) if content.line else ON_DEEDS
    said = f"{_subject(content)}{_PREDICATES[content.change](content)}{_identity(content)}"
    return cut(f"{again(reminder)}{said}", LONGEST)


def again(reminder: Reminder | None) -> str:
    """Why an alert is sent once more, as its title begins; empty for the alert itself."""
    if reminder is None:
        return ""
    if reminder.after is None:
        return f"Reminder {reminder.number}: "
    return f"Not acknowledged for {format_duration(reminder.after)}: "


def _of_notice(notice: Notice) -> str:
    """What it is about, after who says so and how soon somebody should look."""
    topic = topic_of(notice.topic)
    said = inert(notice.title, LONGEST) or "A notice without a title"
    if topic is None:
        return said
    return cut(f"watcher, {said}" if notice.is_over else f"watcher, {topic.gravity}: {said}", LONGEST)


def _of_digest(digest: Digest) -> str:
    number = f"{digest.total} change{'' if digest.total == 1 else 's'}" if digest.total else "no changes"
    unread = f", {len(digest.unread)} of {digest.feeds} feeds not read" if digest.unread else ""
    homes = len({said.home for said in digest.not_read})
    unread += f", {homes} home{'' if homes == 1 else 's'} not read in full" if homes else ""
    part = f" ({digest.part} of {digest.parts})" if digest.parts > 1 else ""
    return f"Digest of {digest.day:%A} {british(digest.day)}: {number}{unread}{part}"


def short_not_read(content: NotRead) -> str:
    """The same in short, for one who was told before."""
    place = f", {inert(content.local_authority, LONGEST_NAME)}" if content.local_authority else ""
    return cut(f"{called(content)}{place}: {_unread(content)}", LONGEST)


def _unread(content: NotRead) -> str:
    """What could not be read, within a sentence."""
    day = f" of {british(content.day)}" if content.day else ""
    said = {
        UnreadPart.REPORT: f"its report{day} could not be read by a machine",
        UnreadPart.MISSING: f"its report{day} is listed, but there is none behind its link",
        UnreadPart.PAGE: "its page could not be read in full by a machine",
    }
    return said[content.part]


def visit(alert: Alert | NotRead) -> str:
    """What kind of visit a message speaks of, with its article."""
    return _VISITS[Kind(alert.kind)] if alert.kind else "a visit"


def newly_inadequate(alert: Alert) -> list[str]:
    """The areas that are inadequate now and were not before."""
    before = alert.before.grades if alert.before else {}
    regulator = alert.home.partition(":")[0]
    low = [area for area, grade in alert.grades.items() if is_inadequate(regulator, grade)]
    return [area for area in low if not is_inadequate(regulator, before.get(area))]


def _subject(alert: Alert | NotRead) -> str:
    kind, name = _kind(alert.home, alert.type, alert.name), inert(alert.name or "", LONGEST_NAME)
    is_place = is_named_so(alert.name, alert.local_authority)
    place = f"in {inert(alert.local_authority, LONGEST_NAME)}" if alert.local_authority and not is_place else ""
    number = "" if alert.local_authority or name else called(alert)
    return " ".join(part for part in (capital(kind), name, place, number) if part)


def is_named_so(name: str | None, place: str | None) -> bool:
    """Whether a home is the place itself, as an authority is: it is not said to be in it."""
    return bool(name) and squash(name or "") == squash(place or "")


def owned_by(owner: str | None, brand: str | None, longest: int = LONGEST_NAME) -> str:
    """Whose a home is: `Provider Ltd, of the brand HC-One`; empty where it is not published."""
    said = f"of the brand {inert(brand, longest)}" if brand and not is_named_so(brand, owner) else ""
    return ", ".join(part for part in (inert(owner or "", longest), said) if part)


def _identity(alert: Alert | NotRead) -> str:
    """Which home exactly, and whose, in parentheses; what is not published is left out."""
    owner = "" if is_named_so(alert.owner, alert.name) else owned_by(alert.owner, alert.brand)
    known = [part for part in (called(alert) if alert.local_authority or alert.name else "", owner) if part]
    return f" ({', '.join(known)})" if known else ""


def called(alert: Alert | NotRead) -> str:
    """The number of the home, and beside it what its readers' lists call it."""
    labels = list(dict.fromkeys(inert(label, LONGEST_LABEL) for label in alert.labels.values()))
    shown = ", ".join(f"“{label}”" for label in labels[:MOST_LABELS] if label)
    return f"{inert(alert.home_id, 40)} {shown}" if shown else inert(alert.home_id, 40)


def rated(alert: Alert) -> str:
    """The rating within a sentence, in the regulator's own words, and of which areas it is if no overall one is given.

    Empty where there is none.
    """
    words = inert(alert.words.get(alert.headline) or alert.grades.get(alert.headline) or "", LONGEST_NAME).lower()
    if not alert.lowest:
        return words
    if not regulators.of_home(alert.home).rates_lowest:
        return f"{words} for {_areas(alert, alert.lowest)} with no overall grade"
    is_all = len(alert.lowest) == len(alert.grades) > 1
    return f"{words} in {all_of(alert.home, len(alert.grades)) if is_all else _areas(alert, alert.lowest)}"


def _areas(alert: Alert, areas: Sequence[str]) -> str:
    return listed([short_area(alert.home, area) for area in areas])


def _rated(alert: Alert) -> str:
    return rated(alert) or "a grade that is not stated"


def _rating(alert: Alert, graded: Graded | None) -> str:
    """The rating of another inspection; empty where it has none."""
    if graded is None:
        return ""
    headline = graded.headline or alert.headline
    grade = inert(graded.grades.get(headline, ""), LONGEST_NAME).lower()
    regulator = regulators.of_home(alert.home)
    is_usual = regulator.rates_lowest or regulator.is_usual(headline)
    return grade if is_usual or not grade else f"{grade} in its lowest {regulator.area}"


def happened(alert: Alert) -> str:
    """The change alone, for a list of those of one home: `Drops from good to inadequate`."""
    if alert.change is What.VISITED:
        said = f"had {visit(alert)}{on_its_day(alert)}"
    else:
        said = inert(_PREDICATES[alert.change](alert), LONGEST).strip(" ,:")
    return capital(said)


def fact(content: Alert | NotRead) -> str:
    """What is told of a home, within a sentence that has named it: `drops from good to inadequate`."""
    if isinstance(content, NotRead):
        return _unread(content)
    return inert(_PREDICATES[content.change](content), LONGEST).strip(" ,:")


def whose(content: Alert | NotRead) -> str:
    """What kind of home it is, and whose, within a message that has said which."""
    kind = _kind(content.home, content.type, content.name)
    named = f"{capital(kind)} {inert(content.name or '', LONGEST_NAME)}".strip()
    owner = "" if is_named_so(content.owner, content.name) else owned_by(content.owner, content.brand)
    return ", ".join(part for part in (named, owner) if part)


def home_title(home: Home) -> str:
    """Which home it is, as a heading: its number, kind and area."""
    kind = _kind(home.key, home.type, home.name)
    what = f", {'an' if kind[:1].casefold() in 'aeiou' else 'a'} {kind}" if kind else ""
    name = f", {inert(home.name, LONGEST_NAME)}" if home.name else ""
    is_in = home.local_authority and not is_named_so(home.name, home.local_authority)
    place = f" in {inert(home.local_authority or '', LONGEST_NAME)}" if is_in else ""
    return f"{inert(home.id, 40)}{name}{what}{place}"


def _kind(home: str, kind: str | None, name: str | None) -> str:
    """What a home is called; empty for one with a name of which nobody has said what it is: perhaps a kitchen."""
    regulator = regulators.of_home(home)
    is_described = regulator.name not in ("", regulator.key)
    return inert(regulator.thing(kind), LONGEST_NAME) if kind or is_described or not name else ""


def _moves(verb: str) -> Callable[[Alert], str]:
    def predicate(alert: Alert) -> str:
        before = _rating(alert, alert.before)
        return f" {verb} from {before} to {_rated(alert)}" if before else f" {verb} to {_rated(alert)}"

    return predicate


def _first(alert: Alert) -> str:
    return f" {is_so(_rated(alert))} at the first inspection that we know of"


def _still(alert: Alert) -> str:
    return f" {is_so(rated(alert) or worst_of(alert.home), 'still')} after another inspection"


def _recovered(alert: Alert) -> str:
    grade, now = alert.grades.get(alert.headline), _rated(alert)
    again = "" if _never_was(alert, grade) else " again"
    states = {"good": f" is {now}{again}", "outstanding": f" is {now}{again}", "requires improvement": f" now {now}"}
    state = states.get(grade or "", f" is now rated “{now}”")
    if alert.lowest:
        state = f" {is_so(now, 'now')}"
    days, was = alert.days_inadequate, _was_inadequate(alert)
    if so(was) != was:
        return f"{state} after {counted(days, 'day') if days else 'being'} {so(was)}"
    return f"{state} after {counted(days, 'day') + ' as' if days else 'being'} {was}"


def _was_inadequate(alert: Alert) -> str:
    """What a home was while it was inadequate: `weak`, or `weak or unsatisfactory` if it was one and the other."""
    regulator = regulators.of_home(alert.home)
    found: list[str] = []
    for past in reversed(alert.context.past if alert.context else ()):
        if past.inspected < alert.day and not regulator.is_inadequate(past.grade):
            break
        found += [past.grade] if past.inspected < alert.day else []
    grades = [grade for scale in regulator.scales for grade in scale.grades if grade in found]
    if len(grades) > 1:
        return listed(grades, "or")
    return _rating(alert, alert.before) or worst_of(alert.home)


def _never_was(alert: Alert, grade: str | None) -> bool:
    """Whether the home is known never to have had a grade before."""
    earlier = alert.context.past if alert.context else ()
    return bool(earlier) and not any(
        inspection.grade == grade for inspection in earlier if inspection.inspected < alert.day
    )


def _area_inadequate(alert: Alert) -> str:
    low = newly_inadequate(alert)
    worst = " or ".join(dict.fromkeys(inert(alert.grades[area], LONGEST_NAME) for area in low))
    areas = _areas(alert, low) or f"one {regulators.of_home(alert.home).area}"
    overall = f", {rated(alert)} overall" if rated(alert) else ""
    return f" {is_so(worst or worst_of(alert.home))} for {areas}{overall}"


def _visited(alert: Alert) -> str:
    standing = so(_rating(alert, alert.before) or worst_of(alert.home))
    stands = "stood" if alert.superseded_by else "stands"
    return f", which {stands} {standing}, had {visit(alert)}{on_its_day(alert)}"


def _late(alert: Alert) -> str:
    said = f" says {rated(alert)}" if rated(alert) else ""
    newer = alert.superseded_by
    by = which(_rating(alert, newer) or "the inspection", newer) if newer else "a newer one"
    return f": a late report on {which(visit(alert), alert)}{said}, already superseded by {by}"


def _corrected(alert: Alert) -> str:
    was = alert.was or {}
    altered = [area for area in {**was, **alert.grades} if was.get(area) != alert.grades.get(area)]
    inspection = f": the {which('inspection', alert)} was corrected"
    if alert.gone is not None:
        former = f"the {which('inspection', alert)}, gone from its page on {british(alert.gone)},"
        if not altered:
            return f": {former} was issued again, still {_rated(alert)}"
        inspection = f": {former} was issued again and corrected"
    if not altered:
        return inspection
    area = alert.headline if alert.headline in altered else altered[0]
    where = "" if area == alert.headline and not alert.lowest else f" for {short_area(alert.home, area)}"
    old = inert(was.get(area, "no grade"), LONGEST_NAME).lower()
    new = inert(alert.words.get(area, "no grade"), LONGEST_NAME).lower()
    return f"{inspection} from {old} to {new}{where}"


def _withdrawn(alert: Alert) -> str:
    said = f" ({rated(alert)})" if rated(alert) else ""
    return f": the {which('inspection', alert)}{said} has gone from its page"


def _closed(alert: Alert) -> str:
    return f" has closed or left the register while {so(rated(alert) or worst_of(alert.home))}"


def _overdue(alert: Alert) -> str:
    since = british(alert.published or alert.day)
    return f" {is_so(rated(alert) or worst_of(alert.home))}, and nothing has been published since {since}"


def _concerning(alert: Alert) -> str:
    a_further_one = f"a further home of its owner {found_worst(alert.home)}"
    return f" is {'; '.join(further_home(alert.home, concern) for concern in alert.concerns) or a_further_one}"


def further_home(home: str, concern: Concern) -> str:
    """Which home of whose it is: `the second home of Esland found inadequate within a year`."""
    whose = "its owner" if concern.is_owner else inert(concern.group, LONGEST_NAME)
    return f"the {ordinal(concern.homes)} home of {whose} {found_worst(home)} within a year"


_PREDICATES: Mapping[What, Callable[[Alert], str]] = {
    What.DROPPED_TO_INADEQUATE: _moves("drops"),
    What.FIRST_INADEQUATE: _first,
    What.STILL_INADEQUATE: _still,
    What.RECOVERED: _recovered,
    What.DROPPED: _moves("drops"),
    What.IMPROVED: _moves("improves"),
    What.AREA_INADEQUATE: _area_inadequate,
    What.VISITED: _visited,
    What.LATE: _late,
    What.CORRECTED: _corrected,
    What.WITHDRAWN: _withdrawn,
    What.CLOSED: _closed,
    What.OVERDUE: _overdue,
    What.GROUP_CONCERN: _concerning,
}


def area_name(home: str, area: str) -> str:
    """An area as the regulator of a home calls it; the home by its key."""
    known = regulators.of_home(home).areas.get(area)
    if area == regulators.LOWEST:
        return "Rating"
    plain = inert(area.replace("_", " "), 100)
    return known.name if known else capital(plain) or "An area without a name"


def short_area(home: str, area: str) -> str:
    """The same within a sentence."""
    known = regulators.of_home(home).areas.get(area)
    if area == regulators.LOWEST:
        return "rating"
    return known.short if known and known.short else inert(area.replace("_", " "), 100)
