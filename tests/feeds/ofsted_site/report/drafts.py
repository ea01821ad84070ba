"""Reports for tests: generated files in every layout, and texts of which a test alters what it is about."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pypdf import PdfReader

from tests import builders
from tests.standins.reports.report_pdf import DuePlace, Layout, report_pdf
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Judgement
from watcher.facts.quotes import Findings
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report

HOME = builders.home("SC123456", owner="Elm Homes Limited")
LAYOUTS = {
    "2013": Layout(labels_of_2013=True, due=DuePlace.LAST_LINE),
    "2016": Layout(labels_of_2016=True, due=DuePlace.FIRST_LINE),
    "2017 to 2022": Layout(due=DuePlace.OWN_LINE),
    "2023 to 2025, date first": Layout(due=DuePlace.FIRST_LINE, long_dates=True, curly=True),
    "2023 to 2025, date below": Layout(due=DuePlace.OWN_LINE, long_dates=True, missing_s=True),
    "2023 to 2025, date last": Layout(due=DuePlace.LAST_LINE, long_dates=True, curly=True),
}


def visit(words: str, inspected: str = "2024-02-27") -> Inspection:
    return builders.inspection(inspected, words, home=HOME.key)


def with_areas_of_2013(inspection: Inspection, words: str) -> Inspection:
    more = tuple(Judgement(area, read_grade(words, "ofsted")) for area in ("outcomes", "quality of care"))
    return replace(inspection, judgements=inspection.judgements + more)


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def generated(words: str, layout: Layout, previous: Sequence[Inspection] = ()) -> list[str]:
    """The pages of a generated report."""
    return pages(report_pdf(HOME, visit(words), previous, layout))


def understood(texts: Sequence[str]) -> Report:
    report = read_report(texts)
    assert isinstance(report, Report), report
    return report


FRONT = """
Inspection report for children's home: SC123456
1

Registered provider: Elm Homes Limited

Full inspection

Information about this children’s home

{home}

Inspection dates: 6 and 7 September 2023
Overall experiences and progress of
children and young people, taking into account
 {overall}
How well children and young people are
helped and protected
 {protected}
The effectiveness of leaders and managers  {leaders}

Date of last inspection: 1 November 2022

Overall judgement at last inspection: good

Enforcement action since last inspection: {enforcement}
"""
HISTORY = """
Inspection report for children's home: SC123456
2

Recent inspection history

{history}
"""
JUDGEMENTS = """
Inspection report for children's home: SC123456
3

Inspection judgements

Overall experiences and progress of children and young people: {overall}

{of_overall}

How well children and young people are helped and protected: {protected}

{of_protected}

The effectiveness of leaders and managers: {leaders}

{of_leaders}
"""
IMPROVE = """
Inspection report for children's home: SC123456
4

What does the children’s home need to do to improve?
Statutory requirements

{statutory}

Recommendations
• The registered person should tidy the garden by 1 May 2024.

Information about this inspection

Inspectors looked at the home by 2 May 2024.
"""
DETAILS = """
Inspection report for children's home: SC123456
5

Children’s home details

Unique reference number: SC123456
Registered provider: Elm Homes Limited
Responsible individual: {responsible}
Registered manager: {manager}

Inspector
{inspector}, Social Care Inspector
"""
_USUAL = {
    "home": "It provides care for up to four children.",
    "enforcement": "none",
    "history": "Inspection date  Inspection type  Inspection judgement\n01/11/2022  Full  Good",
    "overall": "inadequate",
    "protected": "inadequate",
    "leaders": "inadequate",
    "of_overall": "The children are not protected in the home and the staff do not know it.",
    "of_protected": "The staff do not act on what the children say to them.",
    "of_leaders": "The leaders of the home do not know what is going on in it.",
    "statutory": "",
    "responsible": "Post vacant",
    "manager": "Post vacant",
    "inspector": "Post vacant",
}


def drafted(**parts: str) -> list[str]:
    """The pages of a report with some parts other than usual."""
    said = _USUAL | parts
    return [page.format_map(said) for page in (FRONT, HISTORY, JUDGEMENTS, IMPROVE, DETAILS)]


def findings(**parts: str) -> Findings:
    """What is quoted of such a report."""
    return understood(drafted(**parts)).findings


def not_told(texts: Sequence[str]) -> str:
    report = read_report(texts)
    assert isinstance(report, CouldNotTell), report
    return report.reason


def day(text: str) -> date:
    return date.fromisoformat(text)
