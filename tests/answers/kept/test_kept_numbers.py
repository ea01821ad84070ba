"""Numbers and names as pages ask for them: those of the commands, whatever was committed in the meantime."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from tests.answers.committed import COMMITS, Commit, beginning, read, take
from tests.builders import inspection
from watcher.answers.asked.chosen import Chosen, NothingSoCalledError
from watcher.answers.counts.names import areas, owners
from watcher.answers.counts.numbers import numbers
from watcher.answers.kept.kept import Kept
from watcher.answers.kept.lately import Lately
from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory

NOW = datetime(2025, 4, 10, 12, tzinfo=UTC)
SETTINGS = Settings.model_validate({
    "feeds": {"ofsted": {"kind": "ofsted-site"}},
    "channels": {"screen": {"kind": "console"}},
    "groups": {"Elm": ["Elm Homes Ltd", "Ash plc"], "Esland": ["Esland North Ltd", "Esland South Limited"]},
    "watch": [{"name": "derby", "local_authority": ["Derby"], "changes": "all", "to": ["screen"]}],
})  # fmt: skip
OTHERS = SETTINGS.model_copy(update={"groups": {"Oak": ["Oak Care Ltd"]}})
QUESTIONS: tuple[tuple[Chosen, tuple[str, ...]], ...] = (
    (Chosen(), ("year",)),
    (Chosen(area=("Derby",)), ("year", "type")),
    (Chosen(region=("East Midlands",), standing=("inadequate",)), ("owner",)),
    (Chosen(watch=("derby",), rating=("good",)), ("area", "region")),
    (Chosen(), ("group",)),
)


TEXTS = ("", "elm", "der")


def told(answers: Kept, now: datetime = NOW, texts: Sequence[str] = TEXTS) -> list[Any]:
    numbered = [_or_error(partial(answers.numbers, *one, now)) for one in QUESTIONS]
    named = [
        asked(chosen, text, now) for asked in (answers.owners, answers.areas) for chosen, _ in QUESTIONS
        for text in texts
    ]  # fmt: skip
    return [*numbered, *named]


def plain(history: EmbeddedHistory, settings: Settings, now: datetime = NOW, texts: Sequence[str] = TEXTS) -> list[Any]:
    day = now.astimezone(settings.timezone).date()
    numbered = [_or_error(partial(numbers, history, settings, *one, day)) for one in QUESTIONS]
    named = [
        asked(history, settings, chosen, text, now) for asked in (owners, areas) for chosen, _ in QUESTIONS
        for text in texts
    ]  # fmt: skip
    return [*numbered, *named]


def _or_error(ask: Any) -> Any:
    try:
        return ask()
    except NothingSoCalledError as error:
        return str(error)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


def test_they_are_those_of_the_commands(bundled: EmbeddedHistory) -> None:
    answers = Kept(bundled, lambda: SETTINGS)
    texts = ["der"]  # the others are asked of fewer homes below
    assert told(answers, NOW, texts) == plain(bundled, SETTINGS, NOW, texts)
    assert answers.numbers(*QUESTIONS[0], NOW) is answers.numbers(*QUESTIONS[0], NOW)
    wrong = Chosen(area=("Darby",))
    with pytest.raises(NothingSoCalledError, match="did you mean 'Derby'"):
        answers.numbers(wrong, ("year",), NOW)


def test_only_the_homes_that_altered_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    beginning(history)
    answers, asked = Kept(history, lambda: SETTINGS), list[str]()
    answers.numbers(*QUESTIONS[0], NOW)
    records = history.records
    monkeypatch.setattr(history, "records", lambda key: (asked.append(key), records(key))[1])  # type: ignore[func-returns-value]
    take(history, (), [inspection("2024-11-10", "good", home="ofsted:SC000001")])
    history.register()
    asked.clear()
    answers.numbers(*QUESTIONS[0], NOW)
    assert asked == ["ofsted:SC000001"]
    read(history)  # the day until which it is read is another
    assert answers.numbers(*QUESTIONS[0], NOW) == numbers(history, SETTINGS, *QUESTIONS[0], NOW.date())
    history.close()


@how(max_examples=20)
@given(st.lists(COMMITS, min_size=1, max_size=6))
def test_after_any_commits_another_day_and_other_settings_they_are_those_of_the_commands(commits: list[Commit]) -> None:
    with TemporaryDirectory() as folder:
        history, present = EmbeddedHistory.open(Path(folder) / "data", with_bundle=False), [SETTINGS]
        beginning(history)
        answers = Kept(history, lambda: present[0])
        for commit in commits:
            assert told(answers) == plain(history, SETTINGS)
            commit(history)
        later = NOW + timedelta(days=400)
        assert told(answers, later) == plain(history, SETTINGS, later)
        present[0] = OTHERS
        assert told(answers) == plain(history, OTHERS)
        history.close()


def test_of_answers_given_lately_the_oldest_go_and_all_of_them_where_something_altered() -> None:
    made, lately = list[int](), Lately[list[int]](len, most_rows=10)
    first, other = object(), object()

    def ask(rows: int, made_from: object = first) -> None:
        lately.answer((made_from,), rows, lambda: (made.append(rows), [0] * rows)[1])  # type: ignore[func-returns-value]

    for rows in (4, 5, 4, 3, 4, 5, 11, 11, 4):
        ask(rows)
    assert made == [4, 5, 3, 5, 11, 11, 4]
    ask(4, other)
    ask(4, other)
    assert made == [4, 5, 3, 5, 11, 11, 4, 4]
