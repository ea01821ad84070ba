"""Questions asked of a bot's desk without a chat around it: what is answered, and whether Slack would take it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.clock import ManualClock
from tests.standins.slack_payloads import NAME, USER
from tests.standins.slack_rules import rejection_of_content, rings
from tests.web import stage
from watcher.answers.kept.kept import Kept
from watcher.bot.commands.command import answer
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.config.settings import Settings
from watcher.delivery.channels.slack import limits
from watcher.delivery.outbox import Outbox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.links import Links
from watcher.service.standing import stored_standing
from watcher.watching.asked import Asked, Asking

PAGES = "https://watcher.example.org"


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, and always sees what Slack takes with blocks and without ringing anybody."""

    desk: BotDesk

    def __call__(self, words: str, channel: str = "desk") -> Said:
        """The answer to `/watcher` and these words."""
        said = asyncio.run(answer(self.desk, _question(words, channel)))
        payload = said.payload()
        assert "blocks" in payload, limits.faults({"text": "x", "blocks": list(said.blocks)})
        assert rejection_of_content(payload) is None
        assert not rings(payload)
        return said


def asker(history: EmbeddedHistory, settings: Callable[[], Settings], *, has_pages: bool = True) -> Asker:
    """Somebody who asks a bot with this history."""
    clock = ManualClock(stage.NOW)

    async def deliver() -> None:
        """Nothing is due."""

    return Asker(
        BotDesk(
            history=history,
            outbox=Outbox(history, {}, clock),
            settings=settings,
            kept=Kept(history, settings),
            clock=clock,
            standing=lambda: stored_standing(settings(), history, clock.now()),
            links=lambda: Links(PAGES) if has_pages else None,
            watches_altered=lambda: None,
            deliver=deliver,
        )
    )


def buttons(said: Said) -> dict[str, str]:
    """What the buttons of an answer say, and what they ask."""
    rows = [block["elements"] for block in said.blocks if block["type"] == "actions"]
    return {button["text"]["text"]: button["value"] for row in rows for button in row}


def shown(said: Said) -> str:
    """All texts of an answer's blocks, a line each."""
    return "\n".join(_texts(list(said.blocks)))


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for inner in value.values() for text in _texts(inner)]


def _question(words: str, channel: str) -> ChatQuestion:
    async def in_thread(work: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(work)

    async def nothing() -> str:
        return ""

    asked = Asked(
        id="e1", way="desk", asking=Asking.COMMAND, text=words, user=USER, by=NAME, place="C1", at=stage.NOW
    )  # fmt: skip
    return ChatQuestion(
        asked=asked, channel=channel, in_thread=in_thread, why_not_allowed=nothing, why_not_there=nothing
    )
