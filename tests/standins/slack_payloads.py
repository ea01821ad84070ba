"""What Slack puts into its envelopes, whole, as its reference shows it.

https://docs.slack.dev/reference/interaction-payloads and https://docs.slack.dev/reference/events
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from tests.standins.slack import CHANNEL

APP, TEAM, DOMAIN, BOT, BOT_USER = "A0WATCHER01", "T0123456789", "homes", "B0WATCHER01", "U0WATCHER01"
USER, NAME = "U012ABC", "kim.jones"
_VERIFICATION = "planted-verification-token"
_count = itertools.count(1)


def trigger() -> str:
    """A trigger's id, each time another."""
    return f"{next(_count)}.{1_003_974_676_977}.5e02f688431632090159904932f27756"


def _person(user: str, team: str) -> dict[str, str]:
    return {"id": user, "username": NAME, "name": NAME, "team_id": team}


def _common(user: str, team: str, trigger_id: str | None) -> dict[str, Any]:
    return {
        "user": _person(user, team),
        "api_app_id": APP,
        "token": _VERIFICATION,
        "trigger_id": trigger_id or trigger(),
        "team": {"id": team, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(
    action: str,
    value: str,
    *,
    message: Mapping[str, Any] | None = None,
    user: str = USER,
    team: str = TEAM,
    channel: str = CHANNEL,
    trigger_id: str | None = None,
    block: str = "b1",
    is_ephemeral: bool = False,
    text: str = "Press",
    response_url: str | None = None,
) -> dict[str, Any]:
    """A press of a button under a message, which is one that a stand-in took, with its `ts`."""
    shown = dict(message or {"ts": "1548261231.000200", "text": "An alert", "blocks": []})
    container = {
        "type": "message",
        "message_ts": shown["ts"],
        "channel_id": channel,
        "is_ephemeral": is_ephemeral,
        **({"thread_ts": shown["thread_ts"]} if "thread_ts" in shown else {}),
    }
    pressed = {
        "action_id": action,
        "block_id": block,
        "text": {"type": "plain_text", "text": text, "emoji": True},
        "value": value,
        "type": "button",
        "action_ts": f"{1_548_426_417 + next(_count)}.840180",
    }
    posted = {"type": "message", "user": BOT_USER, "bot_id": BOT, "app_id": APP, "team": team}
    whole = {
        "type": "block_actions",
        **_common(user, team, trigger_id),
        "container": container,
        "channel": {"id": channel, "name": "alerts"},
        "state": {"values": {}},
        "response_url": response_url or f"https://hooks.slack.com/actions/{team}/{next(_count)}/planted-response-url",
        "actions": [pressed],
    }
    return whole if is_ephemeral else {**whole, "message": {**posted, **shown}}


def view_submission(
    callback: str,
    values: Mapping[str, Mapping[str, Any]],
    *,
    private_metadata: str = "",
    user: str = USER,
    team: str = TEAM,
    trigger_id: str | None = None,
    view: Mapping[str, Any] | None = None,
    view_id: str = "V0123456789",
) -> dict[str, Any]:
    """A modal that was sent off; `values` by block and action, a text for an input of one, else the whole element."""
    state = {
        block: {
            action: {"type": "plain_text_input", "value": value} if value is None or isinstance(value, str) else value
            for action, value in fields.items()
        }
        for block, fields in values.items()
    }
    whole = {
        "id": view_id,
        "team_id": team,
        "type": "modal",
        "blocks": [],
        "private_metadata": private_metadata,
        "callback_id": callback,
        "state": {"values": state},
        "hash": "1596047587.xkrYo7q5",
        "title": {"type": "plain_text", "text": "Acknowledge", "emoji": True},
        "clear_on_close": False,
        "notify_on_close": False,
        "close": {"type": "plain_text", "text": "Cancel", "emoji": True},
        "submit": {"type": "plain_text", "text": "Acknowledge", "emoji": True},
        "previous_view_id": None,
        "root_view_id": view_id,
        "app_id": APP,
        "external_id": "",
        "app_installed_team_id": team,
        "bot_id": BOT,
    }
    kept = {name: value for name, value in (view or {}).items() if name in whole}
    return {
        "type": "view_submission",
        **_common(user, team, trigger_id),
        "view": {**whole, **kept},
        "response_urls": [],
    }


def slash_command(
    text: str,
    *,
    command: str = "/watcher",
    user: str = USER,
    team: str = TEAM,
    channel: str = CHANNEL,
    channel_name: str = "alerts",
    trigger_id: str | None = None,
    response_url: str | None = None,
) -> dict[str, Any]:
    """What somebody typed."""
    return {
        "token": _VERIFICATION,
        "team_id": team,
        "team_domain": DOMAIN,
        "channel_id": channel,
        "channel_name": channel_name,
        "user_id": user,
        "user_name": NAME,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url or f"https://hooks.slack.com/commands/{team}/{next(_count)}/planted-response-url",
        "trigger_id": trigger_id or trigger(),
    }


def _event(event: Mapping[str, Any], team: str) -> dict[str, Any]:
    number = next(_count)
    return {
        "token": _VERIFICATION,
        "team_id": team,
        "api_app_id": APP,
        "event": dict(event),
        "type": "event_callback",
        "event_id": f"Ev{number:09}",
        "event_time": 1_664_827_321 + number,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-planted-{number}",
    }


def member_left_channel(
    user: str = BOT_USER, *, channel: str = CHANNEL, channel_type: str = "C", team: str = TEAM
) -> dict[str, Any]:
    """Somebody, or the bot, is no longer in a channel."""
    stamp = f"{1_664_827_321 + next(_count)}.000300"
    event = {"type": "member_left_channel", "user": user, "channel": channel, "channel_type": channel_type}
    return _event({**event, "team": team, "event_ts": stamp}, team)


def member_joined_channel(
    user: str = BOT_USER, *, inviter: str = USER, channel: str = CHANNEL, channel_type: str = "C", team: str = TEAM
) -> dict[str, Any]:
    """Somebody, or the bot, came into a channel."""
    stamp = f"{1_664_827_321 + next(_count)}.000300"
    event = {"type": "member_joined_channel", "user": user, "channel": channel, "channel_type": channel_type}
    return _event({**event, "team": team, "inviter": inviter, "event_ts": stamp}, team)


def presses(values: Sequence[str], action: str = "acknowledge") -> list[tuple[str, object]]:
    """Many presses, for a flood."""
    return [("interactive", block_actions(action, value)) for value in values]
