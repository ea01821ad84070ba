"""The details of an alert, label by label: before and after of each area, the days, how long the grade had stood."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from watcher.facts import regulators
from watcher.facts.inspection import Kind
from watcher.judging.changes import Concern, FoundInadequate, What
from watcher.judging.context import Context
from watcher.messages.alert import Alert
from watcher.messages.days import NO_DATE, NO_VISIT, which
from watcher.messages.grades_in_words import lowest_of
from watcher.messages.not_read import NotRead
from watcher.messages.numbers import british, british_span, counted, listed
from watcher.messages.sections import LAW, area_in_short, owner_in_short, registered_before, required_in_short, stood
from watcher.messages.titles import LONGEST_NAME, area_name, further_home, short_area, visit
from watcher.text import capital, inert

_MOST_AREAS = 10
_ARROW = " → "
_AS_BEFORE = " (as before)"
_MOST_OTHERS = 5
"""Other homes of a group that are named."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One detail: what it is and what it says; both inert and not empty."""

    label: str
    value: str


def areas_in_short(alert: Alert) -> tuple[Fact, ...]:
    """Before and after of each area, those that went the same step together in one line, by their short names."""
    return tuple(Fact(_in_short(alert, areas), step) for step, areas in _together(alert).items())


def areas(alert: Alert) -> tuple[Fact, ...]:
    """The same for an alert sent alone, where an area that went its step alone has its full name.

    What was corrected is compared with what the same inspection said.
    """
    together = _together(alert)
    return tuple(
        Fact(area_name(alert.home, areas[0]) if len(areas) == 1 else _in_short(alert, areas), step)
        for step, areas in together.items()
    )


def moves(alert: Alert) -> tuple[str, ...]:
    """The same in a line for each step, as short as it can be said: `Good → inadequate in all 3 areas`."""
    together = _together(alert)
    if len(together) == 1 and len(named := next(iter(together.values()))) > 1:
        step = next(iter(together))
        where = f"in {'both' if len(named) == 2 else f'all {len(named)}'} {regulators.of_home(alert.home).area}s"
        remark = _AS_BEFORE if step.endswith(_AS_BEFORE) else ""
        return (f"{_running(step.removesuffix(_AS_BEFORE))} {where}{remark}",)
    return tuple(f"{_in_short(alert, named)}: {_running(step, is_within=True)}" for step, named in together.items())


def _running(step: str, *, is_within: bool = False) -> str:
    """A step as it stands in a line: what it came to in small letters, and all of it behind a colon."""
    before, arrow, now = step.partition(_ARROW)
    said = f"{before}{arrow}{now[:1].lower()}{now[1:]}" if arrow else step
    return f"{said[:1].lower()}{said[1:]}" if is_within else said


def _together(alert: Alert) -> dict[str, list[str]]:
    """The areas of each step, in the order of telling."""
    by_step: dict[str, list[str]] = {}
    for area, step in _steps(alert):
        by_step.setdefault(step, []).append(area)
    return by_step


def _in_short(alert: Alert, areas: Iterable[str]) -> str:
    return capital(", ".join(short_area(alert.home, area) or area_name(alert.home, area) for area in areas))


def _steps(alert: Alert) -> Iterator[tuple[str, str]]:
    earlier: Mapping[str, str] = {}
    if alert.change is What.CORRECTED:
        earlier = alert.was or {}
    elif alert.before is not None and alert.words:
        earlier = alert.before.grades
    names = list(dict.fromkeys((*alert.words, *(earlier if alert.change is What.CORRECTED else ()))))
    if alert.lowest:
        yield _no_overall(alert)
    for area in names[:_MOST_AREAS]:
        yield area, _step(alert, earlier, area)


def _no_overall(alert: Alert) -> tuple[str, str]:
    """That there is no overall grade, and which it was before, if there was one."""
    regulator, usual = regulators.of_home(alert.home), regulators.of_home(alert.home).headline
    if regulator.rates_lowest:
        return usual, _lowest(alert)
    was = alert.before.grades.get(usual, "") if alert.before else ""
    before = f"{capital(inert(was, 100))}{_ARROW}no" if was else "No"
    return usual, f"{before} overall grade; the lowest {regulator.area} counts"


