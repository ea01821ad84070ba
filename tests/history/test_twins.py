"""Whatever is committed, the two kinds of history give the same answers to every question, step by step."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import inspection
from tests.history.kinds import Embedded, HistoryKind, Postgresql
from tests.history.transactions import CHANGES, DAY, HOMES, IDS, KEYS, NOW, TRANSACTIONS
from tests.standins.postgres import FreshDatabase, PostgresServer
from watcher.delivery.ledger import State
from watcher.facts.owners import same_owner
from watcher.facts.regulators import of
from watcher.history.entries import ALL
from watcher.history.kept import DERIVED
from watcher.history.postgresql.columns import DOCUMENTS
from watcher.history.protocol import History, Transaction
from watcher.judging.card import Card
from watcher.judging.changes import What
from watcher.judging.register import Register

SORTS = (What.DROPPED_TO_INADEQUATE, What.RECOVERED, What.LATE)
_MOVES = ("again", "accepted", "stated", "withdrawn", "looked", "")


def cards(register: Register) -> dict[str, Card]:
    """All of them, which are those of the entries, as those of some homes are."""
    found = {card.key: card for card in register.cards()}
    assert found == {entry.home.key: Card.of(entry) for entry in register}
    assert {card.key: card for card in register.cards(HOMES)} == {key: found[key] for key in HOMES if key in found}
    return found


def answers(history: History) -> dict[str, Any]:
    """What a history says to each question of the protocol, about everything that may be in it and some that is not."""
    deliveries = list(history.deliveries())
    return {
        "homes": list(history.homes()),
        "home": [history.home(key) for key in HOMES],
        "called": [history.homes_called(text) for text in (*IDS, *HOMES, "SC000001", "nobody")],
        "register": {entry.home.key: entry for entry in history.register()},
        "changes of": list(history.changes_of([*HOMES[1:], "ofsted:nobody"])),
        "cards": cards(history.register()),
        "counts": counted(history.register()),
        "records": [history.records(key) for key in HOMES],
        "homes with records": [(home, list(records)) for home, records in history.homes_with_records()],
        "standing": history.standing_inadequate(),
        "changes": list(history.changes()),
        "changes of homes": [list(history.changes(key)) for key in HOMES],
        "changes of sorts": [list(history.changes(what=what)) for what in SORTS],
        "changes of both": [list(history.changes(HOMES[0], what=what)) for what in SORTS],
        "latest": [list(history.latest_changes(NOW + timedelta(hours=hours))) for hours in (0, 5, 9)],
        "change": [history.change(key) for key in (*CHANGES, "none")],
        "deliveries": deliveries,
        "contents": [delivery.content for delivery in deliveries],
        "open": list(history.deliveries(open_only=True)),
        "after": [list(history.deliveries(after=after, open_only=after == 2)) for after in (1, 2, 99)],
        "gathered": list(history.gathered()),
        "given up": list(history.given_up()),
        "last sent": list(history.last_sent()),
        "digests": [history.has_digest(key, day) for key in KEYS for day in (DAY, date(2020, 1, 1))],
        "reports": [history.has_report(key, "daily", DAY + timedelta(days=days)) for key in KEYS for days in (0, 1)],
        "first reports": [history.first_report(key, "daily") for key in KEYS],
        "delivery": [history.delivery(delivery.id) for delivery in deliveries],
        "about": [history.messages_about(key) for key in CHANGES],
        "on": [history.messages_on(key) for key in HOMES],
        "silences": history.silences(),
        "acknowledgements": [history.acknowledgement(key) for key in CHANGES],
        "deeds on": [history.deeds_on(delivery, NOW) for delivery in deliveries],
        "deeds": [history.deeds(), *map(history.deeds, KEYS)],
        "sessions": [history.session(key) for key in KEYS],
        "stopped": list(history.stopped_mails().items()),
        "stops": [history.stop_of(address) for address in ("a@example.org", "STRASSE@example.org", "x")],
        "asked": history.asked(),
        "was asked": [history.was_asked(key, trigger) for key in (*KEYS, "x") for trigger in ("", "t1", "t9")],
        "made watches": history.made_watches(),
        "feeds": [history.feed(key) for key in KEYS],
        "notices": list(history.notices().items()),
        "restored": history.restored(),
    }


def kept(kind: HistoryKind) -> bytes:
    """The very bytes of the documents, but for what is made at random and what differs by design."""
    names = (name for name in DOCUMENTS if name not in ("signing", "origin", "restored", *DERIVED))
    return kind.kept(*names)


def derived(kind: HistoryKind) -> list[bytes]:
    """The very bytes of what is counted with, and of the counts, but for what says of what they were made."""
    said = [(orjson.loads(raw), raw) for raw in kind.kept(*DERIVED).split(b"\n") if raw]
    return sorted(raw for document, raw in said if ALL not in document.values() and document.get("counts") != {})


def counted(register: Register) -> dict[str, Any]:
    """What a register says of everything that may be in it: the counts around an alert, the homes by what they have."""
    sector = register.of(of("ofsted"))
    firsts = [date(year, month, 9) for year in (2023, 2024, 2026) for month in (1, 7)]
    owners, areas = ("Elm Ltd", "Ash Ltd", "Nobody"), ("Leeds", "Kent", "Nowhere")
    names = [{same_owner(name)} for name in owners]
    kinds = sorted({entry.family for entry in register})
    return {
        "size": (len(register), register.regulators(), sorted(register.standing_inadequate())),
        "called": [[entry.home.key for entry in register.called([text])] for text in (*IDS, *HOMES)],
        "of owners": [entry.home.key for entry in register.of_owners(owners)],
        "in areas": [entry.home.key for entry in register.in_areas(areas)],
        "lists": (sector.lists, sector.years, sector.watched_since, [*map(sector.listed_on, firsts)]),
        "known": [(sector.known_until(day), sector.list_before(day)) for day in firsts],
        "by family": [
            (
                sector.tallied(kind, day),
                [sector.tallied_in(kind, area, day) for area in areas],
                [sector.tallied_of(kind, name, day) for name in names],
                [sector.owners_akin(kind, name, day) for name in names],
                sector.inadequate_between(kind, date(2020, 1, 1), day),
                [sector.inadequate_in(kind, area, date(2020, 1, 1), day) for area in areas],
            )
            for kind in kinds
            for day in firsts
        ],
        "since": [sector.watched_since_of(kind) for kind in kinds],
        "delays": [sector.delays(one.promise) for one in sector.regulator.families if one.promise],
        "akin": [[near.home.key for near in sector.akin(entry.home)] for entry in sector],
        "inadequate": [(entry.home.key, visit) for entry, visit in sector.inadequate],
    }


def moved(history: History, move: str) -> Transaction:
    """Something about what is there already: read from one history, and put to both."""
    deliveries, records = list(history.deliveries()), [*history.records(HOMES[0])]
    if move == "again":
        return Transaction(deliveries=deliveries, homes=[h for h, _ in history.homes_with_records()])
    if move == "accepted":
        return Transaction(deliveries=[replace(sent, state=State.ACCEPTED) for sent in deliveries[:2]])
    if move == "stated" and records:
        return Transaction(records=[records[0].add(inspection("2025-12-24", "good", as_of="2026-01-01"))])
    if move == "withdrawn":
        return Transaction(records=[replace(record, withdrawn=DAY) for record in records])
    return Transaction()


@pytest.fixture(scope="module")
def shared(postgres_server: PostgresServer) -> Iterator[FreshDatabase]:
    database = postgres_server.with_tables()
    Postgresql(database).open().close()
    yield database
    postgres_server.drop(database)


def emptied(database: FreshDatabase) -> Postgresql:
    with database.connect() as line:
        line.execute(f"TRUNCATE nameless, {', '.join(DOCUMENTS)}".encode())
        line.execute("UPDATE history SET sequence = 0, sequence_of_facts = 0, register_form = NULL")
    return Postgresql(database)


def tried(shared: FreshDatabase, folder: Path, steps: list[tuple[Transaction, str]]) -> None:
    kinds = Embedded(folder / "data"), emptied(shared)
    twins = [kind.open() for kind in kinds]
    first = [(history.version, history.version_of_facts) for history in twins]
    for transaction, move in steps:
        more = moved(twins[0], move)
        for history in twins:
            history.commit(transaction)
            history.commit(more)
        if move == "looked":  # as a process that is started again
            for history in twins:
                history.close()
            twins = [kind.open() for kind in kinds]
            first = [(history.version, history.version_of_facts) for history in twins]
        one, other = map(answers, twins)
        for question, answer in one.items():
            assert other[question] == answer, question
        grown = [
            (history.version - before[0], history.version_of_facts > before[1])
            for history, before in zip(twins, first, strict=True)
        ]
        assert grown[0] == grown[1]
    assert kept(kinds[0]) == kept(kinds[1])
    assert derived(kinds[0]) == derived(kinds[1])
    for history in twins:
        history.close()


STEPS = st.lists(st.tuples(TRANSACTIONS, st.sampled_from(_MOVES)), min_size=1, max_size=5)


@settings(max_examples=6, deadline=None)
@given(steps=STEPS)
def test_both_give_the_same_answers(
    shared: FreshDatabase, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Transaction, str]]
) -> None:
    tried(shared, tmp_path_factory.mktemp("twins"), steps)


@pytest.mark.soak
@settings(max_examples=1000, deadline=None)
@given(steps=STEPS)
def test_both_give_the_same_answers_to_many_more(
    shared: FreshDatabase, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Transaction, str]]
) -> None:
    tried(shared, tmp_path_factory.mktemp("twins"), steps)
