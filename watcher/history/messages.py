"""What was judged, the messages about it, and what the operator was told of."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import takewhile
from typing import Any
from weakref import WeakValueDictionary

from watcher.delivery.ledger import Delivery, Enclosed
from watcher.delivery.said import LIKE, content_in, with_content
from watcher.facts.stored import read
from watcher.history.filing import digest_key, report_key, reports_key
from watcher.history.protocol import OpenMatter, Told
from watcher.history.reading import Documents, Numbered, all_of, first
from watcher.judging.changes import What
from watcher.messages.message import Content


class KeptMessages:
    """The tables of one history that are about what is told."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._shared: WeakValueDictionary[str, Enclosed] = WeakValueDictionary()
        """What several messages say, by the id of the one whose document has it, as long as anybody has it in hand."""

    def changes(self, home: str | None, what: What | None) -> Iterator[Told]:
        """What was judged of a home, or of all, or of one sort, oldest first."""
        keys = {"home": home, "what": what.value if what is not None else None}
        asked = {index: key for index, key in keys.items() if key is not None}
        return map(
            _told,
            self._documents.found("changes", **asked)
            if home is not None
            else self._documents.pages("changes", keys=asked),
        )

    def changes_of(self, homes: Collection[str]) -> Iterator[Told]:
        """What was judged of some homes, oldest first."""
        return map(_told, self._documents.under_any("changes", "home", homes))

    def latest_changes(self, since: datetime) -> Iterator[Told]:
        """What was judged of all homes since a moment, newest first."""
        newest = self._documents.pages("changes", newest_first=True)
        return takewhile(lambda told: told.seen >= since, map(_told, newest))

    def change(self, change_id: str) -> Told | None:
        """One change by its id."""
        return next(map(_told, self._documents.found("changes", id=change_id)), None)

    def changes_called(self, beginning: str) -> Sequence[Told]:
        """The changes whose ids begin so, oldest first."""
        return list(map(_told, self._documents.beginning("changes", ["id"], beginning)))

    def messages_called(self, beginning: str) -> Sequence[Delivery]:
        """The messages whose ids, or whose changes' ids, begin so, in the order they were made."""
        return self._deliveries(self._documents.beginning("deliveries", ["id", "change"], beginning))

    def deliveries(self, after: int, keys: Mapping[str, str]) -> Iterator[Delivery]:
        """Messages whose number is higher, in the order they were made."""
        return map(self._by_number, self._documents.pages("deliveries", after=after, keys=keys))

    def last_sent(self) -> Iterator[Delivery]:
        """Of each channel and recipient the last attempts: of what was accepted, of present states, and of all else."""
        return map(self._by_number, self._documents.last_attempted())

    def found(self, **keys: str) -> list[Delivery]:
        """Messages under a key, in the order they were made."""
        return self._deliveries(self._documents.found("deliveries", **keys))

    def _deliveries(self, found: Sequence[Numbered]) -> list[Delivery]:
        return [self._delivery(number, document) for number, document in found]

    def _by_number(self, numbered: Numbered) -> Delivery:
        """One of many: what it says is read once somebody wants to know."""
        number, document = numbered
        return self._delivery(number, document, partial(self._content, number))

    def _delivery(
        self, number: int, document: Mapping[str, Any], content: Callable[[], Content] | None = None
    ) -> Delivery:
        """A message; what it has in common with others is the same value for all of them."""
        if LIKE not in document:
            return Delivery.from_document(document, number, content)
        name = document[LIKE]["id"]
        if (shared := self._shared.get(name)) is None:
            self._shared[name] = shared = Enclosed(partial(self._content_of, name))
        return Delivery.from_document(document, number, shared)

    def _content(self, number: int) -> Content:
        """What a message says; that never changes, and no message is ever removed."""
        return content_in(self._documents.numbered("deliveries", number))

    def _content_of(self, name: str) -> Content:
        """What the message of an id says."""
        of = partial(_of_id, self._documents)
        return content_in(with_content(of(name) or {}, of))

    def has_digest(self, channel: str, day: date) -> bool:
        """Whether the digest of a local date was made for a channel."""
        return self._is_there(digest=digest_key(channel, day.isoformat()))

    def has_report(self, watch: str, schedule: str, day: date) -> bool:
        """Whether the report of a local date was made for a watch and its schedule."""
        return self._is_there(report=report_key(watch, schedule, day.isoformat()))

    def first_report(self, watch: str, schedule: str) -> date | None:
        """The local date that the reports of a watch and its schedule began with."""
        for _, document in self._documents.pages("deliveries", keys={"reports": reports_key(watch, schedule)}):
            return date.fromisoformat(document["report"]["day"])
        return None

    def _is_there(self, **keys: str) -> bool:
        return first(self._documents, "deliveries", **keys) is not None

    def notices(self) -> Mapping[str, OpenMatter]:
        """The operator's open matters."""
        # the first versions kept a matter with its title alone
        return {
            document["key"]: read(OpenMatter, {"text": "", "not_through": (), **document["matter"]})
            for document in all_of(self._documents, "notices")
        }


def _of_id(documents: Documents, name: str) -> Mapping[str, Any] | None:
    return first(documents, "deliveries", id=name)


def _told(numbered: Numbered) -> Told:
    number, document = numbered
    return read(Told, {**document, "number": number})
