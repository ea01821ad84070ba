"""What can be done on the pages, whoever does it: each finds what is meant, does it, and says what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from watcher.actions.acknowledge import acknowledge, acknowledgement_of
from watcher.actions.mails import stop_mails
from watcher.actions.retry import Retries, drop, release_channel, retry
from watcher.actions.silence import SendsAndKnows, add_silence, end_silence, silence_of
from watcher.actions.watches import remove_watch
from watcher.config.settings import Settings
from watcher.errors import WatcherError
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import History
from watcher.text import inert
from watcher.watching.deeds import Signature
from watcher.watching.silences import Silence

_AT_ONCE = timedelta(minutes=1)
_LONGEST_END = 40  # characters; a longer one is none, and need not be said again in full


class NotThereError(WatcherError):
    """There is nothing of that name to be done anything to."""


class PagesOutbox(SendsAndKnows, Retries, Protocol):
    """The outbox, as far as the pages ask it for anything."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What deeds are done to; each is one step of the loop, so that nothing comes between looking and storing."""

    history: History
    outbox: PagesOutbox
    settings: Settings
    release: Callable[[str, Signature], None]
    """Has a held reading of a feed believed, once no reading of it is under way."""
    watches_altered: Callable[[], None]
    """Has the watches of people routed as they are kept now."""


Fields = Mapping[str, str]
"""The fields of what somebody sent."""

Doing = Callable[[Desk, str, Signature, Fields], str]
"""Does something to a subject, and says what came of it by a word of `DONE`; raises WatcherError where it can't be."""

DONE: Mapping[str, str] = {
    "acknowledged": "Acknowledged. Its reminders end, and its messages in Slack say so.",
    "acknowledged-before": "Somebody had acknowledged it already; that stays.",
    "silenced": "Silenced. Messages about this home are kept, and not sent, until the silence ends.",
    "silenced-before": "There was such a silence already.",
    "silence-ended": "The silence has ended. What it held back stays held back, and can be sent by itself.",
    "silence-over": "That silence had ended already.",
    "sent-again": "It is sent again now.",
    "not-to-send": "There was nothing to send: it has been accepted meanwhile, or it waits for nothing.",
    "given-up": "Given up. It is not sent any more.",
    "not-to-give-up": "It could not be given up: only what was refused, or may have arrived, can be.",
    "released-before": "It was released already. The feed is read again within seconds.",
    "released": "Released. The feed is read again within seconds, and what it says is believed.",
    "watch-removed": "Removed. Nothing more is told for this watch.",
    "watch-removed-before": "That watch had been removed already.",
}
"""What is shown after a deed, by the word that stands in the address then."""


def acknowledge_change(desk: Desk, change: str, signature: Signature, _: Fields) -> str:
    """Takes an alert in hand."""
    if desk.history.change(change) is None:
        raise NotThereError("there is no such change that was told")
    made = acknowledgement_of(change, by=signature.by, why=signature.why, now=signature.at, door=signature.door)
    return "acknowledged" if acknowledge(desk.history, desk.outbox, made) else "acknowledged-before"


def silence_home(desk: Desk, home: str, signature: Signature, form: Fields) -> str:
    """Has nothing sent about a home until a day."""
    record = desk.history.home(home)
    if record is None:
        raise NotThereError("there is no such home")
    silence = silence_of(
        {"home": [record.home.key]},
        until=inert(form.get("until", ""), _LONGEST_END),
        why=signature.why,
        by=signature.by,
        now=signature.at,
        zone=desk.settings.timezone,
        door=signature.door,
    )
    if any(_is_twice(known, silence) for known in desk.history.silences()):
        return "silenced-before"
    return "silenced" if add_silence(desk.history, desk.outbox, silence) else "silenced-before"


def _is_twice(known: Silence, asked: Silence) -> bool:
    """Whether somebody has just asked for the same: a form that is sent twice."""
    same = (known.home, known.by, known.why, known.door) == (asked.home, asked.by, asked.why, asked.door)
    until = abs(known.until - asked.until)
    return same and asked.made - known.made < _AT_ONCE and until < _AT_ONCE


def end_the_silence(desk: Desk, silence: str, signature: Signature, _: Fields) -> str:
    """Ends a silence before its time."""
    if all(known.id != silence for known in desk.history.silences()):
        raise NotThereError("there is no such silence")
    return "silence-ended" if end_silence(desk.history, desk.outbox, silence, signature) else "silence-over"


def retry_message(desk: Desk, delivery: str, signature: Signature, _: Fields) -> str:
    """Sends a message now."""
    return "sent-again" if retry(desk.history, desk.outbox, _known(desk, delivery), signature) else "not-to-send"


def drop_message(desk: Desk, delivery: str, signature: Signature, _: Fields) -> str:
    """Gives a message up."""
    return "given-up" if drop(desk.history, desk.outbox, _known(desk, delivery), signature) else "not-to-give-up"


def retry_channel(desk: Desk, channel: str, signature: Signature, _: Fields) -> str:
    """Sends now what a channel keeps."""
    is_known = channel in desk.settings.channels or any(
        delivery.channel == channel for delivery in desk.history.deliveries(open_only=True)
    )
    if not is_known:
        raise NotThereError("there is no such channel")
    return "sent-again" if release_channel(desk.history, desk.outbox, channel, signature) else "not-to-send"


def release_feed(desk: Desk, feed: str, signature: Signature, _: Fields) -> str:
    """Believes a reading that the brake holds."""
    if feed not in desk.settings.feeds:
        raise NotThereError("there is no such feed")
    state = desk.history.feed(feed)
    if state.held and state.released:
        return "released-before"
    if not state.held:
        raise WatcherError("no reading of this feed is held: there is nothing to release")
    try:
        desk.release(feed, signature)
    except OSError as error:
        raise CommitFailedError("the request could not be left for the service") from error
    return "released"


def remove_the_watch(desk: Desk, name: str, signature: Signature, _: Fields) -> str:
    """Ends a watch that somebody made."""
    meant = next((watch for watch in desk.history.made_watches() if watch.name == name), None)
    if meant is None:
        raise NotThereError("nobody has made a watch of that name; those of the configuration are removed there")
    removed = remove_watch(desk.history, meant.number, signature)
    desk.watches_altered()
    return "watch-removed" if removed is not None else "watch-removed-before"


def stop_mails_to(desk: Desk, address: str, signature: Signature) -> bool:
    """Stops the mails to an address; whether they went there until now."""
    return stop_mails(desk.history, desk.outbox, address, signature, desk.settings.operators_channels)


def _known(desk: Desk, delivery: str) -> str:
    if desk.history.delivery(delivery) is None:
        raise NotThereError("there is no such message")
    return delivery


PATHS: Mapping[str, Doing] = {
    "/changes/{subject}/acknowledge": acknowledge_change,
    "/homes/{subject}/silence": silence_home,
    "/silences/{subject}/end": end_the_silence,
    "/messages/{subject}/retry": retry_message,
    "/messages/{subject}/drop": drop_message,
    "/channels/{subject}/retry": retry_channel,
    "/feeds/{subject}/release": release_feed,
    "/watches/{subject}/remove": remove_the_watch,
}
"""Where each is asked for by whoever is signed in, with POST."""
