"""A bot at work: a history with a drop that was told in Slack, the outbox, and Slack with its lines."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.clock import ManualClock
from tests.standins.slack import APP_TOKEN, CHANNEL, TOKEN, SlackStandIn
from tests.standins.slack_payloads import BOT_USER, TEAM, block_actions, slash_command
from tests.standins.socket_mode import Sent, SocketMode
from tests.web import stage
from watcher.answers.kept.kept import Kept
from watcher.bot.bot import Bot
from watcher.bot.desk import BotDesk
from watcher.config.made_watches import with_made
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.facts.inspection import Home
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.service.standing import stored_standing
from watcher.watching.acknowledgements import Acknowledgement

HOME = "ofsted:SC900100"
CHANGE = "00000000000dead1"


def slack_options(slack: SlackStandIn, **more: Any) -> SlackOptions:
    """A channel that is answered."""
    usual = {
        "channel": CHANNEL,
        "url": slack.url,
        "token": SecretStr(TOKEN),
        "app_token": SecretStr(APP_TOKEN),
        "app_token_file": Path("app-token"),
    }
    return SlackOptions(**{**usual, **more})


def alert(**facts: object) -> Alert:
    """A drop at the home."""
    made: Alert = stage._alert(
        0, What.DROPPED_TO_INADEQUATE, id=CHANGE, home=HOME, home_id="SC900100", owner="Care", **facts
    )
    return made


@dataclass
class BotWorld:
    """A bot that runs, and what surrounds it."""

    slack: SlackStandIn
    lines: SocketMode
    history: EmbeddedHistory
    outbox: Outbox
    clock: ManualClock
    desk: BotDesk
    bot: Bot

    async def until(self, happened: Callable[[], object]) -> None:
        """Waits for something."""
        async with asyncio.timeout(120):
            while not happened():
                await asyncio.sleep(0.002)

    async def connected(self) -> None:
        """Until the line is open."""
        await self.until(lambda: self.lines.open_lines and self.bot.state.is_connected)

    def told(self) -> Delivery:
        """The alert's own message, as it stands now."""
        return next(each for each in self.history.messages_about(CHANGE) if each.reminder is None)

    def press(self, action: str, value: str | None = None, **more: Any) -> Sent:
        """Somebody presses a button under the alert."""
        payload = block_actions(action, self.told().id if value is None else value, **more)
        payload["response_url"] = self.slack.people.address(self.slack.url)
        return self.lines.send("interactive", payload)

    def write(self, words: str, **more: Any) -> Sent:
        """Somebody writes `/watcher` and these words."""
        payload = slash_command(words, **more)
        payload["response_url"] = self.slack.people.address(self.slack.url)
        return self.lines.send("slash_commands", payload)

    async def done(self, *sent: Sent) -> None:
        """Until all of these were acknowledged and are done."""
        await self.until(lambda: all(each.took is not None for each in sent))
        await self.until(lambda: all(self.history.was_asked(each.id, "") for each in sent))
        await self.until(lambda: not self.history.asked())

    async def done_but_for(self, others: Sequence[Sent], *sent: Sent) -> None:
        """Until these are done, while the others may not be."""
        known = {each.id for each in others}
        await self.until(lambda: all(self.history.was_asked(each.id, "") for each in sent))
        await self.until(lambda: {each.id for each in self.history.asked()} <= known)

    @property
    def acknowledgement(self) -> Acknowledgement | None:
        """Of the drop."""
        return self.history.acknowledgement(CHANGE)

    def heard(self) -> list[str]:
        """What was answered to people, as plain text."""
        return [body["text"] for _, body in self.slack.people.replies]


@asynccontextmanager
async def bot_world(
    folder: Path,
    *,
    history: EmbeddedHistory | None = None,
    slack: SlackStandIn | None = None,
    begins: datetime = stage.NOW,
    beside: Mapping[str, Mapping[str, Any]] | None = None,
    **options: Any,
) -> AsyncIterator[BotWorld]:
    """All of it, connected; the drop has been told in the channel. `beside` are further channels of the same app."""
    known = history or EmbeddedHistory.open(folder / "data", with_bundle=False)
    with SlackStandIn() as own, SocketMode(slack or own) as lines:
        used = slack or own
        used.identity |= {"team_id": TEAM, "user_id": BOT_USER}
        clock = ManualClock(begins)
        further = {name: slack_options(used, **more) for name, more in (beside or {}).items()}
        base = Settings(data_dir=folder / "data", channels={"desk": slack_options(used, **options), **further})
        outbox = Outbox(known, open_channels(base.channels, base.house_style), clock)
        outbox.recover()

        def settings() -> Settings:
            return with_made(base, known.made_watches())

        async def deliver() -> None:
            await outbox.deliver_due()

        desk = BotDesk(
            history=known,
            outbox=outbox,
            settings=settings,
            kept=Kept(known, settings),
            clock=clock,
            standing=lambda: stored_standing(settings(), known, clock.now()),
            links=lambda: base.house_style.links,
            watches_altered=lambda: None,
            deliver=deliver,
        )
        if known.change(CHANGE) is None:
            tell(known, alert())
            outbox.refresh()
            await deliver()
        bot = Bot("desk", desk.settings().channels["desk"], desk)  # type: ignore[arg-type]  # as the world made it
        bot.start()
        world = BotWorld(used, lines, known, outbox, clock, desk, bot)
        try:
            await world.connected()
            assert world.told().state is State.ACCEPTED
            yield world
        finally:
            await bot.stop()
            await outbox.close()
            if history is None:
                known.close()


def tell(history: EmbeddedHistory, told: Alert) -> None:
    """Stores a change and its message to the desk."""
    source = Source(stage.NOW.date(), "ofsted", Sort.PAGE)
    home = Home(regulator="ofsted", id=told.home_id, type="children's home", owner="Care", source=source)
    message = Delivery.of("desk", told.home, told, told.id, stage.NOW - timedelta(hours=2))
    history.commit(
        Transaction(
            homes=(HomeRecord.of(home),),
            changes=(Told(alert=told, seen=stage.NOW - timedelta(hours=2), feed="ofsted"),),
            deliveries=(message,),
        )
    )