def _lowest(alert: Alert) -> str:
    """The rating where it is always the lowest area: `Good → Weak, the lowest of five key questions`."""
    now = alert.grades.get(alert.headline, "")
    before = alert.before
    was = before.grades.get(before.headline or alert.headline, "") if before else ""
    step = f"{capital(inert(was, 100))}{_ARROW}" if was and was != now else ""
    return f"{step}{capital(inert(now, 100))}, {lowest_of(alert.home, len(alert.grades))}"


def _step(alert: Alert, earlier: Mapping[str, str], area: str) -> str:
    now = capital(inert(alert.words.get(area, ""), 100)) or "Not graded"
    if area not in earlier:
        return now
    if earlier[area] == alert.grades.get(area):
        return f"{now}{_AS_BEFORE}"
    if alert.kind == Kind.UNRATED:  # which moves no rating
        return f"{now}; {inert(earlier[area], 100)} stands"
    return f"{capital(inert(earlier[area], 100))}{_ARROW}{now}"


def facts(alert: Alert) -> tuple[Fact, ...]:
    """The other details, in the order in which they are told."""
    newer = alert.superseded_by
    values = {
        "Name": inert(alert.name or "", 150) if len(alert.name or "") > LONGEST_NAME else "",
        "Owner": _owner(alert),
        **_days(alert),
        "Compared with": _compared_with(alert),
        "Superseded by": which("inspection", newer) if newer else "",
        _had_been(alert): stood(alert.context) if alert.context else "",
        "Expect news by": _expected(alert),
        "Registered before": registered_before(alert.context.former) if alert.context else "",
        **_concerns(alert),
    }
    return _told(values)


def facts_in_short(alert: Alert) -> tuple[Fact, ...]:
    """The details that a reader of many alerts needs, and a line each on the law, the owner and the area."""
    newer, context = alert.superseded_by, alert.context
    values = {
        "Owner": _owner_in_short(alert),
        **_days(alert),
        "Compared with": "" if context and len(context.past) > 1 else _compared_with(alert),
        "Superseded by": which("inspection", newer) if newer else "",
        _had_been(alert): stood(context) if context else "",
        "Expect news by": british(context.expected_by) if context and context.expected_by else "",
        LAW: required_in_short(alert.findings),
        "Registered before": registered_before(alert.context.former) if alert.context else "",
        **_concerns(alert),
        _owner_or_group(context): owner_in_short(alert.home, context) if context else "",
        "The area": area_in_short(alert.home, context) if context else "",
    }
    return _told(values)


def _concerns(alert: Alert) -> dict[str, str]:
    """Whose further home it is, unless the first line says so, and which others were found inadequate within a year."""
    if alert.change is What.GROUP_CONCERN and len(alert.concerns) == 1:
        return {"The others": listed(_other_homes(alert, alert.concerns[0]))}
    told = (
        f"{further_home(alert.home, concern)}, after {listed(_other_homes(alert, concern))}"
        for concern in alert.concerns
    )
    return {"Group concern": "; ".join(told)}


def _other_homes(alert: Alert, concern: Concern) -> list[str]:
    """Each of the other homes once, by its latest inspection that was found inadequate."""
    latest: dict[str, FoundInadequate] = {}
    for other in concern.others:
        latest.setdefault(other.home, other)
    named = [_other_home(alert, other) for other in list(latest.values())[:_MOST_OTHERS]]
    more = len(latest) - len(named)
    return [*named, f"{more} more"] if more else named


