"""Reads a report: whose it is, when, and how it was judged; or says that this can't be told.

Nothing is searched for in the whole text: prose is full of grades ("exceed the standards of good"). People's names
stand in every report and are in no result.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from watcher.facts.grades import read_kind
from watcher.facts.inspection import Judgement, Kind
from watcher.facts.quotes import Findings
from watcher.feeds.ofsted_site.dates import leading_days, read_date
from watcher.feeds.ofsted_site.markup import clean
from watcher.feeds.ofsted_site.report.characters import as_read
from watcher.feeds.ofsted_site.report.findings import findings_of
from watcher.feeds.ofsted_site.report.history_table import previous_inspections
from watcher.feeds.ofsted_site.report.judgements import read_judgements
from watcher.feeds.ofsted_site.report.local_authority import NAMES_ANOTHER, is_named_in, read_authority
from watcher.feeds.ofsted_site.report.older import is_to_2016, read_to_2016
from watcher.feeds.ofsted_site.report.sections import sections_of
from watcher.feeds.ofsted_site.report.text import Line, lines_of
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report

MOST_TEXT = 300_000
"""Characters from which something is quoted; a report on a home has about 25,000."""
_DATES = re.compile(r"(?i)\bInspection dates? ?: ?")
_LAST = re.compile(r"(?i)Date of (?:last|previous) inspection ?:? ?(?P<day>.*)")
_URN = re.compile(
    r"(?i)\b(?:Inspection report for (?:secure )?children's home|Unique reference number) ?:? ?([A-Z]{0,2}\d{5,8})\b"
)
_OWNER = re.compile(
    r"\bRegistered provider: (.{1,200}?) (?=Registered provider address|Full inspection|Interim inspection"
    r"|Monitoring (?:visit|inspection)|Assurance (?:visit|inspection)|Responsible individual|Inspected under)"
)
_KIND = re.compile(r"(?i)\b((?:Full|Interim|Monitoring|Assurance|Emergency) (?:inspection|visit))\b")


def read_report(pages: Sequence[str], authority: str | None = None) -> Report | CouldNotTell:
    """Reads the texts of a report's pages, in order; those of an `authority` have to name it."""
    pages = [as_read(page) for page in pages]
    text = " ".join(" ".join(pages).replace("’", "'").replace("‘", "'").split())
    if len(text) < 200:
        return CouldNotTell("it holds next to no text: perhaps a scan")
    urns = {urn.upper() for urn in _URN.findall(text)}
    if not urns and (found := read_authority(text)):
        return found if authority is None or is_named_in(text, authority) else CouldNotTell(NAMES_ANOTHER)
    if len(urns) != 1:
        return CouldNotTell(f"it names {len(urns)} homes as its own")
    report = _read_home(text, urns.pop())
    return report if isinstance(report, CouldNotTell) else _with_details(report, pages)


def _with_details(report: Report, pages: Sequence[str]) -> Report:
    """The report with what stands in its single lines: none of it decides whether it is understood."""
    if sum(map(len, pages)) > MOST_TEXT:
        return replace(report, findings=Findings(unread="it holds more text than any report on a home"))
    lines = lines_of(pages)
    sections = sections_of(lines)
    previous = previous_inspections(sections)
    return replace(report, last=_last(lines), previous=previous, findings=findings_of(lines, sections))


def _last(lines: Sequence[Line]) -> date | None:
    """The date behind its label, on the same line or the next."""
    printed = [line.text for line in lines if line.text]
    for position, text in enumerate(printed):
        if label := _LAST.fullmatch(text):
            return read_date((label["day"] or " ".join(printed[position + 1 : position + 2]))[:60])
    return None


def _read_home(text: str, urn: str) -> Report | CouldNotTell:
    if is_to_2016(text):
        older = read_to_2016(text)
        return older if isinstance(older, CouldNotTell) else _report(urn, _owner(text), *older)
    dates = _DATES.search(text)
    if dates is None:
        return CouldNotTell("it has no line 'Inspection dates'")
    kind = _KIND.search(text[: dates.start()])
    if kind is None:
        return CouldNotTell("it doesn't say what kind of inspection it reports")
    days, end = leading_days(text, dates.end())
    if read_kind(kind[1]) is not Kind.FULL:
        return _report(urn, _owner(text), read_kind(kind[1]), kind[1], days, ())
    if days is None:
        return CouldNotTell(f"its dates of inspection are not understood: {clean(text[dates.end() :][:60])!r}")
    judgements = read_judgements(text, end)
    if isinstance(judgements, CouldNotTell):
        return judgements
    return _report(urn, _owner(text), Kind.FULL, kind[1], days, judgements)


def _report(
    urn: str,
    owner: str | None,
    kind: Kind,
    what: str,
    days: tuple[date, date] | None,
    judgements: tuple[Judgement, ...],
) -> Report:
    first, last = days or (None, None)
    return Report(
        kind=kind,
        what=clean(what),
        urn=urn,
        inspected=first,
        inspected_to=last if last != first else None,
        owner=owner,
        judgements=judgements,
    )


def _owner(text: str) -> str | None:
    """The registered provider, where the report names the same one throughout."""
    found = {clean(name) for name in _OWNER.findall(text)}
    return found.pop() if len(found) == 1 else None
