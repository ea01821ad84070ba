"""A Slack incoming webhook, for those without a bot: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

Whoever knows its address can post, so the address is a secret; and nothing that was posted can be looked up.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.webhook import WebhookResponse

from watcher.delivery.channels.slack import answers
from watcher.delivery.channels.slack.blocks import payload, plain_payload
from watcher.delivery.channels.slack.channel import TIMEOUT
from watcher.delivery.channels.slack.client import open_webhook
from watcher.delivery.preview import Preview, as_json, in_words
from watcher.delivery.redirects import verdict_of_redirect
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.messages.wording import word
from watcher.options.secrets import fingerprint
from watcher.options.way_out import DIRECTLY, WayOut

_ADDRESS = re.compile(
    r"https://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/[\x21-\x7e]+"
    r"|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?/[\x21-\x7e]+"
)
_NO_ADDRESS = (
    "there is no usable address: write that of the webhook (https://hooks.slack.com/services/...), and nothing else, "
    "into url_file or SLACK_WEBHOOK_URL"
)
_NEW_WEBHOOK = "add a new incoming webhook in Slack and put its address into url_file"
_CHANNEL = "add a new incoming webhook for a channel that is there and not archived, and put its address into url_file"
_ADMIN = "ask an administrator of the workspace to let the webhook post there"

ADVICE: Mapping[str, str] = {
    "no_service": _NEW_WEBHOOK,
    "no_service_id": _NEW_WEBHOOK,
    "no_active_hooks": _NEW_WEBHOOK,
    "no_team": _NEW_WEBHOOK,
    "team_disabled": _NEW_WEBHOOK,
    "invalid_token": _NEW_WEBHOOK,
    "user_not_found": _NEW_WEBHOOK,
    "channel_not_found": _CHANNEL,
    "channel_is_archived": _CHANNEL,
    "action_prohibited": _ADMIN,
    "posting_to_general_channel_denied": _ADMIN,
}
"""Refusals for good, and what the operator does about each."""

FORM = answers.FORM | {"invalid_payload", "missing_text_or_fallback_or_attachments"}
"""Refusals of a message's form."""

_WITHOUT_TEXT = ("no_text", "missing_text_or_fallback_or_attachments")
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_NAME = re.compile(r"[a-z][a-z_]{2,60}")
_OF_BOTS = ("channel", "metadata")


class SlackWebhookChannel:
    """Posts through one incoming webhook; its address appears in nothing that it says, logs or raises."""

    spacing = timedelta(seconds=1)

    def __init__(
        self,
        name: str,
        *,
        url: str,
        zone: ZoneInfo,
        timeout: timedelta = TIMEOUT,
        way_out: WayOut = DIRECTLY,
        links: Links | None = None,
    ) -> None:
        self.name = name
        self._zone = zone
        self._links = links
        self._url = url
        self._is_usable = _ADDRESS.fullmatch(url) is not None
        self._client = open_webhook(url, timeout, way_out if self._is_usable else DIRECTLY)

    @property
    def way(self) -> str:
        """Another one once the address is."""
        return fingerprint(self._url)

    def send(self, message: Message) -> Verdict:
        """One attempt; a message whose form Slack rejects goes again as plain text within it."""
        wording = word(message, self._zone, self._links)
        verdict, error = self._post(posted(payload(message, wording, "")))
        if error in FORM:
            verdict, error = self._post(posted(plain_payload(message, wording, "")))
        return verdict

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """UNKNOWN always: a webhook shows nothing of its channel."""
        return Verdict(Answer.UNKNOWN, "what went through a webhook can't be looked up")

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """The body of the request."""
        return as_json(posted(payload(message, in_words(message, self._zone, self._links, was_sent=was_sent), "")))

    def check(self) -> str | None:
        """What is wrong with the webhook, or None; posts a message without a text, which Slack only ever turns down."""
        verdict, error = self._post({"text": ""})
        return None if error in _WITHOUT_TEXT else verdict.detail or "a message without a text was taken: look at url"

    def _post(self, body: Mapping[str, Any]) -> tuple[Verdict, str | None]:
        """The verdict on one request, and Slack's error if it named one."""
        if not self._is_usable:
            return Verdict(Answer.REFUSED, _NO_ADDRESS, stops=True), None
        try:
            answer = self._client.send_dict(dict(body))
        except Exception as error:  # noqa: BLE001  # the boundary to foreign bytes: slack_sdk raises anything on them
            return answers.verdict_of_exception(error), None
        said = _error_of(answer)
        return _verdict_of(answer, said), said


def posted(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a webhook takes of the arguments of chat.postMessage."""
    return {name: value for name, value in arguments.items() if name not in _OF_BOTS}


def _error_of(answer: WebhookResponse) -> str | None:
    """Slack's own name of what went wrong, of those that are known: any other text could repeat the address."""
    text = answer.body.strip() if isinstance(answer.body, str) else ""
    return text if _NAME.fullmatch(text) and (text in ADVICE or text in FORM) else None


def _verdict_of(answer: WebhookResponse, error: str | None) -> Verdict:
    """What an answer means; slack_sdk raises for none of them."""
    status, retry_after = answer.status_code, answers.retry_after_of(dict(answer.headers.items()))
    if status == answers.OK:
        is_taken = answer.body.strip() == "ok"
        return Verdict(Answer.ACCEPTED) if is_taken else Verdict(Answer.UNKNOWN, "the answer can't be understood")
    if status == answers.TOO_MANY_REQUESTS:
        return Verdict(Answer.LATER, "Slack asks for fewer messages", retry_after=retry_after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Verdict(Answer.LATER, f"Slack failed (status {status})", retry_after=retry_after)
    if moved := verdict_of_redirect("the webhook", status, _NEW_WEBHOOK, retry_after):
        return moved
    if error is not None and error in ADVICE:
        return Verdict(Answer.REFUSED, f"Slack says {error}: {ADVICE[error]}", stops=True)
    if error is not None:
        return Verdict(Answer.REFUSED, f"Slack says {error}, even to plain text: this is a fault of watcher: report it")
    if status in _GONE:
        return Verdict(Answer.REFUSED, f"there is no such webhook (status {status}): {_NEW_WEBHOOK}", stops=True)
    advice = "look at the webhook in Slack and at any proxy"
    return Verdict(Answer.LATER, f"no answer of Slack's that is known (status {status}): {advice}")
