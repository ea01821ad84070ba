"""Who may act from a chat: everybody in the channel, or the people and groups that the configuration names."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from watcher.bot.replies import Replies, SlackRefusedError
from watcher.delivery.channels.slack.people import GROUP
from watcher.timing.clock import Clock

KNOWN_FOR = timedelta(minutes=5)
"""How long the members of a group are taken to be the same."""


class Groups:
    """The members of user groups, asked of Slack and kept for a few minutes."""

    def __init__(self, replies: Replies, clock: Clock) -> None:
        self._replies, self._clock = replies, clock
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    def members(self, group: str) -> frozenset[str]:
        """Who is in a group; raises SlackRefusedError where it is not known, or no longer, and cannot be asked."""
        known, now = self._known.get(group), self._clock.monotonic()
        if known is not None and now - known[0] < KNOWN_FOR.total_seconds():
            return known[1]
        answer: Mapping[str, object] = self._replies.call("usergroups.users.list", usergroup=group)
        users = answer.get("users")
        members = frozenset(user for user in users if isinstance(user, str)) if isinstance(users, list) else frozenset()
        self._known[group] = now, members
        return members


def why_not_allowed(user: str, may_act: Sequence[str], groups: Groups) -> str:
    """Why somebody may not act, and who may; empty where they may. Blocks while a group is asked for."""
    if not may_act or user in may_act:
        return ""
    unknown = []
    for group in (entry.removeprefix(GROUP) for entry in may_act if entry.startswith(GROUP)):
        try:
            if user in groups.members(group):
                return ""
        except SlackRefusedError as error:
            unknown.append(str(error))
    if unknown:
        return f"who may act here could not be looked up (Slack says {unknown[0]}), so nothing was done; try again"
    return "only some people may do this here: ask whoever runs the watcher, who names them in `may_act`"
