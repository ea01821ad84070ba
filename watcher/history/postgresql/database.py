"""Where connections to the database come from, and what becomes of one that fails.

Each connection gives up by itself: a server that cannot be reached, a line that swallows packets, a statement that
never ends and a transaction that nobody ends hold nobody for longer than is said here. The password is asked anew for
each connection, since it may change. What the database says is told without what was stored in it: an error's details
may quote a document.
"""

import logging
import select
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from threading import Lock
from typing import Any, Self, TypeVar

import psycopg
from psycopg.adapt import Buffer, Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from watcher.history.failures import DatabaseUnusableError, HistoryAwayError
from watcher.history.postgresql.advice import advice
from watcher.history.postgresql.names import Names
from watcher.history.postgresql.reach import DatabasePatience, DatabaseReach, bounded, patient
from watcher.options.place import called, wrong_with_url
from watcher.text import inert

# Why no connection can be made is told here, once and in words. That a pool's threads take a moment to end is nobody's
# matter, and would stand below what every command prints.
logging.getLogger("psycopg").setLevel(logging.ERROR)

Line = psycopg.Connection[tuple[Any, ...]]
"""One connection."""

_R = TypeVar("_R")

MOST_CONNECTIONS = 8

_CONNECTING: dict[str, Any] = {
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
    "idle_in_transaction_session_timeout": "10s",
    "default_transaction_isolation": "read committed",
}

