"""A home under several numbers: followed back, what it inherited told once."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import day
from tests.nations import CQC, FORMER, NOW, graded, home
from watcher.facts.inspection import Home, Inspection
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.context import Former
from watcher.judging.registrations import chain, former_registrations
from watcher.rounds.take_in import absorb

OLD, OLDEST = "cqc:1-2", "cqc:1-1"
NEW = replace(home(CQC), predecessors=(OLD,), registered=day("2024-05-03"))


def known_as(key: str, *before: str, registered: str) -> Home:
    return replace(home(CQC), id=key.partition(":")[2], predecessors=before or None, registered=day(registered))


@pytest.fixture
def history(tmp_path: Path) -> EmbeddedHistory:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    homes = (NEW, known_as(OLD, OLDEST, CQC, registered="2020-01-01"), known_as(OLDEST, registered="2011-01-01"))
    inherited = rated(CQC, "Good", "2023-02-01")
    inspections = (rated(OLDEST, "Inadequate", "2015-02-01"), rated(OLD, "Good", "2023-02-01"), inherited, FORMER[CQC])
    history.commit(absorb(history, homes, inspections, NOW).transaction())
    return history


def rated(key: str, words: str, published: str) -> Inspection:
    return graded(key, {"overall": words, "safe": words}, published=published)


def test_the_chain_is_followed_and_what_was_inherited_is_told_once(history: EmbeddedHistory) -> None:
    register = history.register()
    entry = register.get(CQC)
    assert entry is not None
    assert former_registrations(entry.home, register) == (
        Former(home=OLD, until=day("2024-05-03")),
        Former(home=OLDEST, until=day("2020-01-01")),
    )
    assert [(str(visit.known), visit.grade, key) for visit, key in chain(entry, register)] == [
        ("2015-02-01", "inadequate", OLDEST),
        ("2023-02-01", "good", OLD),
        ("2024-08-03", "good", ""),
    ]


def test_a_history_that_is_opened_again_knows_the_chain(history: EmbeddedHistory, tmp_path: Path) -> None:
    history.close()
    again = EmbeddedHistory.open(tmp_path, with_bundle=False)
    entry = again.register().get(CQC)
    assert entry is not None
    assert (entry.home.predecessors, entry.home.brand) == ((OLD,), "HC-One")
    assert [visit.dated.value for visit in entry.visits] == ["published", "published"]
