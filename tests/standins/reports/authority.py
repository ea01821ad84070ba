"""Reports on local authorities in the layouts of 2013 to 2026, with invented names and prose."""

from collections.abc import Sequence
from datetime import date

from tests.standins.reports.plain_pdf import pdf_of
from watcher.facts.inspection import Home, Inspection, Kind

LABELS = (
    ("The impact of leaders on social work", "practice with children and families"),
    ("The experiences and progress of", "children who need help and protection "),
    ("The experiences and progress of", "children in care "),
    ("The experiences and progress of care", "leavers "),
)
MISPRINTED = (*LABELS[:3], ("The experiences and progress of ", "children care leavers  "))
TOGETHER = (*LABELS[:2], ("The experiences and progress of children in care and", "care leavers"))
ITEMS = (
    "1. Children who need help and protection",
    "2. Children looked after and achieving\npermanence",
    "2.1 Adoption performance",
    "2.2 Experiences and progress of care leavers",
    "3. Leadership, management and governance",
)
TITLES = (
    "Inspection of Exampleshire local authority\nchildren’s services ",
    "Inspection of Exampleton Children and\nFamilies Trust ",
    "Exampleton Borough Council\nInspection of local authority children’s services ",
    "Inspection of Exampleshire Council local\nauthority children’s services ",
    "City of Exampleton Metropolitan District\nCouncil\nInspection of children’s social care services ",
)
PROSE = (
    "Example text: since the inspection of local authority children’s services in Exampleton in June 2022, when they\n"
    "were judged to be good in all areas, nothing has changed. Outstanding practice is invented here, and the overall\n"
    "effectiveness is not yet Good.\n"
)


def since_2018(
    grades: Sequence[str],
    labels: Sequence[Sequence[str]] = LABELS,
    *,
    overall: str | None = None,
    title: str = TITLES[0],
    prose: str = PROSE,
    dates: str = "8 to 19 June 2026",
) -> str:
    """A table with a row for each label, and an overall one where that is given."""
    rows = [(*label, grade) for label, grade in zip(labels, grades, strict=True)]
    table = "\n".join("\n".join(row) for row in rows)
    last = f"\nOverall effectiveness {overall} " if overall else ""
    lines = f"Inspection dates: {dates}\nLead inspector: Post vacant, His Majesty’s Inspector\n"
    return f" \n1 \n{title}\n{lines}Judgement Grade \n{table}{last}\n{prose}"


def until_2017(
    sentence: str, grades: Sequence[str], between: str = "", dates: str = "2 July 2014 – 23 July 2014"
) -> str:
    """A sentence, a numbered list, and a judgement on the safeguarding board."""
    items = "\n".join(f"{item} {grade}" for item, grade in zip(ITEMS, grades, strict=True))
    return (
        "1 \nExampleton City Council\nInspection of services for children in need of help and\n"
        "protection, children looked after and care leavers\nand\nReview of the effectiveness of the Local "
        f"Safeguarding Children\nBoard1\nInspection date: {dates}\n"
        f"Report published: 8 September 2014\n{sentence}\n{between}{items}\n"
        "1 Ofsted produces this example under its power to combine examples.\n"
        "The effectiveness of the Local Safeguarding Children Board is good.\nThe LSCB requires improvement.\n"
        "4. Example footnote Good\n"
    )


def letter(
    visit: str = "Focused visit to Exampleton Council children’s services", dates: str = "27 and\n28 February 2018"
) -> str:
    """The letter on a visit without grades."""
    return (
        f"22 March 2018\nDirector of Children’s Services\nExampleton Council\n{visit}\n"
        f"This letter summarises the findings of a focused visit to Exampleton Council on {dates}. "
        "The inspectors were invented.\nExample text: the front door is good, and the rest is inadequate.\n"
    )


def authority_pdf(text: str) -> bytes:
    """A file with one of these texts and so much more that it is no scan."""
    return pdf_of(text + "Example text: nothing of this is about anybody.\n" * 10)


_SINCE_2018 = dict(zip(("leaders", "protected", "in care", "care leavers"), LABELS, strict=True))
_UNTIL_2017 = ("protected", "looked after", "adoption", "care leavers", "leaders")


def authority_report(authority: Home, inspection: Inspection) -> bytes:
    """The report file of an inspection of an authority, or the letter on a visit to it, in the layout of its time."""
    name, day = authority.name or "Exampleton", inspection.day
    grades = {judgement.area: judgement.grade.words.capitalize() for judgement in inspection.judgements}
    printed = f"{day.day} {day:%B %Y}"
    if inspection.kind is not Kind.FULL:
        text = letter(f"{str(inspection.kind).capitalize()} visit to {name} children’s services", printed)
    elif day < date(2018, 1, 1):
        sentence = f"The overall judgement is {grades['overall'].lower()}"
        text = (
            until_2017(sentence, [grades.get(area, grades["overall"]) for area in _UNTIL_2017], dates=printed)
            + f"In {name}.\n"
        )
    else:
        areas = [area for area in _SINCE_2018 if area in grades]
        text = since_2018(
            [grades[area] for area in areas],
            [_SINCE_2018[area] for area in areas],
            overall=grades.get("overall"),
            title=f"Inspection of {name} local authority\nchildren’s services ",
            dates=printed,
        )
    return authority_pdf(text)
