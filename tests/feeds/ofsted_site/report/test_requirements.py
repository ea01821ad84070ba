"""Requirements are rows of a table whose lines arrive in several orders; a date is given only where it is certain."""

import pytest

from tests.feeds.ofsted_site.report.drafts import day, drafted, findings, understood
from watcher.facts.quotes import Requirement
from watcher.feeds.ofsted_site.report.requirements import LONGEST, MOST

ONE = (
    "The protection of children standard is that children are protected.\n"
    "In particular, staff must act. (Regulation 12 (1)\n(2)(a)(i))"
)
TWO = "The registered person must write down what was done—\nand when. (Regulation 35 (3)(a))"
NOTE = "* These requirements are subject to a compliance notice."
PREFACE = (
    "This section sets out the actions that must be taken. The registered person(s) must\n"
    "comply within the given timescales.\n\n"
)
HEAD = "Requirement  Due date\n\n"


def first(text: str, due: str) -> str:
    line, _, rest = text.partition("\n")
    return f"{line} {due}\n{rest}\n"


def last(text: str, due: str) -> str:
    return f"{text} {due}\n"


def below(text: str, due: str) -> str:
    return f"{text}\n \n{due}\n \n"


def above(text: str, due: str) -> str:
    return f"{due}\n{text}\n"


def as_printed(text: str) -> str:
    return text.replace("\n", " ")


def required(statutory: str) -> list[tuple[str, str | None]]:
    return [
        (requirement.text, requirement.due.isoformat() if requirement.due else None)
        for requirement in findings(statutory=statutory).requirements
    ]


@pytest.mark.parametrize("arranged", [first, last, below, above])
@pytest.mark.parametrize("dates", [("31/08/2018", "7/9/2018"), ("31 August 2018", "7 September 2018")], ids=str)
@pytest.mark.parametrize("before", [PREFACE + HEAD, HEAD, "Requirement\nDue date\n", PREFACE, ""], ids=repr)
@pytest.mark.parametrize("one", [ONE, ONE.replace("\n", " "), "12: " + ONE, "11 (2001) " + ONE], ids=range(4))
def test_every_arrangement_of_the_table_is_read(
    one: str, before: str, dates: tuple[str, str], arranged: object
) -> None:
    assert callable(arranged)
    table = before + arranged(one, dates[0]) + arranged(TWO, dates[1])
    assert required(table) == [(as_printed(one), "2018-08-31"), (as_printed(TWO), "2018-09-07")]


TITLED = (
    "12: The protection of children standard{first}\n \nThe example says that the registered person must ensure—\n \n"
    "(2) (a) that staff—\n(i) look after the children at all times; and\n(b) that the doors are closed.{last}\n"
)
WITH_A_REMARK = (
    "The care planning standard is that children have plans.{first}\n \nIn particular, staff must—\nread the plans; "
    "and\nfollow them. (Regulation 14 (1)(a)\n(2)(b))\n \nThis specifically relates to\nplans for the night.{last}\n"
)


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("below", ["", "\n"], ids=["beside", "below"])
def test_rows_of_several_paragraphs_keep_together(place: str, below: str) -> None:
    def row(text: str, due: str) -> str:
        printed = f"{below if place == 'last' else ''} {due}"
        return text.format_map({"first": "", "last": "", place: printed})

    table = HEAD + row(TITLED, "30 September 2024") + row(WITH_A_REMARK, "1 October 2024")
    assert required(table) == [
        (" ".join(TITLED.format(first="", last="").split()), "2024-09-30"),
        (" ".join(WITH_A_REMARK.format(first="", last="").split()), "2024-10-01"),
    ]


def test_one_requirement_alone_is_read() -> None:
    for arranged in (first, last, below):
        assert required(PREFACE + HEAD + arranged(TWO, "31/08/2018")) == [(as_printed(TWO), "2018-08-31")]


@pytest.mark.parametrize(
    "table",
    [
        f"{ONE}\n{TWO}\n",
        f"{ONE}\n{TWO} 31/08/2018\n",
        f"{first(ONE, '31/08/2018')}{TWO}\n",
        f"{first(ONE, '30/02/2018')}{first(TWO, '31/02/2018')}",
        # One row reads as two whose dates stand last, or as one whose date stands first and another that has none.
        f"{first(last(ONE, '1/8/2018'), '31/08/2018')}{TWO}",
    ],
)
def test_a_date_in_doubt_is_not_given_and_the_text_is_kept(table: str) -> None:
    found = required(PREFACE + HEAD + table)
    assert {due for _, due in found} == {None}
    assert " ".join(text for text, _ in found) == as_printed(f"{ONE} {TWO}")


def test_a_table_that_can_be_cut_in_two_ways_gives_no_dates() -> None:
    lines = ["Staff must act. 1/8/2018", "Leaders must lead.", "Records must be kept. 2/8/2018"]
    assert {due for _, due in required(HEAD + "\n".join(lines))} == {None}


def test_the_date_of_a_row_is_not_one_that_its_prose_ends_a_line_with() -> None:
    wrapped = "Staff must act, as they have not done since 5 June 2018\nwhen it began. (Regulation 12 (1))"
    found = required(HEAD + below(wrapped, "31/08/2018") + below(TWO, "1/9/2018"))
    assert ("2018-06-05") not in [due for _, due in found]


def test_a_star_stays_and_what_it_means_is_told_with_it() -> None:
    found = required(HEAD + below(ONE + "*", "31/08/2018") + below(TWO, "1/9/2018") + NOTE)
    assert found == [(f"{as_printed(ONE)}* […] {NOTE}", "2018-08-31"), (as_printed(TWO), "2018-09-01")]
    assert required(HEAD + below(ONE, "31/08/2018*") + NOTE) == [(f"{as_printed(ONE)}* […] {NOTE}", "2018-08-31")]


def test_a_long_row_is_cut_at_a_word_and_keeps_what_its_star_means() -> None:
    long = "The registered person must " + "act and " * 100 + "write. (Regulation 12 (1))"
    ((text, _),) = required(HEAD + below(long, "31/08/2018"))
    assert (len(text) <= LONGEST, text[-7:]) == (True, " act …") or text.endswith(" and …")
    ((text, _),) = required(HEAD + below(long + "*", "31/08/2018") + NOTE)
    assert len(text) <= LONGEST
    assert text.endswith(f"… […] {NOTE}")


def test_only_so_many_are_quoted_and_the_rest_is_counted() -> None:
    rows = "".join(below(f"Staff must act {n} times. (Regulation {n} (1))", "31/08/2018") for n in range(10, 20))
    found = findings(statutory=HEAD + rows)
    assert (len(found.requirements), found.more_requirements) == (MOST, 10 - MOST)


def test_a_row_that_a_page_breaks_belongs_to_the_page_where_it_begins() -> None:
    header = "\fInspection report for children's home: SC123456\n5\n\n"
    texts = drafted(statutory=HEAD + ONE.replace("\n", header, 1) + "\n31/08/2018")
    found = understood([page for text in texts for page in text.split("\f")]).findings
    assert found.requirements == (Requirement(text=as_printed(ONE), page=4, due=day("2018-08-31")),)


def test_recommendations_and_what_follows_are_no_requirements() -> None:
    assert findings().requirements == ()


def test_bullets_without_regulations_are_rows() -> None:
    assert required("• Staff must act\nat once.\n• Leaders must lead.") == [
        ("Staff must act at once.", None),
        ("Leaders must lead.", None),
    ]
