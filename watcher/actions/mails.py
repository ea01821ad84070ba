"""Stopping mails: an address gets none from now on, the operator hears of it, and somebody can resume them."""

from collections.abc import Collection, Mapping

from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.operators import mails_are_stopped
from watcher.delivery.stopped_mails import StoppedMails
from watcher.errors import WatcherError
from watcher.history.protocol import History, Transaction
from watcher.options.mistakes import did_you_mean
from watcher.rounds.remind import Sends
from watcher.watching.deeds import Act, Signature


def stop_mails(
    history: History,
    outbox: Sends,
    address: str,
    signature: Signature,
    operators_channels: Mapping[str, ChannelOptions],
) -> bool:
    """Stops the mails to an address, and tells the operator; False where they are stopped already, and that stays."""
    if address.casefold() in history.stopped_mails():
        return False
    stop = StoppedMails(address=address, since=signature.at, by=signature.by, why=signature.why, door=signature.door)
    told = mails_are_stopped(stop, operators_channels, signature.at)
    deed = signature.deed(Act.STOP_MAILS, stop.key)
    history.commit(Transaction(stopped_mails=(stop,), deeds=(deed,), deliveries=told))
    outbox.refresh()
    return True


def resume_mails(history: History, address: str, signature: Signature) -> bool:
    """Has an address get what is new from now on; whether its mails were stopped. Nothing is sent of what it missed."""
    stop = history.stopped_mails().get(address.casefold())
    if stop is None:
        return False
    deed = signature.deed(Act.RESUME_MAILS, stop.key)
    history.commit(Transaction(stopped_mails=(stop.ended(signature.at),), deeds=(deed,)))
    return True


def address_meant(history: History, text: str) -> str:
    """The address, of those whose mails are stopped, that somebody writes, in capitals or not.

    Raises WatcherError for any other, with the nearest ones.
    """
    stopped = history.stopped_mails()
    if text.strip().casefold() in stopped:
        return stopped[text.strip().casefold()].address
    raise WatcherError(_no_such(text, [stop.address for stop in stopped.values()]))


def _no_such(text: str, stopped: Collection[str]) -> str:
    if not stopped:
        return "nobody has stopped these mails"
    near = did_you_mean(text, stopped) or "; `watcher mails` lists those that are"
    return f"no mails to {text!r} are stopped{near}"
