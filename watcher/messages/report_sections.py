"""What is quoted of a report, as sections of a message: what the inspectors found, and what the law requires now."""

from collections.abc import Iterator

from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.messages.alert import Alert
from watcher.messages.areas import short_area
from watcher.messages.inert import inert
from watcher.messages.numbers import british, counted
from watcher.messages.section import Paragraph, Section

LAW = "What the law requires"

_LONGEST_QUOTE = 450
_LONGEST_REQUIREMENT = 520
_LONGEST_REASON = 200


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
        Section("What the inspectors found", tuple(_found(findings)), of_the_report="quotation"),
        Section(LAW, tuple(_required(findings)), findings.more_requirements, of_the_report="requirement"),
        Section("The home, in the inspectors' words", tuple(_home(findings)), of_the_report="sentence"),
    )
    return tuple(section for section in made if section.shown)


def required_in_short(findings: Findings | None) -> str:
    """How many requirements there are, and when the nearest of those quoted is due; empty without any."""
    number = len(findings.requirements) + findings.more_requirements if findings else 0
    dues = [one.due for one in findings.requirements if one.due] if findings else []
    if not number:
        return ""
    if not dues:
        return counted(number, "requirement")
    one = "one of them " if number > 1 else ""
    return f"{counted(number, 'requirement')}, {one}by {british(min(dues))}"


def was_enforced(findings: Findings) -> bool:
    """Whether there was any enforcement action: that there was none is not worth a line."""
    return findings.enforcement is not None and findings.enforcement.text.strip(" .").casefold() not in ("none", "")


def _found(findings: Findings) -> Iterator[Paragraph]:
    for quote in findings.quotes:
        about = f", on {short_area(quote.area)}" if quote.area and short_area(quote.area) else ""
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
