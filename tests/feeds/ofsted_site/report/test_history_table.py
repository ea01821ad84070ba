"""The rows of "Recent inspection history" are read however their cells are wrapped."""

import pytest

from tests.feeds.ofsted_site.report.drafts import drafted, understood

HEAD = "Inspection date  Inspection type  Inspection judgement\n"


def rows(history: str) -> list[tuple[str, str, str]]:
    report = understood(drafted(history=history))
    return [(row.inspected.isoformat(), row.kind.value, row.grade.value) for row in report.previous]


@pytest.mark.parametrize(
    "printed",
    [
        HEAD + "01/11/2022  Full  Requires improvement to be good\n24/02/2022  Interim  Sustained effectiveness",
        HEAD
        + "01/11/2022\nFull\nRequires\nimprovement to be good\n\n24/02/2022 \nInterim \nSustained\nEffectiveness \n",
        HEAD + "1/11/2022 Full inspection Requires improvement\n24/2/2022 SC Interim Sustained effectiveness",
    ],
)
def test_a_row_is_a_date_a_kind_and_a_word(printed: str) -> None:
    assert rows(printed) == [
        ("2022-11-01", "full", "requires improvement"),
        ("2022-02-24", "interim", "sustained effectiveness"),
    ]


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("01/11/2022 Full Causing concern", [("2022-11-01", "full", "unknown")]),
        ("01/11/2022 Monitoring visit", [("2022-11-01", "monitoring", "")]),
        ("01/11/2022 Full Adequate", [("2022-11-01", "full", "requires improvement")]),
        ("31/11/2022 Full Good", []),
        ("01/11/2022 Thematic Good", []),
        ("01/11/2022 Full Good " + "and more " * 10, []),
        ("", []),
    ],
)
def test_a_row_that_is_not_understood_is_left_out(row: str, read: list[tuple[str, str, str]]) -> None:
    assert rows(HEAD + row) == read


def test_a_row_twice_is_one() -> None:
    assert len(rows("01/11/2022 Full Good\n" * 5)) == 1


@pytest.mark.parametrize(
    ("printed", "last"),
    [
        ("Date of last inspection: 1 November 2022", "2022-11-01"),
        ("Date of last inspection\n01/11/2022", "2022-11-01"),
        ("Date of previous inspection: 01/11/2022", "2022-11-01"),
        ("Date of last inspection: this is the first", None),
        ("Date of last inspection:", None),
    ],
)
def test_the_date_of_the_last_inspection(printed: str, last: str | None) -> None:
    texts = drafted(enforcement="none\n\nDate of last inspection")
    texts[0] = texts[0].replace("Date of last inspection: 1 November 2022\n", f"{printed}\n")
    found = understood(texts).last
    assert (found.isoformat() if found else None) == last
