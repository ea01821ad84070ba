"""Reports on local authorities yield judgements of their own, or are named as another kind and nothing else."""

import pytest

from tests.feeds.ofsted_site.report.drafts import understood
from watcher.facts.inspection import Kind

ILACS = """Example City Council
Inspection of children’s social care services
Inspection dates: 17 September 2018
Judgement Grade
The impact of leaders on social work practice with
children and families
Requires improvement to
be good
The experiences and progress of children who need
help and protection
Inadequate
{care}
{overall}
Services have got worse. The experiences and progress of children who need help and protection: outstanding
"""
TOGETHER = "The experiences and progress of children in care and care leavers\nGood"
APART = (
    "The experiences and progress of children in care  Good\nThe experiences and progress of care leavers  Outstanding"
)
UNTIL_2017 = """Example City
Inspection of services for children in need of help and
protection, children looked after and care leavers
{sentence}
1. Children who need help and protection Inadequate
2. Children looked after and achieving
permanence Requires improvement
2.1 Adoption performance Good
2.2 Experiences and progress of care leavers Outstanding
3. Leadership, management and governance Requires improvement
The effectiveness of the Local Safeguarding Children Board is good
The LSCB requires improvement. {more}
"""
MORE = "Words " * 50


def judged(text: str) -> list[tuple[str, str]]:
    report = understood([text + MORE])
    assert (report.kind, report.urn, report.inspected) == (Kind.OTHER, None, None)
    assert report.what.startswith("local authority: inspection of")
    return [(judgement.area, judgement.grade.value) for judgement in report.judgements]


@pytest.mark.parametrize("overall", ["Overall effectiveness Inadequate", ""])
@pytest.mark.parametrize(("care", "number"), [(TOGETHER, 1), (APART, 2)])
def test_the_table_since_2018_is_read_with_and_without_an_overall_row(care: str, number: int, overall: str) -> None:
    found = judged(ILACS.format(care=care, overall=overall))
    assert [grade for area, grade in found if area == "overall"] == (["inadequate"] if overall else [])
    assert dict(found)["impact of leaders on social work practice with children and families"] == "requires improvement"
    assert dict(found)["experiences and progress of children who need help and protection"] == "inadequate"
    assert len([area for area, _ in found if "care" in area.split()]) == number
    assert dict(found).get("experiences and progress of care leavers") in (None, "outstanding")


@pytest.mark.parametrize(
    "sentence",
    [
        "Children’s services in Example City are inadequate",
        "The overall judgement is that children’s services are inadequate",
        "The overall judgement is inadequate",
    ],
)
def test_the_list_until_2017_is_read_and_the_safeguarding_board_is_left_out(sentence: str) -> None:
    assert judged(UNTIL_2017.format(sentence=sentence, more="")) == [
        ("overall", "inadequate"),
        ("children who need help and protection", "inadequate"),
        ("children looked after and achieving permanence", "requires improvement"),
        ("adoption performance", "good"),
        ("experiences and progress of care leavers", "outstanding"),
        ("leadership, management and governance", "requires improvement"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        ILACS.format(care="", overall="Overall effectiveness Inadequate"),
        UNTIL_2017.format(sentence="Something else", more=""),
        "Inspection of Example local authority children’s services. Overall effectiveness Inadequate",
    ],
)
def test_what_is_not_understood_is_another_kind_without_judgements(text: str) -> None:
    assert judged(text) == []
