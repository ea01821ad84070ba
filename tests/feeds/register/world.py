"""A register that a feed reads from a file or over HTTP, and a history that remembers what it read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import Known
from tests.standins.register import Row, csv_of
from watcher.facts import regulators
from watcher.facts.inspection import Inspection
from watcher.facts.statements import find
from watcher.feeds.feed import Cursor, Reading
from watcher.feeds.register.feed import RegisterFeed
from watcher.feeds.register.options import RegisterOptions
from watcher.judging.judge import judge, newest_graded

START = datetime(2024, 3, 4, 12, tzinfo=UTC)
COUNCIL: Mapping[str, Any] = {
    "regulator": "my-council",
    "scale": ["outstanding", "good", "requires improvement", "inadequate"],
    "inadequate": ["inadequate"],
    "same": {"requires improvement to be good": "requires improvement"},
    "not_a_grade": ["not judged", "nan"],
    "spacing": "0s",
    "columns": {
        "id": "URN",
        "name": "Name",
        "owner": "Provider",
        "status": "Status",
        "overall": "Overall",
        "published": "Published",
        "areas": {"safety": "Safe", "leaders": "Well led"},
    },
}
UNDATED: Mapping[str, Any] = {**COUNCIL, "columns": {**COUNCIL["columns"], "published": "", "status": ""}}


def options(url: str, **changed: Any) -> RegisterOptions:
    """Of a council's own list; its regulator is known from here on."""
    made = RegisterOptions.model_validate({**COUNCIL, "url": url, **changed})
    described = made.described(ZoneInfo("Europe/London"))
    regulators.describe([described] if described else [])
    return made


def row(number: int, words: str = "Good", published: date | str = "2024-02-01", **others: str) -> dict[str, str]:
    """A home's row: one grade for all, or `Good/Inadequate/Good` one by one."""
    overall, safe, led = words.split("/") if "/" in words else [words] * 3
    day = published.isoformat() if isinstance(published, date) else published
    return {
        "URN": f"H{number:03}",
        "Name": f"House {number}",
        "Provider": "Example Care Ltd",
        "Manager": "Ann Example",
        "Status": "Active",
        "Overall": overall,
        "Safe": safe,
        "Well led": led,
        "Published": day,
        **others,
    }


def rows(number: int = 20, **others: Any) -> list[dict[str, str]]:
    return [row(at, **others) for at in range(1, number + 1)]


class FileRegister:
    """A register in a file, a feed that reads it on its clock, and what is known of it."""

    def __init__(self, made: RegisterOptions, path: Path) -> None:
        self.options, self.path = made, path
        self.clock, self.known, self.cursor = ManualClock(START), Known(), dict[str, Any]()
        self.changes: list[tuple[str, str]] = []

    @classmethod
    def at(cls, folder: Path, told: Sequence[Row], **changed: Any) -> Self:
        made = cls(options(f"file:{folder / 'register.csv'}", **changed), folder / "register.csv")
        made.say(told)
        return made

    def say(self, told: Sequence[Row]) -> None:
        self.path.write_bytes(csv_of(told))

    async def poll(self, **later: float) -> Reading:
        """One poll, so much later; what it yields is judged and remembered."""
        self.clock.advance(timedelta(**later))
        cursor: Cursor = self.cursor
        feed = RegisterFeed("mine", self.options, contact="tests@example.org", clock=self.clock)
        try:
            reading = await feed.read(cursor, self.known, self.clock.now())
        finally:
            await feed.close()
        self.cursor = dict(reading.cursor)
        for inspection in reading.background:
            self.known.add(inspection)
        for inspection in sorted(reading.inspections, key=lambda one: one.order):
            self.changes += [(inspection.home.partition(":")[2], what) for what in self._judged(inspection)]
            self.known.add(inspection)
        return reading

    def _judged(self, inspection: Inspection) -> list[str]:
        known = self.known.inspections(inspection.home)
        was = find(known, inspection)
        others = [one for one in known if one is not was]
        return [change.what.value for change in judge(others, inspection, was).changes]

    def rating(self, number: int) -> str | None:
        newest = newest_graded(self.known.inspections(f"{self.options.regulators[0]}:H{number:03}"))
        return newest.rating.value if newest and newest.rating else None
