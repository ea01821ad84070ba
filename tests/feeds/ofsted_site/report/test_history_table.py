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
        HEAD.strip() + " 1/11/2022 Full inspection Requires improvement\n24/2/2022 SC Interim Sustained effectiveness",
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
        ("24/02/2021 Monitoring visit", [("2021-02-24", "monitoring", "")]),
        ("24/02/2021 Full Adequate", [("2021-02-24", "full", "requires improvement")]),
        ("24/02/2021 Full\nInspection date\nGood", [("2021-02-24", "full", "good")]),
    ],
)
def test_a_row_may_have_no_word_or_an_old_one_and_a_new_page_may_repeat_the_head(
    row: str, read: list[tuple[str, str, str]]
) -> None:
    assert rows(HEAD + "01/11/2022 Full Good\n" + row) == [("2022-11-01", "full", "good"), *read]


@pytest.mark.parametrize(
    "row",
    [
        "24/02/2021 Full Causing concern",
        "31/11/2021 Full Good",
        "24/02/2021 Thematic Good",
        "24/02/2021 Good Full",
        "24/02/2021 Full Good and more",
        "24/02/2021",
        "24/02/2021 10/06/2020 Full Full Good Inadequate",
    ],
)
def test_a_table_with_a_row_that_is_not_understood_tells_nothing(row: str) -> None:
    assert rows(HEAD + "01/11/2022 Full Good\n" + row) == []
    assert rows(HEAD + row + "\n01/11/2020 Full Good") == []


@pytest.mark.parametrize(
    "printed",
    [
        "Full Good 14/05/2025\nFull Inadequate 10/06/2024\nFull Good 03/02/2023",
        "Full\nGood\n14/05/2025\nFull\nInadequate\n10/06/2024",
        "Full 14/05/2025 Good\nFull 10/06/2024 Inadequate",
        "14/05/2025\n10/06/2024\nFull\nFull\nGood\nInadequate",
        "The last one was this. 14/05/2025 Full Good",
        "",
    ],
)
def test_a_table_whose_cells_come_in_another_order_tells_nothing(printed: str) -> None:
    assert rows(HEAD + printed) == rows(printed) == []


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
