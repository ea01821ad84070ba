"""Which scopes of Slack are needed for what: the manifest asks for them, and `check` looks for them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from watcher.delivery.channels.slack.tokens import WHERE_BOT

POST = "chat:write"
COMMANDS = "commands"
PICTURES = "files:write"
GROUPS = "usergroups:read"
LOOK = ("channels:history", "groups:history")
"""Of a public channel, of a private one."""
MEMBERSHIP = ("channels:read", "groups:read")
"""The same."""

_LEGACY = "bot"
"""Of apps of long ago, which may do nearly everything."""
_INSTEAD = {POST: {"chat:write:bot", "chat:write:user", _LEGACY}}


@dataclass(frozen=True, slots=True)
class Uses:
    """What is used of Slack beside posting."""

    pictures: bool = False
    answers: bool = False
    """Whether people can answer there."""
    groups: bool = False
    """Whether user groups say who may act."""
    looks: bool = False
    """Whether it is looked whether a message of unknown fate arrived."""


def wanted(uses: Uses) -> tuple[str, ...]:
    """What an app is to ask for, in the order of the alphabet."""
    found = [POST]
    found += [PICTURES] if uses.pictures else []
    found += [COMMANDS, *MEMBERSHIP] if uses.answers else []
    found += [GROUPS] if uses.groups else []
    found += LOOK if uses.looks else ()
    return tuple(sorted(found))


def lack(uses: Uses, granted: Collection[str]) -> str:
    """Which scopes are missing without which nothing goes, and what to do; empty if none, or if Slack told none."""
    needed = [POST, *([COMMANDS] if uses.answers else []), *([GROUPS] if uses.groups else [])]
    missing = [scope for scope in needed if scope not in granted and not _INSTEAD.get(scope, set()) & set(granted)]
    return lacking(missing) if granted and missing else ""


def lacking(missing: Sequence[str]) -> str:
    """That these are missing, and what to do."""
    scopes, them = ("scope", "it") if len(missing) == 1 else ("scopes", "them")
    named = " and ".join(missing)
    return f"the app lacks the {scopes} {named}: add {them} ({WHERE_BOT}), install the app again and replace the token"


def limits(uses: Uses, granted: Collection[str]) -> Iterator[str]:
    """What goes less well without a scope; nothing if Slack told none."""
    if granted and not set(granted) & {*LOOK, _LEGACY}:
        yield (
            "a message of which no answer came is sent again, marked as possibly repeated: with the scope "
            "channels:history (groups:history for a private channel) watcher could look first"
        )
    if granted and uses.answers and not set(granted) & {*MEMBERSHIP, _LEGACY}:
        yield (
            "nobody is told when the bot is removed from a channel: with the scope channels:read (groups:read for a "
            "private channel) watcher would hear of it"
        )
