"""The manifest of an app that can do what is used of Slack, and no more.

Fields and their limits: https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Iterable, Mapping
from typing import Any

from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.slack.people import GROUP
from watcher.delivery.channels.slack.scopes import Uses, wanted

COMMAND = "/watcher"
EVENTS = ("channel_left", "group_left", "member_joined_channel", "member_left_channel")
"""Who is no longer in a channel is not told that a member left it: of its own removal a bot hears by the first two."""

_NAME = "watcher"
_ALERTS = "Tells when a home that you watch drops to inadequate"
_ANSWERS = f"{_ALERTS}, and answers about homes, owners and areas"
_DOES = "Homes, owners and areas as they stand, and what this channel watches"
_HINT = "help | home ID | owner NAME | area NAME | recent | numbers | status | watch area NAME | watches"


def uses_of(channels: Iterable[SlackOptions], *, looks: bool = False) -> Uses:
    """What some channels use of Slack between them."""
    all_of_them = list(channels)
    return Uses(
        pictures=any(channel.picture for channel in all_of_them),
        answers=any(channel.is_answered for channel in all_of_them),
        groups=any(entry.startswith(GROUP) for channel in all_of_them for entry in channel.may_act),
        looks=looks,
    )


def manifest(uses: Uses) -> Mapping[str, Any]:
    """The manifest, always in the same order."""
    return {
        "display_information": {"name": _NAME, "description": _ANSWERS if uses.answers else _ALERTS},
        "features": _features(uses),
        "oauth_config": {"scopes": {"bot": list(wanted(uses))}},
        "settings": _settings(uses),
    }


def _features(uses: Uses) -> Mapping[str, Any]:
    bot = {"bot_user": {"display_name": _NAME, "always_online": False}}
    if not uses.answers:
        return bot
    command = {"command": COMMAND, "description": _DOES, "usage_hint": _HINT, "should_escape": False}
    home = {
        "home_tab_enabled": False,
        "messages_tab_enabled": True,  # without it nobody can be told anything by himself
        "messages_tab_read_only_enabled": True,
    }
    return {"app_home": home, **bot, "slash_commands": [command]}


def _settings(uses: Uses) -> Mapping[str, Any]:
    heard = {"event_subscriptions": {"bot_events": list(EVENTS)}} if uses.answers else {}
    return {
        **heard,
        "interactivity": {"is_enabled": uses.answers},
        "org_deploy_enabled": False,
        "socket_mode_enabled": uses.answers,
        "token_rotation_enabled": False,
    }
