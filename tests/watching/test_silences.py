"""A silence holds back what it covers, until it ends, and nothing else."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import home
from tests.messages.messages import alert
from watcher.delivery.ledger import Delivery, State
from watcher.watching.silences import LONGEST, Silence, held, read_end, silencing

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
FORTNIGHT = timedelta(days=14)


def silence(until: datetime = NOW + FORTNIGHT, made: datetime = NOW, **filters: tuple[str, ...]) -> Silence:
    given = filters or {"home": ("SC000001",)}
    return Silence.of(given, made=made, until=until, why="known, being closed", by="Ann")


@pytest.mark.parametrize(
    ("filters", "facts", "covers"),
    [
        ({"home": ("SC000001",)}, {}, True),
        ({"home": ("ofsted:sc000001",)}, {}, True),
        ({"home": ("SC000002", "SC000001")}, {}, True),
        ({"home": ("SC00000",)}, {}, False),
        ({"owner": ("ELM HOMES  LTD.",)}, {"owner": "Elm Homes Limited"}, True),
        ({"owner": ("Elm Homes Limited",)}, {"owner": None}, False),
        ({"local_authority": ("Derby",)}, {"local_authority": "Derby"}, True),
        ({"local_authority": ("Derby",)}, {"local_authority": "Derbyshire"}, False),
        ({"type": ("Children’s Home",)}, {}, True),
        ({"type": ("secure children's home",)}, {}, False),
        ({"local_authority": ("Derby",), "owner": ("Oak Homes Limited",)}, {}, False),
        ({"local_authority": ("Derby",), "owner": ("Elm Homes Limited",)}, {}, True),
    ],
)
def test_a_silence_covers_what_a_watch_with_the_same_filters_would(
    filters: dict[str, tuple[str, ...]], facts: dict[str, str | None], covers: bool
) -> None:
    found = silencing(home(**facts), [silence(**filters)], NOW)  # type: ignore[arg-type]  # a table of facts
    assert (found is not None) is covers


@pytest.mark.parametrize(("after", "holds"), [(timedelta(), True), (FORTNIGHT - timedelta(seconds=1), True),
                                              (FORTNIGHT, False), (FORTNIGHT * 2, False)])  # fmt: skip
def test_a_silence_holds_until_its_end_and_no_longer(after: timedelta, holds: bool) -> None:
    assert (silencing(home(), [silence()], NOW + after) is not None) is holds


def test_of_several_silences_the_one_that_lasts_longest_is_named() -> None:
    longer = silence(NOW + FORTNIGHT * 2)
    assert silencing(home(), [silence(), longer, silence(home=("SC000009",))], NOW) == longer
    assert silencing(home(), [silence(), longer.ended(NOW)], NOW) == silence()


@pytest.mark.parametrize(
    ("filters", "until", "why", "said"),
    [
        ({"home": ()}, NOW + FORTNIGHT, "x", "every home"),
        ({"home": ("SC1",)}, NOW + FORTNIGHT, " ", "needs a reason"),
        ({"home": ("SC1",)}, NOW, "x", "ends in the future"),
        ({"home": ("SC1",)}, NOW + LONGEST + timedelta(seconds=1), "x", "within a year"),
    ],
)
def test_a_silence_needs_a_filter_an_end_and_a_reason(
    filters: dict[str, tuple[str, ...]], until: datetime, why: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Silence.of(filters, made=NOW, until=until, why=why)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("14d", NOW + FORTNIGHT),
        ("1h30m", NOW + timedelta(minutes=90)),
        ("2026-03-20", datetime(2026, 3, 21, tzinfo=UTC)),
        ("2026-03-31", datetime(2026, 3, 31, 23, 0, tzinfo=UTC)),  # summer time in London by then
    ],
)
def test_an_end_is_a_length_of_time_or_a_last_day(text: str, end: datetime) -> None:
    assert read_end(text, NOW, LONDON) == end


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "31/03/2026"])
def test_anything_else_is_no_end(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        read_end(text, NOW, LONDON)


def message(home_id: str = "SC000001", channel: str = "desk") -> Delivery:
    key = f"ofsted:{home_id}"
    return Delivery.of(channel, key, alert(home=key, home_id=home_id, id=home_id), home_id, NOW)


def test_a_message_that_is_made_under_a_silence_names_it_and_its_reason() -> None:
    made = held(message(), home(), [silence()], NOW)
    assert (made.state, made.silence, made.detail) == (State.SILENCED, silence().id, "silenced: known, being closed")
    assert Delivery.from_document(made.document(), 0) == made
    assert held(message(), home("SC000002"), [silence()], NOW) == message()
