"""Making messages of alerts. Aims: 20 ms an alert to any channel, 1 s a digest of 200 items, all its mails."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar
from zoneinfo import ZoneInfo

import orjson

from tests.messages.messages import SEEN, message
from tests.messages.stories import told
from watcher.config.settings import Settings
from watcher.delivery.channels.console.channel import lines_of
from watcher.delivery.channels.email.mail import mail
from watcher.delivery.channels.email.rendering import render, render_wording
from watcher.delivery.channels.slack.blocks import payload
from watcher.facts.inspection import Home
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import History
from watcher.judging.around import around
from watcher.judging.changes import Change, What
from watcher.judging.judge import judge
from watcher.judging.register import Register
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest, Item
from watcher.messages.digest_parts import split
from watcher.messages.message import Message
from watcher.messages.wording import Wording, word

ROUNDS = 100
ITEMS = 200
SAMPLE = 100
"""Drops of the bundled history whose contexts are composed."""
T = TypeVar("T")
_LONDON: ZoneInfo = Settings().timezone


def run() -> None:
    """Prints milliseconds for each channel's form of an alert, a digest, the contexts and the register."""
    one = message(told())
    bare = word(one, _LONDON)
    _tell("Slack's JSON", _milliseconds(lambda: orjson.dumps(payload(one, word(one, _LONDON), "C0123456789"))), 20)
    pictures = iter(_pictures(bare))
    _tell("mail, drawing the picture", _milliseconds(lambda: _mail_of(next(pictures), one)), 20)
    _tell("mail to the next recipient, its picture drawn", _milliseconds(lambda: _mail(one)), 20)
    _tell("mail without a picture", _milliseconds(lambda: _mail_of(replace(bare, timeline=()), one)), 20)
    _tell("console", _milliseconds(lambda: lines_of(word(one, _LONDON))), 20)
    _tell("words alone", _milliseconds(lambda: word(one, _LONDON)))
    _a_digest()
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder))
        _contexts(history)
        history.close()


def _a_digest() -> None:
    alert = told()
    items = tuple(Item(replace(alert, id=f"{n:016}", home=f"ofsted:{n}", home_id=f"{n}"), SEEN) for n in range(ITEMS))
    whole = Digest(day=date(2018, 8, 4), items=items, total=ITEMS, feeds=1)
    parts = split(whole)
    splitting = _milliseconds(lambda: split(whole), rounds=5)
    rendering = _milliseconds(lambda: [_mail(message(part)) for part in parts], rounds=5)
    single = _milliseconds(lambda: _mail(message(alert)))  # with its picture drawn before
    longest = max(len(render(message(part), _LONDON).html.encode()) for part in parts)
    print(
        f"digest of {ITEMS} items: {splitting:.0f} ms to split, {rendering:.0f} ms for its {len(parts)} mails (aim "
        f"1,000 ms), an item {rendering / ITEMS / single:.2f} × an alert's own mail; longest {longest / 1000:.0f} kB"
    )


def _contexts(history: History) -> None:
    took, read = _once(lambda: sum(len(history.records(home.key)) for home in history.homes()))
    building, register = _once(history.register)
    print(f"register of {len(register):,} homes: {building:.2f} s, {building / took:.2f} × reading {read:,} records")
    drops = list(_drops(history, register))
    newest = drops[-SAMPLE:]
    works = [partial(_context, register, *subject) for subject in newest]
    first, _ = _once(works[0])
    took_each = [_once(work)[0] * 1000 for work in works]
    again = median(_once(work)[0] * 1000 for work in works)
    print(
        f"context of a drop: {first * 1000:.1f} ms the first, {median(took_each):.1f} ms on another day "
        f"(worst {max(took_each):.1f} ms), {again:.1f} ms on a day that was counted before"
    )


def _drops(history: History, register: Register) -> Iterator[tuple[Change, Home]]:
    found = []
    for entry in register:
        known = sorted(
            (record.inspection for record in history.records(entry.home.key)), key=lambda inspection: inspection.order
        )
        for number, inspection in enumerate(known):
            changes = judge(known[:number], inspection).changes
            found += [(change, entry.home) for change in changes if change.what is What.DROPPED_TO_INADEQUATE]
    yield from sorted(found, key=lambda pair: (pair[0].inspection.became_known, pair[1].key))


def _context(register: Register, change: Change, home: Home) -> Alert:
    context = around(change, home, register, {}, change.inspection.became_known)
    return Alert.of(change, home, context=context)


def _pictures(bare: Wording) -> Iterator[Wording]:
    """The same message with another timeline each time."""
    for day in count(1):
        moved = (replace(point, inspected=point.inspected - timedelta(days=day)) for point in bare.timeline)
        yield replace(bare, timeline=tuple(moved))


def _mail_of(wording: Wording, sent: Message) -> bytes:
    rendered = render_wording(wording, sent.id)
    return mail(rendered, sent, "desk", "watcher@example.org", ["desk@example.org"], _LONDON)


def _mail(sent: Message) -> bytes:
    return mail(render(sent, _LONDON), sent, "desk", "watcher@example.org", ["desk@example.org"], _LONDON)


def _tell(what: str, milliseconds: float, aim: int | None = None) -> None:
    print(f"{what}: {milliseconds:.2f} ms{f' (aim {aim} ms)' if aim else ''}")


def _milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    work()
    return median(_once(work)[0] for _ in range(rounds)) * 1000


def _once(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    run()
