"""What is sent, as the strictest public readers of Block Kit take it: two packages of Python, and Slack's own types."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.channels.slack import typescript
from tests.delivery.channels.slack.block_builders import Rebuilding
from tests.delivery.channels.slack.other_sorts import other_sorts
from tests.delivery.channels.slack.sorts import sorts, worded
from tests.delivery.channels.slack.test_rules import BOTH
from watcher.delivery.channels.slack.blocks import payload, update_payload

UNREAD_BY_SLACKBLOCKS = {"actions", "rich_text"}
"""Kinds of block that it knows and cannot read from JSON yet."""
LET_THROUGH_BY_BLOCKKIT = {"eleven fields"}
Sent = dict[str, Any]
PLANTED: dict[str, Sent] = {name: sent for name, sent in BOTH if "image" not in str(sent)}
"""Without those of images, which no message of ours has."""


@cache
def every() -> Sequence[Sent]:
    """Each sort of message, made for the tests that read it and not wherever they are only counted."""
    return tuple(_every())


def _every() -> Iterator[Sent]:
    """Each sort of message as the bot posts it: alerts with and without buttons, as a reply and as they are changed."""
    for _, one in sorts():
        for is_answered in (True, False):
            sent = payload(one, worded(one), "C1", is_answered=is_answered)
            yield from (sent, {**sent, "thread_ts": "1533285667.000100", "reply_broadcast": True})
            yield {**update_payload(one, worded(one), "C1", is_answered=is_answered), "ts": "1533285667.000100"}
    for name, one in other_sorts():
        sent = payload(one, worded(one), "C1", is_answered=True)
        assert "blocks" in sent, name
        yield sent


def test_every_sort_has_blocks_of_each_kind() -> None:
    kinds = {block["type"] for sent in every() for block in sent["blocks"]}
    assert kinds == {"header", "section", "divider", "actions", "rich_text", "context"}


def test_slackblocks_reads_every_block_that_it_can_read() -> None:
    module = pytest.importorskip("slackblocks.blocks", reason="needs the package slackblocks")
    for sent in every():
        for block in sent["blocks"]:
            if block["type"] in UNREAD_BY_SLACKBLOCKS:
                with pytest.raises(NotImplementedError):
                    module.Block.from_dict(block)
            else:
                assert module.Block.from_dict(block)._resolve()["type"] == block["type"]


def test_slackblocks_refuses_what_is_too_long() -> None:
    module = pytest.importorskip("slackblocks.blocks", reason="needs the package slackblocks")
    with pytest.raises(Exception, match="150"):
        module.Block.from_dict({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}})


def test_blockkit_builds_every_block_again_as_it_was() -> None:
    rebuilding = Rebuilding(pytest.importorskip("blockkit", reason="needs the package blockkit"))
    for sent in every():
        for block in sent["blocks"]:
            assert rebuilding.rebuilt(block) == block


@pytest.mark.parametrize(("name", "message"), PLANTED.items(), ids=PLANTED)
def test_blockkit_refuses_the_planted_defects(name: str, message: Sent) -> None:
    module = pytest.importorskip("blockkit.core", reason="needs the package blockkit")
    rebuilding = Rebuilding(module)
    try:
        for block in message["blocks"]:
            rebuilding.rebuilt(block)
    except (module.FieldValidationError, module.ComponentValidationError):
        assert name not in LET_THROUGH_BY_BLOCKKIT
    else:
        assert name in LET_THROUGH_BY_BLOCKKIT


def test_slacks_own_types_take_every_message_and_no_broken_one(tmp_path: Path) -> None:
    if (why := typescript.installed(tmp_path)) is not None:
        pytest.skip(why)
    sound = every()[0]
    (actions,) = (block for block in sound["blocks"] if block["type"] == "actions")
    broken = [
        {**sound, "blocks": [{"type": "headre"}]},
        {**sound, "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]},
        {**sound, "blocks": [{"type": "section", "txt": {"type": "mrkdwn", "text": "x"}}]},
        {**sound, "blocks": [{**actions, "elements": [{**actions["elements"][0], "style": "loud"}]}]},
        {**sound, "blocks": [{**actions, "elements": [{"type": "button", "action_id": "a"}]}]},
        {**sound, "metadata": {"event_type": "a"}},
    ]
    assert typescript.faults(tmp_path, {"Sent": every()}, {"Sent": broken}) == ""
    assert typescript.faults(tmp_path, {"Sent": broken[:1]}, {}) != ""
