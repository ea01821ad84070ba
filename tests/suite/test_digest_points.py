"""The service ends at any call of making and sending a digest: every reader has one of that day, or two that say so."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection
from tests.suite.cases import Cases
from tests.suite.channels import Arrival, DigestEnd
from tests.suite.points import DIGEST, ENDED_BEFORE, STATUS
from tests.suite.stage import Nursery, Stage, stage
from watcher.delivery.ledger import Delivery, State
from watcher.messages.digest import Digest

pytestmark = pytest.mark.anyio

BEGINS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 3)
EVENING = datetime.combine(DAY, DigestEnd.at, UTC)
CASES = Cases(
    (home(),),
    (
        inspection("2025-05-01", "good", published="2025-06-10"),
        inspection("2026-01-20", "inadequate", published="2026-03-03"),
    ),
)


def digests(stage: Stage) -> list[Delivery]:
    return [delivery for delivery in stage.history().deliveries() if isinstance(delivery.content, Digest)]


def are_told(stage: Stage, number: int) -> bool:
    return [delivery.state for delivery in digests(stage)] == [State.ACCEPTED] * number


def proves_itself(stage: Stage, end: DigestEnd, unsure: set[str]) -> None:
    """One digest of the day for each reader, repeated only where nothing was known of it, and then saying so."""
    assert Counter(
        (delivery.content.day, delivery.recipient)
        for delivery in digests(stage)
        if isinstance(delivery.content, Digest)
    ) == {(DAY, reader): 1 for reader in end.readers}
    for delivery in digests(stage):
        marks = [arrival.is_marked for arrival in end.arrivals() if arrival == _of(delivery, arrival)]
        assert marks in ([[True], [False, True]] if delivery.id in unsure else [[False]])
    assert len({arrival.delivery for arrival in end.arrivals()}) == len(end.readers)
    assert all("drops from good to inadequate (SC000001" in mail.text for mail in end.smtp.arrived)


def _of(delivery: Delivery, arrival: Arrival) -> Arrival:
    return Arrival(delivery.id, arrival.is_marked, delivery.recipient or "")


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.soak)])
async def test_no_call_of_a_digest_is_one_at_which_it_is_lost_or_made_twice(
    tmp_path: Path, nursery: Nursery, every: int
) -> None:
    async with stage(tmp_path, nursery, CASES, BEGINS, (DigestEnd,)) as one:
        end = one.channels[DigestEnd.name]
        assert isinstance(end, DigestEnd)
        await one.begin()
        await one.until(one.has_baseline)
        one.clock.advance(timedelta(days=1))
        await one.until(lambda: [delivery.state for delivery in one.history().deliveries()] == [State.GATHERED])
        await one.end()
        shutil.copytree(one.data, tmp_path / "noon")

        number, status = 0, STATUS
        while status == STATUS:
            number += every
            shutil.rmtree(one.data)
            shutil.copytree(tmp_path / "noon", one.data)
            end.smtp.arrived.clear()
            one.clock.step(EVENING)
            await one.begin(f"{DIGEST}{number}")
            status = await one.dead()
            assert status in (0, STATUS), one.log.read_text()[-3000:]
            unsure = {delivery.id for delivery in digests(one) if delivery.state is State.SENDING}
            await one.begin()
            await one.until(lambda: are_told(one, len(end.readers)))
            one.clock.advance(timedelta(hours=3))
            await one.until(one.is_settled)
            one.kill()
            await one.dead()
            proves_itself(one, end, unsure)

        ended = Counter(
            line.removeprefix(ENDED_BEFORE)
            for line in one.log.read_text().splitlines()
            if line.startswith(ENDED_BEFORE)
        )
        assert ended.total() == number // every - 1
        assert ended["getreply"] > len(end.readers)
        if every == 1:
            assert ended["write"] == ended["sync"] > 1 + len(end.readers)  # the digest, the marks and the verdicts
            assert ended["connect"] == 1  # over which both go

        await one.begin()
        one.clock.step(EVENING + timedelta(hours=23, minutes=50))
        await one.until(one.is_settled)
        one.clock.advance(timedelta(minutes=10))
        await one.until(lambda: are_told(one, 2 * len(end.readers)))
        await one.end()
        subjects = [mail.mail["Subject"] for mail in end.smtp.arrived[-2:]]
        assert subjects == ["Digest of Wednesday 4 March 2026: no changes"] * 2
