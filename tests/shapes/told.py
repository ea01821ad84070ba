"""A small history in which every sort of change was told, by real readings of one home and its owner's others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from tests import nations
from tests.builders import HOME, SITE, home, inspection, visit, without_overall
from tests.messages.stories import FINDINGS
from tests.rounds.readings import DROP, GOOD, NOW
from watcher.config.settings import Settings, load
from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import HomeRecord
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.rounds.overdue import overdue
from watcher.rounds.take_in import absorb, take_in

CONFIGURED = """
contact = "test@localhost"
[feeds.ofsted]
kind = "ofsted-site"
url = "http://127.0.0.1:9"
[channels.desk]
kind = "console"
[groups]
Elms = ["Elm Homes Limited", "Esland North Limited"]
[[watch]]
name = "mine"
homes_file = "mine.csv"
changes = "all"
to = ["desk"]
[[watch]]
name = "everything"
changes = "all"
to = ["desk"]
"""
LIST = "urn,label,note,team\nSC000001,Tom,,\nSC478986,Ann,ours,3\n"

SECOND, THIRD = "ofsted:SC000002", "ofsted:SC000003"
AGAIN = inspection("2024-03-10", "requires improvement/good/inadequate", document="5")
OLD = replace(
    inspection("2023-11-10", "good", document="7", published="2024-06-01"), link="https://files.example.org/7"
)
SUCCESSOR = replace(home("SC000009"), registered=date(2024, 6, 20))


def configure(folder: Path) -> Settings:
    """The configuration in a folder, with its list of homes."""
    (folder / "watcher.toml").write_text(CONFIGURED)
    (folder / "mine.csv").write_text(LIST)
    return load(folder / "watcher.toml")


@contextmanager
def opened(folder: Path, *, with_bundle: bool = False) -> Iterator[EmbeddedHistory]:
    """The history of a folder, owned."""
    history = EmbeddedHistory.open(folder / "data", with_bundle=with_bundle)
    try:
        yield history
    finally:
        history.close()


UNDATED, FORMERLY = nations.home(nations.WALES), "wales:SIN-00000001-ABCD"
"""A home whose publisher gives no days, and its former number."""
LOW = {"environment": "Requires improvement"}


def every_sort(history: EmbeddedHistory, settings: Settings) -> Sequence[Told]:
    """What is told of readings that bring every sort of change."""
    told: list[Told] = []
    now = NOW

    def take(*inspections: Inspection, homes: Sequence[Home] = (home(),), **facts: object) -> None:
        nonlocal now
        now += timedelta(days=1)
        found = {one.key: FINDINGS for one in inspections}
        read = Reading(outcome=Outcome.CHANGED, homes=tuple(homes), inspections=inspections, findings=found, **facts)  # type: ignore[arg-type]  # a table of facts
        taken = take_in(history, SITE, read, settings, now)
        history.commit(taken.transaction())
        told.extend(taken.told)

    history.commit(absorb(history, [home(), SUCCESSOR], [GOOD], None).transaction())
    take(DROP)
    take(listings={HOME: (GOOD,)})
    take(DROP, listings={HOME: (GOOD, DROP)})
    take(visit("2024-02-20", document="4"))
    take(OLD)
    take(AGAIN)
    take(inspection("2024-08-10", "good", document="8"))
    take(inspection("2024-10-10", "good/inadequate/good", document="10"))
    take(inspection("2025-02-10", "requires improvement", document="9"))
    take(replace(inspection("2025-02-10", "good", document="9", as_of="2025-04-10")))
    second = (home("SC000002"),)
    take(inspection("2024-05-01", "inadequate", home=SECOND), homes=second)
    take(inspection("2024-06-01", "inadequate", home=SECOND), homes=second)
    third = (home("SC000003", owner="Oak Homes Limited"),)
    before = without_overall(inspection("2023-05-01", "good", home=THIRD, document="11"))
    take(before, homes=third)
    take(without_overall(inspection("2024-05-02", "/inadequate/good", home=THIRD, document="12")), homes=third)
    after = without_overall(inspection("2024-07-02", "/inadequate/good", home=THIRD, document="13"))
    take(after, homes=third)
    late = NOW + timedelta(days=400)
    history.commit(Transaction(homes=(HomeRecord.of(home("SC000003", as_of=str(late.date()))),)))
    taken = overdue(history, settings, late)
    history.commit(taken.transaction())
    told.extend(taken.told)
    take(homes=(home("SC000002", status="closed", as_of="2024-06-30"),))
    take(homes=third, listings={THIRD: (before, after)})
    take(nations.graded(FORMERLY, LOW, seen="2023-01-10"), homes=(replace(UNDATED, id=FORMERLY.partition(":")[2]),))
    undated = (replace(UNDATED, predecessors=(FORMERLY,), registered=date(2024, 1, 2)),)
    take(nations.FORMER[nations.WALES], homes=undated)
    take(nations.DROPS[nations.WALES], homes=undated)
    take(nations.graded(nations.WALES, LOW, inspected="2025-12-24", published="2026-08-01"), homes=undated)
    return told
