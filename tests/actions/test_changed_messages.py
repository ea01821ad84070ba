"""What was sent says who did what, wherever it stands in Slack, whichever way it came there, and only there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home, signed
from tests.clock import ManualClock
from tests.delivery.bursts import channel_of, ids, keep_time
from tests.delivery.scripted import Desk, Scripted
from tests.messages.messages import SEEN, alert
from tests.standins import slack as ways
from tests.standins.slack import SlackStandIn
from watcher.actions.acknowledge import acknowledge, add_reason
from watcher.actions.silence import add_silence, end_silence
from watcher.delivery.ledger import Delivery, State
from watcher.errors import WatcherError
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.message import PresentState, Reminder
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import Door
from watcher.watching.silences import Silence

HOME = "ofsted:SC000001"
LONG = timedelta(hours=2)
FORTNIGHT = timedelta(days=14)
ACKNOWLEDGED = "Acknowledged by Ann, 10:05 on 3 August 2018, on the page: we know"


def about(number: int = 1, what: What = What.DROPPED_TO_INADEQUATE, home_id: str = "SC000001") -> Alert:
    return alert(what, id=f"{number:016x}", home=f"ofsted:{home_id}", home_id=home_id, watches=("all",))


def sends(content: Alert, *, channel: str = "desk", which: str = "", thread: Delivery | None = None) -> Delivery:
    made = Delivery.of(channel, content.home, content, f"{content.id} {which}", SEEN)
    if which:
        made = replace(made, reminder=Reminder(number=1, alert=SEEN))
    return replace(made, thread=thread.id, is_shown=True) if thread else made


def tell(desk: Desk, *deliveries: Delivery) -> None:
    """What intake does; each change is told once, at the desk's moment."""
    alerts = {d.content.id: d.content for d in deliveries if isinstance(d.content, Alert)}
    told = [
        Told(alert=each, seen=desk.clock.now(), feed="ofsted")
        for each in alerts.values()
        if desk.history.change(each.id) is None
    ]
    homes = [HomeRecord.of(home(each.home_id)) for each in alerts.values() if desk.history.home(each.home) is None]
    desk.history.commit(Transaction(homes=homes, changes=told, deliveries=deliveries))
    desk.outbox.refresh()


def ack(desk: Desk, number: int = 1, by: str = "Ann", why: str = "we know", door: str = "page") -> bool:
    word = Acknowledgement.of(f"{number:016x}", by=by, why=why, at=desk.clock.now(), door=door)
    return acknowledge(desk.history, desk.outbox, word)


def silence(desk: Desk, until: timedelta = FORTNIGHT, by: str = "Bob", **filters: tuple[str, ...]) -> Silence:
    now = desk.clock.now()
    made = Silence.of(filters or {"home": ("SC000001",)}, made=now, until=now + until, why="known", by=by, door="page")
    assert add_silence(desk.history, desk.outbox, made)
    return made


def deeds(posted: dict[str, Any]) -> list[str]:
    """What a message in Slack says of people, in its blocks; the plain text says the same."""
    rich = (block for block in posted["blocks"] if block["type"] == "rich_text")
    texts = (
        "".join(part["text"] for part in section.get("elements", []) if part["type"] == "text")
        for block in rich
        for section in block["elements"]
    )
    said = [line for text in texts for line in text.splitlines() if line.startswith(("Acknowledged", "Silence"))]
    assert [line for line in posted["text"].splitlines() if line.startswith(("Acknowledged", "Silence"))] == said
    return said


def all_deeds(slack: SlackStandIn) -> list[list[str]]:
    return [deeds(posted) for posted in slack.messages]


def changes(desk: Desk) -> list[Delivery]:
    return [delivery for delivery in desk.stored() if isinstance(delivery.content, PresentState)]


@pytest.fixture
def desk(tmp_path: Path, slack: SlackStandIn) -> Iterator[Desk]:
    with Desk(tmp_path, channel_of(slack), clock=ManualClock(SEEN)) as made:
        keep_time(slack, made)
        yield made


def begun(desk: Desk) -> tuple[Delivery, Delivery]:
    """An alert and its reminder, both in Slack."""
    first = sends(about())
    second = sends(about(), which="reminder 1", thread=first)
    tell(desk, first, second)
    desk.deliver()
    return first, second


