"""What a bot answers, opens and changes, as the strictest public readers of Block Kit take it."""

import asyncio
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.bot.everything import Sent, answers, presses
from tests.delivery.channels.slack import typescript
from tests.delivery.channels.slack.block_builders import Rebuilding

NEEDS_BLOCKKIT = "needs the package blockkit"
STATES = (
    "`home SC478986`", "SC478986, a children's home in Derby", "Esland North Limited", "Found inadequate, by year",
    "No home is called SC478987", "No owner is called eslnd north", "No area is called Drby", "Which home?",
    "Watch what?", " is made\\nArea Derby", "There is such a watch already", "No watch was made",
    " is removed\\nHome SC478986", "Watches for this channel", "No watch was removed", "Paused: watch ",
    "This is where it will be told.",
    "Acknowledged already", "Silenced already", "Nothing to acknowledge", "Not silenced", "Nothing was done",
    "This watcher does not know that message", "That button belongs to a message of another channel",
    "Your reason was not kept", "Acknowledged by kim.jones", "Silenced until",
)  # fmt: skip
"""What is to be found among all that was sent, so that none of it is left out unnoticed."""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder = tmp_path_factory.mktemp("everything")
    one, other = asyncio.run(answers(folder / "answers")), asyncio.run(presses(folder / "presses"))
    return {kind: [*one.get(kind, []), *other.get(kind, [])] for kind in sorted({*one, *other})}


def _blocks(sent: Sent) -> Iterator[dict[str, Any]]:
    for payload in (payload for each in sent.values() for payload in each):
        yield from payload.get("view", payload).get("blocks", ())


def test_every_state_is_among_it(sent: Sent) -> None:
    assert sorted(sent) == ["Answered", "Changed", "Opened", "Sent", "Told", "Whispered"]
    everything = str(sent)
    assert [state for state in STATES if state not in everything] == []
    assert {body["response_type"] for body in sent["Answered"]} == {"ephemeral", "in_channel"}


def test_blockkit_builds_every_block_and_form_again_as_it_was(sent: Sent) -> None:
    rebuilding = Rebuilding(pytest.importorskip("blockkit", reason=NEEDS_BLOCKKIT))
    for block in _blocks(sent):
        assert rebuilding.rebuilt(block) == block
    for opened in sent["Opened"]:
        assert rebuilding.rebuilt(opened["view"]) == opened["view"]


def test_blockkit_refuses_a_broken_form(sent: Sent) -> None:
    module = pytest.importorskip("blockkit.core", reason=NEEDS_BLOCKKIT)
    rebuilding = Rebuilding(module)
    (opened,) = sent["Opened"]
    long = {**opened, "view": {**opened["view"], "title": {"type": "plain_text", "text": "x" * 25, "emoji": False}}}
    for broken in (long, _altered(opened, "label", type="mrkdwn"), _altered(opened, "element", max_length=3001)):
        with pytest.raises((module.FieldValidationError, module.ComponentValidationError)):
            rebuilding.rebuilt(broken["view"])


def test_slackblocks_reads_every_block_that_it_can_read(sent: Sent) -> None:
    module = pytest.importorskip("slackblocks.blocks", reason="needs the package slackblocks")
    for block in _blocks(sent):
        if block["type"] not in ("actions", "rich_text", "input"):
            assert module.Block.from_dict(block)._resolve()["type"] == block["type"]


def test_slacks_own_types_take_all_of_it_and_nothing_broken(sent: Sent, tmp_path: Path) -> None:
    if (why := typescript.installed(tmp_path)) is not None:
        pytest.skip(why)
    answered, opened, told = sent["Answered"][0], sent["Opened"][0], sent["Told"][0]
    broken = {
        "Answered": [{**answered, "response_type": "public"}, {**answered, "blocks": [{"type": "headre"}]}],
        "Opened": [_altered(opened, "label", type="mrkdwn"), _altered(opened, "element", type="plain_text")],
        "Told": [{**told, "text": None}, {**told, "metadata": {}}],
        "Changed": [told],
        "Whispered": [told],
    }
    assert typescript.faults(tmp_path, sent, broken) == ""


def _altered(opened: dict[str, Any], part: str, **facts: Any) -> dict[str, Any]:
    """A form whose field, or a part of it, says something else."""
    altered = deepcopy(opened)
    altered["view"]["blocks"][1][part].update(facts)
    return altered
