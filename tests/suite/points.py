"""Points at which a service ends as if it were killed: the product's own objects, wrapped in the dying process."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from watcher import polling
from watcher.alert import Alert
from watcher.delivery import Answer, Message, Verdict
from watcher.delivery.ledger import State
from watcher.delivery.slack.channel import SlackChannel
from watcher.feeds import Cursor, Knowledge, Reading
from watcher.feeds.ofsted_site import OfstedSite
from watcher.history import Transaction, commits
from watcher.history.disk import Disk
from watcher.history.embedded import EmbeddedHistory
from watcher.history.store import Store
from watcher.intake import take_in

STATUS = 9
COMPACTION = "compaction "
"""With a number behind it: dies before that call of a compaction to the disk; with status 0 if there is none such."""
_SMALL = 20_000
"""Bytes of a journal that is worth a snapshot here."""


def tick(usual: float, point: str) -> timedelta:
    """Compaction comes with every three hundredth tick: where it is the point, ticks come sooner."""
    return timedelta(seconds=0.0005 if point.startswith(COMPACTION) else usual)


@contextmanager
def ending_at(point: str) -> Iterator[None]:
    """Ends the process at a point; with "" it goes on until somebody else ends it."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(commits, "COMPACTION_FLOOR", _SMALL))
        if point.startswith(COMPACTION):
            stack.enter_context(_mid_compaction(int(point.removeprefix(COMPACTION))))
        elif point:
            stack.enter_context(POINTS[point]())
        yield


def _end() -> None:
    os._exit(STATUS)


def _after_fetch() -> AbstractContextManager[Any]:
    read = OfstedSite.read

    async def reads(self: OfstedSite, cursor: Cursor, knowledge: Knowledge, now: Any) -> Reading:
        reading = await read(self, cursor, knowledge, now)
        if reading.inspections:
            _end()
        return reading

    return patch.object(OfstedSite, "read", reads)


def _after_judge() -> AbstractContextManager[Any]:
    def takes(*arguments: Any) -> Any:
        taken = take_in(*arguments)
        if taken.told:
            _end()
        return taken

    return patch.object(polling, "take_in", takes)


def _after_commit_of(is_it: Callable[[Transaction], bool]) -> AbstractContextManager[Any]:
    commit = EmbeddedHistory.commit

    def commits_it(self: EmbeddedHistory, transaction: Transaction) -> None:
        commit(self, transaction)
        if is_it(transaction):
            _end()

    return patch.object(EmbeddedHistory, "commit", commits_it)


def _after_news() -> AbstractContextManager[Any]:
    return _after_commit_of(lambda transaction: bool(transaction.changes))


def _after_mark() -> AbstractContextManager[Any]:
    return _after_commit_of(lambda transaction: any(one.state is State.SENDING for one in transaction.deliveries))


def _after_reply() -> AbstractContextManager[Any]:
    """Once the verdict on a reply in a thread is stored: what its first message is to say has not been sent."""
    return _after_commit_of(
        lambda transaction: any(
            one.state is State.ACCEPTED and one.thread is not None and isinstance(one.content, Alert)
            for one in transaction.deliveries
        )
    )


def _after_acceptance() -> AbstractContextManager[Any]:
    send = SlackChannel.send

    def sends(self: SlackChannel, message: Message) -> Verdict:
        verdict = send(self, message)
        if verdict.answer is Answer.ACCEPTED:
            _end()
        return verdict

    return patch.object(SlackChannel, "send", sends)


def _after_change() -> AbstractContextManager[Any]:
    update = SlackChannel.update

    def updates(self: SlackChannel, message: Message) -> Verdict:
        verdict = update(self, message)
        if verdict.answer is Answer.ACCEPTED:
            _end()
        return verdict

    return patch.object(SlackChannel, "update", updates)


def _mid_compaction(number: int) -> AbstractContextManager[Any]:
    """Counts the calls of the thread that compacts, and dies before one of them."""
    stack = ExitStack()
    compacting: list[int] = []
    calls = 0
    compact = Store.compact

    def compacts(self: Store) -> None:
        compacting.append(threading.get_ident())
        compact(self)
        os._exit(0)

    def compact_always(self: EmbeddedHistory) -> None:
        self._store.compact()

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*arguments: Any) -> Any:
            nonlocal calls
            if threading.get_ident() in compacting:
                calls += 1
                if calls == number:
                    _end()
            return call(*arguments)

        return made

    stack.enter_context(patch.object(Store, "compact", compacts))
    stack.enter_context(patch.object(EmbeddedHistory, "compact", compact_always))
    for name in ("open", "write", "sync", "rename", "link", "unlink", "sync_folder"):
        stack.enter_context(patch.object(Disk, name, counted(getattr(Disk, name))))
    return stack


POINTS: Mapping[str, Callable[[], AbstractContextManager[Any]]] = {
    "after fetch": _after_fetch,
    "after judge": _after_judge,
    "after commit": _after_news,
    "after the mark": _after_mark,
    "after acceptance": _after_acceptance,
    "after the reply": _after_reply,
    "after the change": _after_change,
}
