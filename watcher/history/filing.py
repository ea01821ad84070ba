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

    @property
    def form(self) -> str:
        """The same only for what finds the same keys."""
        return f"{type(self).__name__} {self.name}"


@dataclass(frozen=True, slots=True)
class Derived:
    """Files documents under what a function says of each.

    `form` names the function, and is to be another one whenever the function says anything else of any document: what
    was filed before is then filed anew.
    """

    form: str
    of: Key

    def __call__(self, document: Mapping[str, Any]) -> str | None:
        """What the function says."""
        return self.of(document)


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


def _subject(document: Mapping[str, Any]) -> str | None:
    return document["subject"] if _BESIDE_ALERTS.intersection(document) else None


KEYS: Mapping[str, Mapping[str, Key]] = {
    "homes": {"key": Field("key")},
    "inspections": {"home": Field("home")},
    "changes": {
        "id": Derived("id of its alert", lambda document: document["alert"]["id"]),
        "home": Derived("home of its alert", lambda document: document["alert"]["home"]),
        "what": Derived("change of its alert", lambda document: document["alert"]["change"]),
    },
    "deliveries": {
        "id": Field("id"),
        "change": Derived("id of its alert", lambda document: document.get("alert", {}).get("id")),
        "subject": Derived("subject beside alerts: not_read, present_state", _subject),
        "open": Derived("stage: waiting, sending; gathered", lambda document: _STAGES.get(document["state"])),
        "digest": Derived("channel and day of its digest", _digest),
        "report": Derived("watch, schedule and day of its report", _report),
        "reports": Derived("watch and schedule of its report", _reports),
    },
    "feeds": {"name": Field("name")},
    "cursors": {"name": Field("name")},
    "notices": {"key": Field("key")},
    "silences": {"id": Field("id")},
    "acknowledgements": {"change": Field("change")},
    "deeds": {"subject": Field("subject")},
    "sessions": {"id": Field("id")},
    "stopped_mails": {"address": Derived("address, folded", lambda document: document["address"].casefold())},
    "asked": {
        "id": Field("id"),
        "trigger": Derived("trigger", lambda document: document.get("trigger")),
        "open": Derived("done: no, yes", lambda document: "no" if "done" in document else "yes"),
    },
    "made_watches": {"watch": Derived("number", lambda document: str(document["number"]))},
}
"""By table, the keys of its documents."""
