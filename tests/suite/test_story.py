"""A home's whole story through the whole service: one thread, whose first message says how the home stands by now."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection, visit
from tests.suite.cases import TOLD, Cases
from tests.suite.channels import SlackEnd
from tests.suite.points import STATUS
from tests.suite.stage import Nursery, Stage, stage
from watcher.delivery.ledger import State
from watcher.messages.message import PresentState

pytestmark = pytest.mark.anyio

BEGINS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STORY = Cases(
    (home(), home("SC000002")),
    (
        inspection("2025-05-01", "good", published="2025-06-10"),
        inspection("2026-01-05", "good", home="ofsted:SC000002", published="2026-02-10"),
        inspection("2026-01-20", "inadequate", published="2026-03-03"),
        visit("2026-03-01", published="2026-03-07"),
        inspection("2026-03-05", "inadequate", published="2026-03-12"),
        inspection("2026-03-10", "good", published="2026-03-20"),
        inspection("2026-03-25", "inadequate", published="2026-04-02"),
    ),
)
STATES = [
    "",
    "Now: still inadequate; a monitoring visit on 1 March 2026",
    "Now: still inadequate, inspected again on 5 March 2026 (published 12 March 2026)",
    "Now: recovered after 17 days, rated good (published 20 March 2026)",
    "Now: inadequate again, after recovery to good on 20 March 2026 (published 2 April 2026)",
]
"""What the first message says on the evening of each day of publication."""
DAYS = (3, 7, 12, 20, 33)
"""The days of publication, counted from the end of February."""


@asynccontextmanager
async def told_everything(folder: Path, nursery: Nursery) -> AsyncIterator[Stage]:
    """A stage on which a service has its baseline; its watch asks for every change."""
    async with stage(folder, nursery, STORY, BEGINS) as one:
        config = folder / "watcher.toml"
        told = f"changes = {json.dumps(TOLD)}"
        assert told in config.read_text()
        config.write_text(config.read_text().replace(told, 'changes = "all"'))
        await one.begin()
        await one.until(one.has_baseline)
        yield one


def slack_of(stage: Stage) -> SlackEnd:
    end = stage.channels["desk"]
    assert isinstance(end, SlackEnd)
    return end


def state_shown(stage: Stage) -> str:
    """The line of the first message that says how the home stands; empty if it has none."""
    return next((line for line in slack_of(stage).slack.messages[0]["text"].splitlines() if line[:4] == "Now:"), "")


async def evening_of(stage: Stage, day: int) -> None:
    """Lets time pass until everything published up to a day is told."""
    stage.clock.step(datetime(2026, 2, 28, 20, 0, tzinfo=UTC) + timedelta(days=day))
    await stage.until(stage.is_settled)


@pytest.mark.parametrize("end", ["lives on", "restarts", "is killed"])
async def test_a_story_is_one_thread_whose_first_message_says_how_the_home_stands(
    tmp_path: Path, nursery: Nursery, end: str
) -> None:
    async with told_everything(tmp_path, nursery) as one:
        seen = []
        for day in DAYS:
            if one.pid is None:
                await one.begin()
            await evening_of(one, day)
            seen.append(state_shown(one))
            if end == "restarts":
                await one.end()
            elif end == "is killed":
                one.kill()
                assert await one.dead() == -9
        assert seen == STATES
        slack = slack_of(one).slack
        first, *replies = slack.messages
        assert "drops from good to inadequate" in first["text"]
        assert [reply["thread_ts"] for reply in replies] == [first["ts"]] * 4
        assert [reply.get("reply_broadcast", False) for reply in replies] == [False, True, True, True]
        assert [reply["text"].count("Now:") for reply in replies] == [0] * 4
        assert slack.rung == []


@pytest.mark.parametrize(
    ("point", "then", "changes"),
    [("after the reply", State.WAITING, 1), ("after the change", State.SENDING, 2)],
)
async def test_a_death_between_reply_and_state_leaves_neither_out_and_repeats_nothing(
    tmp_path: Path, nursery: Nursery, point: str, then: State, changes: int
) -> None:
    async with told_everything(tmp_path, nursery) as one:
        await evening_of(one, DAYS[0])
        await one.end()
        one.clock.step(datetime(2026, 3, 7, 20, 0, tzinfo=UTC))
        await one.begin(point)
        assert await one.dead() == STATUS, one.log.read_text()[-3000:]
        found = [delivery for delivery in one.history().deliveries() if isinstance(delivery.content, PresentState)]
        assert [delivery.state for delivery in found] == [then]
        await one.begin()
        await one.until(lambda: not [*one.history().deliveries(open_only=True)])
        await one.end()
        slack = slack_of(one).slack
        assert (len(slack.messages), state_shown(one)) == (2, STATES[1])
        assert len(slack.updates) == changes
        assert "ossibly repeated" not in str(slack.messages)
