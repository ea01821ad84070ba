"""What a signed link does, once its button is pressed."""

from collections.abc import Callable, Mapping

from watcher.messages.links import SILENCE_FOR, Link, Purpose
from watcher.messages.numbers import british_moment
from watcher.text import inert
from watcher.watching.deeds import LONGEST_NAME, Door, Signature
from watcher.web.acting.deeds import DONE, Desk, acknowledge_change, silence_home, stop_mails_to

UNSIGNED = "the reader of a message"
"""Who acts by a link that names no reader."""


def who(link: Link) -> str:
    """Whom a link was sent to, as far as names go."""
    return inert(link.recipient, LONGEST_NAME) or UNSIGNED


def silenced_before(desk: Desk, link: Link) -> str | None:
    """What became of the silence that this link brought, for it brings one alone; None if it has brought none."""
    for silence in desk.history.silences():
        is_by_it = silence.door == Door.LINK and silence.by == who(link) and silence.made >= link.made
        if is_by_it and silence.home == (link.subject,):
            until = british_moment(silence.until.astimezone(desk.settings.timezone))
            return f"That was done by this link already. The silence ends, or has ended, at {until}."
    return None


def _acknowledge(desk: Desk, link: Link, signature: Signature) -> str:
    return DONE[acknowledge_change(desk, link.subject, signature, {})]


def _silence(desk: Desk, link: Link, signature: Signature) -> str:
    if (said := silenced_before(desk, link)) is not None:
        return said
    return DONE[silence_home(desk, link.subject, signature, {"until": f"{SILENCE_FOR.days}d"})]


def _stop(desk: Desk, link: Link, signature: Signature) -> str:
    stopped = stop_mails_to(desk, link.subject, signature)
    return (
        f"Nothing more is sent to {link.subject}." if stopped else f"The mails to {link.subject} were stopped already."
    )


DEEDS: Mapping[Purpose, Callable[[Desk, Link, Signature], str]] = {
    Purpose.ACKNOWLEDGE: _acknowledge,
    Purpose.SILENCE: _silence,
    Purpose.STOP_MAILS: _stop,
}
"""What each purpose does, in the words for whoever pressed."""
