"""Under which keys each table's documents are found: one answer for every way in which a history is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import orjson

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


@cache
def _ledger() -> ModuleType:
    """Brings all that a message may say, and few look for messages."""
    from watcher.delivery import ledger

    return ledger


def _said() -> ModuleType:
    """The same."""
    from watcher.delivery import said

    return said


@cache
def _stages() -> Mapping[str, str]:
    """What is not over yet, by state."""
    state = _ledger().State
    open_ones, given_up = (state.WAITING, state.SENDING), (state.REFUSED, state.UNKNOWN)
    return {
        **{each.value: "open" for each in open_ones},
        state.GATHERED.value: "gathered",
        **{each.value: "given up" for each in given_up},
    }


def _subject(document: Mapping[str, Any]) -> str | None:
    return document["subject"] if _said().kind_in(document) in _BESIDE_ALERTS else None


def _sent(document: Mapping[str, Any]) -> str | None:
    """What the last attempt is asked of: a channel, a recipient, whether it is a present state, and how it ended."""
    if document.get("attempted") is None:
        return None
    accepted, state_subject = _ledger().State.ACCEPTED, _ledger().STATE_SUBJECT
    ended = document["state"] if document["state"] == accepted or document.get("remark") else ""
    sort = state_subject if document["subject"].startswith(state_subject) else ""
    return f"{document['channel']}\n{document.get('recipient') or ''}\n{sort}{ended}"


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
        "change": Derived("id of the alert that it says", lambda document: _said().change_in(document)),
        "subject": Derived("subject beside alerts: not_read, present_state", _subject),
        "open": Derived(
            "stage: waiting, sending; gathered; given up", lambda document: _stages().get(document["state"])
        ),
        "sent": Derived("channel, recipient, sort and end of its last attempt", _sent),
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
