"""Who the bot is, as Slack says it: what comes from another workspace is not done."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from watcher.bot.replies import NO_ANSWER, Replies, SlackRefusedError, is_slack, lacks_method
from watcher.watching.asked import Asked

log = structlog.get_logger(__name__)

AGAIN_AFTER = 5.0  # seconds, where Slack did not say who the bot is
TOLD_AFTER = 3
"""So many times it is asked before the log says that what was asked waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who Slack says the bot is; each part empty where it does not say."""

    team: str = ""
    enterprise: str = ""
    user: str = ""

    def is_of(self, team: str) -> bool:
        """Whether something comes from the bot's own workspace, as far as both are known."""
        return not team or not self.team or team in (self.team, self.enterprise)


class Acquaintance:
    """Asks Slack who the bot is, until it says so."""

    def __init__(self, way: str, url: str, in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]) -> None:
        self._way, self._url, self._in_thread = way, url, in_thread
        self._said = asyncio.Event()
        self._asking: Replies | None = None
        self.identity = Identity()

    async def ask(self, replies: Replies) -> None:
        """Asks with a token; another ask, with another token, takes its place.

        Only a server that is not Slack, and has no such method, is believed to have one workspace.
        """
        self._asking = replies
        self._said.clear()
        before, times = "", 0
        while replies is self._asking:
            try:
                known = identity_of(await self._in_thread(partial(replies.call, "auth.test")), self._url)
            except SlackRefusedError as error:
                times = times + 1 if str(error) == before else 1
                before = str(error)
                if not lacks_method(error, times, self._url):
                    if times == TOLD_AFTER:
                        said = "Slack does not say who the bot is: what was asked waits"
                        log.warning(said, way=self._way, error=before)
                    await asyncio.sleep(AGAIN_AFTER)
                    continue
                known = Identity()
            if replies is self._asking:
                self.identity = known
                self._said.set()
            return

    async def is_own(self, asked: Asked) -> bool:
        """Whether something comes from the bot's own workspace; a foreign one is told nothing.

        What Slack does not say is waited for: a token that it refuses is the operator's matter.
        """
        await self._said.wait()
        is_own = self.identity.is_of(asked.team)
        if not is_own:
            log.warning("something was asked from another workspace, and is not done", way=self._way)
        return is_own


def identity_of(said: Mapping[str, Any], url: str) -> Identity:
    """Who the bot is; raises SlackRefusedError where Slack names no workspace, for then everybody would be of it."""
    parts = {"team": "team_id", "enterprise": "enterprise_id", "user": "user_id"}
    known = Identity(**{part: said[key] for part, key in parts.items() if isinstance(said.get(key), str)})
    if not known.team and is_slack(url):
        raise SlackRefusedError(NO_ANSWER)
    return known
