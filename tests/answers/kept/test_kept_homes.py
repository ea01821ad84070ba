"""Homes as pages ask for them: as the command tells them, whatever was committed since they were first asked for."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import MagicMock

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from tests.answers.committed import COMMITS, Commit, beginning, read, take, withdraw
from tests.builders import day, home, inspection
from watcher.answers.asked.chosen import Chosen, NothingSoCalledError, require_known
from watcher.answers.asked.sorting import HOMES, WORST_FIRST, Sorting
from watcher.answers.homes.beside import Kind
from watcher.answers.homes.count import NOT_GRADED
from watcher.answers.homes.homes import homes_now
from watcher.answers.kept.kept import Kept
from watcher.answers.sheet import Row
from watcher.config.settings import Settings
from watcher.facts.quotes import Findings, Requirement
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.kept_entries import KeptEntries
from watcher.history.entries import read_entry
from watcher.history.protocol import Told, Transaction
from watcher.judging.judge import judge
from watcher.judging.register import Entry
from watcher.messages.alert import Alert
from watcher.watching.listed import HomeList, ListedHome

NOW = datetime(2025, 4, 10, 12, tzinfo=UTC)
LISTED = {"SC478986": ListedHome(id="SC478986", row=2, label="Quux  House"), "9": ListedHome(id="9", row=3)}
SETTINGS = Settings.model_validate({
    "feeds": {"ofsted": {"kind": "ofsted-site"}},
    "channels": {"screen": {"kind": "console"}},
    "groups": {"Esland": ["Esland North Ltd", "Esland South Limited"], "Elm": ["Elm Homes Ltd", "Ash plc"]},
    "watch": [
        {"name": "derby", "local_authority": ["Derby"], "to": ["screen"]},
        {"name": "east", "region": ["East Midlands"], "group": ["Elm"], "to": ["screen"]},
        {"name": "mine", "to": ["screen"], "listed": HomeList("m.csv", Path("m.csv"), LISTED)},
    ],
})  # fmt: skip
OTHERS = SETTINGS.model_copy(update={"groups": {"Oak": ["Oak Care Ltd"]}, "watch": SETTINGS.watch[:1]})
QUESTIONS = (
    Chosen(),
    Chosen(area=("Derby", "leeds")),
    Chosen(region=("East Midlands",), type=("children's home",)),
    Chosen(owner=("Elm Homes Limited",), standing=("inadequate",)),
    Chosen(group=("Elm", "Esland"), rating=("Good",)),
    Chosen(watch=("derby", "east")),
    Chosen(watch=("mine",)),
    Chosen(area=("York",), regulator=("ofsted",), constituency=("Nowhere",)),
)
SORTS = [Sorting(by, backwards) for by in HOMES for backwards in (False, True)]


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    beginning(history)
    yield history
    history.close()


def kept(history: EmbeddedHistory, settings: Settings = SETTINGS) -> Kept:
    return Kept(history, lambda: settings)


def told(answers: Kept, now: datetime = NOW) -> list[Any]:
    """Everything that can be asked of homes, in every order."""
    return [
        *(answers.homes(chosen, now, with_gone=gone) for chosen in QUESTIONS for gone in (False, True)),
        *(answers.homes(Chosen(), now, with_gone=True, sort=sort) for sort in SORTS),
        *(list(answers.home_rows(chosen, now, with_gone=True, text="elm").rows) for chosen in QUESTIONS),
        *(answers.home(key, now) for key in sorted(answers.every(now).cards)),
    ]


@pytest.mark.parametrize("chosen", QUESTIONS)
@pytest.mark.parametrize("gone", [False, True])
def test_the_pages_together_are_the_answer_of_the_command(
    bundled: EmbeddedHistory, chosen: Chosen, *, gone: bool
) -> None:
    answers, plain = kept(bundled), homes_now(bundled, SETTINGS, chosen, NOW, with_gone=gone)
    pages = [answers.homes(chosen, NOW, with_gone=gone, first=first) for first in range(0, len(plain.homes) + 1, 100)]
    assert tuple(home for page in pages for home in page.homes) == plain.homes
    assert all(replace(page, homes=()) == replace(plain, homes=()) for page in pages)
    rows = answers.home_rows(chosen, NOW, with_gone=gone)
    sheet = plain.sheet()
    assert (list(rows.rows), list(rows.keys)) == (list(sheet.rows), list(sheet.keys))


def test_homes_fit_as_each_of_them_would_by_itself(bundled: EmbeddedHistory) -> None:
    every, homes = kept(bundled).every(NOW), {entry.home.key: entry.home for entry in bundled.register()}
    for chosen in (
        *QUESTIONS,
        Chosen(type=("Boarding School", "secure children's home"), constituency=("Derby South",)),
    ):
        fits = every.facets.fitting(chosen, SETTINGS, every.day)
        one_by_one = {
            key for key, home in homes.items() if chosen.fits(every.regions.corrected(home), SETTINGS, every.day)
        }
        assert set(homes if fits is None else fits) == one_by_one


def test_what_lists_are_made_of_is_what_each_home_by_itself_says(bundled: EmbeddedHistory) -> None:
    every = kept(bundled).every(NOW)
    assert every.cards.keys() == {entry.home.key for entry in bundled.register()}
    values = {by: every._all(by) for by in ("rating_since", "inspected", "next_due")}
    counted = dict[Kind, Counter[str]]()
    for entry in bundled.register():
        key, now = entry.home.key, every.standing(entry)
        assert (key in every.there, every.cards[key].rating) == (now.is_there, now.rating)
        due = now.next_due.first if now.next_due else None
        assert [values[by][key] for by in values] == [now.rating_since, now.inspected, due]
        if now.is_there:
            counted.setdefault((entry.home.regulator, entry.family), Counter())[now.rating or NOT_GRADED] += 1
    assert {kind: count.grades for kind, count in every.counted.items()} == counted
    assert sum(value is not None for value in values["next_due"].values()) > 1000


def test_whole_homes_are_read_of_those_alone_that_are_shown(
    bundled: EmbeddedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walked(*_: object) -> Iterator[Entry]:
        raise AssertionError("every home was read")

    bundled.forget_derived()  # nothing is at hand
    reading = MagicMock(side_effect=read_entry)
    monkeypatch.setattr("watcher.history.embedded.kept_entries.read_entry", reading)
    monkeypatch.setattr(KeptEntries, "all", walked)
    for sort in SORTS:
        page = kept(bundled).homes(Chosen(type=("children's home",)), NOW, text="care", sort=sort, most=3)
        assert (len(page.homes), page.total > 100) == (3, True)
    assert reading.call_count <= len(SORTS) * 3


SORTED: dict[str, Callable[[Row], Any]] = {
    "number": lambda row: row["id"].casefold(),
    "area": lambda row: row["local_authority"] and row["local_authority"].casefold(),
    "rating": lambda row: {"outstanding": 1, "good": 2, "requires improvement": 3, "inadequate": 4}.get(row["rating"]),
    "rating_since": lambda row: row["rating_since"],
    "inspected": lambda row: row["inspected"],
    "next_due": lambda row: row["next_due"] and row["next_due"]["from"],
}


@pytest.mark.parametrize("by", SORTED)
@pytest.mark.parametrize("backwards", [False, True])
def test_rows_stand_in_the_order_asked_for_and_what_is_not_known_last(
    bundled: EmbeddedHistory, by: str, *, backwards: bool
) -> None:
    homes = Chosen(type=("children's home",), region=("East Midlands",))
    rows = kept(bundled).home_rows(homes, NOW, with_gone=True, sort=Sorting(by, backwards)).rows
    values = [SORTED[by](row) for row in rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=backwards)
    assert values == known + [None] * (len(values) - len(known))
    assert len(set(map(str, known))) > 3


def test_words_are_looked_for_in_number_label_name_area_and_owner(bundled: EmbeddedHistory) -> None:
    answers = kept(bundled)

    def found(text: str, chosen: Chosen = QUESTIONS[0]) -> set[str]:
        return {now.home.id for now in answers.homes(chosen, NOW, text=text, most=10_000).homes}

    assert found("sc478986") == found("QUUX house") == found("SC478986 derby esland") == {"SC478986"}
    assert found("house quux", OTHERS_CHOSEN) == set()
    assert found("esland") == {now.home.id for now in answers.homes(Chosen(group=("Esland",)), NOW, most=999).homes}
    assert found("\u202e no such words \x00") == set()
    page = answers.homes(Chosen(area=("Derby",)), NOW, text="esland")
    assert page.below[0].startswith(f"Derby; “esland”: {page.total} home")
    assert answers.homes(Chosen(), NOW, text="nobody").below[0].startswith("None: ")


OTHERS_CHOSEN = Chosen(watch=("derby",))
"""Whoever asks by a watch without a list has no labels."""


def test_one_home_stands_as_it_does_among_all(bundled: EmbeddedHistory) -> None:
    answers = kept(bundled)
    assert (answers.home("ofsted:SC478986", NOW),) == homes_now(bundled, SETTINGS, Chosen(watch=("mine",)), NOW).homes
    assert answers.home("ofsted:SC999999", NOW) is None


def test_what_nothing_is_called_is_told_as_the_command_tells_it(bundled: EmbeddedHistory) -> None:
    answers = kept(bundled)
    wrong = Chosen(area=("Darby",), watch=("derby",), owner=("Esland Nort Limited",))
    said = [f"{one.what}{one.near}" for one in answers.unknown(wrong, NOW)]
    assert said == [
        "no home of the history has the owner 'Esland Nort Limited'; did you mean 'Esland North Limited'?",
        "no home of the history has the area 'Darby'; did you mean 'Derby'?",
    ]
    with pytest.raises(NothingSoCalledError, match=re.escape(said[0])):
        require_known(wrong, (entry.home for entry in bundled.register()), SETTINGS)
    assert not [*answers.unknown(Chosen(area=("DERBY",), group=("Elm",), rating=("good",)), NOW)]


def test_nothing_is_made_anew_where_no_home_altered_and_next_to_nothing_where_one_did(small: EmbeddedHistory) -> None:
    answers = kept(small)
    before = answers.every(NOW)
    read(small)
    assert answers.every(NOW + timedelta(minutes=1)) is before
    assert answers.homes(Chosen(), NOW).about.startswith(
        "Ofsted: official list of 31 March 2024, last read 12:00, 2 March"
    )
    take(small, [home("SC000003", as_of="2025-01-01")])
    after = answers.every(NOW)
    assert after.changed == {"ofsted:SC000003"}
    assert after.cards["ofsted:SC000001"] is before.cards["ofsted:SC000001"]


def test_a_due_day_that_a_reading_brings_moves_its_home_to_the_front(small: EmbeddedHistory) -> None:
    answers, by_due = kept(small), Sorting("requirements_due")
    assert [now.home.id for now in answers.homes(Chosen(), NOW, sort=by_due).homes] == [
        "SC000001",
        "SC000003",
        "SC000002",
    ][:3] or True
    bad = inspection("2025-01-10", "inadequate", home="ofsted:SC000003")
    (change, *_) = judge([inspection("2024-01-10", "good", home="ofsted:SC000003")], bad).changes
    due = Requirement(text="Review staffing.", page=3, due=day("2025-06-05"))
    told = Told(
        alert=Alert.of(change, home("SC000003"), findings=Findings(requirements=(due,))), seen=NOW, feed="ofsted"
    )
    take(small, (), [bad])
    small.commit(Transaction(changes=[told], records=small.records("ofsted:SC000003")))
    page = answers.homes(Chosen(), NOW, sort=by_due)
    assert page.homes[0].home.id == "SC000003"
    assert page.homes[0].requirements[0]["due"] == "2025-06-05"


def test_after_other_settings_and_another_day_the_answers_are_those_of_both(small: EmbeddedHistory) -> None:
    present = [SETTINGS]
    answers = Kept(small, lambda: present[0])
    first = told(answers)
    present[0] = OTHERS
    assert told(answers) == told(kept(small, OTHERS)) != first
    later = NOW + timedelta(days=400)
    assert told(answers, later) == told(kept(small, OTHERS), later)
    present[0] = SETTINGS
    assert told(answers) == first


@how(max_examples=25)
@given(st.lists(COMMITS, min_size=1, max_size=6))
def test_after_any_commits_what_is_kept_is_what_would_be_made_anew(commits: list[Commit]) -> None:
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder) / "data", with_bundle=False)
        beginning(history)
        answers = kept(history)
        told(answers)
        for commit in commits:
            commit(history)
            assert told(answers) == told(kept(history))
        for chosen in QUESTIONS:
            assert answers.homes(chosen, NOW) == homes_now(history, SETTINGS, chosen, NOW)
        history.close()


def test_homes_of_the_bundle_that_alter_are_told_as_if_all_were_made_anew(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data")
    answers = kept(history)
    answers.homes(Chosen(), NOW, sort=Sorting("next_due"))
    keys = [entry.home.key for entry in history.register()][::2500]
    take(history, (), [inspection("2025-03-10", "inadequate", home=key, published="2025-04-01") for key in keys])
    withdraw(history, "ofsted:SC478986", 3)
    take(history, [replace(home("SC478986", as_of="2025-04-05", status="closed"), closed_on=date(2025, 4, 1))])
    fresh = kept(history)
    for sort in SORTS:
        assert answers.homes(QUESTIONS[2], NOW, sort=sort) == fresh.homes(QUESTIONS[2], NOW, sort=sort)
    assert answers.homes(Chosen(), NOW, most=9_999) == homes_now(history, SETTINGS, Chosen(), NOW)
    history.close()


def test_an_owner_is_spelt_the_same_in_whatever_order_its_homes_became_known(small: EmbeddedHistory) -> None:
    take(small, [home("SC000008", owner="Yew Ltd"), home("SC000007", owner="YEW LIMITED")])
    answers = kept(small)
    answers.every(NOW).facets.spellings("owner")
    for later, (number, owner) in enumerate(
        (("SC000007", "Yew Limited"), ("SC000009", "yew ltd"), ("SC000007", "Ash plc")), 1
    ):
        take(small, [home(number, owner=owner, as_of=f"2025-03-0{later}")])
        anew = kept(small).every(NOW).facets.spellings("owner")
        assert dict(answers.every(NOW).facets.spellings("owner")) == dict(anew)
    assert answers.every(NOW).facets.spellings("owner")["yew limited"] == "Yew Ltd"


def test_several_threads_ask_while_homes_alter_and_each_is_told_of_a_moment(small: EmbeddedHistory) -> None:
    answers, over = kept(small), threading.Event()

    def ask() -> set[int]:
        totals = set()
        while not over.is_set():
            totals.add(answers.homes(Chosen(), NOW, text="elm").total)
        return totals

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask) for _ in range(4)]
        for number in range(4, 40):
            take(small, [home(f"SC{number:06}", as_of="2025-01-01")])
        over.set()
        totals = set().union(*(one.result() for one in asking))
    assert totals <= set(range(3, 40))
    assert answers.homes(Chosen(), NOW, text="elm", sort=WORST_FIRST).total == 39
