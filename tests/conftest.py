"""What all tests share."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from watcher.facts import regulators
from watcher.facts.inspection import Scale
from watcher.facts.regulators import Area, Regulator

settings.register_profile("any machine", deadline=None)  # how long an example takes is for the benchmarks to say
settings.load_profile("any machine")

SIX_POINT = Scale(
    "six-point",
    ("excellent", "very good", "good", "adequate", "weak", "unsatisfactory"),
    inadequate="unsatisfactory",
    good=("good", "very good", "excellent"),
)
"""Longer than any of the present scales, and with words that mean another step on one of those."""


@pytest.fixture
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio, as the service does."""
    return "asyncio"


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
