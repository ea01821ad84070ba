"""By a home's number its newest open alert is meant; where none is open, what there is is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import home
from tests.delivery.scripted import Desk
from tests.rounds.test_remind import ALERT, NOW, ack, desk, told
from watcher.actions.acknowledge import alert_meant
from watcher.actions.ids import Meant
from watcher.delivery.ledger import Delivery
from watcher.errors import WatcherError
from watcher.facts.statements import HomeRecord
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What

__all__ = ["desk"]  # a fixture

CALLED = "the newest open alert of SC000001: Drops from good to inadequate (published 3 August 2018)"


def add(desk: Desk, change: Told, *, is_told: bool = True) -> None:
    """A further change of a home, told on the desk."""
    alert = change.alert
    sent = (Delivery.of("desk", alert.home, alert, alert.id, NOW),) if is_told else ()
    desk.history.commit(Transaction(changes=(change,), deliveries=sent))


def refused(desk: Desk, text: str) -> str:
    with pytest.raises(WatcherError) as error:
        alert_meant(desk.history, text)
    return str(error.value)


@pytest.mark.parametrize("number", ["SC000001", "sc000001", "ofsted:SC000001"])
def test_the_only_open_alert_is_meant_by_its_homes_number(desk: Desk, number: str) -> None:
    assert alert_meant(desk.history, number) == Meant(ALERT.id, (CALLED,))


@pytest.mark.parametrize("what", [What.STILL_INADEQUATE, What.VISITED, What.OVERDUE, What.AREA_INADEQUATE])
def test_what_nobody_is_reminded_of_stands_in_no_open_alerts_way(desk: Desk, what: What) -> None:
    add(desk, told(what, id="abcdef0000000001"))
    assert alert_meant(desk.history, "SC000001").id == ALERT.id


def test_of_several_the_newest_is_meant_and_the_others_are_named(desk: Desk) -> None:
    add(desk, told(What.GROUP_CONCERN, id="abcdef0000000001"))
    meant = alert_meant(desk.history, "SC000001")
    assert meant.id == "abcdef0000000001"
    other = "still open of this home: Drops from good to inadequate (published 3 August 2018)"
    assert meant.notes[1:] == (f"{other}; watcher alerts ack {ALERT.id}",)


def test_what_nobody_was_sent_is_not_open(desk: Desk) -> None:
    add(desk, told(What.GROUP_CONCERN, id="abcdef0000000001"), is_told=False)
    assert alert_meant(desk.history, "SC000001") == Meant(ALERT.id, (CALLED,))


def test_where_it_is_acknowledged_that_is_told_by_whom_and_when(desk: Desk) -> None:
    ack(desk)
    assert refused(desk, "SC000001") == (
        "no alert of SC000001 is open: Drops from good to inadequate (published 3 August 2018): "
        "acknowledged by Ann, 2026-03-02 12:00 UTC: called them"
    )


@pytest.mark.parametrize("what", [What.RECOVERED, What.CLOSED, What.CORRECTED, What.WITHDRAWN])
def test_where_it_is_settled_that_is_told(desk: Desk, what: What) -> None:
    add(desk, told(what, id="abcdef0000000001", days_inadequate=53))
    said = refused(desk, "SC000001")
    assert said.startswith(
        "no alert of SC000001 is open: Drops from good to inadequate (published 3 August 2018): settled"
    )
    words = {
        What.RECOVERED: "is now rated",
        What.CLOSED: "has closed",
        What.CORRECTED: "was corrected",
        What.WITHDRAWN: "has gone from its page",
    }
    assert words[what].casefold() in said.partition("settled since: ")[2].casefold()


def test_where_nothing_sent_asks_anybody_the_newest_is_named_with_its_id(desk: Desk) -> None:
    other = home("SC000002")
    alert = replace(ALERT, id="abcdef0000000001", change=What.IMPROVED, home=other.key, home_id=other.id)
    desk.history.commit(Transaction(homes=(HomeRecord.of(other),)))
    add(desk, Told(alert=alert, seen=NOW, feed="ofsted"))
    said = refused(desk, "SC000002")
    assert "no alert of SC000002 is open; the newest that was sent asks nobody to take it in hand: Improves" in said
    assert said.endswith("all the same: watcher alerts ack abcdef0000000001")


def test_where_nothing_was_ever_sent_it_is_told_who_says_why(desk: Desk) -> None:
    desk.history.commit(Transaction(homes=(HomeRecord.of(home("SC000002")),)))
    assert refused(desk, "SC000002") == "no alert of SC000002 was ever sent; `watcher explain SC000002` says why"


def test_a_number_that_begins_an_id_too_is_the_homes_and_that_is_told(desk: Desk) -> None:
    other = home(ALERT.id[:7])
    alert = replace(ALERT, id="abcdef0000000001", home=other.key, home_id=other.id)
    desk.history.commit(Transaction(homes=(HomeRecord.of(other),)))
    hint = f"{other.id} was taken as a home's number; the alert that begins with it is meant by: {ALERT.id}"
    assert refused(desk, other.id) == (
        f"no alert of {other.id} was ever sent; `watcher explain {other.id}` says why; {hint}"
    )
    add(desk, Told(alert=alert, seen=NOW + timedelta(minutes=1), feed="ofsted"))
    meant = alert_meant(desk.history, other.id)
    assert (meant.id, meant.notes[0]) == (alert.id, hint)
    assert alert_meant(desk.history, ALERT.id[:8]) == Meant(ALERT.id)


def test_a_whole_id_goes_before_a_homes_number(desk: Desk) -> None:
    desk.history.commit(Transaction(homes=(HomeRecord.of(home(ALERT.id)),)))
    assert alert_meant(desk.history, ALERT.id) == Meant(ALERT.id)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SC00001", "did you mean home SC000001 (Derby"),
        ("000001", "did you mean home SC000001"),
        ("99999999", "no alert '99999999', nor a home of that number; write a home's number, an id (`watcher alerts`"),
        ("", "there is no alert '', nor a home"),
        ("\udcff\x1b[2J", r"there is no alert '\udcff\x1b[2J'"),
    ],
)
def test_what_fits_nothing_is_told_with_the_nearest_and_how_to_list_them(desk: Desk, text: str, said: str) -> None:
    assert said in refused(desk, text)


def test_a_number_of_two_regulators_is_told_with_both_keys(desk: Desk) -> None:
    desk.history.commit(Transaction(homes=(HomeRecord.of(replace(home(), regulator="example")),)))
    assert refused(desk, "SC000001") == "'SC000001' may mean any of: example:SC000001, ofsted:SC000001"
    assert alert_meant(desk.history, "ofsted:SC000001").id == ALERT.id
