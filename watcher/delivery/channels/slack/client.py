"""slack_sdk's client as the channels of Slack need it: one request a call, and nothing written about it."""

import logging
from datetime import timedelta

from slack_sdk.web import WebClient

_MUTE = logging.Logger("watcher.delivery.channels.slack.muted", logging.CRITICAL + 1)
"""For slack_sdk, which at DEBUG writes every request and answer; verdicts say what matters."""


def open_client(url: str, token: str, timeout: timedelta) -> WebClient:
    """A client of the Web API at `url`; `timeout` is for each wait on the connection, not for a whole call."""
    client = WebClient(
        token=token,
        base_url=url,
        timeout=timeout.total_seconds(),  # type: ignore[arg-type]  # declared int, handed to urllib as it is
        logger=_MUTE,
        retry_handlers=[],  # the default ones post twice when an answer gets lost
    )
    client.proxy = None  # leaves proxies to urllib, which honours no_proxy
    return client
