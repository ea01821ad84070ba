"""What a message says under headings of its own: of the report, of the owner, of the area, of other registrations.

In this order, each with what is said of it in one line; at the end what they count with.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from watcher.facts.grades import is_inadequate, scales_of
from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.facts.regulators import is_a_familys
from watcher.judging.context import Context, Drop, Former, Owner, Place, Related, Stood
from watcher.messages.alert import Alert
from watcher.messages.grades_in_words import found_worst, worst_of
from watcher.messages.numbers import british, counted, grades_counted, listed, plural, share, span
from watcher.messages.titles import short_area
from watcher.text import capital, inert


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; inert, not empty and of bounded length."""

    text: str
    is_quote: bool = False
    """Whether these are somebody's words exactly as printed, without quotation marks of our own."""
    source: str = ""
    """Where it stands, such as `page 3`; may be empty."""

    @property
    def quoted(self) -> str:
        """The text, in quotation marks if it is a quote."""
        return f"‘{self.text}’" if self.is_quote else self.text

    def plain(self) -> str:
        """The paragraph as a line of plain text, with its source."""
        return f"{self.quoted} ({self.source})" if self.source else self.quoted


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs and what they are about; both inert."""

    heading: str
    paragraphs: tuple[Paragraph, ...]
    more: int = 0
    """How many more there are than have room."""
    of_the_report: str = ""
    """What each paragraph is, where they are the report's: `requirement`."""

    @property
    def shown(self) -> tuple[Paragraph, ...]:
        """The paragraphs, and how many more there are."""
        if not self.more:
            return self.paragraphs
        thing = counted(self.more, f"more {self.of_the_report or 'line'}")
        where = "in the report" if self.of_the_report else "left out for want of room"
        return (*self.paragraphs, Paragraph(f"And {thing} {where}."))

    def plain(self) -> str:
        """The section as lines of plain text, the heading first."""
        return "\n".join([self.heading, *(paragraph.plain() for paragraph in self.shown)])


LAW = "What the law requires"

_LONGEST_NAME = 150
_LONGEST_QUOTE = 450
_LONGEST_REQUIREMENT = 520
_LONGEST_REASON = 200
_FEWEST_FOR_SHARES = 5
"""Of fewer homes a share in per cent says less than the numbers."""
_MOST_DROPS = 5
_MOST_SIMILAR = 4


def report_sections(alert: Alert) -> tuple[Section, ...]:
    """The sections on the report of an alert's inspection; one that could not be quoted says why."""
    findings = alert.findings
    if findings is None:
        return ()
    if findings.unread:
        why = inert(findings.unread, _LONGEST_REASON)
        text = f"The report could not be quoted here ({why}). Please read it at its source."
        return (Section(heading="What the inspectors found", paragraphs=(Paragraph(text=text),)),)
    made = (
        Section("What the inspectors found", tuple(_found(alert.home, findings)), of_the_report="quotation"),
        Section(LAW, tuple(_required(findings)), findings.more_requirements, of_the_report="requirement"),
        Section("The home, in the inspectors' words", tuple(_home(findings)), of_the_report="sentence"),
    )
    return tuple(section for section in made if section.shown)


def _found(home: str, findings: Findings) -> Iterator[Paragraph]:
    for quote in findings.quotes:
        about = f", on {short_area(home, quote.area)}" if quote.area and short_area(home, quote.area) else ""
        yield from _quoted(quote, f"page {quote.page}{about}")
    enforcement = findings.enforcement
    if enforcement is not None and was_enforced(findings):
        yield from _quoted(enforcement, f"enforcement action since the inspection before, page {enforcement.page}")


def _required(findings: Findings) -> Iterator[Paragraph]:
    for requirement in findings.requirements:
        if text := inert(requirement.text, _LONGEST_REQUIREMENT):
            yield Paragraph(text=text, is_quote=True, source=_until(requirement))


def _home(findings: Findings) -> Iterator[Paragraph]:
    if findings.children is not None:
        yield from _quoted(findings.children, f"page {findings.children.page}")


def _quoted(quote: Quote, source: str) -> Iterator[Paragraph]:
    if text := inert(quote.text, _LONGEST_QUOTE):
        yield Paragraph(text=text, is_quote=True, source=source)


