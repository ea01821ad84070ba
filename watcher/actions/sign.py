"""Signing: who does something, and why, as every door hands it on."""

from datetime import datetime

from watcher.errors import WatcherError
from watcher.watching.deeds import Door, Signature


def signature_of(*, by: str, why: str = "", now: datetime, door: Door) -> Signature:
    """The signature that somebody gives; raises WatcherError, with what to write, for one that cannot be kept."""
    try:
        return Signature.of(by=by, why=why, at=now, door=door)
    except ValueError as error:
        raise WatcherError(str(error)) from None
