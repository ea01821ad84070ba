"""Databases that cannot be used: each is refused by what is wrong, where, and what to do; nothing in it is changed."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.standins.postgres import PASSWORD, FreshDatabase, PostgresServer
from watcher.history.failures import DatabaseUnusableError, HistoryAwayError
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory

TLS = Path(__file__).parent.parent.parent / "standins" / "tls"


@pytest.fixture
def database(empty_database: FreshDatabase) -> FreshDatabase:
    """What comes to have its tables is tried here."""
    return empty_database


def opened(url: str, password: str = PASSWORD) -> None:
    PostgresHistory.open(Database(url, lambda: password), with_bundle=False).close()


def told(url: str, password: str = PASSWORD) -> str:
    """What is said of a database that is refused; no password is in it, nor in anything behind it."""
    with pytest.raises((DatabaseUnusableError, HistoryAwayError)) as refused:
        opened(url, password)
    error: BaseException | None = refused.value
    while error is not None:
        assert password not in f"{error} {error!r} {vars(error)}"
        error = error.__cause__ or error.__context__
    return str(refused.value)


def inside(database: FreshDatabase) -> list[tuple[str, ...]]:
    """Everything that is in it by name."""
    with database.connect() as connection:
        return connection.execute("SELECT relname, relkind::text FROM pg_class ORDER BY 1").fetchall()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("CREATE TABLE orders (id int)", ("has tables of another program (orders)", "a database, or a schema, of its")),
        (
            "INSERT INTO watcher_schema VALUES (99, '0099_later.sql')",
            ("has version 99", "this one knows", "Start that"),
        ),
        ("DROP TABLE deeds", ("has half a migration and lacks deeds", "pg_restore")),
        ("DELETE FROM watcher_schema", ("has half a migration", "pg_restore")),
        ("DROP TABLE watcher_schema", ("has tables of another program", "of its own")),
    ],
)
def test_what_is_in_a_database_is_looked_at_before_anything_is_made(
    database: FreshDatabase, made: LiteralString, said: tuple[str, ...]
) -> None:
    if "orders" not in made:
        opened(database.url)
    with database.connect() as connection:
        connection.execute(made)
    before = inside(database)
    refusal = told(database.url)
    assert all(part in refusal for part in (f"the database {database.name} on 127.0.0.1", "Nothing was changed", *said))
    assert inside(database) == before


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_letter_is_refused(postgres_server: PostgresServer, encoding: str) -> None:
    options = {"SQL_ASCII": "ENCODING 'SQL_ASCII' TEMPLATE template0", "LATIN1": "ENCODING 'LATIN1' TEMPLATE template0"}
    fresh = postgres_server.database(f"{options[encoding]} LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        assert f"has the encoding {encoding}. Nothing was changed. Make one with CREATE DATABASE" in told(fresh.url)
    finally:
        postgres_server.drop(fresh)


def test_every_key_is_compared_byte_by_byte_whatever_the_database_is_collated_by(database: FreshDatabase) -> None:
    opened(database.url)
    with database.connect() as connection:
        keys = connection.execute(
            "SELECT attrelid::regclass::text, attname, collname FROM pg_index"
            " JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey) JOIN pg_class t ON t.oid = indrelid"
            " JOIN pg_collation c ON c.oid = attcollation WHERE t.relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert len(keys) > 20
    assert [key for key in keys if key[2] != "C"] == []


def test_a_role_that_may_only_read_may_look_and_no_more(
    database: FreshDatabase, postgres_server: PostgresServer
) -> None:
    opened(database.url)
    role = f"reader_{database.name}"
    url = database.url.replace("watcher@", f"{role}@")
    with postgres_server.master(database.name) as master:
        master.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
        try:
            master.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
            refusal = told(url)
            assert "takes nothing from this role" in refusal
            assert "Make the role the owner of its database" in refusal
            looking = PostgresHistory.open(Database(url, lambda: PASSWORD), read_only=True)
            assert looking.notices() == {}
            looking.close()
        finally:
            master.execute(f"DROP OWNED BY {role}")
            master.execute(f"DROP ROLE {role}")


def test_a_role_that_may_make_nothing_is_told_so(database: FreshDatabase, postgres_server: PostgresServer) -> None:
    with postgres_server.master(database.name) as master:
        master.execute(f"ALTER DATABASE {database.name} OWNER TO postgres")
        master.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC, watcher, pg_database_owner")
        master.execute("ALTER SCHEMA public OWNER TO postgres")
    before = told(database.url)
    assert "has no schema for this role" in before or "takes nothing from this role" in before


def test_what_no_server_answers_to_is_told_with_what_to_do(database: FreshDatabase) -> None:
    assert "createdb --owner" in told(database.url.replace(database.name, "nowhere"))
    wrong = told(database.url, "planted wrong one")
    assert "password authentication failed" in wrong
    assert "password_file, or set WATCHER_DB_PASSWORD" in wrong
    refused = told("postgresql://watcher@127.0.0.1:1/watcher")
    assert "the database watcher on 127.0.0.1:1" in refused
    assert "See whether that server runs" in refused


@pytest.mark.parametrize(
    "options",
    ["?sslmode=planted-secret-mode", "?target_session_attrs=planted", "?connect_timeout=planted"],
)
def test_an_option_with_a_value_that_is_none_is_told(database: FreshDatabase, options: str) -> None:
    refusal = told(database.url + options)
    assert "Correct url" in refusal or "See sslmode" in refusal


@pytest.mark.parametrize("url", ["postgresql://watcher@h/w?no_such_option=planted", "postgresql://w@h:planted/w"])
def test_an_address_that_libpq_cannot_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises((DatabaseUnusableError, HistoryAwayError)) as refused:
        opened(url, "")
    assert "option" in str(refused.value) or "port" in str(refused.value)


@pytest.fixture(scope="module")
def with_tls(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """The server, with the certificate of localhost."""
    for name in ("localhost.pem", "localhost.key"):
        file = Path(shutil.copy(TLS / name, postgres_server.folder / name))
        shutil.chown(file, postgres_server.folder.stat().st_uid, postgres_server.folder.stat().st_gid)
        file.chmod(0o600)
    for name, value in (("ssl_cert_file", "localhost.pem"), ("ssl_key_file", "localhost.key")):
        postgres_server.do(f"ALTER SYSTEM SET {name} = '{postgres_server.folder / value}'")
    postgres_server.do("ALTER SYSTEM SET ssl = on")
    postgres_server.do("SELECT pg_reload_conf()")
    while postgres_server.do("SHOW ssl") != [("on",)]:
        pass
    yield postgres_server
    for name in ("ssl", "ssl_cert_file", "ssl_key_file"):
        postgres_server.do(f"ALTER SYSTEM RESET {name}")
    postgres_server.do("SELECT pg_reload_conf()")


def another_authority(folder: Path) -> Path:
    """The certificate of one that has signed nothing here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    file = folder / "another.pem"
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