def _other_home(alert: Alert, other: FoundInadequate) -> str:
    place = inert(other.local_authority or "", LONGEST_NAME)
    day = next(
        said
        for said in (
            british(other.published) if other.published else "",
            f"inspected {british(other.inspected)}" if other.inspected else "",
            f"first seen {british(other.seen)}" if other.seen else "",
            "its day is not published",
        )
        if said
    )
    number = inert(other.home.partition(":")[2], 40)
    return f"{number}{alert.called(other.home)} ({', '.join(filter(None, (place, day)))})"


def not_read_facts(content: NotRead) -> tuple[Fact, ...]:
    """The days of the report that could not be read."""
    if content.inspected is None:
        return ()
    inspected = f"{british(content.inspected)} ({visit(content).split(' ', 1)[1]})"
    return (Fact("Inspected", inspected), Fact("Published", published_on(content.inspected, content.published)))


def _told(values: Mapping[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(label, value) for label, value in values.items() if label and value)


def _owner_or_group(context: Context | None) -> str:
    """The label of whose homes are counted."""
    owner = context.owner if context else None
    return f"The owner's group, {inert(owner.group, 100)}" if owner and owner.group else "The owner"


def _days(alert: Alert) -> dict[str, str]:
    """When it was inspected, published or first seen, as far as its publisher says."""
    kind = visit(alert).split(" ", 1)[1]
    if alert.inspected:
        inspected = f"{british_span(alert.inspected, alert.inspected_to)} ({kind})"
        return {"Inspected": inspected, "Published": published_on(alert.inspected, alert.published)}
    sort = "" if alert.kind == Kind.FULL else f"{kind}; "
    if alert.published:
        return {"Published": f"{british(alert.published)} ({sort}{NO_VISIT})"}
    return {"First seen": f"{british(alert.day)} ({sort}{NO_DATE})"}


def _owner(alert: Alert) -> str:
    """The owner, unless the first line or a section names it."""
    if alert.owner is None:
        return "not published" if regulators.of_home(alert.home).has_owners else ""
    context = alert.context
    is_said = context is not None and (context.owner is not None or len(alert.owner) <= LONGEST_NAME)
    return "" if is_said else inert(alert.owner, 150)


def _owner_in_short(alert: Alert) -> str:
    """The owner, unless the first line names all of it."""
    if alert.owner is None:
        return "not published" if regulators.of_home(alert.home).has_owners else ""
    return "" if len(alert.owner) <= LONGEST_NAME else inert(alert.owner, 150)


def _compared_with(alert: Alert) -> str:
    before = alert.before
    if before is None:
        return ""
    published = f", published {british(before.published)}" if before.published and before.inspected else ""
    days = (alert.day - before.day).days
    is_alike = bool(alert.inspected) == bool(before.inspected)
    between = f" ({counted(days, 'day')} before this one)" if days > 0 and is_alike else ""
    return f"{which('inspection', before)}{between}{published}"


def _had_been(alert: Alert) -> str:
    """The label of how long the former grade had stood; empty where the first line says it already."""
    context = alert.context
    if context is None or context.stood is None or alert.change is What.RECOVERED:
        return ""
    return f"{'Has' if alert.change is What.STILL_INADEQUATE else 'Had'} been {inert(context.stood.grade, 60)}"


def _expected(alert: Alert) -> str:
    """By when there should be news; for homes that wait for it, with the reason."""
    due = alert.context.expected_by if alert.context else None
    return expected(due, alert.day, alert.home, alert.type) if due else ""


def expected(due: date, inspected: date, home: str, kind: str | None) -> str:
    """By when there should be news of a home, by its key and kind, that was inspected on a day; with the reason."""
    promise = regulators.of_home(home).promise(kind)
    if promise is None:
        return british(due)
    delay = (due - inspected - promise.returns_within).days
    return f"{british(due)} (the inspectors return within {promise.in_words}, and publish some {delay} days later)"


def published_on(inspected: date | None, published: date | None) -> str:
    """The day of publication, or that it is not known or was printed wrongly."""
    if published is None:
        return "the source does not say"
    return british(published) + (
        " (as printed, though before the visit)" if inspected and published < inspected else ""
    )
