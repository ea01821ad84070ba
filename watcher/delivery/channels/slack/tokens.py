"""Slack's two tokens, which are easily mixed up: each is told from the other by its beginning."""

APP = "xapp-"
BOT = "xoxb-"

WHERE_APP = "api.slack.com/apps > your app > Basic Information > App-Level Tokens"
WHERE_BOT = "api.slack.com/apps > your app > OAuth & Permissions"


def wrong_with_app_token(value: str) -> str:
    """What is wrong with it where an app token is wanted; empty if nothing is."""
    if value.startswith(APP):
        return ""
    if value.startswith("xox"):
        return f"holds a bot token, which belongs in token_file: an app token begins with {APP}, see {WHERE_APP}"
    return f"holds no app token: it begins with {APP}, see {WHERE_APP}"


def wrong_with_bot_token(value: str) -> str:
    """What is wrong with it where a bot token is wanted; empty if nothing is."""
    if value.startswith(APP):
        return f"holds an app token, which belongs in app_token_file: a bot token begins with {BOT}, see {WHERE_BOT}"
    return ""
