"""Points at which a service ends as if it were killed: the product's own objects, wrapped in the dying process."""

import itertools
import os
import smtplib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from watcher.bot.line.slack_line import SlackLine
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.ledger import State
from watcher.delivery.verdict import Answer, Verdict
from watcher.feeds.feed import Cursor, Knowledge, Reading
from watcher.feeds.ofsted_site.feed import OfstedSite
from watcher.history.embedded import commits
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.protocol import Transaction
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.message import Message
from watcher.messages.morning import Morning
from watcher.rounds import poll as polling
from watcher.rounds.take_in import take_in

STATUS = 9
COMPACTION = "compaction "
DIGEST = "digest "
BACKUP = "backup "
"""With a number behind it: dies before that call to the disk or the mail server, with half of it done if it is a write.

Of a compaction, of making and sending a digest or a morning's message, of a backup; it ends with status 0 if there is
none such.
"""
ENDED_BEFORE = "ended before "
"""What the log says last of such a death, with the call's name behind it."""
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
        for kind, sweep in _SWEEPS.items():
            if point.startswith(kind):
                stack.enter_context(sweep(int(point.removeprefix(kind))))
                break
        else:
            if point:
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


def _after_mark(channel: str) -> AbstractContextManager[Any]:
    return _after_commit_of(
        lambda transaction: (
            (channel, State.SENDING) in {(delivery.channel, delivery.state) for delivery in transaction.deliveries}
        )
    )


def _after_reply() -> AbstractContextManager[Any]:
    """Once the verdict on a reply in a thread is stored: what its first message is to say has not been sent."""
    return _after_commit_of(
        lambda transaction: any(
            delivery.state is State.ACCEPTED and delivery.thread is not None and isinstance(delivery.content, Alert)
            for delivery in transaction.deliveries
        )
    )


def _after_keeping() -> AbstractContextManager[Any]:
    """Something that was asked is kept, and Slack has not been told that it arrived."""
    return _after_commit_of(lambda transaction: any(asked.done is None for asked in transaction.asked))


def _after_acknowledgement() -> AbstractContextManager[Any]:
    """Slack has been told that it arrived, and nothing has been done."""
    acknowledge = SlackLine.acknowledge

    def acknowledges(self: SlackLine, envelope_id: str, answer: Mapping[str, Any] | None = None) -> bool:
        is_told = acknowledge(self, envelope_id, answer)
        _end()
        return is_told

    return patch.object(SlackLine, "acknowledge", acknowledges)


def _after_deed() -> AbstractContextManager[Any]:
    """It is done, and not marked so."""
    return _after_commit_of(
        lambda transaction: bool(transaction.acknowledgements or transaction.silences or transaction.made_watches)
    )


def _after_mark_of_deed() -> AbstractContextManager[Any]:
    return _after_commit_of(lambda transaction: any(asked.done is not None for asked in transaction.asked))


def _after_acceptance(channel: type[SlackChannel] | type[EmailChannel]) -> AbstractContextManager[Any]:
    send: Callable[[Any, Message], Verdict] = channel.send

    def sends(self: Any, message: Message) -> Verdict:
        verdict = send(self, message)
        if verdict.answer is Answer.ACCEPTED:
            _end()
        return verdict

    return patch.object(channel, "send", sends)


def _dying_at(number: int, is_counted: Callable[[], bool], calls: Mapping[type, Sequence[str]]) -> ExitStack:
    """Counts these calls while they are to be counted, and dies before one of them, or amid it if it is a write."""
    stack = ExitStack()
    count = itertools.count(1)

    def counted(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*arguments: Any) -> Any:
            if is_counted() and next(count) == number:
                if call is Disk.write:
                    disk, descriptor, content = arguments
                    write(disk, descriptor, content[: len(content) // 2])
                os.write(2, f"{ENDED_BEFORE}{name}\n".encode())
                _end()
            return call(*arguments)

        return made

    write = Disk.write
    for owner, names in calls.items():
        for name in names:
            stack.enter_context(patch.object(owner, name, counted(name, getattr(owner, name))))
    return stack


def _after_change() -> AbstractContextManager[Any]:
    update = SlackChannel.update

    def updates(self: SlackChannel, message: Message) -> Verdict:
        verdict = update(self, message)
        if verdict.answer is Answer.ACCEPTED:
            _end()
        return verdict

    return patch.object(SlackChannel, "update", updates)


def _mid_compaction(number: int) -> AbstractContextManager[Any]:
    """Counts the calls of the thread that compacts."""
    compacting: list[int] = []
    compact = Store.compact

    def compacts(self: Store) -> None:
        compacting.append(threading.get_ident())
        compact(self)
        os._exit(0)

    def compact_always(self: EmbeddedHistory) -> None:
        self._store.compact()

    stack = _dying_at(number, lambda: threading.get_ident() in compacting, {Disk: _DISK})
    stack.enter_context(patch.object(Store, "compact", compacts))
    stack.enter_context(patch.object(EmbeddedHistory, "compact", compact_always))
    return stack


def _mid_digest(number: int) -> AbstractContextManager[Any]:
    """Counts the calls of every commit of a digest or a morning's message, from its making to the last verdict, and of
    its sending."""
    telling: list[int] = []
    commit, send = EmbeddedHistory.commit, EmailChannel.send

    @contextmanager
    def told() -> Iterator[None]:
        telling.append(threading.get_ident())
        yield
        telling.remove(threading.get_ident())

    def commits_it(self: EmbeddedHistory, transaction: Transaction) -> None:
        if not any(isinstance(delivery.content, Digest | Morning) for delivery in transaction.deliveries):
            commit(self, transaction)
            return
        with told():
            commit(self, transaction)
        if {delivery.state for delivery in self.deliveries() if isinstance(delivery.content, Digest | Morning)} == {
            State.ACCEPTED
        }:
            os._exit(0)

    def sends(self: EmailChannel, message: Message) -> Verdict:
        with told():
            return send(self, message)

    calls = {Disk: _DISK, smtplib.SMTP: ("connect", "send", "getreply")}
    stack = _dying_at(number, lambda: threading.get_ident() in telling, calls)
    stack.enter_context(patch.object(EmbeddedHistory, "commit", commits_it))
    stack.enter_context(patch.object(EmailChannel, "send", sends))
    return stack


def _mid_backup(number: int) -> AbstractContextManager[Any]:
    """Counts all calls of the process, which does nothing else."""
    return _dying_at(number, lambda: True, {Disk: _DISK})


_DISK = tuple(name for name, member in vars(Disk).items() if callable(member))
"""All of its calls, so that none is forgotten which it learns later."""

_SWEEPS: Mapping[str, Callable[[int], AbstractContextManager[Any]]] = {
    COMPACTION: _mid_compaction,
    DIGEST: _mid_digest,
    BACKUP: _mid_backup,
}

POINTS: Mapping[str, Callable[[], AbstractContextManager[Any]]] = {
    "after fetch": _after_fetch,
    "after judge": _after_judge,
    "after commit": _after_news,
    "after the mark of desk": partial(_after_mark, "desk"),
    "after the mark of mail": partial(_after_mark, "mail"),
    "after acceptance by desk": partial(_after_acceptance, SlackChannel),
    "after acceptance by mail": partial(_after_acceptance, EmailChannel),
    "after the reply": _after_reply,
    "after the change": _after_change,
    "after keeping": _after_keeping,
    "after the acknowledgement": _after_acknowledgement,
    "after the deed": _after_deed,
    "after the mark of the deed": _after_mark_of_deed,
}
