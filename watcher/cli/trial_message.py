"""A message by which an operator tries a channel: sent past the outbox, stored nowhere."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from watcher.cli.finding import Finding
from watcher.delivery.channel import Channel
from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.ledger import messages
from watcher.delivery.operators import sender
from watcher.delivery.stopped_mails import StopOf, why_not_to
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.message import Message, Notice
from watcher.messages.topics import TRIAL

TITLE = "This is a test of watcher"
TEXT = "Somebody asked for it with `watcher check --send`: nothing was published, and there is nothing to do."


async def send_to_each(
    channels: Mapping[str, Channel],
    options: Mapping[str, ChannelOptions],
    now: datetime,
    stop_of: StopOf = lambda _: None,
) -> Sequence[Finding]:
    """What became of one message to each reader of each channel, those of digests too; one attempt each.

    Who has stopped these mails is sent none.
    """
    tried = (_send(channel, options, now, stop_of) for channel in channels.values())
    return [finding for findings in await asyncio.gather(*tried) for finding in findings]


async def _send(
    channel: Channel, options: Mapping[str, ChannelOptions], now: datetime, stop_of: StopOf
) -> list[Finding]:
    findings: list[Finding] = []
    for delivery in messages(options, channel.name, "trial", notice(now), f"trial {now.isoformat()}", now):
        if delivery.recipient is not None and (why := why_not_to(delivery.recipient, now, stop_of)):
            findings.append(Finding(_to(channel.name, delivery.recipient), ok=True, detail=why, is_remark=True))
            continue
        if findings:
            await asyncio.sleep(channel.spacing.total_seconds())
        verdict = await asyncio.to_thread(_verdict_of, channel, delivery.message())
        findings.append(_finding(channel.name, delivery.recipient, verdict))
    return findings


def _verdict_of(channel: Channel, message: Message) -> Verdict:
    try:
        return channel.send(message)
    except Exception as error:  # noqa: BLE001  # the boundary to a channel, as in its lane
        return Verdict(Answer.UNKNOWN, f"the channel failed ({type(error).__name__}): please report it")


def _finding(channel: str, recipient: str | None, verdict: Verdict) -> Finding:
    said = "; ".join(part for part in (verdict.answer.value, verdict.detail, verdict.remark) if part)
    return Finding(_to(channel, recipient), ok=verdict.answer is Answer.ACCEPTED, detail=said)


def _to(channel: str, recipient: str | None) -> str:
    return f"message to {channel}" + (f", {recipient}" if recipient else "")


def notice(now: datetime) -> Notice:
    """What is sent: that it is a test, from whom and of when; all in the text, which every channel has."""
    text = f"{TEXT} Sent by {sender()}, {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
    return Notice(TITLE, text, topic=TRIAL)
