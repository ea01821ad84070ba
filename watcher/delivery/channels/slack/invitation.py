"""Asking Slack for the address of a line, with the app's own token (`apps.connections.open`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from watcher.delivery.channels.slack.answers import TOO_MANY_REQUESTS, error_of, retry_after_of, verdict_of_exception
from watcher.delivery.channels.slack.client import open_client
from watcher.options.way_out import WayOut
from watcher.text import inert

TIMEOUT = timedelta(seconds=10)
"""For each wait on the Web API's answer."""
LONGEST_ADDRESS = 4096

_ANEW = (
    "make a new app-level token with the scope connections:write"
    " (Basic Information of the app, App-Level Tokens) and put it into app_token_file"
)
_ADMIN = "ask an administrator of the workspace to let the app connect"
_LOOK = "look at `url` and at any proxy"
_REPORT = "this is a fault of watcher: please report it"
_NO_ADDRESS = "the line that Slack names has no address that can be called"
SWITCHED_OFF = "Socket Mode is switched off for the app: switch it on in its settings (Socket Mode)"

ADVICE: Mapping[str, str] = {
    "invalid_auth": _ANEW,
    "not_authed": _ANEW,
    "account_inactive": _ANEW,
    "token_revoked": _ANEW,
    "token_expired": _ANEW,
    "not_allowed_token_type": "put an app-level token (it begins with xapp-) into app_token_file, not the bot's",
    "missing_scope": _ANEW,
    "no_permission": _ANEW,
    "access_denied": _ADMIN,
    "accesslimited": _ADMIN,
    "ekm_access_denied": _ADMIN,
    "enterprise_is_restricted": _ADMIN,
    "forbidden_team": _ADMIN,
    "org_login_required": _ADMIN,
    "team_access_not_granted": _ADMIN,
    "two_factor_setup_required": _ADMIN,
    "link_disabled": SWITCHED_OFF,
    "method_deprecated": _REPORT,
    "deprecated_endpoint": _REPORT,
}
"""Refusals that nothing but an operator mends, and what to do about each."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The address of a line, good once; its ticket is a secret."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoInvitation:
    """Why there is no line: one sentence, without secrets, with what to do."""

    trouble: str
    is_refused: bool = False
    """Whether nothing but an operator mends it."""
    retry_after: timedelta | None = None


def invite(app_token: str, url: str, way_out: WayOut) -> Invitation | NoInvitation:
    """Asks the Web API at `url` once; it takes nothing away from lines that are open."""
    try:
        client = open_client(url, app_token, TIMEOUT, way_out)
        return _invitation(client.api_call("apps.connections.open", http_verb="POST"), url)
    except Exception as error:  # noqa: BLE001  # a foreigner's bytes: slack_sdk raises whatever they make it raise
        return _no_invitation(error)


def _invitation(answer: SlackResponse, url: str) -> Invitation | NoInvitation:
    data = answer.data
    address = data.get("url") if isinstance(data, Mapping) and data.get("ok") is True else None
    if not isinstance(address, str):
        return NoInvitation(f"Slack's answer names no line: {_LOOK}")
    why = why_no_address(address, url)
    return Invitation(address) if why is None else NoInvitation(f"{why}: {_LOOK}")


def why_no_address(address: str, url: str) -> str | None:
    """Why an address can't be a line's, without repeating it; None if it can.

    Only where the Web API is asked without TLS, as on this machine, is the line without it too.
    """
    is_clean = address.isascii() and address.isprintable() and " " not in address and len(address) <= LONGEST_ADDRESS
    try:
        parts = urlsplit(address if is_clean else "")
        is_whole = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return _NO_ADDRESS
    if not is_whole:
        return _NO_ADDRESS
    if parts.scheme != "wss" and not (parts.scheme == "ws" and url.lower().startswith("http://")):
        return "the line that Slack names is not encrypted"
    return None


def _no_invitation(error: Exception) -> NoInvitation:
    response = error.response if isinstance(error, SlackApiError) else None
    answer = response if isinstance(response, SlackResponse) else None
    named = error_of(answer) if answer is not None else None
    wait = retry_after_of(answer.headers) if answer is not None else None
    if (answer is not None and answer.status_code == TOO_MANY_REQUESTS) or named in ("ratelimited", "rate_limited"):
        return NoInvitation("Slack asks for fewer tries to open a line: the next one waits", retry_after=wait)
    if named is not None and named in ADVICE:
        return NoInvitation(f"Slack says {named}: {ADVICE[named]}", is_refused=True, retry_after=wait)
    if named is not None:
        return NoInvitation(f"Slack says {inert(named, 100)}", retry_after=wait)
    verdict = verdict_of_exception(error)
    return NoInvitation(verdict.detail, retry_after=wait or verdict.retry_after)
