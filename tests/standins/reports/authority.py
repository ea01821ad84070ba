"""Reports on local authorities in the layouts of 2013 to 2026, with invented names and prose."""

from collections.abc import Sequence

from tests.standins.reports.plain_pdf import pdf_of

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
) -> str:
    """A table with a row for each label, and an overall one where that is given."""
    rows = [(*label, grade) for label, grade in zip(labels, grades, strict=True)]
    table = "\n".join("\n".join(row) for row in rows)
    last = f"\nOverall effectiveness {overall} " if overall else ""
    dates = "Inspection dates: 8 to 19 June 2026\nLead inspector: Post vacant, His Majesty’s Inspector\n"
    return f" \n1 \n{title}\n{dates}Judgement Grade \n{table}{last}\n{prose}"


def until_2017(sentence: str, grades: Sequence[str], between: str = "") -> str:
    """A sentence, a numbered list, and a judgement on the safeguarding board."""
    items = "\n".join(f"{item} {grade}" for item, grade in zip(ITEMS, grades, strict=True))
    return (
        "1 \nExampleton City Council\nInspection of services for children in need of help and\n"
        "protection, children looked after and care leavers\nand\nReview of the effectiveness of the Local "
        "Safeguarding Children\nBoard1\nInspection date: 2 July 2014 – 23 July 2014\n"
        f"Report published: 8 September 2014\n{sentence}\n{between}{items}\n"
        "1 Ofsted produces this example under its power to combine examples.\n"
        "The effectiveness of the Local Safeguarding Children Board is good.\nThe LSCB requires improvement.\n"
        "4. Example footnote Good\n"
    )


def letter(visit: str = "Focused visit to Exampleton Council children’s services") -> str:
    """The letter on a visit without grades."""
    return (
        f"22 March 2018\nDirector of Children’s Services\nExampleton Council\n{visit}\n"
        "This letter summarises the findings of a focused visit to Exampleton Council on 27 and\n28 February 2018. "
        "The inspectors were invented.\nExample text: the front door is good, and the rest is inadequate.\n"
    )


def authority_pdf(text: str) -> bytes:
    """A file with one of these texts and so much more that it is no scan."""
    return pdf_of(text + "Example text: nothing of this is about anybody.\n" * 10)