def _until(requirement: Requirement) -> str:
    when = f"by {british(requirement.due)}" if requirement.due else "no date that could be read"
    return f"{when}; page {requirement.page}"


def required_in_short(findings: Findings | None) -> str:
    """How many requirements there are, and when the nearest of those quoted is due; empty without any."""
    number = len(findings.requirements) + findings.more_requirements if findings else 0
    dues = [requirement.due for requirement in findings.requirements if requirement.due] if findings else []
    if not number:
        return ""
    if not dues:
        return counted(number, "requirement")
    which = "one of them " if number > 1 else ""
    return f"{counted(number, 'requirement')}, {which}by {british(min(dues))}"


def consequence(alert: Alert) -> str:
    """What the report obliges the home to, in one line: `3 requirements, the first due by 15 September`.

    Empty where nothing of the report was read, or nothing follows from it.
    """
    findings = alert.findings
    if findings is None:
        return ""
    enforced = "enforcement action was taken since the inspection before" if was_enforced(findings) else ""
    line = "; ".join(said for said in (_due(findings, alert.published or alert.day), enforced) if said)
    return capital(line)


def _due(findings: Findings, read: date) -> str:
    """How many requirements there are, and when the nearest is due, with its year if that is not the report's."""
    number = len(findings.requirements) + findings.more_requirements
    dues = [requirement.due for requirement in findings.requirements if requirement.due]
    if not number or not dues:
        return counted(number, "requirement") if number else ""
    day = min(dues)
    when = f"{day.day} {day:%B}" if day.year == read.year else british(day)
    which = "the first" if len(dues) == number else "one of them"
    return f"{counted(number, 'requirement')}, {f'{which} ' if number > 1 else ''}due by {when}"


def was_enforced(findings: Findings) -> bool:
    """Whether there was any enforcement action: that there was none is not worth a line."""
    return findings.enforcement is not None and findings.enforcement.text.strip(" .").casefold() not in ("none", "")


@dataclass(frozen=True, slots=True)
class _Subject:
    """The home that is spoken of."""

    home: str
    """Its key."""
    called: Callable[[str], str]
    """What stands behind the number of another home."""
    is_among_the_inadequate: bool
    """Whether its inspection is one of those that are counted as having found a home inadequate."""


def context_sections(alert: Alert) -> tuple[Section, ...]:
    """The sections on the owner, the area and registrations that may be of the same home."""
    if alert.context is None:
        return ()
    is_among = is_inadequate(alert.home.partition(":")[0], alert.grades.get(alert.headline))
    return _around(alert.context, _Subject(alert.home, alert.called, is_among))


def standing_sections(home: str, context: Context, *, is_among_the_inadequate: bool) -> tuple[Section, ...]:
    """The same around a home as it stands, whatever changed; the home by its key."""
    return _around(context, _Subject(home, lambda _: "", is_among_the_inadequate))


def _around(context: Context, subject: _Subject) -> tuple[Section, ...]:
    made = (
        (_owner_heading(context.owner), tuple(_owner(subject, context, context.owner)) if context.owner else ()),
        (_area_heading(context.area), tuple(_area(subject, context))),
        (_headed(context.related), tuple(_related(subject, context))),
    )
    return tuple(Section(heading=heading, paragraphs=paragraphs) for heading, paragraphs in made if paragraphs)


def _owner_heading(owner: Owner | None) -> str:
    if owner is None:
        return ""
    name = inert(owner.name, _LONGEST_NAME)
    return f"The owner: {inert(owner.group, _LONGEST_NAME)} ({name})" if owner.group else f"The owner: {name}"


