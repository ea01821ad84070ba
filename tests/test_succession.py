"""Homes that may carry on one that has closed are offered where they fit, and only there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.builders import SITE, home, inspection
from tests.delivery.messages import alert, message
from watcher.alert import Alert
from watcher.changes import What
from watcher.config import Console, Settings, Watch
from watcher.delivery.state_wording import state_line
from watcher.delivery.wording import word
from watcher.feeds import Outcome, Reading
from watcher.history.embedded import EmbeddedHistory
from watcher.inspection import Home
from watcher.intake import absorb, take_in
from watcher.succession import MOST, possible_successors

LONDON = ZoneInfo("Europe/London")
TODAY = date(2024, 7, 1)
CLOSED = home(status="closed")
ALERT = alert(What.CLOSED, home=CLOSED.key, home_id=CLOSED.id, inspected=date(2024, 1, 10))


def other(registered: str | None, identity: str = "SC000002", **facts: Any) -> Home:
    return replace(home(identity), registered=date.fromisoformat(registered) if registered else None, **facts)


def offered(*homes: Home) -> list[str]:
    return [found.home[7:] for found in possible_successors(CLOSED, ALERT, [CLOSED, *homes], TODAY)]


FAR = {"local_authority": "Leeds"}
STRANGER = {"owner": "Oak Care Limited"}


@pytest.mark.parametrize(
    ("candidate", "fits"),
    [
        (other("2024-05-01"), True),
        (other("2024-01-10"), True),
        (other("2024-01-09"), False),  # it was there already
        (other("2024-07-02"), False),
        (other(None), False),
        (other("2024-05-01", **FAR), True),
        (other("2024-01-20", **FAR, owner="ELM HOMES LTD."), True),
        (other("2024-05-01", **STRANGER), True),
        (other("2024-03-02", **STRANGER), False),  # too long before
        (other("2024-05-01", **STRANGER, **FAR), False),
        (other("2024-05-01", owner=None), True),
        (other("2024-05-01", owner=None, local_authority=None), False),
        (other("2024-05-01", status="resigned"), False),
        (other("2024-05-01", type="independent fostering agency"), False),
        (other("2024-05-01", type=None), False),
        (other("2024-05-01", regulator="ciw"), False),
    ],
)
def test_a_home_that_fits_is_offered(candidate: Home, fits: bool) -> None:
    assert bool(offered(candidate)) is fits


def test_of_many_the_likeliest_are_offered_first() -> None:
    near = other("2024-06-20", "SC000004", **STRANGER)
    same = other("2024-02-01", "SC000003", **FAR)
    both = other("2024-02-01", "SC000002")
    newer = other("2024-03-01", "SC000005")
    assert offered(near, same, both, newer) == ["SC000005", "SC000002", "SC000003"]
    assert MOST == 3


def closed_with(*homes: Home) -> Alert:
    return replace(ALERT, successors=possible_successors(CLOSED, ALERT, homes, TODAY))


def test_it_is_told_as_a_guess_and_harmless_whatever_was_published() -> None:
    wording = word(message(closed_with(other("2024-05-01", owner="Elm Homes\u202e Limited"))), LONDON)
    facts = {fact.label: fact.value for fact in wording.facts}
    assert facts["Possible successor"] == "SC000002 (Elm Homes Limited, Derby, registered 1 May 2024)"
    assert state_line(closed_with(other("2024-05-01"))).endswith("; possibly carried on as SC000002")
    assert "Possible successor" not in {fact.label for fact in word(message(ALERT), LONDON).facts}


def test_it_is_stored_and_printed_for_programs() -> None:
    told = closed_with(other("2024-05-01"), other("2024-05-02", "SC000003", owner=None))
    assert Alert.from_document(orjson.loads(orjson.dumps(told.document()))) == told
    (first, second) = told.contract()["possible_successors"]
    assert first == {
        "home": "ofsted:SC000002",
        "owner": "Elm Homes Limited",
        "local_authority": "Derby",
        "registered": "2024-05-01",
    }
    assert "owner" not in second
    assert "possible_successors" not in ALERT.contract()
    assert "successors" not in ALERT.document()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def test_a_closing_names_who_may_carry_on_and_no_other_change_does(history: EmbeddedHistory) -> None:
    settings = Settings(channels={"desk": Console()}, watch=(Watch(name="w", changes=tuple(What), to=("desk",)),))
    now = datetime(2024, 7, 1, 12, 0, tzinfo=UTC)
    known = absorb(history, [home(), other("2024-05-01")], [inspection("2023-01-10", "good")], None)
    history.commit(known.transaction())
    drop = Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=(inspection("2024-01-10", "inadequate"),))
    gone = Reading(outcome=Outcome.CHANGED, homes=(home(status="closed", as_of="2024-06-30"),))
    found = []
    for reading in (drop, gone):
        taken = take_in(history, SITE, reading, settings, now)
        history.commit(taken.transaction())
        (delivery,) = taken.deliveries
        assert isinstance(delivery.content, Alert)
        found.append((delivery.content.change, [one.home for one in delivery.content.successors]))
    assert found == [(What.DROPPED_TO_INADEQUATE, []), (What.CLOSED, ["ofsted:SC000002"])]