def verified(server: PostgresServer, database: FreshDatabase, host: str, authority: Path) -> str:
    asked = urlencode({"hostaddr": "127.0.0.1", "sslmode": "verify-full", "sslrootcert": str(authority)})
    return f"postgresql://watcher@{host}:{server.port}/{database.name}?{asked}"


def test_a_server_is_believed_by_its_own_authority_and_name_alone(
    with_tls: PostgresServer, database: FreshDatabase, tmp_path: Path
) -> None:
    own = TLS / "localhost.pem"
    opened(verified(with_tls, database, "localhost", own))
    refusals: dict[str, Callable[[], str]] = {
        "another name": lambda: verified(with_tls, database, "db.example.org", own),
        "another authority": lambda: verified(with_tls, database, "localhost", another_authority(tmp_path)),
        "no authority": lambda: verified(with_tls, database, "localhost", tmp_path / "nowhere.pem"),
    }
    for what, url in refusals.items():
        refusal = told(url())
        assert "sslrootcert the file of the authority" in refusal, what
        assert f"the database {database.name} on " in refusal


def test_what_the_environment_says_counts_where_the_address_is_silent(
    database: FreshDatabase, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", "nowhere.invalid")
    monkeypatch.setenv("PGPASSWORD", "planted wrong one")
    monkeypatch.setenv("PGDATABASE", "nowhere")
    opened(database.url)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    opened(database.url, "")
