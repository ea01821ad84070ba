"""The log as pages ask for it: the rows of the command to the letter, whatever was committed in the meantime."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from tests.answers.committed import COMMITS, Commit, beginning, read, take
from tests.builders import home, inspection
from watcher.answers.asked.chosen import Chosen
from watcher.answers.kept.kept import Kept
from watcher.answers.log.changes import KEYS, changes
from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.rounds.replay import find_judged
from watcher.watching.listed import HomeList, ListedHome

NOW = datetime(2025, 4, 10, 12, tzinfo=UTC)
EVER = date(2000, 1, 1), date(2026, 1, 1)
LISTED = {
    "SC478986": ListedHome(id="SC478986", row=2, label="Rose House", first=date(2018, 9, 1)),
    "SC000001": ListedHome(id="SC000001", row=3, label="Elm", last=date(2023, 6, 1)),
    "SC000002": ListedHome(id="SC000002", row=4),
}
SETTINGS = Settings.model_validate({
    "feeds": {"ofsted": {"kind": "ofsted-site"}},
    "channels": {"screen": {"kind": "console"}},
    "groups": {"Elm": ["Elm Homes Ltd", "Ash plc"], "Esland": ["Esland North Ltd", "Esland South Limited"]},
    "watch": [
        {"name": "derby", "local_authority": ["Derby"], "changes": "all", "to": ["screen"]},
        {"name": "mine", "to": ["screen"], "listed": HomeList("m.csv", Path("m.csv"), LISTED)},
    ],
})  # fmt: skip
OTHERS = SETTINGS.model_copy(update={"groups": {"Oak": ["Oak Care Ltd", "Elm Homes Limited"]}, "watch": ()})
QUESTIONS: tuple[tuple[Chosen, tuple[What, ...]], ...] = (
    (Chosen(), ()),
    (Chosen(), (What.GROUP_CONCERN, What.RECOVERED)),
    (Chosen(region=("East Midlands",)), ()),
    (Chosen(rating=("good",), type=("children's home",)), (What.DROPPED_TO_INADEQUATE,)),
    (Chosen(standing=("inadequate",)), ()),
    (Chosen(group=("Elm", "Esland")), ()),
    (Chosen(watch=("mine",)), ()),
    (Chosen(watch=("mine", "derby")), ()),
)


def plain(history: EmbeddedHistory, settings: Settings, span: tuple[date, date] = EVER) -> list[list[bytes]]:
    return [
        list(map(orjson.dumps, changes(history, settings, chosen, span, NOW, what).rows)) for chosen, what in QUESTIONS
    ]


def told(answers: Kept, span: tuple[date, date] = EVER) -> list[list[bytes]]:
    return [list(map(orjson.dumps, answers.log_rows(chosen, span, NOW, what).rows)) for chosen, what in QUESTIONS]


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


@pytest.fixture(scope="module")
def answers(bundled: EmbeddedHistory) -> Kept:
    return Kept(bundled, lambda: SETTINGS)


@pytest.fixture(scope="module")
def whole(bundled: EmbeddedHistory) -> list[list[bytes]]:
    return plain(bundled, SETTINGS)


def test_all_rows_are_those_of_the_command_to_the_letter(answers: Kept, whole: list[list[bytes]]) -> None:
    assert all(whole)
    assert told(answers) == whole
    assert tuple(answers.log_rows(Chosen(), EVER, NOW).keys) == KEYS


def test_a_page_of_some_days_is_a_part_of_them_the_newest_first(bundled: EmbeddedHistory, answers: Kept) -> None:
    span, homes = (date(2018, 8, 1), date(2018, 9, 30)), Chosen(region=("East Midlands",))
    sheet = changes(bundled, SETTINGS, homes, span, NOW)
    page = answers.log(homes, span, NOW, first=5, most=10)
    assert list(page.sheet.rows) == list(sheet.rows)[::-1][5:15]
    assert (page.total, page.sheet.below, page.sheet.about) == (len(sheet.rows), sheet.below, sheet.about)
    oldest = answers.log(homes, span, NOW, newest_first=False)
    assert list(oldest.sheet.rows) == list(sheet.rows)[:100]
    assert answers.log(homes, (date.min, date.max), NOW, first=99_999).sheet.rows == []
    assert answers.log(homes, (date(2026, 1, 1), date(2025, 1, 1)), NOW).total == 0


def test_the_home_of_a_change_is_found_by_its_id(
    bundled: EmbeddedHistory, answers: Kept, whole: list[list[bytes]]
) -> None:
    found = next(row for row in map(orjson.loads, whole[0]) if row["home"] == "ofsted:SC478986")
    (judged,) = find_judged(bundled, SETTINGS, found["id"])
    assert answers.home_of(found["id"], NOW) == judged.home == found["home"]
    assert answers.home_of("no id", NOW) is None


def test_after_a_commit_only_what_it_touches_is_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    beginning(history)
    take(history, [home("SC000009", owner="Ash plc")], [inspection("2024-01-10", "good", home="ofsted:SC000009")])
    answers, asked = Kept(history, lambda: SETTINGS), list[str]()
    answers.log(Chosen(), EVER, NOW)
    records = history.records
    monkeypatch.setattr(history, "records", lambda key: (asked.append(key), records(key))[1])  # type: ignore[func-returns-value]
    read(history)
    answers.log(Chosen(), EVER, NOW)
    assert asked == []
    take(history, (), [inspection("2024-12-10", "outstanding", home="ofsted:SC000009")])
    asked.clear()
    answers.log(Chosen(), EVER, NOW)
    assert set(asked) == {"ofsted:SC000009"}
    take(history, (), [inspection("2025-01-10", "inadequate", home="ofsted:SC000009")])
    asked.clear()
    answers.log(Chosen(), EVER, NOW)
    assert set(asked) == {"ofsted:SC000001", "ofsted:SC000002", "ofsted:SC000009"}  # of one group, found inadequate
    assert told(answers) == plain(history, SETTINGS)
    history.close()


@how(max_examples=20)
@given(st.lists(COMMITS, min_size=1, max_size=6))
def test_after_any_commits_and_with_other_settings_the_rows_are_those_of_the_command(commits: list[Commit]) -> None:
    with TemporaryDirectory() as folder:
        history, present = EmbeddedHistory.open(Path(folder) / "data", with_bundle=False), [SETTINGS]
        beginning(history)
        answers: Any = Kept(history, lambda: present[0])
        for commit in commits:
            assert told(answers) == plain(history, present[0])
            commit(history)
        assert told(answers) == plain(history, SETTINGS)
        present[0] = OTHERS
        assert told(answers) == plain(history, OTHERS)
        history.close()
