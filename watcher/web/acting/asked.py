"""A deed as a value: done here, or asked of the service that leads, which answers with what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.errors import WatcherError
from watcher.facts.stored import ALWAYS, read
from watcher.history.failures import CommitFailedError
from watcher.messages.links import Link, Purpose
from watcher.watching.deeds import Signature
from watcher.web.acting.deeds import PATHS, Desk, Doing, Fields, NotThereError
from watcher.web.acting.link_deeds import DEEDS as LINK_DEEDS


class NotAnsweredError(WatcherError):
    """Whoever leads has not said yet what came of a deed; it is asked for, and will be done."""


@dataclass(frozen=True, slots=True)
class AskedDeed:
    """What somebody asked for on a page, or by a signed link."""

    what: str
    """A path of `PATHS`, or `link` and the purpose of one."""
    subject: str
    signature: Signature
    fields: Mapping[str, str] = field(default_factory=dict, metadata=ALWAYS)
    """What the form said; or the link."""

    @classmethod
    def by_link(cls, link: Link, signature: Signature) -> "AskedDeed":
        """What a link stands for."""
        said = {"recipient": link.recipient, "made": link.made.isoformat()}
        return cls(f"link {link.purpose.value}", link.subject, signature, said)

    def done(self, desk: Desk) -> str:
        """Does it, and says what came of it; raises WatcherError where it can't be."""
        return _DEEDS[self.what](desk, self.subject, self.signature, self.fields)


def _of_link(purpose: Purpose) -> Doing:
    def doing(desk: Desk, subject: str, signature: Signature, fields: Fields) -> str:
        link = read(Link, {"purpose": purpose, "subject": subject, **fields})
        return LINK_DEEDS[purpose](desk, link, signature)

    return doing


_DEEDS: Mapping[str, Doing] = {**PATHS, **{f"link {purpose.value}": _of_link(purpose) for purpose in LINK_DEEDS}}

_KINDS: Mapping[str, type[WatcherError]] = {
    "not there": NotThereError,
    "not stored": CommitFailedError,
    "not done": WatcherError,
}


def kind_of(error: WatcherError) -> str:
    """What sort of failure it is, for an answer."""
    return next(kind for kind, sort in _KINDS.items() if isinstance(error, sort))


def failed(kind: str, said: str) -> WatcherError:
    """The failure that an answer tells of."""
    return _KINDS.get(kind, WatcherError)(said)
