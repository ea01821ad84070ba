"""The lines of generated reports in the layouts of 2013-15 and 2015-17."""

from collections.abc import Iterator, Sequence

from tests.standins.reports.layout import Layout
from tests.standins.reports.plain_pdf import NEW_PAGE
from tests.standins.reports.prose import (
    ABOUT_THE_HOME,
    ENFORCEMENT,
    RECOMMENDATION,
    prose,
    requirements,
    table,
    wrapped,
)
from watcher.facts.inspection import Home, Inspection, Kind, grade_values

_LABELS_OF_2016 = (
    ("overall", "The overall experiences and progress of", "children and young people living in the home are"),
    ("protected", "How well children and young people are helped and", "protected"),
    ("leaders", "The impact and effectiveness of leaders and", "managers"),
)
_LABELS_OF_2013 = (
    ("overall", "Overall effectiveness"),
    ("outcomes", "Outcomes for children and young people"),
    ("quality of care", "Quality of care"),
    ("protected", "Safeguarding children and young people"),
    ("leaders", "Leadership and management"),
)


def lines_of_2016(home: Home, inspection: Inspection, previous: Sequence[Inspection], layout: Layout) -> Iterator[str]:
    """Judgements on the front page and again above their sections, requirements before them."""
    grades = _printed(inspection)
    yield from ("Inspection report for children's home", "", "Inspection dates", f"{inspection.inspected:%d/%m/%Y}")
    yield from ("Unique reference number", home.id, "Type of inspection", str(inspection.kind).capitalize())
    yield from ("Provision subtype", "Children's home", "Registered manager", "Post vacant", "")
    yield from (f"Registered provider: {home.owner or 'Example Care Limited'}", "Responsible individual: Post vacant")
    yield from _last(previous)
    yield from _enforcement(inspection)
    for area, *label in _LABELS_OF_2016:
        if area in grades:
            yield from (*label, grades[area])
    yield NEW_PAGE + "What does the children's home need to do to improve?"
    yield from _statutory(inspection, layout, "2016", "Requirement  Due date")
    yield from (NEW_PAGE + "Full report", "", "Information about this children's home", "")
    yield from (*wrapped(ABOUT_THE_HOME.format(places=home.places or "four")), "", *_recent(previous), "")
    yield from ("Inspection judgements", "Judgement grade", "")
    for area, *label in _LABELS_OF_2016:
        if area in grades:
            yield from (*label, grades[area], "", *prose(area, grades[area], ("9", "")))
    yield from ("What inspection judgements mean", "", "Example text: they mean what they say.")


def lines_of_2013(home: Home, inspection: Inspection, previous: Sequence[Inspection], layout: Layout) -> Iterator[str]:
    """Five judgements, each an outcome under its heading, and numbered requirements."""
    grades = _printed(inspection)
    yield from ("Inspection report for children's home", "", f"Unique reference number {home.id}")
    yield from (f"Inspection date {inspection.inspected:%d/%m/%Y}", "Inspector Post vacant")
    yield from (f"Type of inspection {str(inspection.kind).capitalize()}", "Provision subtype Children's home", "")
    yield from _last(previous)
    yield from (NEW_PAGE + "Service information", "", "Brief description of the service", "")
    yield from (*wrapped(ABOUT_THE_HOME.format(places=home.places or "four")), "")
    yield from ("The inspection judgements and what they mean", "", "Inadequate: example text about the scale", "")
    for area, label in _LABELS_OF_2013:
        if area in grades:
            yield from (label, "", f"Judgement outcome: {grades[area].lower()}", "", *prose(area, grades[area], ("9",)))
        if area == "overall" and area in grades:
            yield "Areas for improvement"
            yield from _statutory(inspection, layout, "2013", "Reg. Requirement Due date")
    yield from ("What inspection judgements mean", "", "Example text: they mean what they say.")


def _printed(inspection: Inspection) -> dict[str, str]:
    words = {judgement.area: judgement.grade.words for judgement in inspection.judgements}
    return {area: words[area].capitalize() for area in grade_values(inspection)}


def _last(previous: Sequence[Inspection]) -> Iterator[str]:
    if previous:
        yield f"Date of last inspection {previous[0].inspected:%d/%m/%Y}"


def _enforcement(inspection: Inspection) -> Iterator[str]:
    is_inadequate = any(judgement.grade.is_inadequate for judgement in inspection.judgements)
    yield from ("Enforcement action since last inspection", *(wrapped(ENFORCEMENT) if is_inadequate else ("None",)))
    yield from ("This inspection", "")


def _recent(previous: Sequence[Inspection]) -> Iterator[str]:
    yield from ("Recent inspection history", "Inspection date  Inspection type  Inspection judgement")
    for earlier in previous[:4]:
        grade = earlier.grade(earlier.headline)
        yield f"{earlier.inspected:%d/%m/%Y}  {str(earlier.kind).capitalize()}  {grade.words if grade else ''}"


def _statutory(inspection: Inspection, layout: Layout, of: str, head: str) -> Iterator[str]:
    if inspection.kind is Kind.FULL and (rows := requirements(inspection, of)):
        preface = (
            "Example text: this section sets out the actions which must be taken so that the registered person/s meets "
            "the example act and regulations. The registered person must comply within the given timescales."
        )
        yield from ("Statutory Requirements", *wrapped(preface), head, *table(rows, layout), "")
    yield from ("Recommendations", *wrapped("• " + RECOMMENDATION), "")
