"""Under which keys each table's documents are found: one answer for every way in which a history is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from watcher.delivery.ledger import State

Key = Callable[[Mapping[str, Any]], str | None]
"""What a document is filed under; None if it is not."""


@dataclass(frozen=True, slots=True)
class Field:
    """Files documents under the text of one field, which can be found without parsing what lacks it."""

    name: str

    def __call__(self, document: Mapping[str, Any]) -> str | None:
        """What the field says."""
        text: str | None = document[self.name]
        return text

    def written(self, key: str) -> bytes:
        """How it stands in a document's JSON."""
        return b"%b:%b" % (orjson.dumps(self.name), orjson.dumps(key))


def digest_key(channel: str, day: str) -> str:
    """What the digest of a local date for a channel is filed under."""
    return f"{channel}\n{day}"


def reports_key(watch: str, schedule: str) -> str:
    """What every report of a watch and its schedule is filed under."""
    return f"{watch}\n{schedule}"


def report_key(watch: str, schedule: str, day: str) -> str:
    """What the report of one local date is filed under."""
    return f"{reports_key(watch, schedule)}\n{day}"


def _digest(document: Mapping[str, Any]) -> str | None:
    return digest_key(document["channel"], document["digest"]["day"]) if "digest" in document else None


def _reports(document: Mapping[str, Any]) -> str | None:
    said = document.get("report")
    return reports_key(said["watch"], said["schedule"]) if said else None


def _report(document: Mapping[str, Any]) -> str | None:
    said = document.get("report")
    return report_key(said["watch"], said["schedule"], said["day"]) if said else None


_BESIDE_ALERTS = frozenset({"not_read", "present_state"})
"""What a message may be, beside an alert, that is about a home."""

_STAGES = {State.WAITING.value: "open", State.SENDING.value: "open", State.GATHERED.value: "gathered"}
"""What is not over yet, by state."""

KEYS: Mapping[str, Mapping[str, Key]] = {
    "homes": {"key": Field("key")},
    "inspections": {"home": Field("home")},
    "changes": {
        "id": lambda document: document["alert"]["id"],
        "home": lambda document: document["alert"]["home"],
        "what": lambda document: document["alert"]["change"],
    },
    "deliveries": {
        "id": lambda document: document["id"],
        "change": lambda document: document.get("alert", {}).get("id"),
        "subject": lambda document: document["subject"] if _BESIDE_ALERTS.intersection(document) else None,
        "open": lambda document: _STAGES.get(document["state"]),
        "digest": _digest,
        "report": _report,
        "reports": _reports,
    },
    "feeds": {"name": lambda document: document["name"]},
    "cursors": {"name": lambda document: document["name"]},
    "notices": {"key": lambda document: document["key"]},
    "silences": {"id": lambda document: document["id"]},
    "acknowledgements": {"change": lambda document: document["change"]},
    "deeds": {"subject": Field("subject")},
    "sessions": {"id": Field("id")},
    "stopped_mails": {"address": lambda document: document["address"].casefold()},
    "asked": {
        "id": Field("id"),
        "trigger": lambda document: document.get("trigger"),
        "open": lambda document: "no" if "done" in document else "yes",
    },
    "made_watches": {"watch": lambda document: str(document["number"])},
}
"""By table, the keys of its documents."""
