"""The service ends at any call by which a morning is told: each reader has it once, or again and that says so."""

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection
from tests.suite.cases import Cases
from tests.suite.channels import MailEnd
from tests.suite.points import DIGEST, STATUS
from tests.suite.stage import Nursery, Stage, stage
from watcher.delivery.ledger import Delivery, State
from watcher.messages.morning import Morning

pytestmark = pytest.mark.anyio

BEGINS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 22, 0, tzinfo=UTC)
SEVEN = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
CASES = Cases(
    (home(),),
    (
        inspection("2025-05-01", "inadequate", published="2025-06-10"),
        inspection("2026-01-20", "good", published="2026-03-03"),
    ),
)


EVERY = 3
"""Of the calls of a morning every third is tried: each is one of a few sorts, and each sort comes often."""


class QuietEnd(MailEnd):
    """Two readers who are not to be woken."""

    def toml(self, folder: Path) -> str:
        """The channel's table."""
        return f'{super().toml(folder)}quiet = {{ from = "20:00", to = "07:00" }}\n'


def mornings(stage: Stage) -> list[Delivery]:
    return [delivery for delivery in stage.history().deliveries() if isinstance(delivery.content, Morning)]


def news(stage: Stage) -> list[State]:
    return [delivery.state for delivery in stage.history().deliveries() if not isinstance(delivery.content, Morning)]


def is_told(stage: Stage, end: QuietEnd) -> bool:
    return [delivery.state for delivery in mornings(stage)] == [State.ACCEPTED] * len(end.readers)


async def test_no_call_of_a_morning_is_one_at_which_it_is_lost_or_told_twice(tmp_path: Path, nursery: Nursery) -> None:
    async with stage(tmp_path, nursery, CASES, BEGINS, (QuietEnd,)) as one:
        end = one.channels[QuietEnd.name]
        assert isinstance(end, QuietEnd)
        await one.begin()
        await one.until(one.has_baseline)
        one.clock.step(NIGHT)
        await one.until(lambda: news(one) == [State.GATHERED] * 2)
        one.kill()
        await one.dead()
        assert end.smtp.arrived == []
        shutil.copytree(one.data, tmp_path / "night")

        number, status = 0, STATUS
        while status == STATUS:
            number += EVERY
            shutil.rmtree(one.data)
            shutil.copytree(tmp_path / "night", one.data)
            end.smtp.arrived.clear()
            one.clock.step(SEVEN)
            await one.begin(f"{DIGEST}{number}")
            status = await one.dead()
            assert status in (0, STATUS), one.log.read_text()[-3000:]
            unsure = {delivery.id for delivery in mornings(one) if delivery.state is State.SENDING}
            await one.begin()
            await one.until(lambda: is_told(one, end))
            one.clock.advance(timedelta(hours=3))
            await one.until(one.is_settled)
            one.kill()
            await one.dead()
            proves_itself(one, end, unsure)
        assert number > 7 * EVERY


def proves_itself(stage: Stage, end: QuietEnd, unsure: set[str]) -> None:
    """One message for each reader, repeated only where nothing was known of it, and then saying so."""
    made = mornings(stage)
    assert Counter(delivery.recipient for delivery in made) == dict.fromkeys(end.readers, 1)
    assert news(stage) == [State.IN_DIGEST] * 2
    arrivals = end.arrivals()
    assert {arrival.delivery for arrival in arrivals} == {delivery.id for delivery in made}
    for delivery in made:
        marks = [arrival.is_marked for arrival in arrivals if arrival.delivery == delivery.id]
        assert marks in ([[True], [False, True]] if delivery.id in unsure else [[False]])
    assert all("(SC000001" in mail.text for mail in end.smtp.arrived)
