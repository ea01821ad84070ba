"""The configuration changes while a digest gathers, or is being sent: what was gathered is told, and once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.service.reloading import Renewable, renewable
from tests.standins.smtp import CERTIFICATE, PASSWORD, USERNAME, SmtpStandIn
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.ledger import State

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpStandIn]:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setattr(EmailChannel, "spacing", timedelta())
    with SmtpStandIn() as stand_in:
        yield stand_in


def morning(world: Renewable, server: SmtpStandIn, to: str, at: str | None) -> str:
    """The table of a mail channel, a digest if it has a time."""
    (world.folder / "password").touch(mode=0o600)
    (world.folder / "password").write_text(PASSWORD)
    kind = f'kind = "email-digest"\nat = "{at}"' if at else 'kind = "email"'
    return (
        f'[channels.morning]\n{kind}\nsmtp = "{server.url}"\nusername = "{USERNAME}"\nfrom = "w@example.org"\n'
        f'password_file = "{world.folder / "password"}"\nto = [{to}]'
    )


async def gathered(world: Renewable, server: SmtpStandIn) -> None:
    """Until a drop is gathered for tomorrow's digest to one reader."""
    world.write(world.desk(), morning(world, server, '"a@example.org"', "07:30"), to='["morning"]')
    assert (await world.asked()).done
    await world.until(lambda: len(server.arrived) == 1)  # today's, which is made up for
    world.publish_drop(0)
    await world.next_round()
    await world.until(lambda: [delivery.state for delivery in world.alerts] == [State.GATHERED])


async def test_a_digest_that_gathers_goes_at_the_new_time_to_the_new_readers_once(
    tmp_path: Path, server: SmtpStandIn
) -> None:
    async with renewable(tmp_path) as world:
        await gathered(world, server)
        arrived = len(server.arrived)
        readers = '"b@example.org", "c@example.org"'
        world.write(world.desk(), morning(world, server, readers, "09:00"), to='["morning"]')
        assert (await world.asked()).done
        world.clock.advance(timedelta(hours=20))  # 08:31
        await world.next_round()
        world.clock.advance(timedelta(minutes=1))
        await world.until(lambda: len(server.arrived) == arrived + 2)
        sent = {str(message.mail["To"]): str(message.mail["Subject"]) for message in server.arrived[arrived:]}
        assert set(sent) == {"b@example.org", "c@example.org"}
        assert all("1 change" in subject for subject in sent.values())
        assert [delivery.state for delivery in world.alerts] == [State.IN_DIGEST]


async def test_what_was_gathered_goes_by_itself_where_the_channel_is_no_digest_any_more(
    tmp_path: Path, server: SmtpStandIn
) -> None:
    async with renewable(tmp_path) as world:
        await gathered(world, server)
        arrived = len(server.arrived)
        world.write(world.desk(), morning(world, server, '"a@example.org"', None), to='["morning"]')
        assert (await world.asked()).done
        await world.until(lambda: [delivery.state for delivery in world.alerts] == [State.ACCEPTED])
        await world.next_round()
        assert len(server.arrived) == arrived + 1


async def test_what_was_gathered_for_a_channel_that_went_waits_for_it(tmp_path: Path, server: SmtpStandIn) -> None:
    async with renewable(tmp_path) as world:
        await gathered(world, server)
        arrived = len(server.arrived)
        world.write(world.desk())
        assert (await world.asked()).done
        await world.until(lambda: [delivery.state for delivery in world.alerts] == [State.WAITING])
        gone = "there is no channel morning any more"
        await world.until(lambda: any(gone in message["text"] for message in world.operator.messages))
        world.write(world.desk(), morning(world, server, '"a@example.org"', "07:30"), to='["morning"]')
        assert (await world.asked()).done
        await world.until(lambda: [delivery.state for delivery in world.alerts] == [State.ACCEPTED])
        assert len(server.arrived) == arrived + 1
