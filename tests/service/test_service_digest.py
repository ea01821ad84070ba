"""The whole way of an alert into a digest: judged, gathered, told by the running service, explained afterwards."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console as Screen

from tests.builders import home, inspection
from tests.clock import ManualClock
from tests.standins.smtp import CERTIFICATE, PASSWORD, USERNAME, SmtpStandIn
from watcher.cli import explanation
from watcher.cli import tables as show
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions, EmailOptions
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.ledger import State
from watcher.delivery.outbox import Outbox
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic
from watcher.rounds.take_in import absorb, take_in
from watcher.service.announcements import announce
from watcher.service.heartbeat import Heartbeat
from watcher.service.service import Service
from watcher.watching.watches import Watch

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
DROP = inspection("2026-01-20", "inadequate", published="2026-03-03")
MAIL = {"from": "watcher@example.org", "to": ["a@example.org", "b@example.org"], "username": USERNAME}


def configured(server: SmtpStandIn) -> Settings:
    mail = {**MAIL, "smtp": server.url, "password": PASSWORD}
    return Settings(
        channels={
            "mail": EmailOptions.model_validate(mail),
            "morning": EmailDigestOptions.model_validate({**mail, "at": "07:30"}),
            "screen": ConsoleOptions(),
        },
        watch=(Watch(name="derby", to=("mail", "morning")),),
        operator=Operator(to=("morning",)),
    )


def with_a_drop(folder: Path, settings: Settings) -> EmbeddedHistory:
    history = EmbeddedHistory.open(folder, with_bundle=False)
    history.commit(absorb(history, [home()], [inspection("2025-05-01", "good")], None).transaction())
    reading = Reading(outcome=Outcome.CHANGED, detail="", cursor={}, inspections=(DROP,))
    history.commit(take_in(history, "ofsted", reading, settings, NOW).transaction())
    return history


def explained(history: EmbeddedHistory) -> str:
    out = StringIO()
    found = history.home("ofsted:SC000001")
    assert found is not None
    explanation.print_explanation(Screen(file=out, width=200), history, found.home, history.records(found.home.key))
    return out.getvalue()


def test_an_alert_goes_to_each_recipient_of_a_mail_channel_and_is_gathered_for_a_digest(tmp_path: Path) -> None:
    with SmtpStandIn() as server:
        history = with_a_drop(tmp_path, configured(server))
        made = {(delivery.channel, delivery.recipient, delivery.state) for delivery in history.deliveries()}
        assert made == {
            ("mail", "a@example.org", State.WAITING),
            ("mail", "b@example.org", State.WAITING),
            ("morning", None, State.GATHERED),
        }
        text = explained(history)
        assert "to mail (a@example.org) (asked by derby): waiting" in text
        assert "to morning (asked by derby): gathered" in text
        out = StringIO()
        Screen(file=out, width=200).print(
            show.deliveries_table(history.deliveries(), history.acknowledgement, history.delivery, NOW)
        )
        assert "mail (b@example.org)" in out.getvalue()
        assert "gathered" in out.getvalue()
        history.close()


def test_the_operator_need_not_wait_for_the_morning() -> None:
    with SmtpStandIn() as server:
        said = announce(
            configured(server).operators_channels,
            {},
            [Matter("network", Topic.NETWORK, "No feed can be read", "look")],
            NOW,
        )
    assert [(delivery.recipient, delivery.state) for delivery in said.deliveries] == [
        ("a@example.org", State.WAITING),
        ("b@example.org", State.WAITING),
    ]
    assert len({delivery.id for delivery in said.deliveries}) == 2


async def test_the_service_tells_a_gathered_alert_in_the_digest_of_the_day_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setattr(EmailChannel, "spacing", timedelta())
    with SmtpStandIn() as server:
        settings = configured(server)
        history = with_a_drop(tmp_path, settings)
        clock = ManualClock(NOW)
        outbox = Outbox(history, open_channels(settings.channels, settings.house_style), clock)
        beat = Heartbeat(tmp_path, clock.now())
        service = Service(settings, history, {}, outbox, clock, beat, tick=timedelta(milliseconds=5))
        task = asyncio.create_task(service.run())
        try:
            await _until(lambda: len(server.arrived) == 2)  # the two mails that wait for nobody
            clock.advance(timedelta(hours=1))
            await _until(lambda: len(server.arrived) == 4)
            clock.advance(timedelta(hours=5))
            await _until(lambda: beat.age(clock.now()) == timedelta())
        finally:
            service.stop()
            await asyncio.wait_for(task, 20)
        subjects = [message.mail["Subject"] for message in server.arrived]
        assert subjects[2:] == ["Digest of Tuesday 3 March 2026: 1 change"] * 2
        assert "drops from good to inadequate (SC000001" in server.arrived[2].text
        assert [delivery.state.value for delivery in history.deliveries()] == ["accepted"] * 2 + ["in digest"] + [
            "accepted"
        ] * 2
        assert "in the digest of 3 March 2026" in explained(history)
        history.close()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.01)
