"""The log of changes: the same as `replay` has, whoever asked, with what else is known of the home."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.answers.committed import take
from tests.builders import day, home, inspection
from watcher.answers.asked.chosen import Chosen, NothingSoCalledError
from watcher.answers.counts.numbers import numbers
from watcher.answers.log.changes import KEYS, changes, sorts
from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.rounds.replay import replay

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
EVERYTHING = Settings.model_validate({
    "channels": {"screen": {"kind": "console"}},
    "watch": [{"name": "all", "changes": "all", "to": ["screen"]}],
})  # fmt: skip


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


def test_the_founding_case(history: EmbeddedHistory) -> None:
    sheet = changes(history, EVERYTHING, Chosen(area=("Derby",)), (day("2018-08-01"), day("2018-09-30")), NOW)
    founding = [row for row in sheet.rows if row["home"] == "ofsted:SC478986"]
    assert [(row["change"], row["published"]) for row in founding if row["change"] != "group concern"] == [
        ("dropped to inadequate", "2018-08-03"),
        ("recovered", "2018-09-25"),
    ]
    drop = founding[0]
    assert (drop["region"], drop["sector"], drop["constituency"]) == ("East Midlands", "private", "Mid Derbyshire")
    assert (drop["name"], drop["link"], drop["event"]) == (None, None, "10050736")
    assert set(drop) <= set(KEYS)
    assert (drop["previous_rating"], drop["rating"]) == ("good", "inadequate")


def test_of_a_time_that_the_history_does_not_reach_it_says_how_far_it_goes(history: EmbeddedHistory) -> None:
    sheet = changes(history, EVERYTHING, Chosen(), (day("2025-06-01"), day("2025-06-30")), NOW)
    assert sheet.below == ("0 changes", "Ofsted: official list of 31 March 2025, not read since")


def test_it_is_what_replay_tells_of_the_same_time(history: EmbeddedHistory) -> None:
    first, last = day("2018-01-01"), day("2018-12-31")
    rows = changes(history, EVERYTHING, Chosen(), (first, last), NOW).rows
    replayed = [alert.contract() for alert in replay(history, EVERYTHING, first, last)]
    assert [row["id"] for row in rows] == [line["id"] for line in replayed]
    assert all(line.items() <= row.items() for line, row in zip(replayed, rows, strict=True))


def test_nobody_need_have_asked_for_them(history: EmbeddedHistory) -> None:
    nobody = Settings()
    rows = changes(history, nobody, Chosen(), (day("2018-08-03"), day("2018-08-03")), NOW).rows
    assert {"dropped to inadequate"} <= {row["change"] for row in rows}
    assert all(row["watches"] == [] for row in rows)


def test_only_what_is_named_and_only_the_homes_chosen(history: EmbeddedHistory) -> None:
    span = day("2014-04-01"), day("2025-04-30")
    homes = Chosen(region=("East Midlands",), type=("children's home",))
    found = changes(history, EVERYTHING, homes, span, NOW, sorts(["recovered", "dropped to inadequate"]))
    assert set(Counter(row["change"] for row in found.rows)) == {"recovered", "dropped to inadequate"}
    assert {row["region"] for row in found.rows} == {"East Midlands"}
    assert found.below[0] == f"{len(found.rows)} changes"
    assert found.about == "Published from 1 April 2014 to 30 April 2025; East Midlands; children's home"


@pytest.mark.parametrize(
    "homes", [Chosen(area=("Derby",)), Chosen(owner=("Esland North Ltd",)), Chosen(watch=("mine",), rating=("good",))]
)
def test_of_homes_that_are_named_by_a_filter_those_alone_are_read(
    history: EmbeddedHistory, monkeypatch: pytest.MonkeyPatch, homes: Chosen
) -> None:
    mine = {"name": "mine", "local_authority": ["Derby", "Nottingham"], "to": ["screen"]}
    settings = Settings.model_validate({"channels": {"screen": {"kind": "console"}}, "watch": [mine]})
    span = day("2014-04-01"), day("2025-04-30")
    read, records = list[str](), history.records
    monkeypatch.setattr(history, "records", lambda key: (read.append(key), records(key))[1])  # type: ignore[func-returns-value]
    for everything in ("homes_with_records", "homes"):
        monkeypatch.delattr(EmbeddedHistory, everything)
    rows = changes(history, settings, homes, span, NOW).rows
    fitting = {entry.home.key for entry in history.register() if homes.fits(entry.home, settings)}
    assert {row["home"] for row in rows} <= set(read) <= fitting
    assert rows
    assert len(read) == len(set(read)) < 100


def test_where_a_home_lies_that_does_not_say_so_is_told_by_its_neighbours(tmp_path: Path) -> None:
    with closing(EmbeddedHistory.open(tmp_path / "data", with_bundle=False)) as history:
        lies = replace(home("SC000002", owner="Oak plc"), region="East Midlands")
        homes = [replace(home("SC000001", owner="Ash plc"), region=None), lies]
        take(history, homes, [inspection("2024-01-10", "inadequate", home=one.key) for one in homes])
        span = day("2024-01-01"), day("2024-12-31")
        for region, found in {"East Midlands": ["ofsted:SC000001"], "London": []}.items():
            rows = changes(history, EVERYTHING, Chosen(owner=("Ash plc",), region=(region,)), span, NOW).rows
            assert [(row["home"], row["region"]) for row in rows] == [(key, region) for key in found]


def test_a_recovery_that_is_no_measure_says_why_as_the_numbers_leave_it_out(history: EmbeddedHistory) -> None:
    rows = changes(history, EVERYTHING, Chosen(), (day("2014-01-01"), day("2025-12-31")), NOW).rows
    assert {row["change"] for row in rows if "not_counted" in row} == {"recovered"}
    counted = numbers(history, EVERYTHING, Chosen(), ("type",), day("2026-03-02"))
    (left_out,) = (line for line in counted.sheet.below if "are not in the median" in line)
    reasons = Counter(row["not_counted"] for row in rows if "not_counted" in row)
    assert len(reasons) == 2
    assert all(f"{why} ({number})" in left_out for why, number in reasons.items())
    (founding,) = (row for row in rows if row["home"] == "ofsted:SC478986" and row["change"] == "recovered")
    assert "not_counted" not in founding


def test_a_sort_that_there_is_not_is_told_with_the_nearest() -> None:
    assert sorts(["closed"]) == (What.CLOSED,)
    with pytest.raises(NothingSoCalledError, match=r"there is no change 'recoverd'; did you mean 'recovered'\?"):
        sorts(["recoverd"])
    with pytest.raises(NothingSoCalledError, match=r"there is no change 'bad'; there is: area inadequate, closed, "):
        sorts(["bad"])