def test_the_alert_and_its_reminder_say_who_acknowledged_it(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    moment = desk.clock.now()
    assert ack(desk)
    assert [change.due for change in changes(desk)] == [moment] * 2
    desk.deliver()
    assert desk.clock.now() - moment < timedelta(seconds=1)  # no spacing of posts holds it back
    assert [lines[0][:21] for lines in all_deeds(slack)] == ["Acknowledged by Ann, "] * 2
    assert [change.state for change in changes(desk)] == [State.ACCEPTED] * 2
    assert [posted.get("thread_ts") for posted in slack.messages] == [None, slack.messages[0]["ts"]]
    assert slack.rung == []


def test_the_same_deed_is_told_once(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    assert [ack(desk), ack(desk), ack(desk, by="Eve")] == [True, False, False]
    desk.deliver()
    assert len(slack.updates) == 2
    assert "Eve" not in str(slack.messages)


def test_other_channels_say_it_too_and_a_mail_is_left_alone(tmp_path: Path, slack: SlackStandIn) -> None:
    mail = replace(sends(about(), channel="mail"), recipient="a@example.org")
    with Desk(
        tmp_path, channel_of(slack), channel_of(slack, "other"), Scripted("mail"), clock=ManualClock(SEEN)
    ) as desk:
        keep_time(slack, desk)
        tell(desk, sends(about()), sends(about(), channel="other"), mail)
        desk.deliver()
        ack(desk)
        desk.deliver()
        assert all_deeds(slack) == [[ACKNOWLEDGED.replace("10:05", line[0][21:26])] for line in all_deeds(slack)]
        assert len(slack.updates) == 2
        assert {change.channel for change in changes(desk)} == {"desk", "other"}
        (to_mail,) = (
            message for channel in desk.channels.values() if isinstance(channel, Scripted) for message in channel.sent
        )
        assert to_mail.deeds == ()


def test_what_waited_says_it_from_the_beginning(desk: Desk, slack: SlackStandIn) -> None:
    first = sends(about())
    tell(desk, replace(first, due=SEEN + timedelta(minutes=1)))
    ack(desk)
    assert changes(desk) == []
    desk.deliver(timedelta(minutes=1))
    assert (all_deeds(slack), slack.updates) == ([[ACKNOWLEDGED]], [])


@pytest.mark.parametrize("is_taken", [True, False])
@pytest.mark.parametrize("restarts", [True, False])
def test_what_was_on_its_way_says_it_whatever_became_of_it(
    desk: Desk, slack: SlackStandIn, is_taken: bool, restarts: bool
) -> None:
    slack.script.append(ways.calls(lambda: None, is_taken=is_taken))
    tell(desk, sends(about()))
    desk.deliver()
    ack(desk)
    with desk.reopened() if restarts else desk as after:
        for _ in range(4):
            after.deliver(LONG)
        assert all_deeds(slack) == [[ACKNOWLEDGED]]
        assert len(ids(slack.messages)) == 1


def test_a_reason_given_later_is_added_to_that_very_deed(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    at = desk.clock.now()
    assert ack(desk, why="")
    desk.deliver()
    change = about().id
    wrong: Sequence[dict[str, Any]] = (
        {"by": "Eve"},
        {"at": at + timedelta(seconds=1)},
        {"door": "slack"},
        {"why": " "},
    )
    for facts in wrong:
        given: dict[str, Any] = {"by": "Ann", "at": at, "door": "page", "why": "we know", **facts}
        assert not add_reason(desk.history, desk.outbox, change, **given)
    assert not add_reason(desk.history, desk.outbox, "f" * 16, by="Ann", at=at, door="page", why="x")
    with pytest.raises(WatcherError, match="at most 300 characters, and this one has 100,000"):
        add_reason(desk.history, desk.outbox, change, by="Ann", at=at, door="page", why="x" * 100_000)
    assert add_reason(desk.history, desk.outbox, change, by="Ann", at=at, door="page", why="we know")
    assert not add_reason(desk.history, desk.outbox, change, by="Ann", at=at, door="page", why="another")
    desk.deliver()
    assert [line.rpartition(": ")[2] for (line,) in all_deeds(slack)] == ["we know"] * 2
    with desk.reopened() as after:
        known = after.history.acknowledgement(change)
        assert known is not None
        assert (known.by, known.why, known.at, known.door) == ("Ann", "we know", at, "page")


def test_a_silence_and_its_end_are_told_on_the_alerts_of_the_home(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    tell(desk, other := sends(about(2, home_id="SC000002")))
    desk.deliver()
    made = silence(desk)
    desk.deliver()
    now = desk.clock.now()
    assert [lines[0].partition(" by ")[0] for lines in all_deeds(slack)[:2]] == ["Silenced until 17 August 2018"] * 2
    assert end_silence(desk.history, desk.outbox, made.id, signed(now + timedelta(hours=1), "Cat"))
    desk.deliver(timedelta(hours=1))
    assert [lines[0].partition(",")[0] for lines in all_deeds(slack)[:2]] == ["Silence ended by Cat"] * 2
    assert all_deeds(slack)[2] == []
    assert other.id not in {
        change.content.parent for change in changes(desk) if isinstance(change.content, PresentState)
    }


def test_of_several_silences_each_in_force_is_told_and_an_end_only_when_none_is(
    desk: Desk, slack: SlackStandIn
) -> None:
    begun(desk)
    first = silence(desk, by="Ann")
    second = silence(desk, by="Bob", until=2 * FORTNIGHT)
    desk.deliver()
    assert [line.partition(",")[0] for line in all_deeds(slack)[0]] == [
        "Silenced until 17 August 2018 by Ann",
        "Silenced until 31 August 2018 by Bob",
    ]
    end_silence(desk.history, desk.outbox, first.id, signed(desk.clock.now(), "Cat"))
    desk.deliver()
    assert [line.partition(",")[0] for line in all_deeds(slack)[0]] == ["Silenced until 31 August 2018 by Bob"]
    desk.clock.advance(LONG)
    end_silence(desk.history, desk.outbox, second.id, signed(desk.clock.now(), "Dan"))
    desk.deliver()
    assert [line.partition(",")[0] for line in all_deeds(slack)[0]] == ["Silence ended by Dan"]


def test_a_silence_of_an_area_is_told_on_the_last_alert_of_each_home_if_that_is_recent(
    desk: Desk, slack: SlackStandIn
) -> None:
    tell(desk, sends(about(1, home_id="SC000001")))
    desk.deliver()
    desk.deliver(timedelta(days=31))
    tell(desk, sends(about(2, home_id="SC000002")))
    desk.deliver()
    tell(desk, sends(about(3, home_id="SC000002")))
    desk.deliver()
    silence(desk, local_authority=("Derby",))
    desk.deliver()
    assert [len(lines) for lines in all_deeds(slack)] == [0, 0, 1]


def test_of_a_home_that_is_named_an_old_alert_says_it_too_if_it_is_the_last(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    desk.deliver(timedelta(days=90))
    silence(desk)
    desk.deliver()
    assert [len(lines) for lines in all_deeds(slack)] == [1, 1]


def test_the_first_alert_of_a_thread_says_it_with_the_latest_however_old_it_is(desk: Desk, slack: SlackStandIn) -> None:
    first = sends(about(1))
    tell(desk, first)
    desk.deliver()
    desk.deliver(timedelta(days=90))
    tell(desk, sends(about(2, What.STILL_INADEQUATE), thread=first))
    desk.deliver()
    made = silence(desk, local_authority=("Derby",))
    desk.deliver()
    assert [lines[0].partition(" ")[0] for lines in all_deeds(slack)] == ["Silenced"] * 2
    end_silence(desk.history, desk.outbox, made.id, signed(desk.clock.now() + LONG, "Cat"))
    desk.deliver(LONG)
    assert [lines[0].partition(",")[0] for lines in all_deeds(slack)] == ["Silence ended by Cat"] * 2


def test_how_the_home_stands_and_what_people_did_do_not_undo_each_other(desk: Desk, slack: SlackStandIn) -> None:
    first, _ = begun(desk)
    ack(desk)
    desk.deliver()
    reply = sends(about(2, What.RECOVERED), thread=first)
    content = PresentState(parent=first.id, reply=reply.id, line="recovered")
    state = replace(Delivery.of("desk", f"state:{first.id}", content, f"state {reply.id}", SEEN), thread=first.id)
    tell(desk, reply, state)
    desk.deliver(timedelta(seconds=1))
    assert slack.messages[0]["text"].splitlines()[1:3] == ["Now: recovered", *deeds(slack.messages[0])]
    made = silence(desk)
    desk.deliver()
    assert len(deeds(slack.messages[0])) == 2
    end_silence(desk.history, desk.outbox, made.id, signed(desk.clock.now()))
    desk.deliver()
    assert slack.messages[0]["text"].splitlines()[1] == "Now: recovered"
    assert [line.partition(" by ")[0] for line in deeds(slack.messages[0])] == ["Acknowledged", "Silence ended"]


def test_news_that_still_waits_is_not_told_by_what_somebody_does_meanwhile(desk: Desk, slack: SlackStandIn) -> None:
    first, _ = begun(desk)
    reply = replace(sends(about(2, What.RECOVERED), thread=first), due=desk.clock.now() + LONG)
    content = PresentState(parent=first.id, reply=reply.id, line="recovered")
    state = replace(Delivery.of("desk", f"state:{first.id}", content, f"state {reply.id}", SEEN), thread=first.id)
    tell(desk, reply, state)
    ack(desk)
    desk.deliver()
    assert len(deeds(slack.messages[0])) == 1  # nor does it wait for that news
    assert "recovered" not in slack.messages[0]["text"]
    desk.deliver(LONG)
    assert slack.messages[0]["text"].splitlines()[1] == "Now: recovered"
    assert len(deeds(slack.messages[0])) == 1


def test_many_new_messages_hold_no_change_back(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    tell(desk, *(sends(about(number, home_id=f"SC{number:06}")) for number in range(2, 30)))
    ack(desk)
    slack.ways["chat.postMessage"] = ways.after_writes(4)
    desk.deliver()
    order = [method for method, _ in slack.calls if method in ("chat.postMessage", "chat.update")]
    assert order[2:5].count("chat.update") == 2
    assert slack.too_many == []


def test_a_crowd_of_changes_is_spread_so_that_slack_takes_them(desk: Desk, slack: SlackStandIn) -> None:
    tell(desk, *(sends(about(number, home_id=f"SC{number:06}")) for number in range(1, 31)))
    for _ in range(3):
        desk.deliver()
    desk.deliver(timedelta(minutes=5))
    began = desk.clock.now()
    silence(desk, local_authority=("Derby",))
    for _ in range(3):
        desk.deliver()
    assert [len(lines) for lines in all_deeds(slack)] == [1] * 30
    assert desk.clock.now() - began >= timedelta(seconds=20 * 1.2 - 0.1)  # ten at once, then fifty a minute


def test_a_message_of_a_hundred_kilobytes_and_marks_of_slack_ring_nobody(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    acknowledge(
        desk.history,
        desk.outbox,
        Acknowledgement(
            change=about().id, by="<!channel> & *Ann*", why="<@U012ABC> `x` " * 7_000, at=desk.clock.now(), door="slack"
        ),
    )
    desk.deliver()
    assert len(slack.updates) == 2  # the stand-in refuses what Slack does
    assert slack.rung == []


def test_a_change_of_an_older_version_is_read_and_says_nothing_of_deeds(desk: Desk) -> None:
    first = sends(about())
    content = PresentState(parent=first.id, line="recovered")
    made = Delivery.of("desk", f"state:{first.id}", content, "state", SEEN)
    document = made.document()
    assert not {"deeds", "is_acknowledged"} & document["present_state"].keys()
    assert Delivery.from_document(document, 0).content == content
    new = replace(content, line="", deeds=("Acknowledged by Ann",), is_acknowledged=True)
    again = Delivery.of("desk", "state:x", new, "x", SEEN)
    Delivery.prove(again.document())
    assert Delivery.from_document(again.document(), 0).content == new


def test_the_door_of_the_signature_is_told(desk: Desk, slack: SlackStandIn) -> None:
    begun(desk)
    ack(desk, door=Door.SLACK.value)
    desk.deliver()
    assert ", in Slack: we know" in deeds(slack.messages[0])[0]


def test_a_copy_of_the_history_says_the_same(desk: Desk, tmp_path: Path) -> None:
    begun(desk)
    ack(desk)
    before = [delivery.content for delivery in changes(desk)]
    with desk.reopened() as after:
        assert isinstance(after.history, EmbeddedHistory)
        assert [delivery.content for delivery in changes(after)] == before
        assert all(
            isinstance(said, PresentState) and said.is_acknowledged and "UTC" in said.deeds[0] for said in before
        )
