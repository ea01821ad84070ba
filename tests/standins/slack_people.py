"""What a local Slack shows to single people: forms, messages for one person alone, answers to what they asked."""

import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.standins.slack_rules import rejection_of_content, rings

METHODS = ("views.open", "chat.postEphemeral", "usergroups.users.list")
REPLY = "/reply/"


@dataclass
class SlackPeople:
    """What single people were shown, oldest first; what is rejected is not among it."""

    forms: list[dict[str, Any]] = field(default_factory=list)
    """The forms that were opened, each with its trigger."""
    ephemeral: list[dict[str, Any]] = field(default_factory=list)
    """Messages for one person alone."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """What single people were told in a conversation of their own."""
    replies: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What was sent to the address of a question, and that address."""
    rejected: list[dict[str, Any]] = field(default_factory=list)
    rung: list[dict[str, Any]] = field(default_factory=list)
    """What would ring somebody."""
    groups: dict[str, list[str]] = field(default_factory=dict)
    """The members of each user group."""
    script: deque[Callable[..., None]] = field(default_factory=deque)
    """What happens to the next answers to a question's address, in place of a proper one."""
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def take(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """What Slack answers."""
        if method == "usergroups.users.list":
            members = self.groups.get(arguments.get("usergroup", ""))
            return {"ok": True, "users": members} if members is not None else {"ok": False, "error": "no_such_subteam"}
        if method == "views.open":
            return self._open(arguments)
        if not arguments.get("user") or not arguments.get("channel"):
            return {"ok": False, "error": "user_not_in_channel"}
        return self._kept(arguments, self.ephemeral.append)

    def reply(self, path: str, body: dict[str, Any]) -> bool:
        """Whether an answer is taken."""
        return self._kept(body, lambda taken: self.replies.append((path, taken)))["ok"] is True

    def direct(self, message: dict[str, Any]) -> dict[str, Any]:
        """What one person is told, wherever they are."""
        return self._kept(message, self.told.append)

    def address(self, url: str) -> str:
        """An address for the answers to a question, at the stand-in of that base."""
        return f"{url.removesuffix('/api/')}{REPLY}{next(self._count)}"

    def _open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        view = arguments.get("view") or {}
        if not arguments.get("trigger_id"):
            return {"ok": False, "error": "invalid_trigger_id"}
        texts = [view.get(name, {}).get("text", "") for name in ("title", "submit", "close")]
        if view.get("type") != "modal" or not view.get("blocks") or not all(0 < len(text) <= 24 for text in texts):
            return {"ok": False, "error": "invalid_arguments"}
        self.forms.append(arguments)
        return {"ok": True, "view": {**view, "id": f"V{len(self.forms)}"}}

    def _kept(self, message: dict[str, Any], keep: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        if (error := rejection_of_content(message)) is not None:
            self.rejected.append(message)
            return {"ok": False, "error": error}
        if rings(message):
            self.rung.append(message)
        keep(message)
        return {"ok": True, "message_ts": "1"}
