"""What the commands print of present states: which home's first alert says what, and which change brought it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console as Screen

from tests.builders import HOME, SITE, home, inspection, visit
from tests.messages.messages import SEEN, alert
from watcher.cli import explanation
from watcher.cli import tables as show
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import Delivery, State
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.messages.message import PresentState
from watcher.rounds.take_in import take_in
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
GOOD, DROP = inspection("2023-05-01", "good", document="1"), inspection("2024-01-10", "inadequate", document="2")
VISIT, RECOVERY = visit("2024-02-10", document="3"), inspection("2024-05-10", "good", document="4")
LINE = "recovered after 121 days, rated good (published 19 June 2024)"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def tell(history: EmbeddedHistory, changes: tuple[What, ...], *inspections: Inspection) -> None:
    """Takes in a reading for those who ask for some changes; Slack accepts all that it brings."""
    settings = Settings(
        channels={"desk": SlackOptions(channel="C1")}, watch=(Watch(name="w", to=("desk",), changes=changes),)
    )
    reading = Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=inspections)
    history.commit(take_in(history, SITE, reading, settings, NOW).transaction())
    accepted = [
        replace(delivery, state=State.ACCEPTED, attempts=1, reference=f"{delivery.number}.0")
        for delivery in history.deliveries(open_only=True)
    ]
    history.commit(Transaction(deliveries=accepted))


def state_of(history: EmbeddedHistory) -> Delivery:
    (*_, state) = (delivery for delivery in history.deliveries() if isinstance(delivery.content, PresentState))
    return state


def explained(history: EmbeddedHistory) -> list[str]:
    out, found = StringIO(), history.home(HOME)
    assert found is not None
    explanation.print_explanation(Screen(file=out, width=200), history, found.home, history.records(HOME))
    return [line.strip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(("state", "says"), [(State.ACCEPTED, "now says"), (State.LAPSED, "is to say")])
def test_a_present_state_names_its_home(history: EmbeddedHistory, state: State, says: str) -> None:
    tell(history, tuple(What), GOOD, DROP)
    tell(history, tuple(What), RECOVERY)
    delivery = replace(state_of(history), state=state)
    said = f"SC000001: the first alert {says}: {LINE}"
    out = StringIO()
    Screen(file=out, width=300).print(show.deliveries_table([delivery], history.acknowledgement, history.delivery, NOW))
    assert said in out.getvalue()
    line = show.delivery_json(delivery, history.acknowledgement, history.delivery)
    assert (line["home"], line["change"], line["title"]) == (HOME, None, said)


def test_a_present_state_whose_first_message_is_not_known_is_told_without_its_home(history: EmbeddedHistory) -> None:
    content = PresentState(parent="0" * 16, line=LINE)
    delivery = Delivery.of("desk", "state:0", content, "state 0", NOW)
    line = show.delivery_json(delivery, history.acknowledgement, history.delivery)
    assert (line["home"], line["title"]) == (None, f"On the first alert: now {LINE}")


@pytest.mark.parametrize("asked", [tuple(What), (What.DROPPED_TO_INADEQUATE,)])
def test_the_explanation_of_a_change_says_what_it_made_of_the_first_alert(
    history: EmbeddedHistory, asked: tuple[What, ...]
) -> None:
    tell(history, asked, GOOD, DROP)
    tell(history, asked, VISIT)
    tell(history, asked, RECOVERY)
    lines = explained(history)
    changed = [number for number, line in enumerate(lines) if line.startswith("the first alert on desk was changed")]
    said, after = "the first alert on desk was changed to say", "accepted after 1 attempt"
    assert [lines[number] for number in changed] == [
        f"{said}: still inadequate; a monitoring visit on 10 February 2024: {after}",
        f"{said}: {LINE}: {after}",
    ]
    told = [number for number, line in enumerate(lines) if line.startswith(("visited:", "recovered:"))]
    assert told[0] < changed[0] < told[1] < changed[1]


def test_a_change_that_was_not_made_is_explained_as_such(history: EmbeddedHistory) -> None:
    tell(history, tuple(What), GOOD, DROP)
    tell(history, tuple(What), RECOVERY)
    why = "the message stays as it was"
    history.commit(Transaction(deliveries=[replace(state_of(history), state=State.LAPSED, detail=why)]))
    said = f"the first alert on desk was to be changed to say: {LINE}: lapsed after 1 attempt, {why}"
    assert said in explained(history)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_silence_is_whole_at_any_width(width: int) -> None:
    silence = Silence.of(
        {"home": ["SC478986"]}, made=NOW, until=NOW + timedelta(days=14), why="being closed by the council", by="desk"
    )
    out = StringIO()
    Screen(file=out, width=width).print(show.silences_table([silence], width))
    said = " ".join(out.getvalue().split())
    for whole in (silence.id, "2024-03-15 12:00", "home SC478986", "desk"):
        assert whole in said
    assert "council" in said


def test_of_many_mails_that_say_the_same_a_few_are_lines(history: EmbeddedHistory) -> None:
    """And how many more there are; those that stand otherwise have lines of their own."""
    many = [mail(number) for number in range(10_000)]
    refused = replace(many[7], state=State.REFUSED, attempts=1, detail="550 no such mailbox")
    listed = [refused if one.id == refused.id else one for one in many]
    out = StringIO()
    Screen(file=out, width=120).print(
        show.deliveries_table(listed, history.acknowledgement, history.delivery, many[0].created)
    )
    printed = out.getvalue()
    assert len(printed.splitlines()) < 20
    assert "and 9,996 more to other readers of channel mail: waiting; `--json` has each" in printed
    assert "550 no such mailbox" in printed


def mail(number: int) -> Delivery:
    content = alert()
    return Delivery.of("mail", content.home, content, content.id, SEEN, recipient=f"reader{number}@example.org")
