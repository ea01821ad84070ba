"""One home of each regulator with a drop, as feeds would state it: what has to be told in each one's own words."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.builders import day
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts import regulators
from watcher.facts.grades import headline_among, read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.sources import Sort, Source
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.alert import Alert
from watcher.rounds.take_in import absorb, take_in
from watcher.watching.watches import Watch

BEFORE, NOW = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 4, 16, 12, tzinfo=UTC)
SETTINGS = Settings(channels={"desk": ConsoleOptions()}, watch=(Watch(name="all", to=("desk",)),))

OFSTED, CQC, SCOTLAND, WALES, AUTHORITY = (
    "ofsted:SC000001",
    "cqc:1-109570155",
    "scotland:CS2003000133",
    "wales:SIN-00015562-BTNV",
    "ofsted-la:80426",
)
KEYS = (OFSTED, CQC, SCOTLAND, WALES, AUTHORITY)

FACTS: Mapping[str, Mapping[str, Any]] = {
    OFSTED: {"type": "children's home", "owner": "Elm Homes Limited", "local_authority": "Derby"},
    CQC: {
        "type": "care home service with nursing",
        "name": "Rose Court",
        "owner": "Provider Ltd",
        "brand": "HC-One",
        "local_authority": "Oldham",
    },
    SCOTLAND: {"type": "care home service", "name": "Lomond View", "owner": "Loch Care", "local_authority": "Fife"},
    WALES: {"type": "nursing", "name": "Plas Coch", "owner": "Gofal Cyf", "local_authority": "Gwynedd"},
    AUTHORITY: {"type": "local authority", "name": "Derby", "owner": "Derby", "local_authority": "Derby"},
}

_CQC = ("overall", "safe", "effective", "caring", "responsive", "well-led")
_SCOTLAND = ("support wellbeing", "care and support planning", "setting", "staff team", "leadership")
_WALES = ("well-being", "care and support", "leadership and management", "environment")


def graded(
    home: str,
    grades: Mapping[str, str],
    *,
    inspected: str | None = None,
    published: str | None = None,
    seen: str | None = None,
    kind: Kind = Kind.FULL,
) -> Inspection:
    """A graded inspection of a home, with what its publisher says of its days."""
    key, known = home.partition(":")[0], inspected or published or seen
    judgements = tuple(Judgement(area, read_grade(words, key)) for area, words in grades.items())
    return Inspection(
        home=home,
        kind=kind,
        inspected=day(inspected) if inspected else None,
        published=day(published) if published else None,
        seen=day(seen) if seen else None,
        judgements=judgements,
        headline=headline_among(judgements, regulators.of(key).headline),
        sources=(Source(day(known or ""), key, Sort.PAGE),),
    )


FORMER = {
    OFSTED: graded(
        OFSTED,
        dict.fromkeys(("overall", "protected", "leaders"), "Good"),
        inspected="2025-03-04",
        published="2025-04-02",
    ),
    CQC: graded(CQC, dict.fromkeys(_CQC, "Good"), published="2024-08-03"),
    SCOTLAND: graded(SCOTLAND, dict.fromkeys(_SCOTLAND, "Very good") | {"setting": "Good"}, published="2024-05-20"),
    WALES: graded(WALES, dict.fromkeys(_WALES, "Good"), seen="2025-11-02"),
    AUTHORITY: graded(
        AUTHORITY,
        {"overall": "Good", "leaders": "Good", "protected": "Good"},
        inspected="2023-01-09",
        published="2023-03-01",
    ),
}
DROPS = {
    OFSTED: graded(
        OFSTED,
        {"overall": "Inadequate", "protected": "Inadequate", "leaders": "Good"},
        inspected="2026-03-10",
        published="2026-04-14",
    ),
    CQC: graded(CQC, dict.fromkeys(_CQC, "Inadequate") | {"caring": "Good"}, published="2026-04-14"),
    SCOTLAND: graded(SCOTLAND, dict.fromkeys(_SCOTLAND, "Adequate") | {"leadership": "Weak"}, published="2026-04-13"),
    WALES: graded(
        WALES, dict.fromkeys(_WALES, "Good") | {"environment": "Requires significant improvement"}, seen="2026-04-16"
    ),
    AUTHORITY: graded(
        AUTHORITY,
        {"leaders": "Inadequate", "protected": "Requires improvement", "in care": "Good"},
        inspected="2026-02-16",
        published="2026-04-15",
    ),
}


def home(key: str) -> Home:
    """One of the homes, as its feed describes it."""
    regulator, _, identity = key.partition(":")
    return Home(
        regulator=regulator,
        id=identity,
        status="active",
        link="https://example.org/home",
        source=Source(date(2026, 2, 1), regulator, Sort.PAGE),
        **FACTS[key],
    )


def take_all(history: EmbeddedHistory) -> Mapping[str, Alert]:
    """Stores all homes silently, then what each dropped to; the alerts by home."""
    history.commit(absorb(history, map(home, KEYS), FORMER.values(), BEFORE).transaction())
    reading = Reading(outcome=Outcome.CHANGED, inspections=tuple(DROPS.values()))
    taken = take_in(history, "any", reading, SETTINGS, NOW)
    history.commit(taken.transaction())
    return {told.alert.home: told.alert for told in taken.told}
