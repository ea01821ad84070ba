"""Lists, numbers and names of homes of several regulators: a line for each, never a sum across."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.nations import AUTHORITY, BEFORE, CQC, KEYS, NOW, SCOTLAND, SETTINGS, WALES, graded, home, take_all
from tests.shapes.schemas import validator
from watcher.answers.asked.chosen import Chosen, NothingSoCalledError
from watcher.answers.counts.names import owners
from watcher.answers.counts.numbers import numbers
from watcher.answers.homes.homes import HomesNow, homes_now
from watcher.answers.log.change_words import change_words, day_of_row, no_publication
from watcher.answers.log.changes import changes
from watcher.answers.told.about_home import about_home
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import absorb

Ask = Callable[..., HomesNow]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedHistory:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("nations"), with_bundle=False)
    take_all(history)
    return history


@pytest.fixture
def ask(history: EmbeddedHistory) -> Ask:
    return lambda **chosen: homes_now(history, SETTINGS, Chosen(**chosen), NOW)


def test_each_regulator_has_a_line_of_its_own(ask: Ask) -> None:
    assert ask().below[:5] == (
        "CQC, England: 1 care home: 1 inadequate",
        "Ofsted, England: 1 children's home: 1 inadequate",
        "Ofsted, local authorities in England: 1 local authority: 1 inadequate",
        "Care Inspectorate, Scotland: 1 care home: 1 weak",
        "Care Inspectorate Wales: 1 care home: 1 requires significant improvement",
    )
    assert ask(regulator=("scotland",)).below[0] == "Care Inspectorate, Scotland: 1 care home: 1 weak"
    assert ask(regulator=("ofsted-la",)).below[0].startswith("Ofsted, local authorities in England: 1 local authority")


def test_the_page_of_an_authority_calls_it_one_and_asks_for_no_owner(history: EmbeddedHistory, ask: Ask) -> None:
    pages = {now.home.key: about_home(history, SETTINGS, now, NOW, with_people=False) for now in ask().homes}
    assert (pages[AUTHORITY].thing, pages[AUTHORITY].has_owners) == ("local authority", False)
    assert (pages[SCOTLAND].thing, pages[SCOTLAND].has_owners) == ("service", True)


def test_an_owner_of_homes_in_two_nations_is_told_of_each(tmp_path_factory: pytest.TempPathFactory) -> None:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("owner"), with_bundle=False)
    homes = [replace(home(key), owner="Both Care") for key in (CQC, SCOTLAND)]
    found = (
        graded(SCOTLAND, {"leadership": "Unsatisfactory"}, published="2026-01-04"),
        graded(CQC, {"overall": "Good"}, published="2026-01-05"),
    )
    history.commit(absorb(history, homes, found, BEFORE).transaction())
    below = homes_now(history, SETTINGS, Chosen(owner=("Both Care",)), NOW).below
    assert below == (
        "Both Care (CQC, England): 1 care home: 1 good",
        "Both Care (Care Inspectorate, Scotland): 1 care home: 1 unsatisfactory",
        "CQC, England: 1 care home: 1 good",
        "Care Inspectorate, Scotland: 1 care home: 1 unsatisfactory",
    )
    sheet = owners(history, SETTINGS, Chosen(), "", NOW)
    assert [(row["regulator"], row["inadequate"]) for row in sheet.rows] == [("scotland", 1), ("cqc", 0)]
    assert sheet.columns[1].key == "regulator"


def test_whatever_counts_as_inadequate_with_its_own_regulator_stands_so(ask: Ask) -> None:
    assert {now.home.key for now in ask(standing=("inadequate",)).homes} == {*KEYS}
    assert [now.home.key for now in ask(rating=("weak",)).homes] == [SCOTLAND]


@pytest.mark.parametrize(("said", "key"), [("Care Inspectorate Wales", WALES), ("cqc", CQC), ("OFSTED-LA", AUTHORITY)])
def test_a_regulator_is_found_by_key_or_name(ask: Ask, said: str, key: str) -> None:
    assert [now.home.key for now in ask(regulator=(said,)).homes] == [key]


def test_a_regulator_that_nothing_is_called_is_a_mistake(history: EmbeddedHistory) -> None:
    with pytest.raises(NothingSoCalledError):
        numbers(history, SETTINGS, Chosen(regulator=("Estyn",)), ("year",), NOW.date())


def test_programs_get_null_for_a_day_that_is_not_published(ask: Ask) -> None:
    rows = {now.home.key: now.contract(NOW.date()) for now in ask().homes}
    for row in rows.values():
        validator("homes").validate(row)
    assert [(rows[key]["inspected"], rows[key]["published"], rows[key].get("seen")) for key in (SCOTLAND, WALES)] == [
        (None, "2026-04-13", None),
        (None, None, "2026-04-16"),
    ]
    assert rows[SCOTLAND]["headline"] == {"area": "leadership", "grade": "weak"}


def test_numbers_say_by_which_days_each_regulator_is_counted(history: EmbeddedHistory) -> None:
    sheet = numbers(history, SETTINGS, Chosen(), ("year",), NOW.date()).sheet
    assert "CQC, England: by the day published, from 1 March 2026" in sheet.about
    assert "Care Inspectorate Wales: by the day first seen, from 1 March 2026" in sheet.about
    assert "Care Inspectorate, Scotland: What counts as inadequate here: weak or unsatisfactory." in sheet.below
    assert {row["regulator"] for row in sheet.rows} == {key.partition(":")[0] for key in KEYS}


def test_the_log_has_the_regulators_words_and_days(history: EmbeddedHistory) -> None:
    span = NOW.date().replace(month=1), NOW.date()
    rows = {row["home"]: row for row in changes(history, SETTINGS, Chosen(), span, NOW).rows}
    for row in rows.values():
        validator("changes").validate(row)
    assert change_words(rows[SCOTLAND]) == "dropped to weak"
    assert rows[SCOTLAND]["change"] == "dropped to inadequate"
    assert (day_of_row(rows[WALES]), no_publication(rows[WALES])) == (
        "2026-04-16",
        "first seen on this day; its publisher gives no date",
    )


def test_a_homes_page_says_which_day_is_known(history: EmbeddedHistory, ask: Ask) -> None:
    (now,) = ask(regulator=("wales",)).homes
    about = about_home(history, SETTINGS, now, NOW, with_people=False)
    assert [(fact.label, fact.value) for fact in about.visits] == [
        ("First seen", "16 April 2026 (its publisher gives no date)")
    ]
    assert about.rating is not None
    assert about.rating.note == "The lowest of four themes (environment)"
    assert about.inspections[0].inspected == "first seen 16 Apr 2026"
