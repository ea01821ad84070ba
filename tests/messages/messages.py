"""Messages for tests: the founding case unless something else is named."""

from datetime import UTC, date, datetime
from typing import Any

from watcher.delivery.ledger import Delivery
from watcher.judging.changes import What
from watcher.messages.alert import Alert, Graded
from watcher.messages.message import Content, Message

SEEN = datetime(2018, 8, 3, 9, 5, tzinfo=UTC)

INADEQUATE = dict.fromkeys(("overall", "protected", "leaders"), "inadequate")
GOOD = dict.fromkeys(INADEQUATE, "good")


def graded(inspected: str, grades: dict[str, str], published: str | None = None) -> Graded:
    """Another inspection that an alert speaks of."""
    out = date.fromisoformat(published) if published else None
    return Graded(inspection="ofsted:SC478986:1", inspected=date.fromisoformat(inspected), published=out, grades=grades)


def alert(change: What = What.DROPPED_TO_INADEQUATE, **facts: Any) -> Alert:
    """The drop of August 2018, with other facts where they are named; `grades` are printed with a capital."""
    grades = facts.pop("grades", INADEQUATE)
    known: dict[str, Any] = {
        "id": "0123456789abcdef",
        "home": "ofsted:SC478986",
        "home_id": "SC478986",
        "type": "children's home",
        "name": None,
        "owner": "Esland North Limited",
        "local_authority": "Derby",
        "region": "East Midlands",
        "inspection": "ofsted:SC478986:10050736",
        "event": "10050736",
        "kind": "full",
        "inspected": date(2018, 7, 17),
        "published": date(2018, 8, 3),
        "grades": grades,
        "words": {area: grade.capitalize() for area, grade in grades.items()},
        "headline": "overall",
        "before": graded("2017-08-23", GOOD),
        "link": "https://reports.ofsted.gov.uk/provider/5/SC478986",
        "watches": ("derby",),
        "channels": ("desk",),
    }
    return Alert(change=change, **{**known, **facts})


def message(content: Content | None = None, **facts: Any) -> Message:
    """A message as a channel is handed it."""
    return Message(**{"id": "feedfacefeedface", "content": content or alert(), "seen": SEEN, **facts})


def delivery(number: int, *, channel: str = "desk", home: str = "ofsted:SC478986", now: datetime = SEEN) -> Delivery:
    """A message that waits, as it is handed to the history: the same number makes the same message."""
    return Delivery.of(channel, home, alert(home=home, home_id=home[7:]), f"content {number}", now)
