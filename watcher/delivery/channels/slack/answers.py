"""What Slack's answers mean for a message: accepted, later, refused for good, or unknown.

Errors as published in https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

import http.client
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from watcher.delivery.opener import refusal_of_proxy
from watcher.delivery.redirects import verdict_of_redirect
from watcher.delivery.verdict import Answer, Verdict
from watcher.text import inert
from watcher.timing.backoff import parse_retry_after

_NEW_TOKEN = "install the app in the workspace again and put its new bot token into token_file"  # noqa: S105 (advice)
_ADMIN = "ask an administrator of the workspace to let the app post there"
_INVITE = "invite the app to the channel (/invite in Slack), or set `channel` to another one"
_CHANNEL = "set `channel` to the id of a channel that the app is in (it begins with C or G)"
_SCOPES = "give the app the scope chat:write, install it again and replace the token"
_REPORT = "this is a fault of watcher: please report it"

ADVICE: Mapping[str, str] = {
    "invalid_auth": _NEW_TOKEN,
    "not_authed": _NEW_TOKEN,
    "account_inactive": _NEW_TOKEN,
    "token_revoked": _NEW_TOKEN,
    "token_expired": _NEW_TOKEN,
    "not_allowed_token_type": "use a bot token (it begins with xoxb-)",
    "missing_scope": _SCOPES,
    "no_permission": _SCOPES,
    "channel_not_found": _CHANNEL,
    "channel_type_not_supported": _CHANNEL,
    "not_in_channel": _INVITE,
    "is_archived": "set `channel` to a channel that is not archived",
    "is_inactive": "set `channel` to a channel that is not frozen",
    "access_denied": _ADMIN,
    "ekm_access_denied": _ADMIN,
    "enterprise_is_restricted": _ADMIN,
    "restricted_action": _ADMIN,
    "restricted_action_non_threadable_channel": _ADMIN,
    "restricted_action_read_only_channel": _ADMIN,
    "restricted_action_thread_only_channel": _ADMIN,
    "team_access_not_granted": _ADMIN,
    "two_factor_setup_required": _ADMIN,
    "method_deprecated": _REPORT,
    "deprecated_endpoint": _REPORT,
}
"""Refusals for good, and what the operator does about each."""

THREAD = frozenset(
    {
        "cannot_reply_to_message",
        "invalid_thread_ts",
        "message_not_found",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_locked",
        "thread_not_found",
    }
)
"""Refusals of the thread: the same message is taken by the channel itself."""

FORM = frozenset(
    {
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)
"""Refusals of a message's form: the same content is taken as plain text."""

NOT_PERMITTED = frozenset({"method_not_supported_for_channel_type", "not_supported", "unknown_method"})
"""Refusals of a look that no list of a message's has."""

NO_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""Refusals of the token, whatever is asked with it."""

FOR_NOW = frozenset(
    {
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Slack's own troubles, which pass."""

OK = 200
TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = range(500, 600)
_REDIRECTS = range(300, 400)
_MOVED = "set `url` to where its Web API is now (Slack's own is https://slack.com/api/), and look at any proxy"


def error_of(answer: SlackResponse) -> str | None:
    """Slack's own name of what went wrong; None for what is no answer of Slack's, a status of its own apart."""
    if answer.status_code in (*_REDIRECTS, *_SERVER_ERRORS):
        return None
    data = answer.data
    error = data.get("error") if isinstance(data, Mapping) and data.get("ok") is False else None
    is_name = isinstance(error, str) and error.replace("_", "").isalnum() and _is_json(answer.headers)
    return str(error) if is_name else None


def verdict_of_answer(answer: SlackResponse) -> Verdict:
    """What an answer that came means.

    An error that no list knows is one for later: nothing was posted, so trying again repeats nothing, while giving up
    would lose the message; its age alarms the operator.
    """
    error, status = error_of(answer), answer.status_code
    retry_after = retry_after_of(answer.headers)
    if status == TOO_MANY_REQUESTS or error in ("ratelimited", "rate_limited"):
        return Verdict(Answer.LATER, "Slack asks for fewer messages", retry_after=retry_after)
    if status in _SERVER_ERRORS:
        return Verdict(Answer.LATER, f"Slack failed (status {status})", retry_after=retry_after)
    if moved := verdict_of_redirect("Slack", status, _MOVED, retry_after):
        return moved
    if error is not None and error in ADVICE:
        return Verdict(Answer.REFUSED, f"Slack says {error}: {ADVICE[error]}", stops=True)
    if error in FORM:
        return Verdict(Answer.REFUSED, f"Slack says {error}, even to plain text: {_REPORT}")
    if error is not None:
        return Verdict(Answer.LATER, f"Slack says {inert(error, 100)}", retry_after=retry_after)
    if status != OK:
        return Verdict(Answer.LATER, f"no answer of Slack's (status {status}): look at `url` and at any proxy")
    return _verdict_of_success(answer)


