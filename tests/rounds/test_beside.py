"""What is made beside all else is made of what is known and in force when it is stored."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.delivery.scripted import Desk, Scripted
from tests.messages.messages import delivery
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State
from watcher.history.protocol import Transaction
from watcher.rounds.beside import TIMES, made_beside


def test_what_others_outrun_is_made_anew_and_the_last_time_while_they_wait(tmp_path: Path) -> None:
    """Each commit of others is known to what is stored, and so is what came into force meanwhile."""
    settings, made, threads = [Settings()], list[tuple[Settings, int]](), list[bool]()

    def make(by: Settings) -> Transaction:
        number = len(made)
        made.append((by, len(desk.stored())))
        threads.append(threading.current_thread() is threading.main_thread())
        if number < TIMES:
            settings.append(Settings())
            desk.history.store([delivery(number)])
        return Transaction(deliveries=[delivery(100 + number)])

    with Desk(tmp_path, Scripted()) as desk:
        stored = asyncio.run(made_beside(desk.history, make, lambda: settings[-1]))
        assert [known for _, known in made] == list(range(TIMES + 1))
        assert all(by is in_force for (by, _), in_force in zip(made, settings, strict=True))
        assert threads == [False] * TIMES + [True]
        assert stored == Transaction(deliveries=[delivery(100 + TIMES)])
        assert {one.id for one in desk.stored()} == {delivery(number).id for number in (*range(TIMES), 100 + TIMES)}


@pytest.mark.parametrize("ends", [True, False], ids=["ends one", "new alone"])
def test_what_ends_messages_that_wait_is_stored_where_the_outbox_cannot_begin_one_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    threads: list[bool] = []

    def make(_: Settings) -> Transaction:
        (known,) = desk.stored()
        ended: list[Delivery] = [replace(known, state=State.LAPSED)] if ends else []
        return Transaction(deliveries=[*ended, delivery(2)])

    with Desk(tmp_path, Scripted()) as desk:
        desk.store(delivery(1))
        put = desk.history._commit

        def noted(transaction: Transaction) -> None:
            threads.append(threading.current_thread() is threading.main_thread())
            put(transaction)

        monkeypatch.setattr(desk.history, "_commit", noted)
        settings = Settings()
        asyncio.run(made_beside(desk.history, make, lambda: settings))
        assert threads[-1:] == [ends]


def test_where_there_is_nothing_nothing_is_stored(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        version = desk.history.version
        assert asyncio.run(made_beside(desk.history, lambda _: None, Settings)) is None
        assert desk.history.version == version
