"""What the files of a damaged history still prove: what was accepted, who stopped his mails, and the last commit."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from watcher.delivery.ledger import Delivery, State
from watcher.delivery.said import LIKE, kind_in, with_content
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.stored import prove, stored
from watcher.history.embedded.snapshot import Documents, encode
from watcher.messages.message import Notice

_JOURNAL_LINE = re.compile(rb"([0-9a-f]{16}) [0-9]{1,15} (\{.*\})$")
_SNAPSHOT_LINE = re.compile(rb'"[0-9]+":(\{.*\}),?$')
_SEQUENCE = re.compile(rb'"(?:sequence|after)":([0-9]{1,15})[,}]')


@dataclass(slots=True)
class Salvaged:
    """Accepted messages as documents, numbered in the order they were found; `sequence` is the last commit seen."""

    accepted: Documents = field(default_factory=dict)
    stopped_mails: Documents = field(default_factory=dict)
    """Every state that was found; of an address the one that changed last holds."""
    sequence: int = 0


def salvage(files: Iterable[Path]) -> Salvaged:
    """What can still be read in these files, the older before the newer; damage costs the lines that it touches.

    Only final good news is believed: a message that was accepted once stays accepted. What was still open is not, since
    its last state may be what is lost; it is made again when its feed is read again.
    """
    found, files = Salvaged(), tuple(files)
    seen: set[str] = set()
    for file in files:
        content = file.read_bytes()
        found.sequence = max([found.sequence, *map(int, _SEQUENCE.findall(content))])
        for document in _documents(content.splitlines()):
            if _is_accepted(document) and document["id"] not in seen:
                seen.add(document["id"])
                found.accepted[len(seen)] = encode(document)
            elif _is_stop(document):
                found.stopped_mails[len(found.stopped_mails) + 1] = encode(document)
    _complete(found.accepted, files)
    return found


def _complete(accepted: Documents, files: Iterable[Path]) -> None:
    """Gives each message what it left to another's document, which was perhaps never accepted itself."""
    parsed = ((number, orjson.loads(document)) for number, document in accepted.items())
    leaving = {number: document for number, document in parsed if LIKE in document}
    wanted = {document[LIKE]["id"] for document in leaving.values()}
    said: dict[str, dict[str, Any]] = {}
    for file in files if wanted else ():
        for document in _documents(file.read_bytes().splitlines()):
            if (
                isinstance(document, dict)
                and document.get("id") in wanted
                and kind_in(document)
                and LIKE not in document
            ):
                said[document["id"]] = document
    for number, document in leaving.items():
        lost = {"id": document[LIKE]["id"], "notice": stored(_LOST)}
        accepted[number] = encode(with_content(document, {document[LIKE]["id"]: lost, **said}.get))


_LOST = Notice(title="What this message said is lost", text="The file that had it was damaged.")


def _documents(lines: Iterable[bytes]) -> Iterator[Any]:
    """Documents of any table from lines of a snapshot, and from those lines of a journal that prove themselves."""
    chain = b""
    for line in lines:
        if match := _JOURNAL_LINE.match(line):
            commit = _parsed(match[2])
            is_proven = hashlib.blake2b(chain + match[2], digest_size=8).hexdigest().encode() == match[1]
            chain = match[1]
            if is_proven and isinstance(commit, dict) and isinstance(commit.get("tables"), dict):
                for rows in commit["tables"].values():
                    yield from rows.values()
        elif match := _SNAPSHOT_LINE.match(line):
            yield _parsed(match[1])


def _parsed(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except ValueError:
        return None


def _is_accepted(document: Any) -> bool:
    try:
        return Delivery.from_document(document, 1).state is State.ACCEPTED
    except (ValueError, TypeError):  # another table's document, or a damaged one
        return False


def _is_stop(document: Any) -> bool:
    """Whether somebody stopped his mails: believed too, since to go on writing to him would be the worse fault."""
    if not isinstance(document, dict) or "address" not in document:
        return False
    try:
        prove(StoppedMails, document)
    except (ValueError, TypeError):
        return False
    return True
