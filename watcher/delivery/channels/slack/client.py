"""slack_sdk's clients as the channels of Slack need them: one request a call, and nothing written about it."""

import logging
from datetime import timedelta
from typing import Any
from urllib.request import Request

from slack_sdk.errors import SlackRequestError
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

from watcher.delivery.opener import opener
from watcher.options.way_out import WayOut

_MUTE = logging.Logger("watcher.delivery.channels.slack.muted", logging.CRITICAL + 1)
"""For slack_sdk, which at DEBUG writes every request and answer with their addresses; verdicts say what matters."""


class _Bot(WebClient):
    """Calls its Web API and follows no redirect, with which urllib would hand the token on; `proxy` is its only one."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        _http_alone(url)
        with opener(self.ssl, self.proxy).open(req, timeout=self.timeout) as answer:
            charset = answer.headers.get_content_charset() or "utf-8"
            return {"status": answer.status, "headers": answer.headers, "body": answer.read().decode(charset)}


class _Webhook(WebhookClient):
    """Posts to its address and follows no redirect, with which urllib would take another's answer for Slack's."""

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        _http_alone(url)
        with opener(self.ssl, self.proxy).open(req, timeout=self.timeout) as answer:
            charset = answer.headers.get_content_charset() or "utf-8"
            return WebhookResponse(
                url=url, status_code=answer.status, body=answer.read().decode(charset), headers=answer.headers
            )


def _http_alone(url: str) -> None:
    """urllib would open files too."""
    if not url.lower().startswith(("http://", "https://")):
        raise SlackRequestError("this is no address of the web")


def open_client(url: str, token: str, timeout: timedelta, way_out: WayOut) -> WebClient:
    """A client of the Web API at `url`; `timeout` is for each wait on the connection, not for a whole call."""
    client = _Bot(
        token=token,
        base_url=url,
        timeout=timeout.total_seconds(),  # type: ignore[arg-type]  # declared int, handed to urllib as it is
        logger=_MUTE,
        retry_handlers=[],  # the default ones post twice when an answer gets lost
    )
    client.proxy = way_out.to(url)  # slack_sdk has taken the environment's
    return client


def open_webhook(url: str, timeout: timedelta, way_out: WayOut) -> WebhookClient:
    """A client of one incoming webhook; `timeout` as above."""
    client = _Webhook(
        url,
        timeout=timeout.total_seconds(),  # type: ignore[arg-type]  # as above
        logger=_MUTE,
        retry_handlers=[],
    )
    client.proxy = way_out.to(url)
    return client
