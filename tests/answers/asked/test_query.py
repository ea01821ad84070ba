"""A question as an address: read within limits, every mistake told, and written back the same."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import day, home
from watcher.answers.asked.chosen import Chosen, filed_under, unknown
from watcher.answers.asked.given import LONGEST, MOST_VALUES, keys_of
from watcher.answers.asked.query import (
    MOST_TOLD,
    OF_CHANGES,
    OF_HOMES,
    OF_NAMES,
    OF_NUMBERS,
    Question,
    Takes,
    read_question,
)
from watcher.answers.asked.sorting import HOMES, NEWEST_FIRST, WORST_FIRST, Sorting
from watcher.config.settings import Settings
from watcher.judging.changes import What

TODAY = day("2026-11-29")
DERBY = replace(home("SC000001", owner="Elm North Limited"), local_authority="Derby")


def read(takes: Takes, query: str) -> Question:
    return read_question(takes, parse_qsl(query, keep_blank_values=True), TODAY)


def told(takes: Takes, query: str) -> list[str]:
    return [wrong.why for wrong in read(takes, query).wrong]


def test_every_parameter_means_what_the_option_of_that_name_does() -> None:
    asked = read(OF_CHANGES, "area=Derby&area=Leeds&rating=good&from=2018-08-01&to=2018-09-30&what=Recovered&page=3")
    assert asked.chosen == Chosen(area=("Derby", "Leeds"), rating=("good",))
    assert (asked.first, asked.last, asked.what) == (day("2018-08-01"), day("2018-09-30"), (What.RECOVERED,))
    assert (asked.page, asked.start, asked.sorting, asked.wrong) == (3, 200, NEWEST_FIRST, ())
    homes = read(OF_HOMES, "q=elm++house&text=derby&all=on&sort=-inspected&standing=inadequate")
    assert (homes.text, homes.with_gone, homes.sort) == ("elm house derby", True, Sorting("inspected", backwards=True))
    assert read(OF_NUMBERS, "by=year&by=Region").by == ("year", "region")


def test_a_form_sent_with_empty_fields_asks_for_nothing_by_them() -> None:
    asked = read(OF_HOMES, "owner=&area=+&q=&sort=&page=&all=")
    assert asked == Question(takes=OF_HOMES)
    assert (asked.query, asked.address("/homes"), asked.sorting) == ("", "/homes", WORST_FIRST)


@pytest.mark.parametrize(
    ("takes", "query", "sentence"),
    [
        (OF_HOMES, "ownr=x", "there is no filter 'ownr' here; did you mean 'owner'?"),
        (OF_NAMES, "from=2018-01-01", "there is no filter 'from' here"),
        (OF_HOMES, f"owner={'x' * 201}", "the owner is longer than 200 characters"),
        (OF_CHANGES, "from=2024-13-01", "'2024-13-01' is no day: write year, month and day, as in 2018-08-03"),
        (OF_CHANGES, "from=yesterday", "'yesterday' is no day"),
        (OF_CHANGES, "to=9999-12-31", "9999-12-31 is too far ahead: name a day until the end of 2027"),
        (OF_CHANGES, "from=0001-01-01", "0001-01-01 is before there was any inspection"),
        (OF_CHANGES, "from=2024-02-01&to=2024-01-01", "2024-01-01 is before 2024-02-01: swap the two days"),
        (OF_CHANGES, "what=recoverd", "there is no change 'recoverd'; did you mean 'recovered'?"),
        (OF_HOMES, "page=-1", "there is no page '-1': pages are counted from 1"),
        (OF_HOMES, "page=0", "there is no page '0'"),
        (OF_HOMES, f"page={'9' * 150}", "there is no page '9999"),
        (OF_HOMES, "page=١", "there is no page '١'"),
        (OF_HOMES, "sort=inspektion", "nothing can be sorted by 'inspektion'; did you mean 'inspected'?"),
        (OF_HOMES, "sort=zzz", "nothing can be sorted by 'zzz'; there is: area, inspected"),
        (OF_HOMES, "all=maybe", "'maybe' is neither yes nor no"),
        (OF_NUMBERS, "by=yaer", "there is no 'yaer'; did you mean 'year'?"),
        (OF_NUMBERS, "by=year,year", "each key can be asked for once"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_the_nearest_that_there_is(
    takes: Takes, query: str, sentence: str
) -> None:
    (why,) = told(takes, query)
    assert why.startswith(sentence)


def test_no_more_is_read_and_told_than_somebody_may_have_typed() -> None:
    many = "&".join(f"area=a{number}" for number in range(MOST_VALUES + 1))
    assert told(OF_HOMES, many) == ["51 values of area are too many: give up to 50"]
    assert len(read(OF_HOMES, many).chosen.area) == MOST_VALUES
    flood = "&".join(f"name{number}={'x' * 1000}" for number in range(5_000))
    assert len(told(OF_HOMES, flood)) == MOST_TOLD
    (wrong,) = read(OF_HOMES, "owner=" + "%E2%80%AE%0d%0a<script>" * 100).wrong
    assert len(wrong.value) <= 60
    assert wrong.value.isprintable()


def test_what_nothing_is_called_is_told_with_what_is() -> None:
    def among(chosen: Chosen) -> object:
        return unknown(chosen, lambda name: filed_under(DERBY, name), Settings.built_in())

    asked = read_question(OF_HOMES, [("area", "Darby"), ("area", "derby"), ("rating", "bad")], TODAY, among)  # type: ignore[arg-type]
    assert [(wrong.name, wrong.value) for wrong in asked.wrong] == [("rating", "bad"), ("area", "Darby")]
    assert asked.wrong[1].why == "no home of the history has the area 'Darby'; did you mean 'Derby'?"


def test_an_address_can_be_had_of_the_next_page_of_another_order_and_without_one_filter() -> None:
    asked = read(OF_HOMES, "page=2&q=elm&area=Derby&area=Leeds")
    assert asked.query == "area=Derby&area=Leeds&q=elm&page=2"
    assert asked.at_page(3).address("/homes") == "/homes?area=Derby&area=Leeds&q=elm&page=3"
    assert asked.without("area", "Derby").query == "area=Leeds&q=elm"
    assert asked.without("area").without("q").query == ""
    assert asked.sorted(Sorting("owner")).query == "area=Derby&area=Leeds&q=elm&sort=owner"
    assert asked.sorted(Sorting("owner")).sorted(WORST_FIRST).query == "area=Derby&area=Leeds&q=elm"
    log = read(OF_CHANGES, "what=recovered&what=dropped&from=2018-01-01")
    assert log.without("what", "recovered").query == "from=2018-01-01&what=dropped"
    assert log.without("from").without("what").query == ""
    assert Sorting("owner").reversed == Sorting("owner", backwards=True)


def test_by_what_numbers_are_told_is_read_as_the_command_reads_it() -> None:
    assert keys_of(" Year, region") == ("year", "region")


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=LONGEST).filter(
    lambda words: words == words.strip() != ""
)
QUESTIONS = st.builds(
    Question,
    takes=st.just(OF_HOMES),
    chosen=st.builds(
        Chosen, **{name: st.lists(WORDS, max_size=3, unique=True).map(tuple) for name in ("owner", "area", "watch")}
    ),
    text=st.text("abc é&=#+%", max_size=20).map(lambda text: " ".join(text.split())),
    sort=st.sampled_from([None, *(Sorting(by, backwards=True) for by in HOMES)]),
    page=st.integers(1, 10_000),
    with_gone=st.booleans(),
)


@given(QUESTIONS)
def test_a_question_written_as_an_address_is_read_back_the_same(question: Question) -> None:
    assert read(OF_HOMES, question.query) == question


@given(st.lists(st.tuples(st.sampled_from(["q", "page", "sort", "all", "from", "area", "x"]), st.text()), max_size=8))
def test_whatever_an_address_says_is_read_and_its_canonical_form_is_its_own(given: list[tuple[str, str]]) -> None:
    asked = read_question(OF_HOMES, given, TODAY)
    again = read(OF_HOMES, asked.query)
    assert (again.query, again.wrong) == (asked.query, ())


def test_days_are_days() -> None:
    assert read(OF_CHANGES, "from=2024-02-29").first == date(2024, 2, 29)
