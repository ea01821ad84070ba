"""Report files in the layouts of Ofsted's own, with invented prose and without people, for the local site."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tests.standins.reports.authority import authority_report
from tests.standins.reports.layout import DateForm, DuePlace, GradePlace, Layout
from tests.standins.reports.older import lines_of_2013, lines_of_2016
from tests.standins.reports.plain_pdf import LINES_A_PAGE, NEW_PAGE, pdf_of
from tests.standins.reports.prose import (
    ABOUT_THE_HOME,
    ENFORCEMENT,
    RECOMMENDATION,
    prose,
    requirements,
    table,
    wrapped,
)
from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.regulators import OFSTED_LA

__all__ = ("LINES_A_PAGE", "NEW_PAGE", "DateForm", "DuePlace", "GradePlace", "Layout", "pdf_of", "report_pdf")

_ROWS = (
    ("overall", ("Overall experiences and progress of", "children and young people, taking into", "account")),
    ("protected", ("How well children and young people are", "helped and protected")),
    ("leaders", ("The effectiveness of leaders and", "managers")),
)
_HEADINGS = (
    ("overall", "Overall experiences and progress of children and young people"),
    ("protected", "How well children and young people are helped and protected"),
    ("leaders", "The effectiveness of leaders and managers"),
)
_FURTHER_ROWS = {
    "education": ("Outcomes in education and related", "learning activities"),
    "health": ("Children's health",),
}
_SENTENCES = {
    "outstanding": (
        "The children's home provides highly effective services that consistently exceed the",
        "standards of good. The actions of the children's home contribute to significantly",
        "improved outcomes and positive experiences for children and young people.",
    ),
    "good": ("The children's home provides effective services that meet the requirements for good.",),
    "requires improvement": (
        "The children's home is not yet delivering good help and care for children and young",
        "people. However, there are no serious or widespread failures that result in their",
        "welfare not being safeguarded or promoted.",
    ),
    "inadequate": (
        "There are serious and/or widespread failures that mean children and young people are",
        "not protected or their welfare is not promoted or safeguarded.",
    ),
}


def report_pdf(
    home: Home, inspection: Inspection, previous: Sequence[Inspection] = (), layout: Layout | None = None
) -> bytes:
    """The report file of an inspection; `previous` are the inspections before it, the latest first."""
    if home.regulator == OFSTED_LA.key:
        return authority_report(home, inspection)
    layout = layout or Layout.of(inspection)
    draw = lines_of_2013 if layout.labels_of_2013 else lines_of_2016 if layout.labels_of_2016 else _lines
    text = "\n".join(draw(home, inspection, previous, layout))
    return pdf_of(text.replace("'", "’") if layout.curly else text)


def _lines(home: Home, inspection: Inspection, previous: Sequence[Inspection], layout: Layout) -> Iterator[str]:
    header = f"Inspection report for children's home: {home.id}"
    yield from (header, "1", "", home.id, "", f"Registered provider: {home.owner or 'Example Care Limited'}", "")
    yield from (_title(inspection.kind), "", "Inspected under the social care common inspection framework", "")
    yield from ("Information about this children's home", "")
    yield from (*wrapped(ABOUT_THE_HOME.format(places=home.places or "four")), "")
    yield from (f"Inspection dates: {_dates(inspection, layout.dates)}", "")
    grades = _grades(inspection)
    for area, label in _rows(grades, layout):
        yield from _row(area, label, grades[area], layout)
    yield from ("", *_SENTENCES.get(_headline(inspection), ()), "")
    yield from _last(previous)
    yield from _enforcement(grades)
    yield from (NEW_PAGE + header, "2", "", "Recent inspection history", "")
    yield from ("Inspection date  Inspection type  Inspection judgement", "")
    yield from (
        f"{earlier.inspected:%d/%m/%Y}  {str(earlier.kind).capitalize()}  {_words(earlier)}" for earlier in previous[:4]
    )
    yield from (NEW_PAGE + header, "3", "", "Inspection judgements", "")
    for area, heading in _headings(grades, layout):
        yield from (f"{heading}:", grades[area], "", *prose(area, grades[area], (header, "4", "")))
    yield from (NEW_PAGE + header, "5", "", *_improve(inspection, layout))
    yield from (NEW_PAGE + header, "6", "", "Children's home details", "", f"Unique reference number: {home.id}", "")
    yield from ("Provision sub-type: Children's home", "")
    yield from (f"Registered provider: {home.owner or 'Example Care Limited'}", "")
    if layout.owner_address:
        yield from ("Registered provider address: 1 Example Street, Exampleton", "")
    yield from ("Responsible individual: Post vacant", "", "Registered manager: Post vacant")


def _rows(grades: Mapping[str, str], layout: Layout) -> list[tuple[str, Sequence[str]]]:
    """The labels of the table, the further ones in front of the leaders' or behind it."""
    rows = [(area, label) for area, label in _ROWS if area in grades]
    further = [(area, _further(area)) for area in grades if area not in dict(_ROWS)]
    return [*rows[:-1], *further, rows[-1]] if layout.leaders_last and rows else [*rows, *further]


