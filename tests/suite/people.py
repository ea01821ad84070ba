"""People who press what they see in Slack and write to the watcher, and what has come of each of their deeds."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.standins.slack_payloads import block_actions, slash_command, view_submission
from tests.standins.socket_mode import Sent
from tests.suite.channels import AnsweredSlackEnd
from watcher.bot.payloads import REASON
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.delivery.ledger import Delivery, State
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.timing.clock import Clock
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import Act

WATCH = "watch"
LONGEST_PAUSE = 0.03
"""Seconds between two presses."""
COMES_AGAIN_FOR = timedelta(hours=20)
"""For how long Slack sends anything again; the watcher knows it for a day."""

EXPLAINED: Mapping[str, tuple[str, ...]] = {
    ACKNOWLEDGE: ("Acknowledged already", "Nothing to acknowledge"),
    SILENCE: ("Silenced already", "Not silenced"),
    REASON: ("Your reason was not kept",),
    HISTORY: ("",),
    WATCH: ("There is such a watch already", "No watch was made"),
}
"""What somebody is told whose deed has no effect; the history is told, and does nothing else."""


@dataclass(eq=False)
class Press:
    """One thing that one person did; nobody does two but for giving a reason for the first."""

    who: str
    what: str
    subject: str
    """The id of the message's delivery; of a watch, the area."""
    at: datetime
    kind: str
    payload: dict[str, Any]
    sent: list[Sent] = field(default_factory=list)

    @property
    def is_acknowledged(self) -> bool:
        """Whether Slack was told that it arrived."""
        return any(each.took is not None for each in self.sent)


@dataclass
class Reckoned:
    """What came of all of it; each list has sentences about what must not be."""

    presses: int = 0
    acknowledged: int = 0
    repeats: int = 0
    done: Counter[str] = field(default_factory=Counter)
    """Deeds in the history."""
    explained: int = 0
    """Without an effect, and whoever pressed was told why."""
    done_unacknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    """Stored in part, altered, or done by nobody."""
    unsaid: list[str] = field(default_factory=list)
    """Messages that do not say who did it."""

    def __str__(self) -> str:
        """One line."""
        done = ", ".join(f"{number} {what}" for what, number in sorted(self.done.items()))
        return (
            f"{self.presses} presses, {self.acknowledged} acknowledged, {self.repeats} sent again; done: {done}; "
            f"{self.explained} told why not, {self.done_unacknowledged} done that Slack had not heard of, "
            f"{len(self.lost)} lost, {len(self.twice)} twice, {len(self.half)} half, {len(self.unsaid)} unsaid"
        )


