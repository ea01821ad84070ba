"""Documents as earlier versions wrote them are read, and written again byte for byte as they were."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from watcher.delivery.ledger import Delivery
from watcher.facts.stored import read, stored
from watcher.history import documents
from watcher.history.protocol import OpenMatter, Restored, Told
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import Silence

Document = dict[str, Any]
LINES = (Path(__file__).parents[1] / "fixtures" / "documents.jsonl").read_bytes().splitlines()


def rewritten(kind: type) -> Callable[[Document], Document]:
    return lambda document: stored(read(kind, document))


AGAIN: Mapping[str, Callable[[Document], Document]] = {
    "deliveries": lambda document: Delivery.from_document(document, 1).document(),
    "changes": rewritten(Told),
    "feeds": lambda document: documents.feed_document(documents.feed_state(document)),
    "notices": lambda document: {**document, "matter": rewritten(OpenMatter)(document["matter"])},
    "silences": rewritten(Silence),
    "acknowledgements": rewritten(Acknowledgement),
    "restored": rewritten(Restored),
}
LASTING: Document = {
    "name": "ofsted",
    "cursor": {},
    "began": None,
    "outcome": "changed",
    "detail": "",
    "last_good": None,
    "failures": 0,
    "not_before": None,
    "problems": {
        "page 2": {"what": "one row is odd", "home": None, "since": "2026-03-02T12:00:00+00:00"},
        "its history": {
            "what": "missed",
            "home": "ofsted:SC000001",
            "since": "2026-03-02T12:00:00+00:00",
            "until": "2026-03-16T12:00:00+00:00",
            "visit": "full of 2026-01-20",
        },
    },
    "unread": [],
    "held": {},
    "released": False,
}
RESTORED = {"taken": "2026-03-02T12:00:00+00:00", "at": "2026-03-05T12:00:00.000001+00:00", "certain": False}
WRITTEN = [*((line["table"], line["document"]) for line in map(orjson.loads, LINES))]
WRITTEN += [("feeds", LASTING), ("restored", RESTORED)]


@pytest.mark.parametrize(("table", "document"), WRITTEN, ids=[f"{n} {name}" for n, (name, _) in enumerate(WRITTEN)])
def test_what_an_earlier_version_wrote_is_read_and_written_as_it_was(table: str, document: Document) -> None:
    assert orjson.dumps(AGAIN[table](document)) == orjson.dumps(document)


def test_every_table_and_every_kind_of_content_is_among_them() -> None:
    assert {table for table, _ in WRITTEN} == set(AGAIN)
    said = {name for table, document in WRITTEN if table == "deliveries" for name in document}
    assert {"alert", "notice", "digest", "report", "group", "present_state"} <= said


@pytest.mark.parametrize(("table", "document"), WRITTEN, ids=[f"{n} {name}" for n, (name, _) in enumerate(WRITTEN)])
@pytest.mark.parametrize("damage", [None, [], 7, "x", {}], ids=repr)
def test_a_damaged_document_raises_nothing_but_value_errors(table: str, document: Document, damage: object) -> None:
    for name in document:
        try:
            AGAIN[table]({**document, name: damage})
            AGAIN[table]({known: value for known, value in document.items() if known != name})
        except ValueError:
            continue
        except (TypeError, LookupError, AttributeError) as error:
            if table != "notices":  # its outer document is the history's own
                raise AssertionError(f"{name}: {error!r}") from error
