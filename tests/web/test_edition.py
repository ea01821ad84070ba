"""Pages are asked for anew whenever they may say something else: after a commit, a reload, midnight, a silence."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection, signed
from tests.messages.stories import told
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Told, Transaction
from watcher.watching.deeds import Act
from watcher.watching.silences import Silence
from watcher.web.edition import Editions, etag, is_known

NOW = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

OF_FACTS = {
    "a home": Transaction(homes=[HomeRecord.of(home())]),
    "an inspection": Transaction(records=[Record((inspection("2026-01-20", "good"),))]),
    "a change": Transaction(changes=[Told(alert=told(), seen=NOW, feed="ofsted")]),
    "a feed": Transaction(feeds=[FeedState(name="ofsted", began=NOW, last_good=NOW)]),
}
BESIDE = {
    "a message": Transaction(deliveries=[Delivery.of("desk", told().home, told(), told().id, NOW)]),
    "a deed": Transaction(deeds=[signed(NOW).deed(Act.RETRY, "0a1b")]),
    "a silence": Transaction(
        silences=[Silence.of({"home": ["ofsted:1"]}, made=NOW, until=NOW + HOUR, why="why", by="me")]
    ),
}


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


@pytest.mark.parametrize("what", [*OF_FACTS, *BESIDE])
def test_what_is_stored_makes_another_edition_of_pages_that_show_it(history: EmbeddedHistory, what: str) -> None:
    editions, settings = Editions("here"), Settings()
    present, facts = editions.present(history, settings, NOW), editions.of_facts(history, settings, NOW)
    history.commit({**OF_FACTS, **BESIDE}[what])
    assert editions.present(history, settings, NOW) != present
    assert (editions.of_facts(history, settings, NOW) != facts) == (what in OF_FACTS)


def test_without_a_commit_it_is_the_same_until_midnight_where_the_readers_are(history: EmbeddedHistory) -> None:
    editions, settings = Editions("here"), Settings()
    for edition in (editions.present, editions.of_facts):
        before = edition(history, settings, NOW)
        late = NOW.replace(hour=22, minute=59)  # one minute before midnight in London
        assert edition(history, settings, late) == before
        assert edition(history, settings, late + timedelta(minutes=1)) != before


def test_a_reload_makes_another_edition_of_every_page(history: EmbeddedHistory) -> None:
    editions, settings = Editions("here"), Settings()
    for edition in (editions.present, editions.of_facts):
        before = edition(history, settings, NOW)
        assert edition(history, settings, NOW) == before
        assert edition(history, settings.model_copy(), NOW) != before


def test_the_end_of_a_silence_is_another_edition_though_nothing_is_stored(history: EmbeddedHistory) -> None:
    history.commit(BESIDE["a silence"])
    editions, settings = Editions("here"), Settings()
    before = editions.present(history, settings, NOW)
    assert editions.present(history, settings, NOW + HOUR - timedelta(seconds=1)) == before
    assert editions.present(history, settings, NOW + HOUR) != before


def test_another_process_has_other_editions_of_the_same_history(history: EmbeddedHistory) -> None:
    settings = Settings()
    here, there = Editions("here"), Editions("there")
    assert here.present(history, settings, NOW) != there.present(history, settings, NOW)
    assert here.of_facts(history, settings, NOW) != there.of_facts(history, settings, NOW)


def test_a_tag_is_known_among_several_and_its_parts_are_not_run_together() -> None:
    tag = etag("a", "b")
    assert is_known(tag, f'"other", {tag}')
    assert is_known(tag, tag.removeprefix("W/"))
    assert not is_known(tag, None)
    assert not is_known(tag, etag("ab"))
