"""What a transaction does to the tables, whatever they are kept in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from watcher.delivery.alike import AlikeDocuments, alike
from watcher.delivery.ledger import Delivery
from watcher.facts.statements import Record
from watcher.facts.stored import read, stored
from watcher.history import documents
from watcher.history.protocol import FeedState, OpenMatter, Transaction
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import KNOWN_AT_LEAST, Asked
from watcher.watching.sessions import Session


class Rows(Protocol):
    """One table, as the transaction that writes to it sees it."""

    def ids(self, index: str, key: str) -> Sequence[int]:
        """The numbers of the documents under a key, in order."""
        ...

    def every_id(self) -> Sequence[int]:
        """The numbers of all documents, in order."""
        ...

    def said(self, number: int) -> Mapping[str, Any]:
        """One document."""
        ...

    def add(self, document: Mapping[str, Any]) -> None:
        """Stores a new document, under the next number."""
        ...

    def replace(self, number: int, document: Mapping[str, Any]) -> None:
        """Stores a document in place of whatever had its number."""
        ...

    def drop(self, numbers: Sequence[int]) -> None:
        """Removes documents."""
        ...


class WrittenTables(Protocol):
    """All tables, as one transaction sees them."""

    def rows(self, name: str) -> Rows:
        """One table."""
        ...


def put(tables: WrittenTables, transaction: Transaction) -> None:
    """Within a transaction of the tables' own: stores everything that this one says."""
    for home in transaction.homes:
        put_one(tables.rows("homes"), "key", home_key(home), documents.home_document(home))
    for record in transaction.records:
        _put_record(tables.rows("inspections"), record)
    for told in transaction.changes:
        put_one(tables.rows("changes"), "id", told.alert.id, stored(told))
    _put_deliveries(tables.rows("deliveries"), transaction.deliveries)
    for feed in transaction.feeds:
        _put_feed(tables, feed)
    for key, matter in transaction.notices.items():
        _put_notice(tables.rows("notices"), key, matter)
    for silence in transaction.silences:
        put_one(tables.rows("silences"), "id", silence.id, stored(silence))
    for acknowledgement in transaction.acknowledgements:
        _put_acknowledgement(tables.rows("acknowledgements"), acknowledgement)
    _put_people(tables, transaction)


def touched(transaction: Transaction) -> set[str]:
    """The homes, by key, of which a transaction alters what is known."""
    inspected = {record.statements[0].home for record in transaction.records}
    return inspected | {home_key(home) for home in transaction.homes}


def home_key(home: Any) -> str:
    """The key of a home's record."""
    return f"{home.regulator}:{home.id}"


def _put_record(rows: Rows, record: Record) -> None:
    if record.id is None:
        rows.add(documents.record_document(record))
    else:
        rows.replace(record.id, documents.record_document(record))


def _put_deliveries(rows: Rows, deliveries: Sequence[Delivery]) -> None:
    """Of many new ones that say the same the first alone has it in its document."""
    new = (delivery for delivery in deliveries if not delivery.number)
    like = alike(delivery for delivery in new if not rows.ids("id", delivery.id))
    documents_alike = AlikeDocuments()
    for delivery in deliveries:
        if delivery.id in like:
            rows.add(documents_alike.document(delivery, like.pop(delivery.id)))
        else:
            _put_delivery(rows, delivery)


def _put_delivery(rows: Rows, delivery: Delivery) -> None:
    known = rows.ids("id", delivery.id)
    if not known:
        rows.add(delivery.document())
    elif delivery.number:
        rows.replace(known[0], delivery.document(rows.said(known[0])))


def _put_feed(tables: WrittenTables, feed: FeedState) -> None:
    """The cursor by itself: where it is the one before, nothing of it is written."""
    put_one(tables.rows("cursors"), "name", feed.name, {"name": feed.name, "cursor": dict(feed.cursor)})
    put_one(tables.rows("feeds"), "name", feed.name, documents.without_cursor(feed))


def _put_notice(rows: Rows, key: str, matter: OpenMatter | None) -> None:
    if matter is not None:
        put_one(rows, "key", key, {"key": key, "matter": stored(matter)})
    else:
        rows.drop(rows.ids("key", key))


def _put_acknowledgement(rows: Rows, acknowledgement: Acknowledgement) -> None:
    known = rows.ids("change", acknowledgement.change)
    if not known or read(Acknowledgement, rows.said(known[0])).lacks_reason_of(acknowledgement):
        put_one(rows, "change", acknowledgement.change, stored(acknowledgement))


def _put_people(tables: WrittenTables, transaction: Transaction) -> None:
    for deed in transaction.deeds:
        _put_deed(tables.rows("deeds"), stored(deed))
    for session_id, session in transaction.sessions.items():
        _put_session(tables.rows("sessions"), session_id, session)
    for stop in transaction.stopped_mails:
        put_one(tables.rows("stopped_mails"), "address", stop.key, stored(stop))
    for made in transaction.made_watches:
        put_one(tables.rows("made_watches"), "watch", str(made.number), stored(made))
    if transaction.asked:
        _put_asked(tables.rows("asked"), transaction.asked)


def _put_deed(rows: Rows, document: Mapping[str, Any]) -> None:
    if not any(rows.said(number) == document for number in rows.ids("subject", document["subject"])):
        rows.add(document)


def _put_session(rows: Rows, session_id: str, session: Session | None) -> None:
    if session is None:
        rows.drop(rows.ids("id", session_id))
        return
    known = ((number, read(Session, rows.said(number))) for number in rows.every_id())
    rows.drop([number for number, other in known if other.until <= session.made])
    put_one(rows, "id", session_id, stored(session))


def _put_asked(rows: Rows, asked: Sequence[Asked]) -> None:
    new = [each for each in asked if not rows.ids("id", each.id)]
    for each in asked:
        put_one(rows, "id", each.id, stored(each))
    if new:
        rows.drop(list(_forgotten(rows, max(each.at for each in new))))


def _forgotten(rows: Rows, now: datetime) -> Iterator[int]:
    """The oldest of what was done, as far as nobody needs to recognise it any more.

    The newest stay whatever the clock says: one that jumped would have them done twice.
    """
    for number in rows.ids("open", "no")[:-KNOWN_AT_LEAST]:
        if not read(Asked, rows.said(number)).is_forgotten(now):
            return
        yield number


def put_one(rows: Rows, index: str, key: str, document: Mapping[str, Any]) -> None:
    """Stores a document in place of the first under a key, or a new one."""
    known = rows.ids(index, key)
    if known:
        rows.replace(known[0], document)
    else:
        rows.add(document)
