"""What a configuration says of a regulator of its own holds for all that is known of its homes, from then on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.builders import home
from tests.history.kinds import HistoryKind
from watcher.facts import regulators
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Judgement, Kind
from watcher.facts.regulators import Area, Regulator
from watcher.facts.scales import Scale
from watcher.facts.sources import Sort, Source
from watcher.history.protocol import History
from watcher.judging.register import Entry, entry_of
from watcher.rounds.take_in import absorb

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CAFE, PUB = "hygiene:1", "hygiene:2"


def hygiene(*inadequate: str, grades: str = "543210") -> Regulator:
    """A regulator of one's own, whose grades are digits."""
    return Regulator(
        key="hygiene",
        country="Derby",
        time_zone=ZoneInfo("UTC"),
        scales=(Scale("hygiene", tuple(grades), inadequate=inadequate),),
        areas={"overall": Area("Rating")},
    )


@pytest.fixture(autouse=True)
def described() -> Iterator[None]:
    assert regulators.describe([hygiene("1", "0")])
    yield
    regulators.describe([])


@pytest.fixture
def history(history_kind: HistoryKind) -> Iterator[History]:
    opened = history_kind.open()
    homes = [replace(home(), regulator="hygiene", id=key[-1], name="a") for key in (CAFE, PUB)]
    opened.commit(absorb(opened, [*homes, home()], [rated(CAFE, "1"), rated(PUB, "2")], NOW).transaction())
    yield opened
    opened.close()


def rated(key: str, words: str, day: str = "2026-01-10") -> Inspection:
    return Inspection(
        home=key,
        kind=Kind.FULL,
        inspected=date.fromisoformat(day),
        judgements=(Judgement("overall", read_grade(words, "hygiene")),),
        sources=(Source(NOW.date(), "file", Sort.PAGE),),
    )


def anew(history: History) -> dict[str, Entry]:
    return {described.home.key: entry_of(described, records) for described, records in history.homes_with_records()}


def registered(history: History) -> dict[str, Entry]:
    return {entry.home.key: entry for entry in history.register()}


def test_whether_anything_is_described_otherwise_is_told() -> None:
    same = regulators.of("hygiene")
    assert not regulators.describe([hygiene("1", "0")])
    assert regulators.of("hygiene") is same
    assert regulators.describe([hygiene("0")])
    assert regulators.of("hygiene") is not same
    assert regulators.describe([])
    assert not regulators.describe([])


def test_digits_stand_inadequate_where_their_regulator_says_so(history: History) -> None:
    assert history.standing_inadequate() == [CAFE]


def test_once_told_to_the_history_derives_all_anew(history: History) -> None:
    assert history.standing_inadequate() == [CAFE]
    regulators.describe([hygiene("2", "1", "0")])
    history.forget_derived()
    assert history.standing_inadequate() == [CAFE, PUB]
    regulators.describe([hygiene(grades="54")])
    history.forget_derived()
    assert history.standing_inadequate() == []
    assert registered(history) == anew(history)


@pytest.mark.parametrize("is_committed_between", [True, False])
def test_what_is_kept_is_not_believed_by_another_description(
    history: History, history_kind: HistoryKind, *, is_committed_between: bool
) -> None:
    regulators.describe([hygiene("2", grades="543")])
    if is_committed_between:  # of one home alone, read by the new description
        history.commit(absorb(history, [], [rated(PUB, "3", "2026-02-10")], NOW).transaction())
    history.close()
    regulators.describe([hygiene("3", "2", grades="5432")])
    looking = history_kind.open(read_only=True)
    assert registered(looking) == anew(looking)
    looking.close()
    owned = history_kind.open()
    assert history_kind.has_true_register()
    assert registered(owned) == anew(owned)
    assert owned.standing_inadequate() == [PUB]
    owned.close()
