"""What a reader can do from a message: the links that stand under it, and the words for them."""

import re
from dataclasses import dataclass

from watcher.facts import regulators
from watcher.judging.changes import TO_ACKNOWLEDGE
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.links import SILENCE_FOR, Links
from watcher.messages.message import Message
from watcher.messages.morning import Morning
from watcher.messages.not_read import NotRead
from watcher.messages.report import WatchReport

READ_IT = "Read it at its source"
SEE_CHANGE = "See this change on the watcher’s pages"
SEE_HOME = "See all that is known of this {thing}"
ACKNOWLEDGE = "Acknowledge"
SILENCE = f"Silence {SILENCE_FOR.days} days"
HISTORY = "Its history"
SILENCE_ASKED = "Silence this home?"
SILENCE_MEANS = (
    f"For {SILENCE_FOR.days} days nothing about this home is sent to anybody, not even if it drops or recovers. What "
    "is published is kept all the same. Whoever runs this watcher can end the silence at any time."
)
SILENCE_DO = "Silence it"
SILENCE_LEAVE = "Leave it"
ACKNOWLEDGE_BY = "watcher alerts ack"
"""The command that does it where there is a shell, before a home's number or an id."""
WHY = "Why do I get this, and how to stop it"

_PLAIN_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_-]{0,39}")
"""A home's number that means itself to any shell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersLink:
    """One link in words."""

    words: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where a message's reader can go from it; each empty where there is no such place."""

    change: str = ""
    home: str = ""
    thing: str = "home"
    """What its regulator calls that."""
    acknowledge: str = ""
    """Signed: shows what it would do, and does it when that is confirmed."""
    why: str = ""
    """Signed: why mails go to this reader, and how to stop them."""
    at_a_shell: str = ""
    """How to acknowledge it where there is a shell, in one line; empty where there is a page for it."""

    @property
    def to_acknowledge(self) -> str:
        """The words of the link by which it is acknowledged."""
        return ACKNOWLEDGE

    @property
    def shown(self) -> tuple[ReadersLink, ...]:
        """Those that there are, in words and in order."""
        found = (
            (ACKNOWLEDGE, self.acknowledge),
            (SEE_CHANGE, self.change),
            (SEE_HOME.format(thing=self.thing), self.home),
            (WHY, self.why),
        )
        return tuple(ReadersLink(words=words, address=address) for words, address in found if address)


NO_WAYS = Ways()


def ways_from(message: Message, links: Links | None) -> Ways:
    """The ways from a message to one reader; none from a notice to the operator.

    Where the pages have no address there is but the shell of whoever runs this watcher.
    """
    content = message.content
    if links is None and (line := how_to_acknowledge(message)):
        return Ways(at_a_shell=line)
    if links is None or not isinstance(content, Alert | NotRead | Digest | Morning | WatchReport):
        return NO_WAYS
    made, reader = message.made or message.seen, message.recipient or ""
    why = links.stop_mails(reader, made) if reader else ""
    if isinstance(content, Alert):
        return Ways(
            change=links.change(content.id),
            home=links.home(content.home),
            thing=regulators.of_home(content.home).home,
            acknowledge="" if message.is_acknowledged else links.acknowledge(content.id, reader, made),
            why=why,
        )
    if isinstance(content, NotRead):
        return Ways(home=links.home(content.home), thing=regulators.of_home(content.home).home, why=why)
    return Ways(why=why)


def page_of(message: Message, links: Links | None) -> str | None:
    """The page of the change that a message is about, for channels that know no single reader."""
    content = message.content
    return links.change(content.id) if links is not None and isinstance(content, Alert) else None


def how_to_acknowledge(message: Message) -> str:
    """How to take an alert in hand where there is a shell, in one line: `Acknowledge: watcher alerts ack SC478986`.

    For channels whose reader has neither a button nor a page for it. Empty where nobody is asked to: for other
    changes and messages, once somebody did, and once the message says how the home stands by now.
    """
    content, is_settled = message.content, bool(message.state) or message.is_acknowledged
    if not isinstance(content, Alert) or content.change not in TO_ACKNOWLEDGE or is_settled:
        return ""
    return f"{ACKNOWLEDGE}: {acknowledging(content)}"


def acknowledging(alert: Alert) -> str:
    """The command that acknowledges an alert: by its home's number, or, of one that a shell could take for more than
    a word, by its own id.
    """
    meant = alert.home_id if _PLAIN_NUMBER.fullmatch(alert.home_id) else alert.id
    return f"{ACKNOWLEDGE_BY} {meant}"
