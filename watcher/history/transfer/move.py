"""A history is moved from one place to another: all of it or nothing, and run on from the other place alone."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from watcher.errors import TransientError, WatcherError
from watcher.history.opening import ready_for_database
from watcher.history.transfer.folder import FolderSide
from watcher.history.transfer.sides import Arrival, HeldSource, Side, TransferRefusedError
from watcher.options.place import HistoryPlace
from watcher.text import inert


class SourceUnmarkedError(TransientError):
    """Everything was moved, and whoever still runs on the source would not be told."""


@dataclass(frozen=True, slots=True)
class Move:
    """What was moved."""

    source: str
    target: str
    """Both in words."""
    arrival: Arrival
    how_to_go_on: str
    """What has to be done to run on the source after all."""


def move(source: HistoryPlace, target: HistoryPlace, now: datetime, *, force: bool = False) -> Move:
    """Moves a history; the source keeps all that it has, and is marked so that nobody runs on it any more.

    Where it ends early the target is as it was, or whole: moved again, what is whole is found to be, and only the mark
    is made. What is at the target already is refused, or with `force` kept aside; what was once moved away from there
    is kept aside without. Raises TransferRefusedError, HistoryUnusableError where one of them is led or owned by
    somebody, damaged or of a newer version, or what the disk or the database refuses with.
    """
    if source.url == target.url:
        raise TransferRefusedError(f"The history is in {inert(str(source), 200)} already. Nothing was changed.")
    names = inert(str(source), 200), inert(str(target), 200)
    with _side(source) as here, _side(target) as there, here.held() as held:
        with held.whole() as whole:
            arrival = there.receive(whole, now, force=force)
        moved = Move(*names, arrival, here.how_to_go_on)
        _leave(held, moved, _for_any_machine(target), now)
        return moved


def _for_any_machine(place: HistoryPlace) -> str:
    """Where it is, for whoever reads it elsewhere."""
    where = str(place) if place.is_shared else f"{place.folder.resolve()} on {socket.gethostname()}"
    return inert(where, 200)


def _leave(held: HeldSource, moved: Move, where: str, now: datetime) -> None:
    try:
        held.leave(
            f"The history in {moved.source} was moved to {where} on {now:%Y-%m-%d}: run watcher there. What was "
            f"told since would be told again from here; to go on here all the same, {moved.how_to_go_on}."
        )
    except (WatcherError, OSError) as error:
        raise SourceUnmarkedError(
            f"The history is whole in {moved.target}, but {moved.source} could not be marked as left ({error}). Do not "
            f"run watcher there any more, and run the same command again."
        ) from None


@contextmanager
def _side(place: HistoryPlace) -> Iterator[Side]:
    if not place.is_shared:
        yield FolderSide(place.folder)
        return
    ready_for_database()
    from watcher.history.postgresql.database import Database
    from watcher.history.transfer.database import DatabaseSide

    with Database(place.url, place.password) as database:
        yield DatabaseSide(database, place.folder)
