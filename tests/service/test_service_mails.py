"""A reader stops these mails while the service runs: the operator hears of it, he hears nothing more, others all."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import signed
from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from tests.messages.messages import SEEN
from tests.service.test_service_news import OneDrop
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.email.options import EmailOptions
from watcher.delivery.outbox import Outbox
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.box import FolderBox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.message import Notice
from watcher.service.heartbeat import Heartbeat
from watcher.service.requests import Request, leave
from watcher.service.service import Service
from watcher.watching.deeds import Door
from watcher.watching.watches import Watch

pytestmark = pytest.mark.anyio

READER, OPERATOR = "reader@example.org", "operator@example.org"
MAIL: Mapping[str, object] = {"smtp": "smtp://127.0.0.1:9", "starttls": False, "from": "w@example.org"}


async def test_a_reader_stops_and_an_operator_who_stopped_too_still_hears_of_it(tmp_path: Path) -> None:
    clock, channel = ManualClock(SEEN), Scripted("mail")
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    settings = Settings(
        data_dir=tmp_path,
        feeds={"ofsted": OfstedSiteOptions()},
        channels={"mail": EmailOptions.model_validate({**MAIL, "to": [READER, OPERATOR, "c@example.org"]})},
        watch=(Watch(name="all", to=("mail",)),),
        operator=Operator(to=("mail",)),
    )
    outbox, feed = Outbox(history, {"mail": channel}, clock), OneDrop()
    service = Service(settings, history, {"ofsted": feed}, outbox, clock, Heartbeat(tmp_path, SEEN))
    for address in (READER, OPERATOR):
        leave(FolderBox(tmp_path), Request.signed("stop mails", address, signed(SEEN, address, "", Door.MAIL)))
    await service._carry_out_requests()
    await service.duties.deliver()
    told = [
        (message.recipient, message.content.title) for message in channel.sent if isinstance(message.content, Notice)
    ]
    assert [title for who, title in told if who == OPERATOR] == [
        f"{READER} stopped these mails", f"{OPERATOR} stopped these mails"
    ]  # fmt: skip
    channel.sent.clear()
    await service.duties.readings.read(feed)
    assert [message.recipient for message in channel.sent] == ["c@example.org"]
    clock.advance(timedelta(days=1))
    await service.duties.deliver()
    assert len(channel.sent) == 1
    history.close()
