"""Where connections to the database come from, and what becomes of one that fails.

Each connection gives up by itself: a server that cannot be reached, a line that swallows packets, a statement that
never ends and a transaction that nobody ends hold nobody for longer than is said here. The password is asked anew for
each connection, since it may change. What the database says is told without what was stored in it: an error's details
may quote a document.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Self

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from watcher.history.failures import DatabaseUnusableError, HistoryAwayError
from watcher.options.place import called, wrong_with_url
from watcher.text import inert

Line = psycopg.Connection[tuple[Any, ...]]
"""One connection."""

WAIT = 10.0
"""Seconds that anybody waits for a connection."""
MOST_CONNECTIONS = 8

_CONNECTING: dict[str, Any] = {
    "connect_timeout": 5,
    "application_name": "watcher",
    "client_encoding": "UTF8",
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}
"""How a connection is made where the address does not say otherwise."""

_SETTINGS = {
    "statement_timeout": "30s",
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_isolation": "read committed",
}

_DURABLE = """
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""


class Database:
    """A database of PostgreSQL: connections for whoever asks, of any thread; none is made before one is asked for."""

    def __init__(self, url: str, password: Callable[[], str], *, most: int = MOST_CONNECTIONS) -> None:
        """Raises DatabaseUnusableError for an address that is none, or that has a password in it."""
        self._given = _parts(url)
        self.where = called(url)
        """Which database this is, in words for the operator."""
        self._password = password
        self._most = most
        self._lock = Lock()
        self._pool: ConnectionPool[Line] | None = None
        self._is_closed = False
        self._why = ""
        """Why the last connection could not be made; empty if it could."""

    def session(self, **parts: Any) -> Line:
        """A connection of one's own, in autocommit; `parts` go beside those of the address. Raises HistoryAwayError."""
        with self._told():
            connection = _Noted.connect(**{**self._parts(), **parts})
            prepare(connection)
            return connection

    @contextmanager
    def line(self) -> Iterator[Line]:
        """A connection in autocommit for a moment; it is given back at the end. Raises HistoryAwayError."""
        with self._told(), self._opened().connection() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Line]:
        """A connection whose every answer is of one moment; nothing can be written by it."""
        with self.line() as connection:
            connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
            try:
                with connection.transaction():
                    yield connection
            finally:
                if not connection.closed:
                    connection.isolation_level, connection.read_only = psycopg.IsolationLevel.READ_COMMITTED, None

    @contextmanager
    def raw_line(self) -> Iterator[Line]:
        """A connection whose errors are the library's own, for whoever has to tell them apart."""
        with self._opened().connection() as connection:
            yield connection

    def why(self, error: psycopg.Error) -> str:
        """What happened, in words that quote nothing that is stored and no secret."""
        if isinstance(error, PoolTimeout):
            said = self._why or "all connections are in use"
        else:
            said = error.diag.message_primary or (str(error) if isinstance(error, psycopg.OperationalError) else "")
        return inert(said or type(error).__name__, 300)

    def close(self) -> None:
        """Lets go of all connections; a second time too."""
        with self._lock:
            pool, self._pool, self._is_closed = self._pool, None, True
        if pool is not None:
            pool.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise HistoryAwayError(self.where, self.why(error)) from None

    def _opened(self) -> ConnectionPool[Line]:
        with self._lock:
            if self._is_closed:
                raise HistoryAwayError(self.where, "it was closed")
            if self._pool is None:
                self._pool = ConnectionPool(
                    connection_class=_Noted,
                    kwargs=lambda: {**self._parts(), "noted": self._note},
                    min_size=1,
                    max_size=self._most,
                    timeout=WAIT,
                    reconnect_timeout=WAIT / 2,  # then whoever asks next has it tried again
                    configure=prepare,
                    check=_check,
                    open=True,
                    name="watcher",
                )
            return self._pool

    def _parts(self) -> dict[str, Any]:
        password = self._password()
        secret = {"password": password} if password else {}
        return {**_CONNECTING, **self._given, **secret, "autocommit": True}

    def _note(self, error: psycopg.Error | None) -> None:
        self._why = str(error) if error is not None else ""


class _Noted(psycopg.Connection[tuple[Any, ...]]):
    """A connection that says why it could not be made, to whoever waits for one of a pool."""

    @classmethod
    def connect(cls, conninfo: str = "", **parts: Any) -> Self:
        noted: Callable[[psycopg.Error | None], None] = parts.pop("noted", lambda _: None)
        try:
            connection = super().connect(conninfo, **parts)
        except psycopg.Error as error:
            noted(error)
            raise
        noted(None)
        return connection


class _Bytes(Loader):
    """A document as it was written."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def prepare(connection: Line) -> None:
    """Sets a connection up, whatever its role or the server has for usual."""
    connection.adapters.register_loader("json", _Bytes)
    connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
    settings = [part for setting in _SETTINGS.items() for part in setting]
    calls = ", ".join(["set_config(%s, %s, false)"] * len(_SETTINGS))
    connection.execute(f"SELECT {calls}".encode(), settings)  # of constants alone
    connection.execute(_DURABLE)


def _check(connection: Line) -> None:
    """Raises psycopg.Error for a connection that its server has ended.

    Where nothing has come from it that nobody asked for, no question is asked: that would double each answer's time.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        ConnectionPool.check_connection(connection)


def _parts(url: str) -> dict[str, Any]:
    if wrong := wrong_with_url(url):
        raise DatabaseUnusableError("[history]", wrong, "")
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.Error:  # what it says would quote the address
        raise DatabaseUnusableError(called(url), "has an address with an option that is none", "") from None