_DURABLE = """
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""


class Database:
    """A database of PostgreSQL: connections for whoever asks, of any thread; none is made before one is asked for.

    Once it is known to be away nobody waits for it any more, until it is back.
    """

    def __init__(
        self,
        url: str,
        password: Callable[[], str],
        *,
        most: int = MOST_CONNECTIONS,
        patience: DatabasePatience | None = None,
    ) -> None:
        """Raises DatabaseUnusableError for an address that is none, or that has a password in it."""
        self._given = _parts(url)
        self.where = called(url)
        """Which database this is, in words for the operator."""
        self.patience = patience or DatabasePatience()
        self._password = password
        self._names = Names()
        self._most = most
        self._lock = Lock()
        self._pool: ConnectionPool[_Line] | None = None
        self._held = 0
        """So many connections are in somebody's hands."""
        self._is_closed = False
        self._reach = DatabaseReach(self.where, self._try_once, again=self.patience.again, lost=self.renew)

    @property
    def trouble(self) -> str:
        """Why it cannot be reached, and what to do; empty while nothing is known against it."""
        why = self._reach.why
        return str(self._away(why)) if why else ""

    def session(self, **parts: Any) -> Line:
        """A connection of one's own, in autocommit; `parts` go beside those of the address. Raises HistoryAwayError."""
        try:
            connection = _Line.connect(**{**self._parts(), "talk": self._long_talk, **parts})
            prepare(connection)
        except psycopg.Error as error:  # what is said now, though it may be known to be away for another reason
            raise self._away(self._words(error)) from None
        return connection

    @contextmanager
    def held(self) -> Iterator[Line]:
        """A connection of one's own, in autocommit, until the end of the context. Raises HistoryAwayError."""
        with self._told(), closing(self.session()) as connection:
            yield connection

    @contextmanager
    def line(self) -> Iterator[Line]:
        """A connection in autocommit for a moment; it is given back at the end. Raises HistoryAwayError."""
        try:
            with self._lent() as connection:
                yield connection
        except psycopg.Error as error:
            raise self.away(error) from None

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
        """A connection whose errors are the library's own, for whoever has to tell them apart.

        Raises HistoryAwayError where the database is known to be away.
        """
        with self._lent() as connection:
            yield connection

    @contextmanager
    def _lent(self) -> Iterator["_Line"]:
        pool = self._opened()
        connection = None
        try:
            connection = self._taken(pool)
            yield connection
        except psycopg.OperationalError:  # whether it is this connection alone, or all, is found out meanwhile
            self._reach.doubt()
            raise
        finally:
            if connection is not None:
                self._count(-1)
                pool.putconn(connection)

    def away(self, error: psycopg.Error) -> HistoryAwayError:
        """What to raise for an error of the library's."""
        return self._away(self.why(error))

    def _away(self, why: str) -> HistoryAwayError:
        return HistoryAwayError(self.where, why, advice(why))

    def why(self, error: psycopg.Error) -> str:
        """What happened, in words that quote nothing that is stored and no secret; of one that is away, why it is."""
        said = self._words(error)
        return self._reach.why or said

    def _words(self, error: psycopg.Error) -> str:
        _forget_connections(error)
        said = error.diag.message_primary or (str(error) if isinstance(error, psycopg.OperationalError) else "")
        if not said and isinstance(error, psycopg.ProgrammingError):
            said = "its address has an option with a value that cannot be used"
        if isinstance(error, PoolTimeout):
            said = "all connections are in use"
        return inert(said or type(error).__name__, 300)

    def renew(self) -> None:
        """Lets go of all connections, so that those that are asked for next are new ones: to whoever leads by now."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(timeout=0)

    def close(self) -> None:
        """Lets go of all connections for good; a second time too."""
        self._is_closed = True
        self._reach.end()
        self.renew()

    def _taken(self, pool: "ConnectionPool[_Line]") -> "_Line":
        """A connection that works: those that were ended while nobody used them are put away."""
        while True:
            connection = pool.getconn()
            self._count(+1)
            try:
                _check(connection)
            except psycopg.Error:
                self._count(-1)
                pool.putconn(connection)
                if why := self._reach.why:
                    raise psycopg.OperationalError(why) from None
            except BaseException:
                self._count(-1)
                pool.putconn(connection)
                raise
            else:
                return connection

    def _try_once(self) -> None:
        """Raises HistoryAwayError unless the server takes a connection and answers on it, within seconds."""
        self.session(talk=self._brief).close()

    def _brief(self, connection: "_Line", talk: Generator[Any, Any, _R]) -> Generator[Any, Any, _R]:
        return bounded(talk, self.patience.connecting, connection.close)

    def _count(self, more: int) -> None:
        with self._lock:
            self._held += more

    def __enter__(self) -> Self:
        """Open until the end of the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self.away(error) from None

    def _opened(self) -> "ConnectionPool[_Line]":
        if (why := self._reach.why) and not self._is_closed:
            raise self._away(why)
        with self._lock:
            if self._is_closed:
                raise self._away("it was closed")
            if self._pool is None:
                self._pool = ConnectionPool(
                    connection_class=_Line,
                    kwargs=lambda: {**self._parts(), "talk": self._talk, "failed": self._not_connected},
                    min_size=1,
                    max_size=self._most,
                    timeout=self.patience.line,
                    reconnect_timeout=self.patience.line,  # then whoever asks next has it tried again
                    configure=prepare,
                    open=True,
                    name="watcher",
                )
            return self._pool

    def _parts(self) -> dict[str, Any]:
        password = self._password()
        secret = {"password": password} if password else {}
        usual = {**_CONNECTING, "connect_timeout": self.patience.connecting}
        if "," in str(self._given.get("host", "")):  # of several servers one takes changes
            usual["target_session_attrs"] = "read-write"
        return {**usual, **self._given, **secret, "autocommit": True, "names": self._names}

    def _talk(self, connection: "_Line", talk: Generator[Any, Any, _R]) -> Generator[Any, Any, _R]:
        """For a connection of the pool: where one brings no answer, no other that went the same way will."""

        def end() -> None:
            connection.close()
            if not self._reach.why:
                self.renew()

        return patient(talk, self._reach, self.patience.silence, end, most=self.patience.answer)

    def _long_talk(self, connection: "_Line", talk: Generator[Any, Any, _R]) -> Generator[Any, Any, _R]:
        return patient(talk, self._reach, self.patience.silence, connection.close)

    def _not_connected(self) -> None:
        """A connection more could not be made: where others work, whoever wants one waits for them."""
        if not self._held:
            self._reach.doubt()


class _Line(psycopg.Connection[tuple[Any, ...]]):
    """A connection that nobody waits for once the database is known to be away."""

    _talk: Any = None
    """Makes of what is said to the server what is given up in time."""

    @classmethod
    def connect(cls, conninfo: str = "", **parts: Any) -> Self:
        talk, failed, names = parts.pop("talk", None), parts.pop("failed", None), parts.pop("names", None)
        try:
            made = super().connect(conninfo, **(names.resolved(parts) if names is not None else parts))
        except psycopg.Error:
            if failed is not None:
                failed()
            raise
        made._talk = talk
        return made

    def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
        if self._talk is not None:
            gen = self._talk(self, gen)
        return super().wait(gen, *arguments, **named)


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


def _forget_connections(error: BaseException | None) -> None:
    """Takes out of an error, and out of all behind it, the connections that failed: their passwords are in them."""
    while error is not None:
        if isinstance(error, psycopg.Error):
            error._pgconn = None
        error = error.__cause__ or error.__context__


def _parts(url: str) -> dict[str, Any]:
    if wrong := wrong_with_url(url):
        raise DatabaseUnusableError("[history]", wrong, "")
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.Error:  # what it says would quote the address: it is not even behind what is raised
        wrong = "has an address with an option that is none"
    raise DatabaseUnusableError(called(url), wrong, "Correct url: libpq names its options in its own documents.")
