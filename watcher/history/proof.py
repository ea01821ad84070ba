"""Whether documents are what watcher writes: asked of a backup before any of it becomes the history.

Opening a history is lenient, for it must open what any version wrote. A backup may come from anywhere: what is
well-formed and says nothing would end every later command.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from pydantic import ValidationError

from watcher.delivery.ledger import Delivery
from watcher.delivery.said import LIKE, change_in, kind_in, with_content
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.inspection import Kind
from watcher.facts.sources import Sort
from watcher.facts.stored import prove
from watcher.history.documents import home_record, record
from watcher.history.protocol import KEY_BYTES, FeedState, Restored, Told
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked
from watcher.watching.deeds import Deed
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session
from watcher.watching.silences import Silence

Documents = Mapping[int, bytes]
"""JSON by the number of the document."""

_Source = tuple[date, str] | tuple[date, str, Sort] | tuple[date, str, Sort, int]


@dataclass(frozen=True, kw_only=True)
class _Home:
    """A document of the table `homes`."""

    key: str
    regulator: str
    id: str
    source: _Source | None = None
    """None where nothing but its number is known."""
    older: Mapping[str, _Source] = field(default_factory=dict)
    type: str | None = None
    name: str | None = None
    owner: str | None = None
    brand: str | None = None
    local_authority: str | None = None
    region: str | None = None
    constituency: str | None = None
    sector: str | None = None
    status: str | None = None
    registered: date | None = None
    closed_on: date | None = None
    places: int | None = None
    link: str | None = None
    predecessors: tuple[str, ...] | None = None
    successors: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class _Statement:
    """What one source says in a document of the table `inspections`."""

    source: _Source
    kind: Kind
    inspected: date | None = None
    inspected_to: date | None = None
    published: date | None = None
    seen: date | None = None
    turn: int = 0
    event: str | None = None
    document: str | None = None
    link: str | None = None
    headline: str = "overall"
    judgements: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Inspection:
    """A document of the table `inspections`."""

    home: str
    statements: tuple[_Statement, ...]
    seen: datetime | None = None
    withdrawn: date | None = None


@dataclass(frozen=True, kw_only=True)
class _Cursor:
    """A document of the table `cursors`."""

    name: str
    cursor: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Notice:
    """A document of the table `notices`, of which a restored history takes over nothing."""

    key: str


@dataclass(frozen=True, kw_only=True)
class _Origin:
    """The document of the table `origin`."""

    id: str


def why_no_history(tables: Mapping[str, Documents]) -> str | None:
    """The first document that no version of watcher wrote, and what is wrong with it; None if there is none."""
    for name, documents in tables.items():
        if name not in _TABLES:
            return f"the table {name[:40]!r} is none of watcher's, or of a newer version's"
        proven, key_of = _TABLES[name]
        keys: dict[str, int] = {}
        for number, content in documents.items():
            try:
                document = _object(content)
                proven(document)
                key = key_of(document)
                same = number if key is None else keys.setdefault(key, number)
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                return f"document {number} of the table {name} is not what watcher writes ({_words(error)})"
            if same != number:
                return f"documents {same} and {number} of the table {name} are about the same"
    return _why_not_like(tables.get("deliveries", {}))


def _why_not_like(messages: Documents) -> str | None:
    """The first message that leaves what it says to another that is not there, or does not say it either."""
    leaving = {number: orjson.loads(content) for number, content in messages.items() if _LEAVES in content}
    if not leaving:
        return None
    by_id = {document["id"]: document for document in map(orjson.loads, messages.values())}
    for number, document in leaving.items():
        try:
            said = with_content(document, by_id.get)
        except ValueError as error:
            return f"document {number} of the table deliveries is not what watcher writes ({_words(error)})"
        if (kind_in(said), change_in(said)) != (kind_in(document), change_in(document)):
            return f"document {number} of the table deliveries says other than what it stands for"
    return None


_LEAVES = f'"{LIKE}":'.encode()


def _object(content: bytes) -> dict[str, Any]:
    document = orjson.loads(content)
    if not isinstance(document, dict):
        raise ValueError("it is no object")  # of a document, not of an argument
    if orjson.dumps(document) != content:  # what is looked for by its bytes would not be found
        raise ValueError("it is written otherwise")
    return document


def _words(error: Exception) -> str:
    """What is wrong, without a word of the document's."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return ": ".join(filter(None, (".".join(map(str, first["loc"]))[:80], first["type"].replace("_", " "))))
    return str(error)[:120] if isinstance(error, ValueError) else "it has another form"


def _prove_home(document: Mapping[str, Any]) -> None:
    prove(_Home, document)
    known = home_record(document).home
    if document["key"] != known.key or not known.regulator or not known.id:
        raise ValueError("its key is not that of its home")


def _prove_inspection(document: Mapping[str, Any]) -> None:
    prove(_Inspection, document)
    regulator, _, identity = document["home"].partition(":")
    if not regulator or not identity:
        raise ValueError("its home has no key")
    if not document["statements"]:
        raise ValueError("nobody states it")
    _ = record(document).inspection.order


def _prove_feed(document: Mapping[str, Any]) -> None:
    prove(FeedState, {**document, "held": document.get("held") or None})


def _prove_key(document: Mapping[str, Any]) -> None:
    if set(document) != {"key"} or len(bytes.fromhex(document["key"])) != KEY_BYTES:
        raise ValueError("it is no key")


def _proves(kind: type[Any]) -> Callable[[Mapping[str, Any]], None]:
    return lambda document: prove(kind, document)


_Proof = Callable[[Mapping[str, Any]], None]
_Key = Callable[[Mapping[str, Any]], str | None]

_TABLES: Mapping[str, tuple[_Proof, _Key]] = {
    "homes": (_prove_home, lambda document: document["key"]),
    "inspections": (_prove_inspection, lambda _: None),
    "changes": (_proves(Told), lambda document: document["alert"]["id"]),
    "deliveries": (Delivery.prove, lambda document: document["id"]),
    "feeds": (_prove_feed, lambda document: document["name"]),
    "cursors": (_proves(_Cursor), lambda document: document["name"]),
    "notices": (_proves(_Notice), lambda document: document["key"]),
    "silences": (_proves(Silence), lambda document: document["id"]),
    "acknowledgements": (_proves(Acknowledgement), lambda document: document["change"]),
    "deeds": (_proves(Deed), lambda document: orjson.dumps(document).decode()),
    "sessions": (_proves(Session), lambda document: document["id"]),
    "stopped_mails": (_proves(StoppedMails), lambda document: document["address"].casefold()),
    "asked": (_proves(Asked), lambda document: document["id"]),
    "made_watches": (_proves(MadeWatch), lambda document: str(document["number"])),
    "signing": (_prove_key, lambda _: "the only one"),
    "origin": (_proves(_Origin), lambda _: "the only one"),
    "restored": (_proves(Restored), lambda _: "the only one"),
}
"""For each table what proves one of its documents, and what no two of them have in common."""
