"""Transactions at random, of everything that a history keeps, about a handful of things so that they meet again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.builders import home, inspection, signed, visit
from tests.messages.messages import alert
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.statements import HomeRecord, Record
from watcher.history.protocol import FeedState, OpenMatter, Told, Transaction
from watcher.judging.changes import What
from watcher.messages.digest import Digest
from watcher.messages.message import Notice, PresentState
from watcher.messages.report import WatchReport
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked, Asking
from watcher.watching.deeds import Act
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session
from watcher.watching.silences import Silence

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
IDS = ("SC000001", "sc000001", "SC00000\0", "SC" + "ß" * 400, "SC000005")
"""Among them some that differ by capitals alone, one with what no text of a database may have, and a very long one."""
HOMES = tuple(f"ofsted:{identity}" for identity in IDS)
CHANGES, KEYS = ("c1", "c2", "c\0"), ("a", "b", "a'b;\0")
DAY = date(2026, 3, 2)

_ids, _homes, _changes, _keys = map(st.sampled_from, (IDS, HOMES, CHANGES, KEYS))
_moments = st.integers(0, 9).map(lambda number: NOW + timedelta(hours=number))
_days = st.sampled_from(["2024-01-10", "2024-06-10", "2025-02-01", "2025-12-24"])
_words = st.sampled_from(["good", "inadequate", "outstanding/good/inadequate"])
_odd: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=4)
)

HOME_RECORDS = st.builds(
    lambda identity, status, owner, as_of: HomeRecord.of(home(identity, status=status, owner=owner, as_of=as_of)),
    _ids, st.sampled_from(["active", "resigned"]), st.sampled_from(["Elm Ltd", None]), _days,
)  # fmt: skip
INSPECTIONS = st.one_of(
    st.builds(lambda day, words, key: inspection(day, words, home=key), _days, _words, _homes),
    st.builds(lambda day, key: visit(day, home=key), _days, _homes),
)
RECORDS = st.builds(Record, st.tuples(INSPECTIONS), st.one_of(st.none(), _moments), st.one_of(st.none(), st.just(DAY)))
TOLD = st.builds(
    lambda change, key, what, seen: Told(
        alert=alert(what, id=change, home=key, home_id=key.partition(":")[2]), seen=seen, feed="ofsted"
    ),
    _changes, _homes, st.sampled_from([What.RECOVERED, What.DROPPED_TO_INADEQUATE]), _moments,
)  # fmt: skip
CONTENTS = st.one_of(
    st.builds(lambda change, key: alert(id=change, home=key), _changes, _homes),
    st.just(Notice("t", "x\0y")),
    st.just(PresentState(parent="p", line="good")),
    st.just(Digest(day=DAY, items=(), total=0)),
    st.builds(
        lambda key, days: WatchReport(watch=key, day=DAY + timedelta(days=days), schedule="daily", since=DAY),
        _keys, st.integers(0, 2),
    ),
)  # fmt: skip
DELIVERIES = st.builds(
    lambda channel, key, content, number, state, at: replace(
        Delivery.of(channel, key, content, f"content {number}", at), state=state
    ),
    _keys, _homes, CONTENTS, st.integers(1, 6), st.sampled_from([State.WAITING, State.GATHERED]), _moments,
)  # fmt: skip
FEEDS = st.builds(
    lambda name, cursor, failures: FeedState(name=name, cursor=cursor, failures=failures),
    _keys, st.dictionaries(st.text(max_size=3), _odd, max_size=3), st.integers(0, 2),
)  # fmt: skip
MATTERS = st.one_of(st.none(), st.builds(lambda at: OpenMatter("t", "x", at, ("desk",)), _moments))
SILENCES = st.builds(
    lambda key, of, made, hours: Silence(
        id=key, home=(of,), made=made, until=made + timedelta(hours=hours), why="w", by="Ann"
    ),
    _keys, _homes, _moments, st.integers(1, 9),
)  # fmt: skip
WORDS = st.builds(
    lambda change, why, at: Acknowledgement.of(change, by="Ann", why=why, at=at),
    _changes, st.sampled_from(["", "seen to"]), st.just(NOW),
)  # fmt: skip
DEEDS = st.builds(lambda act, key, at: signed(at).deed(act, key), st.sampled_from(list(Act)), _keys, _moments)
SESSIONS = st.one_of(
    st.none(),
    st.builds(
        lambda at, hours: Session.of("token", user="ann", proof="f", made=at, until=at + timedelta(hours=hours)),
        _moments, st.integers(1, 3),
    ),
)  # fmt: skip
STOPS = st.builds(
    lambda address, at, resumed: StoppedMails(address=address, since=at, by="x", resumed=resumed),
    st.sampled_from(["A@example.org", "a@EXAMPLE.org", "straße@example.org", "STRASSE@example.org"]),
    _moments, st.one_of(st.none(), _moments),
)  # fmt: skip
ASKED = st.builds(
    lambda key, trigger, at, done: Asked(
        id=key, trigger=trigger, way="desk", asking=Asking.COMMAND, by="ann", at=at, done=done
    ),
    _keys, st.sampled_from(["", "t1", "t2"]), _moments, st.one_of(st.none(), _moments),
)  # fmt: skip
MADE = st.builds(
    lambda number, value: MadeWatch(
        number=number, of="area", value=value, to="desk/C1", by="ann", user="U1", made=NOW, door="slack"
    ),
    st.integers(1, 3), _keys,
)  # fmt: skip


def _some(kind: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(kind, max_size=2)


TRANSACTIONS = st.builds(
    Transaction,
    homes=_some(HOME_RECORDS), records=_some(RECORDS), changes=_some(TOLD), deliveries=_some(DELIVERIES),
    feeds=_some(FEEDS), notices=st.dictionaries(_keys, MATTERS, max_size=2), silences=_some(SILENCES),
    acknowledgements=_some(WORDS), deeds=_some(DEEDS), sessions=st.dictionaries(_keys, SESSIONS, max_size=2),
    stopped_mails=_some(STOPS), asked=_some(ASKED), made_watches=_some(MADE),
)  # fmt: skip
