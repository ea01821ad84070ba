"""How the manifest of an app, as Slack exports it, differs from what is needed: names and colours are its owner's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watcher.text import inert

_LONGEST = 60
_MOST = 20
"""So many that are not needed are named of each sort."""


@dataclass(frozen=True, slots=True)
class ManifestDifference:
    """One thing in which a manifest differs."""

    where: str
    """Its place in the manifest."""
    is_needed: bool
    """Whether something does not work until it is changed; else it may stay as it is."""
    what: str
    """What to change, and on which of the app's pages."""

    def json(self) -> dict[str, Any]:
        """As a program is told."""
        return {"where": self.where, "needed": self.is_needed, "what": self.what}


def differences(wanted: Mapping[str, Any], theirs: object) -> list[ManifestDifference]:
    """What differs, what is needed first; empty if nothing does. `theirs` may be anything that JSON can hold."""
    found = [*_lists(wanted, theirs), *_switches(wanted, theirs)]
    return sorted(found, key=lambda difference: not difference.is_needed)


_LISTS = (
    ("oauth_config.scopes.bot", "the scope", "OAuth & Permissions > Scopes, then install the app again"),
    ("features.slash_commands", "the command", "Slash Commands"),
    ("settings.event_subscriptions.bot_events", "the event", "Event Subscriptions > Subscribe to bot events"),
)
_SWITCHES = (
    ("features.app_home.messages_tab_enabled", "the Messages tab", "App Home"),
    ("settings.interactivity.is_enabled", "interactivity", "Interactivity & Shortcuts"),
    ("settings.socket_mode_enabled", "Socket Mode", "Socket Mode"),
)
_ROTATION = "settings.token_rotation_enabled"
_NO_ROTATION = (
    "token rotation is on, and tokens end after 12 hours: it can't be switched off again, so make another app of "
    "`watcher slack manifest`"
)


def _lists(wanted: Mapping[str, Any], theirs: object) -> Iterator[ManifestDifference]:
    for where, what, page in _LISTS:
        needed, there = _names(_at(wanted, where)), _names(_at(theirs, where))
        for name in needed:
            if name not in there:
                yield ManifestDifference(where, True, f"{what} {name} is missing: add it under {page}")
        more = [name for name in there if name not in needed]
        for name in more[:_MOST]:
            said = f"{what} {inert(name, _LONGEST)} is there, and nothing that is configured needs it"
            yield ManifestDifference(where, False, said)
        if len(more) > _MOST:
            yield ManifestDifference(where, False, f"so are {len(more) - _MOST:,} more")


def _switches(wanted: Mapping[str, Any], theirs: object) -> Iterator[ManifestDifference]:
    for where, what, page in _SWITCHES:
        needed, there = _at(wanted, where) is True, _at(theirs, where) is True
        if needed and not there:
            yield ManifestDifference(where, True, f"{what} is off: switch it on under {page}")
        elif there and not needed and _at(wanted, where) is not None:
            yield ManifestDifference(where, False, f"{what} is on, and nothing that is configured needs it")
    if not isinstance(_at(theirs, "features.bot_user"), Mapping):
        said = "there is no bot: add one under App Home, then install the app again"
        yield ManifestDifference("features.bot_user", True, said)
    if _at(theirs, _ROTATION) is True:
        yield ManifestDifference(_ROTATION, True, _NO_ROTATION)


def _at(manifest: object, where: str) -> object:
    """What stands at a place; None where nothing does."""
    for key in where.split("."):
        manifest = manifest.get(key) if isinstance(manifest, Mapping) else None
    return manifest


def _names(entries: object) -> Sequence[str]:
    """Names, each once: a command goes by its own."""
    listed = entries if isinstance(entries, list) else []
    named = (entry.get("command") if isinstance(entry, Mapping) else entry for entry in listed)
    return list(dict.fromkeys(name for name in named if isinstance(name, str)))
