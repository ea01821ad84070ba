"""One inspection as `--json` prints it."""

from typing import Any

from watcher.facts.inspection import grade_values
from watcher.facts.statements import Record
from watcher.messages.alert import headline_json, words_as_printed


def inspection_json(record: Record) -> dict[str, Any]:
    """One inspection as `--json` prints it."""
    inspection = record.inspection
    return {
        "inspection": inspection.key,
        "home": inspection.home,
        "event": inspection.event,
        "kind": inspection.kind.value,
        "inspected": inspection.inspected.isoformat() if inspection.inspected else None,
        "published": inspection.published.isoformat() if inspection.published else None,
        "grades": dict(grade_values(inspection)),
        **headline_json(inspection.home, inspection.headline, grade_values(inspection)),
        "words": words_as_printed(inspection),
        "sources": [f"{source.name} ({source.as_of})" for source in inspection.sources],
        "versions": len(record.statements),
        "seen": record.seen.isoformat() if record.seen else None,
        "withdrawn": record.withdrawn.isoformat() if record.withdrawn else None,
        "link": inspection.link,
    }