def _further(area: str) -> Sequence[str]:
    return _FURTHER_ROWS.get(area, (area.capitalize(),))


def _headings(grades: Mapping[str, str], layout: Layout) -> list[tuple[str, str]]:
    if not layout.headings:
        return []
    further = [(area, " ".join(_further(area))) for area in grades if area not in dict(_HEADINGS)]
    return [*((area, heading) for area, heading in _HEADINGS if area in grades), *further]


def _improve(inspection: Inspection, layout: Layout) -> Iterator[str]:
    yield from ("What does the children's home need to do to improve?", "")
    if rows := requirements(inspection):
        preface = (
            "Example text: this section sets out the actions that the registered person(s) must take to meet the "
            "example act and regulations. The registered person(s) must comply within the given timescales."
        )
        yield from (
            "Statutory requirements",
            "",
            *wrapped(preface),
            "",
            "Requirement  Due date",
            *table(rows, layout),
            "",
        )
    yield from ("Recommendations", "", *wrapped("• " + RECOMMENDATION), "", "Information about this inspection", "")
    yield from wrapped("Example text: inspectors have looked at nothing, for this report is invented.")


def _row(area: str, label: Sequence[str], grade: str, layout: Layout) -> Iterator[str]:
    if area == "leaders" and layout.missing_s:
        label = (label[0], label[1].removesuffix("s"))
    if layout.grade is GradePlace.BEFORE:
        yield from (f" {grade}", *label)
    elif layout.grade is GradePlace.WITHIN:
        yield from (f"{label[0]} {grade}", *label[1:])
    else:
        yield from (*label, f" {grade}", "   ")


def _last(previous: Sequence[Inspection]) -> Iterator[str]:
    if not previous:
        yield "Date of last inspection: this is the first inspection"
    else:
        yield f"Date of last inspection: {_day(previous[0].day)}"
        yield from ("", f"Overall judgement at last inspection: {_words(previous[0]).lower() or 'not judged'}")


def _enforcement(grades: Mapping[str, str]) -> Iterator[str]:
    said = ENFORCEMENT if "inadequate" in grades.values() else "none"
    yield from ("", *wrapped(f"Enforcement action since last inspection: {said}"))


def _title(kind: Kind) -> str:
    return "Monitoring visit" if kind is Kind.MONITORING else f"{str(kind).capitalize()} inspection"


def _grades(inspection: Inspection) -> dict[str, str]:
    return {
        judgement.area: judgement.grade.words.lower() for judgement in inspection.judgements if judgement.grade.words
    }


def _headline(inspection: Inspection) -> str:
    grade = inspection.grade(inspection.headline)
    return grade.value if grade else ""


def _words(inspection: Inspection) -> str:
    grade = inspection.grade(inspection.headline)
    return grade.words if grade else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _dates(inspection: Inspection, form: DateForm) -> str:
    """`6 and 7 September 2023`, `31 January to 1 February 2024`, `30 December 2024–2 January 2025`, or one day."""
    first, last = inspection.day, inspection.inspected_to or inspection.day
    if first == last:
        return _day(first)
    begin = _day(first) if first.year != last.year else f"{first.day} {first:%B}"
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    return f"{begin}{form}{_day(last)}" if form is DateForm.DASH else f"{begin} {form} {_day(last)}"
