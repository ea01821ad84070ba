"""What a reader can do from a message: the links that stand under it, and the words for them."""

from dataclasses import dataclass

from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.links import SILENCE_FOR, Links
from watcher.messages.message import Message
from watcher.messages.not_read import NotRead
from watcher.messages.report import WatchReport

SEE_CHANGE = "See this change on the watcher’s pages"
SEE_HOME = "See all that is known of this home"
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
WHY = "Why do I get this, and how to stop it"


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
    acknowledge: str = ""
    """Signed: shows what it would do, and does it when that is confirmed."""
    why: str = ""
    """Signed: why mails go to this reader, and how to stop them."""

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
            (SEE_HOME, self.home),
            (WHY, self.why),
        )
        return tuple(ReadersLink(words=words, address=address) for words, address in found if address)


NO_WAYS = Ways()


def ways_from(message: Message, links: Links | None) -> Ways:
    """The ways from a message to one reader; none from a notice to the operator, or where the pages have no address."""
    content = message.content
    if links is None or not isinstance(content, Alert | NotRead | Digest | WatchReport):
        return NO_WAYS
    made, reader = message.made or message.seen, message.recipient or ""
    why = links.stop_mails(reader, made) if reader else ""
    if isinstance(content, Alert):
        return Ways(
            change=links.change(content.id),
            home=links.home(content.home),
            acknowledge="" if message.is_acknowledged else links.acknowledge(content.id, reader, made),
            why=why,
        )
    return Ways(home=links.home(content.home) if isinstance(content, NotRead) else "", why=why)


def page_of(message: Message, links: Links | None) -> str | None:
    """The page of the change that a message is about, for channels that know no single reader."""
    content = message.content
    return links.change(content.id) if links is not None and isinstance(content, Alert) else None
