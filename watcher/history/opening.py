"""Opens the history that a configuration names, whichever kind it is of."""

from typing import TYPE_CHECKING

from watcher.errors import PermanentError
from watcher.history.protocol import History
from watcher.options.place import HistoryPlace

if TYPE_CHECKING:
    from watcher.history.box import Box
    from watcher.history.replica import Replica


class ExtraMissingError(PermanentError):
    """A database is named, and what speaks with it is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "[history] names a database, and the package that speaks with it is not installed: "
            "install watcher[postgres], or take `url` out for a history in data_dir"
        )


def open_history(place: HistoryPlace, *, read_only: bool = False, with_bundle: bool = True) -> History:
    """The history for altering it, which nobody else alters meanwhile; or for looking, beside whoever does.

    One that never was begins with the bundled inspections. Raises HistoryUnusableError, naming what to do; where
    somebody else owns it HistoryLockedError.
    """
    if not place.is_shared:
        from watcher.history.embedded.history import EmbeddedHistory

        return EmbeddedHistory.open(place.folder, read_only=read_only, with_bundle=with_bundle)
    ready_for_database()
    from watcher.history.postgresql.opening import open_shared

    return open_shared(place, read_only=read_only, with_bundle=with_bundle)


def open_replica(place: HistoryPlace) -> "Replica":
    """The history for a service, which may lead, or follow whoever does; raises as `open_history` does."""
    if not place.is_shared:
        from watcher.history.replica import OnlyReplica  # of no use to whoever only looks; so below

        return OnlyReplica(open_history(place), place)
    ready_for_database()
    from watcher.history.postgresql.replica import SharedReplica

    return SharedReplica.open(place)


def is_begun(place: HistoryPlace) -> bool:
    """Whether there is a history in a folder; whoever opens a database finds out."""
    if place.is_shared:
        return True
    from watcher.history.embedded.store import Store

    return Store.exists(place.folder)


def open_box(place: HistoryPlace) -> "Box":
    """Where requests are left for whoever owns the history, or leads; to be closed."""
    if not place.is_shared:
        from watcher.history.box import FolderBox

        return FolderBox(place.folder)
    ready_for_database()
    from watcher.history.postgresql.database import Database
    from watcher.history.postgresql.requests_table import DatabaseBox

    return DatabaseBox(Database(place.url, place.password, most=2))


def ready_for_database() -> None:
    """Raises ExtraMissingError where what speaks with a database is not installed.

    Of what it logs nothing is printed where nobody has said where logs go: a command says by itself what becomes of it.
    """
    try:
        import psycopg_pool  # noqa: F401  # asked here, so that what it is missing for is said
    except ImportError:
        raise ExtraMissingError from None
    import structlog

    if not structlog.is_configured():
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
