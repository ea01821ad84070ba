"""What people did, as a message says it: a line each, inert and of bounded length, by the clocks of its readers."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import alert, message
from watcher.messages.deeds_told import LONGEST, Done, ToldDeed, deed_lines, has_acknowledged
from watcher.messages.message import PresentState, Reminder
from watcher.messages.titles import ON_DEEDS, title
from watcher.messages.wording import word

AT = datetime(2018, 8, 3, 19, 14, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def told(done: Done = Done.ACKNOWLEDGED, **facts: object) -> ToldDeed:
    return ToldDeed(**{"done": done, "by": "ann", "at": AT, "where": ", in Slack", "why": "we know", **facts})  # type: ignore[arg-type]  # a table of facts


@pytest.mark.parametrize(
    ("deed", "line"),
    [
        (told(), "Acknowledged by ann, 20:14 on 3 August 2018, in Slack: we know"),
        (told(why="", where=""), "Acknowledged by ann, 20:14 on 3 August 2018"),
        (
            told(Done.SILENCED, until=datetime(2018, 8, 17, 19, 14, tzinfo=UTC)),
            "Silenced until 17 August 2018 by ann, 20:14 on 3 August 2018, in Slack: we know",
        ),
        (
            told(Done.SILENCED, until=datetime(2018, 8, 16, 23, 0, tzinfo=UTC), by=""),
            "Silenced to the end of 16 August 2018, 20:14 on 3 August 2018, in Slack: we know",
        ),
        (told(Done.SILENCE_ENDED), "Silence ended by ann, 20:14 on 3 August 2018, in Slack: we know"),
    ],
)
def test_each_deed_says_who_when_where_and_why(deed: ToldDeed, line: str) -> None:
    assert deed_lines([deed], LONDON) == (line,)


def test_whoever_looks_after_messages_in_utc_is_told_that_it_is() -> None:
    assert deed_lines([told(why="")], UTC) == ("Acknowledged by ann, 19:14 UTC on 3 August 2018, in Slack",)


def test_what_people_write_breaks_out_of_no_line_and_makes_none_too_long() -> None:
    (line,) = deed_lines([told(by="a\nn\u202en" * 100, why="<!channel>\n" * 10_000, where="\x00" * 10_000)], LONDON)
    assert len(line) <= LONGEST
    assert line.isprintable()


def test_only_an_acknowledgement_acknowledges() -> None:
    assert has_acknowledged([told(Done.SILENCED), told()])
    assert not has_acknowledged([told(Done.SILENCED), told(Done.SILENCE_ENDED)])


def test_a_message_has_them_below_how_the_home_stands_and_asks_nobody_to_acknowledge_it_any_more() -> None:
    reminder = Reminder(number=1, alert=AT)
    before = word(message(reminder=reminder), LONDON)
    after = word(
        message(reminder=reminder, state="recovered", deeds=("Acknowledged\nby ann",), is_acknowledged=True), LONDON
    )
    assert after.plain().splitlines()[:3] == [before.title, "Now: recovered", "Acknowledged by ann"]
    assert "To acknowledge it, tell" in before.plain()
    assert "To acknowledge it, tell" not in after.plain()


def test_that_a_message_is_changed_for_a_deed_is_said_without_a_name() -> None:
    assert title(PresentState(parent="0" * 16, line="", deeds=("Acknowledged by ann",))) == ON_DEEDS
    assert "ann" not in ON_DEEDS
    assert title(alert()) != ON_DEEDS
