"""What somebody asked not to be told of is made and kept, and not sent."""

from datetime import timedelta

from tests.rounds.tell.changes import DROP, NOW, make, news
from watcher.delivery.ledger import State
from watcher.rounds.tell.addresses import addressed
from watcher.rounds.tell.silenced import silenced
from watcher.watching.silences import Silence

ABOUT = addressed(news(DROP, "screen"), make, ["desk"])


def silence(**filters: tuple[str, ...]) -> Silence:
    return Silence.of(filters, made=NOW - timedelta(days=1), until=NOW + timedelta(days=1), why="known to all of us")


def test_a_covered_home_is_not_told_of_anywhere() -> None:
    held = silenced(ABOUT, [silence(local_authority=("Derby",))], NOW)
    assert [delivery.state for delivery in (*held.deliveries, *held.unasked)] == [State.SILENCED, State.SILENCED]


def test_another_home_is() -> None:
    assert silenced(ABOUT, [silence(local_authority=("Leeds",))], NOW) == ABOUT


def test_a_silence_that_is_over_holds_nothing_back() -> None:
    over = silence(local_authority=("Derby",)).ended(NOW)
    assert silenced(ABOUT, [over], NOW) == ABOUT