def _owner(subject: _Subject, context: Context, owner: Owner) -> Iterator[Paragraph]:
    total = sum(owner.grades.values())
    if total == 1:
        yield Paragraph(text=f"No other {_kind(context)} of this owner with a grade is known to be open.")
    elif total:
        yield Paragraph(text=f"{_homes(total, context)} with a grade: {grades_counted(owner.grades)}.")
    if total >= _FEWEST_FOR_SHARES and context.country:
        yield Paragraph(text=_compared(subject, owner.grades, context.country))
    if owner.drops:
        shown = [_drop(subject, drop) for drop in owner.drops[:_MOST_DROPS]]
        more = len(owner.drops) + owner.more_drops - len(shown)
        others = [*shown, f"{more} more"] if more > 0 else shown
        since = f" since {british(owner.drops_since)}" if owner.drops_since else ""
        yield Paragraph(text=f"Its other homes that dropped to {worst_of(subject.home)}{since}: {listed(others)}.")
    elif owner.drops_since and total > 1:
        since = british(owner.drops_since)
        yield Paragraph(
            text=f"None of its other homes is known to have dropped to {worst_of(subject.home)} since {since}."
        )
    if owner.similar:
        names = [f"{inert(name, 100)} ({counted(homes, 'home')})" for name, homes in owner.similar.items()]
        shown, more = names[:_MOST_SIMILAR], len(names) - _MOST_SIMILAR
        others = [*shown, f"{more} more"] if more > 0 else shown
        yield Paragraph(
            text=f"Perhaps of the same group, as the names differ by region or legal form alone: {listed(others)}."
        )


def _drop(subject: _Subject, drop: Drop) -> str:
    place = f" in {inert(drop.local_authority, 80)}" if drop.local_authority else ""
    now = f"now {inert(drop.now, 60)}" if drop.now else "not known to be open any more"
    regulator = subject.home.partition(":")[0]
    now = f"still {inert(drop.now, 60)}" if is_inadequate(regulator, drop.now) else now
    called = subject.called(f"{regulator}:{drop.home_id}")
    return f"{inert(drop.home_id, 40)}{called}{place} ({british(drop.known)}, {now})"


def owner_in_short(home: str, context: Context) -> str:
    """How the owner's homes stand, in one line; empty where nothing is counted."""
    owner = context.owner
    total = sum(owner.grades.values()) if owner else 0
    if owner is None or not total:
        return ""
    if total == 1:
        return f"no other {_kind(context)} with a grade that is known to be open"
    told = f"{_homes(total, context)} with a grade: {grades_counted(owner.grades)}"
    if not owner.drops or not owner.drops_since:
        return told
    others = counted(len(owner.drops) + owner.more_drops, "other")
    return f"{told}; {others} dropped to {worst_of(home)} since {british(owner.drops_since)}"


def _area_heading(area: Place | None) -> str:
    return f"The area: {inert(area.name, _LONGEST_NAME)}" if area else "How rare this is"


def _area(subject: _Subject, context: Context) -> Iterator[Paragraph]:
    area, country = context.area, context.country
    if area is not None and (total := sum(area.grades.values())):
        yield Paragraph(text=f"{_homes(total, context)} with a grade: {grades_counted(area.grades)}.")
        if total >= _FEWEST_FOR_SHARES and country is not None:
            yield Paragraph(text=_compared(subject, area.grades, country))
    if country is not None and country.inadequate and context.counted_since:
        here = f"{counted(area.inadequate, 'inspection')} here and " if area is not None and area.inadequate else ""
        among = ", this one among them" if subject.is_among_the_inadequate else ""
        yield Paragraph(
            f"{capital(found_worst(subject.home))} since {british(context.counted_since)}: "
            f"{here}{counted(country.inadequate, 'inspection')} in {inert(country.name, 60)}{among}."
        )


def area_in_short(home: str, context: Context) -> str:
    """How the area's homes stand, in one line; empty where nothing is counted."""
    area = context.area
    total = sum(area.grades.values()) if area else 0
    if area is None or not total:
        return ""
    told = f"{_homes(total, context)} with a grade: {grades_counted(area.grades)}"
    if not area.inadequate or not context.counted_since:
        return told
    since = british(context.counted_since)
    return f"{told}; {found_worst(home)} since {since}: {counted(area.inadequate, 'inspection')}"


def _headed(found: Sequence[Related]) -> str:
    """What stands above other registrations: a guess says that it is one."""
    is_certain = bool(found) and all(related.is_certain for related in found)
    return "The same home under another number" if is_certain else "Perhaps the same home under another number"