def verdict_of_update(verdict: Verdict, error: str | None) -> Verdict:
    """The verdict on a change of a message, where the same error of a message had this one.

    A change carries no news, so nothing is lost where it is not allowed (the message was deleted or is too old, a
    scope or the channel's id is missing): it is given up, and the channel, which may take messages all the same, is
    not stopped. What the operator can mend is remarked on, since first alerts go on saying what is over until then.
    """
    if error is None or error in FOR_NOW or error in NO_TOKEN:
        return verdict
    advice = f": {ADVICE[error]}" if error in ADVICE else ""
    detail = f"the message stays as it was: Slack says {inert(error, 100)}{advice}"
    return Verdict(Answer.REFUSED, detail, remark=detail if advice else "")


def verdict_of_look(verdict: Verdict) -> Verdict:
    """The verdict on a look for a message, where the same answer to a message had this one.

    Looking sends nothing, so what is busy, unreachable or answers oddly is asked again. A refused token stops the
    channel. Where looking is not permitted, or the thread is gone, it can't be told.
    """
    detail = f"can't look for it: {verdict.detail}"
    if verdict.answer is Answer.REFUSED:
        is_named = "Slack says " in verdict.detail  # else it has moved, or the address is none
        is_token = any(f"Slack says {error}:" in verdict.detail for error in NO_TOKEN)
        is_for_all = verdict.stops and (is_token or not is_named)
        return replace(verdict, detail=detail) if is_for_all else Verdict(Answer.UNKNOWN, detail)
    if any(f"Slack says {error}" in verdict.detail for error in (*THREAD, *NOT_PERMITTED)):
        return Verdict(Answer.UNKNOWN, detail)
    return Verdict(Answer.LATER, detail, retry_after=verdict.retry_after)


def _verdict_of_success(answer: SlackResponse) -> Verdict:
    data = answer.data
    if not isinstance(data, Mapping) or data.get("ok") is not True or not _is_json(answer.headers):
        return Verdict(Answer.UNKNOWN, "the answer can't be understood")
    reference = data.get("ts")
    return Verdict(Answer.ACCEPTED, reference=reference if isinstance(reference, str) else None)


def verdict_of_exception(error: Exception) -> Verdict:
    """What a failure without an answer means: whether the request can have gone out decides.

    urllib wraps in URLError whatever happens until the whole request was handed over, and nothing that comes later.
    """
    if isinstance(error, SlackApiError) and isinstance(error.response, SlackResponse):
        return verdict_of_answer(error.response)
    if isinstance(error, URLError):
        cause = error.reason
        if (refusal := refusal_of_proxy(cause)) is not None:
            return Verdict(Answer.LATER, f"Slack can't be reached: {refusal}")
        reason = getattr(cause, "strerror", None) or type(cause).__name__
        return Verdict(Answer.LATER, f"Slack can't be reached: {inert(str(reason), 100)}")
    if isinstance(error, http.client.InvalidURL):
        return Verdict(Answer.REFUSED, "`url` is no address: set it to https://slack.com/api/", stops=True)
    if isinstance(error, TimeoutError):
        return Verdict(Answer.UNKNOWN, "no answer in time")
    if isinstance(error, OSError | http.client.HTTPException):
        return Verdict(Answer.UNKNOWN, f"the connection was lost ({type(error).__name__})")
    return Verdict(Answer.UNKNOWN, f"the answer can't be understood ({type(error).__name__})")


def retry_after_of(headers: Mapping[str, Any]) -> timedelta | None:
    """How long Slack asks to wait: seconds, or a date reckoned from the answer's own; None for anything else."""
    plain = {str(name).lower(): str(value) for name, value in headers.items()}
    wanted, answered = plain.get("retry-after", ""), _moment(plain.get("date", ""))
    if answered is None and not wanted.strip().isdigit():
        return None
    reckoned_from = answered or datetime.fromtimestamp(0, UTC)  # a number of seconds needs no date
    moment = parse_retry_after(wanted, reckoned_from)
    return moment - reckoned_from if moment else None


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _is_json(headers: Mapping[str, Any]) -> bool:
    kinds = [str(value) for name, value in headers.items() if str(name).lower() == "content-type"]
    return any(kind.strip().lower().startswith("application/json") for kind in kinds)