class People:
    """Everybody in the channel; each has a name of his own, so that it can be told whose deed something is."""

    def __init__(self, end: AnsweredSlackEnd, clock: Clock, chance: random.Random, areas: Sequence[str]) -> None:
        self.end, self.clock, self.chance, self.areas = end, clock, chance, areas
        self.pressed: list[Press] = []
        self.repeats = 0
        self.quiet: set[str] = set()
        """The messages under which a silence may be asked for."""
        self._first_seen: dict[tuple[str, str], object] = {}
        self._altered: list[str] = []

    def strike_at(self, number: int, strike: Callable[[], None]) -> None:
        """Has `strike` called at the acknowledgement that is so many from now; never for 0."""
        count = itertools.count(1)

        def acknowledged(_: object, __: Sent) -> None:
            if next(count) == number:
                strike()

        self.end.lines.on_acknowledged = acknowledged

    async def press_on(self) -> None:
        """Somebody does something again and again while there is a line."""
        while True:
            await asyncio.sleep(self.chance.uniform(0, LONGEST_PAUSE))
            if self.end.lines.open_lines:
                self._again() if self.pressed and self.chance.random() < 0.15 else self._press()

    def _press(self) -> None:
        who, buttons, lot = f"person{len(self.pressed)}", self._buttons(), self.chance.random()
        own = [press for press in self.pressed[-30:] if press.what == ACKNOWLEDGE]
        if lot < 0.05:
            self._send(who, WATCH, self.chance.choice(self.areas), "slash_commands")
        elif own and lot < 0.25:
            before = self.chance.choice(own)
            self._send(before.who, REASON, before.subject, "interactive")
        elif buttons:
            self._send(who, *self.chance.choice(self.chance.choice(buttons)), "interactive")

    def _buttons(self) -> list[list[tuple[str, str]]]:
        """Those that can be seen, by message: the newest, of which somebody may know already what was said before."""
        shown = [message.get("blocks", ()) for message in list(self.end.slack.messages)[-25:]]
        found = [
            [
                (element["action_id"], element["value"])
                for block in blocks
                if block["type"] == "actions"
                for element in block["elements"]
                if element["action_id"] != SILENCE or element["value"] in self.quiet
            ]
            for blocks in shown
        ]
        return [buttons for buttons in found if buttons]

    def _send(self, who: str, what: str, subject: str, kind: str) -> None:
        payload = self._payload(who, what, subject)
        press = Press(who, what, subject, self.clock.now(), kind, payload)
        self.pressed.append(press)
        self._by_line(press)

    def _payload(self, who: str, what: str, subject: str) -> dict[str, Any]:
        user = f"U{who.upper()}"
        if what == WATCH:
            payload = slash_command(f"watch area {subject}", user=user) | {"user_name": who}
        elif what == REASON:
            values = {REASON: {REASON: f"since {who} knows"}}
            payload = view_submission(REASON, values, private_metadata=subject, user=user)
        else:
            payload = block_actions(what, subject, user=user)
        if "user" in payload:
            payload["user"] |= {"username": who, "name": who}
        return payload | {"response_url": self.end.slack.people.address(self.end.slack.url)}

    def _again(self) -> None:
        """Slack repeats itself: an envelope, or what is in it in another."""
        press = self.chance.choice(self.pressed[-10:])
        if self.clock.now() - press.at < COMES_AGAIN_FOR:
            self.repeats += 1
            self._by_line(press, name=press.sent[0].id if press.sent and self.chance.random() < 0.7 else None)

    def _by_line(self, press: Press, name: str | None = None) -> None:
        if lines := self.end.lines.open_lines:
            sent = self.end.lines.send(press.kind, press.payload, name=name, by=self.chance.choice(lines))
            press.sent.append(sent)

    def look(self, history: History, quiet_homes: frozenset[str]) -> None:
        """What is stored at a death stays as it is."""
        for delivery in history.deliveries():
            if isinstance(delivery.content, Alert) and delivery.content.home in quiet_homes:
                self.quiet.add(delivery.id)
        for name, fact in _facts(history):
            if self._first_seen.setdefault(name, fact) != fact:
                self._altered.append(f"{name} was {self._first_seen[name]} and is {fact}")

    def reckon(self, history: History) -> Reckoned:
        """What has come of everything, once all is done."""
        found = Reckoned(len(self.pressed), repeats=self.repeats, half=list(self._altered))
        done = _done(history)
        for press in self.pressed:
            self._reckon(press, done, history, found)
        nobody = set(done) - {(press.who, press.what) for press in self.pressed}
        found.half += [f"{what} by {who}, who did no such thing" for who, what in nobody]
        found.half += _half_watches(history)
        found.unsaid += _unsaid(history, self.end.slack.messages)
        return found

    def _reckon(self, press: Press, done: Mapping[tuple[str, str], list[str]], history: History, to: Reckoned) -> None:
        effects = done.get((press.who, press.what), [])
        if len(effects) > 1:
            to.twice.append(f"{press.what} by {press.who}: {effects}")
        if effects and effects[0] != _meant(press, history):
            to.half.append(f"{press.what} by {press.who} on {press.subject} did {effects[0]}")
        to.acknowledged += press.is_acknowledged
        to.done[press.what] += bool(effects)
        if effects:
            to.done_unacknowledged += not press.is_acknowledged
        elif press.is_acknowledged:
            is_explained = any(words in said for said in self._heard(press) for words in EXPLAINED[press.what])
            to.explained += is_explained
            to.lost += [] if is_explained else [f"{press.what} by {press.who} on {press.subject}"]

    def _heard(self, press: Press) -> list[str]:
        """What one person was told of one deed."""
        people, user = self.end.slack.people, f"U{press.who.upper()}"
        by_address = [body["text"] for path, body in people.replies if press.payload["response_url"].endswith(path)]
        alone = [body["text"] for body in people.ephemeral if body["user"] == user]
        return [*by_address, *alone, *(body["text"] for body in people.told if body["channel"] == user)]


def _meant(press: Press, history: History) -> str:
    """What a deed has to have done, as `_done` says it."""
    if press.what == WATCH:
        return press.subject
    delivery = history.delivery(press.subject)
    content = delivery.content if delivery is not None else None
    assert isinstance(content, Alert)
    return content.home if press.what == SILENCE else content.id


def _done(history: History) -> dict[tuple[str, str], list[str]]:
    """What everybody did, by who did it and what it was: upon what."""
    given = _given(history)
    return _gathered(
        [
            *(((one.by, ACKNOWLEDGE), one.change) for one in given),
            *(((one.by, REASON), one.change) for one in given if one.why),
            *(((one.by, SILENCE), ", ".join(one.home)) for one in history.silences()),
            *(((one.by, WATCH), one.value) for one in history.made_watches()),
        ]
    )


def _given(history: History) -> list[Acknowledgement]:
    found = (history.acknowledgement(told.alert.id) for told in history.changes())
    return [given for given in found if given is not None]


def _gathered(pairs: Sequence[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _facts(history: History) -> list[tuple[tuple[str, str], object]]:
    """What nothing may alter any more, by what it is called."""
    given = _given(history)
    return [
        *((("acknowledgement", one.change), (one.by, one.at, one.door)) for one in given),
        *((("reason", one.change), one.why) for one in given if one.why),
        *((("silence", one.id), (one.by, one.made, one.until)) for one in history.silences()),
        *((("watch", str(one.number)), (one.by, one.made, one.value)) for one in history.made_watches()),
    ]


def _half_watches(history: History) -> list[str]:
    """Watches without the one deed that made them, and such deeds without a watch."""
    made = Counter(watch.name for watch in history.made_watches())
    deeds = Counter(deed.subject for deed in history.deeds() if deed.what is Act.WATCH)
    return [
        f"watch {name}: {made[name]} made, {deeds[name]} deeds" for name in made | deeds if made[name] != deeds[name]
    ]


def _unsaid(history: History, messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """The messages about what somebody has acknowledged that do not say who it was."""
    texts = {message["ts"]: str(message) for message in messages}
    return [
        f"{delivery.id} does not say that {given.by} acknowledged it"
        for given in _given(history)
        for delivery in history.messages_about(given.change)
        if _is_shown(delivery, texts) and f"Acknowledged by {given.by}, " not in texts[delivery.reference or ""]
    ]


def _is_shown(delivery: Delivery, texts: Mapping[str, str]) -> bool:
    return delivery.state is State.ACCEPTED and delivery.recipient is None and delivery.reference in texts
