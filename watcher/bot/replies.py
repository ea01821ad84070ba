"""How an answer reaches whoever asked: by the address that came with the question, else by the Web API.

Nothing that goes wrong here undoes what was done: the message itself is changed by the outbox, which gives up nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.errors import SlackApiError

from watcher.bot.said import Said
from watcher.delivery.channels.slack.answers import FOR_NOW, NO_TOKEN, error_of
from watcher.delivery.channels.slack.client import open_client, open_webhook
from watcher.options.way_out import WayOut
from watcher.watching.asked import Asked

log = structlog.get_logger(__name__)

TIMEOUT = timedelta(seconds=10)

REPLY_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
"""Where Slack takes answers; no other address that a payload names is called."""


NO_ANSWER = "no answer of Slack's"
UNKNOWN_METHOD = "unknown_method"
UNANSWERED = 3
"""So often in a row a server gives no answer of Slack's before it is taken for one that has no such method."""


class SlackRefusedError(Exception):
    """Slack did not do what it was asked; the text is its own name of the reason, or how it could not be reached."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final
        """Whether Slack would say the same again."""


class Replies:
    """Answers as one bot; each call blocks, and is made in a thread."""

    def __init__(self, *, url: str, token: str, way_out: WayOut) -> None:
        self._url, self._way_out, self._token = url, way_out, token
        self._client = open_client(url, token, TIMEOUT, way_out)

    def call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """The answer of a method of the Web API; raises SlackRefusedError."""
        try:
            answer = self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise _refused(error_of(error.response)) from None
        except Exception as error:  # noqa: BLE001  # the boundary to foreign bytes: slack_sdk raises anything on them
            raise SlackRefusedError(type(error).__name__) from None
        data = answer.data
        if not isinstance(data, Mapping) or data.get("ok") is not True:
            raise _refused(error_of(answer))
        return data

    def say(self, asked: Asked, said: Said) -> None:
        """Answers whoever asked; raises SlackRefusedError where no way takes it."""
        if is_reply_address(asked.reply_to, self._url) and self._by_address(asked.reply_to, said):
            return
        if not asked.place:
            self.tell(asked.user, said)
        elif said.is_public:
            self.call("chat.postMessage", channel=asked.place, **said.payload(), unfurl_links=False)
        else:
            self.call("chat.postEphemeral", channel=asked.place, user=asked.user, **said.payload())

    def tell(self, user: str, said: Said) -> None:
        """Tells one person, wherever they are; raises SlackRefusedError."""
        self.call("chat.postMessage", channel=user, **said.payload(), unfurl_links=False)

    def _by_address(self, address: str, said: Said) -> bool:
        kind = "in_channel" if said.is_public else "ephemeral"
        client = open_webhook(address, TIMEOUT, self._way_out)
        body = {"response_type": kind, "replace_original": False, **said.payload()}
        try:
            answer = client.send_dict(body)
        except Exception as error:  # noqa: BLE001  # the boundary to foreign bytes, as above
            log.info("an answer was not taken", error=type(error).__name__)
            return False
        return answer.status_code == 200


def _refused(error: str | None) -> SlackRefusedError:
    """Slack's own troubles pass, and a token can be replaced."""
    return SlackRefusedError(error or NO_ANSWER, is_final=error is not None and error not in (*FOR_NOW, *NO_TOKEN))


def is_reply_address(address: str, url: str) -> bool:
    """Whether answers may be sent there: to Slack, or to what stands in for it, at its own port alone."""
    try:
        parts, own = urlsplit(address), urlsplit(url)
        port, own_host, own_port = parts.port, own.hostname, own.port
    except ValueError:
        return False
    if "@" in parts.netloc or not address.isprintable() or not parts.hostname:
        return False
    if parts.scheme == "https" and parts.hostname in REPLY_HOSTS and port in (None, 443):
        return True
    return not _is_slacks(own_host) and (parts.scheme, parts.hostname, port) == (own.scheme, own_host, own_port)


def lacks_method(error: SlackRefusedError, times: int, url: str) -> bool:
    """Whether a server that said this, so many times in a row, has no method of the name.

    Slack itself has each of them: what it does not answer now, as in an outage, it answers later.
    """
    if str(error) == UNKNOWN_METHOD:
        return True
    return str(error) == NO_ANSWER and times >= UNANSWERED and not is_slack(url)


def is_slack(url: str) -> bool:
    """Whether a Web API is Slack's own, and nobody else's who stands in for it."""
    return _is_slacks(urlsplit(url).hostname)


def _is_slacks(host: str | None) -> bool:
    return host in ("slack.com", "slack-gov.com") or (host or "").endswith((".slack.com", ".slack-gov.com"))
