"""What all tests share."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from zoneinfo import ZoneInfo

import pytest
import structlog
from hypothesis import settings

from tests.standins.postgres import FreshDatabase, PostgresServer, versions
from watcher.facts import regulators
from watcher.facts.regulators import Area, Regulator
from watcher.facts.scales import Scale
from watcher.history.bundled.bundle import bundled

BEGIN_WITH = ("tests/web/browser/", "tests/web/test_validity.py")
"""What takes longest at a stretch: a worker that began with it last would be waited for, and a browser is started once
where its tests stay together. Of what a worker has still to do, others take from the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest first and leaves everything else in its order; the long variants may take what they need."""
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.timeout(0))
    items.sort(key=lambda item: not item.nodeid.startswith(BEGIN_WITH))


settings.register_profile("any machine", deadline=None)  # how long an example takes is for the benchmarks to say
settings.load_profile("any machine")

if find_spec("sniffio") is None:
    # httpcore looks for it on the whole path with each request and each answer, a tenth of what a local one costs.
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # how Python is told that there is none

SIX_POINT = Scale(
    "six-point",
    ("excellent", "very good", "good", "adequate", "weak", "unsatisfactory"),
    inadequate=("unsatisfactory",),
    good=("good", "very good", "excellent"),
)
"""Longer than any of the present scales, and with words that mean another step on one of those."""


@pytest.fixture(scope="session", autouse=True)
def unpacked_once() -> Iterator[None]:
    """The bundled inspections are unpacked once for all histories that begin with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("watcher.history.embedded.history.bundled", cache(bundled))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_power_is_lost() -> Iterator[None]:
    """Nothing waits for the disk of the machine that tests: when it is to, the tests of failing disks hold."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, os.fstat)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that runs, one for all tests of a worker; none of them may stop it."""
    if not versions():
        pytest.skip("no PostgreSQL is at hand: neither a package of it nor one of the wheels with it is installed")
    with PostgresServer.started() as server:
        yield server


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[FreshDatabase]:
    """A database in which a history may begin: its tables are there."""
    fresh = postgres_server.with_tables()
    yield fresh
    postgres_server.drop(fresh)


@pytest.fixture
def empty_database(postgres_server: PostgresServer) -> Iterator[FreshDatabase]:
    """A database with nothing in it."""
    fresh = postgres_server.database()
    yield fresh
    postgres_server.drop(fresh)


@pytest.fixture
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio, as the service does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _nobody_is_configured() -> Iterator[None]:
    """What one test's configuration says of regulators is known to no other."""
    yield
    regulators.describe(())


@pytest.fixture(autouse=True)
def _nobody_has_said_where_logs_go() -> Iterator[None]:
    """What one test says of logs holds for no other."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def ruritania(monkeypatch: pytest.MonkeyPatch) -> Regulator:
    """A second regulator, of another country and with another scale, for the time of a test."""
    regulator = Regulator(
        key="ruritania",
        country="Ruritania",
        time_zone=ZoneInfo("Europe/Berlin"),
        scales=(SIX_POINT,),
        areas={"overall": Area("Overall rating")},
    )
    monkeypatch.setitem(regulators._BY_KEY, regulator.key, regulator)
    return regulator