def _related(subject: _Subject, context: Context) -> Iterator[Paragraph]:
    for related in context.related:
        yield Paragraph(text=registration(related))
    if context.related:
        number = inert(subject.home.partition(":")[2], 40)
        is_guess = not all(related.is_certain for related in context.related)
        what = "This is a guess from what is published; the" if is_guess else "The"
        yield Paragraph(text=f"{what} history of {number} stays its own.")


def registration(related: Related) -> str:
    """Another registration in one line: its number, whose it is and where, and what speaks for it."""
    facts = [inert(fact, 100) for fact in (related.owner, related.local_authority) if fact]
    facts += [f"registered {british(related.registered)}"] if related.registered else []
    known = f" ({', '.join(facts)})" if facts else ""
    return f"{inert(related.home_id, 40)}{known}: {'; '.join(map(inert, related.reasons))}."


def registered_before(former: Sequence[Former]) -> str:
    """Under which numbers a home was registered before: `as 1-123 until 3 May 2024`; empty where under none."""
    return "; ".join(
        f"as {inert(one.home_id, 40)}{f' until {british(one.until)}' if one.until else ''}" for one in former
    )


def stood(context: Context) -> str:
    """For how long the former grade had stood: `for 3 years, since 13 May 2015 (3 inspections in a row)`."""
    return stood_for(context.stood) if context.stood else ""


def stood_for(run: Stood) -> str:
    """For how long a grade stood; empty where that is no time."""
    if run.days <= 0:
        return ""
    row = f" ({run.inspections} inspections in a row)" if run.inspections > 1 else ""
    longer = "; perhaps longer, our history begins there" if run.from_the_beginning else ""
    return f"for {span(run.days)}, since {british(run.since)}{row}{longer}"


def basis(context: Context | None) -> str:
    """What the counts rest on, for the foot of a message."""
    if context is None or context.country is None or not _counts(context):
        return ""
    listed_on = f"the official list of {british(context.listed)} and " if context.listed else ""
    known = f"{listed_on}the reports known by {british(context.day)}"
    things = homes_of_kind(context.family)
    counted_ones = "Homes" if "home" in things else capital(things)
    return f"{counted_ones} are counted, under their present owner and area, from {known}"


def _counts(context: Context) -> bool:
    """Whether anything is said that was counted."""
    owner, area, country = context.owner, context.area, context.country
    is_rare = country is not None and country.inadequate and context.counted_since
    return bool((owner and (owner.grades or owner.drops_since or owner.similar)) or (area and area.grades) or is_rare)


def _compared(subject: _Subject, grades: Mapping[str, int], country: Place) -> str:
    """The share that is good or better and the share that is inadequate, beside the country's."""
    total, national = sum(grades.values()), sum(country.grades.values())
    name = inert(country.name, 60)
    parts = []
    scales = scales_of(subject.home.partition(":")[0])
    praise = next((scale.good for scale in scales if any(grade in country.grades for grade in scale.good)), ())
    if praise:
        good, all_good = (_sum(grades_of, praise) for grades_of in (grades, country.grades))
        parts.append(f"{listed(praise, 'or').capitalize()}: {share(good, total)} ({name}: {share(all_good, national)})")
    worst = tuple(grade for scale in scales for grade in scale.inadequate)
    bad, all_bad = (_sum(grades_of, worst) for grades_of in (grades, country.grades))
    parts.append(f"{capital(worst_of(subject.home))}: {share(bad, total)} ({name}: {share(all_bad, national)})")
    return f"{'. '.join(parts)}."


def _homes(number: int, context: Context) -> str:
    return counted(number, _kind(context), homes_of_kind(context.family))


def _kind(context: Context) -> str:
    """What is counted; other kinds have names that are long and have odd plurals."""
    return context.family if is_a_familys(context.family) else "home of this kind"


def homes_of_kind(family: str) -> str:
    """What homes are called that are counted together: `care homes`; those of no family are `homes of this kind`."""
    return plural(family) if is_a_familys(family) else "homes of this kind"


def _sum(grades: Mapping[str, int], of: tuple[str, ...]) -> int:
    return sum(number for grade, number in grades.items() if grade in of)
