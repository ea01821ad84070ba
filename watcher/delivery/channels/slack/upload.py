"""A file in a thread of Slack's, in the three steps of https://docs.slack.dev/messaging/working-with-files

slack_sdk has them as one method, files_upload_v2; but that posts to whatever address it is told, and follows it
elsewhere, so each step is taken here.
"""

import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from watcher.delivery.channels.slack import answers
from watcher.delivery.channels.slack.client import open_client
from watcher.delivery.channels.slack.scopes import PICTURES
from watcher.delivery.opener import opener
from watcher.delivery.verdict import Answer
from watcher.options.way_out import WayOut
from watcher.text import inert

_SLACKS_OWN = ("https", "files.slack.com")
_OR_NONE = "or set picture = false"
_ADMIN = f"ask an administrator of the workspace to let the app upload files, {_OR_NONE}"
_CHANNEL = f"set `channel` to the channel's id (it begins with C or G), which pictures need, {_OR_NONE}"
_ADDRESS = f"look at `url` and at any proxy, {_OR_NONE}"

GIVE_SCOPE = f"give the app the scope {PICTURES}, install it again and replace the token, {_OR_NONE}"

ADVICE: Mapping[str, str] = {
    "missing_scope": GIVE_SCOPE,
    "no_permission": GIVE_SCOPE,
    "not_allowed_token_type": f"use a bot token (it begins with xoxb-), {_OR_NONE}",
    "not_in_channel": f"invite the app to the channel (/invite in Slack), {_OR_NONE}",
    "channel_not_found": _CHANNEL,
    "invalid_channel": _CHANNEL,
    "access_denied": _ADMIN,
    "ekm_access_denied": _ADMIN,
    "enterprise_is_restricted": _ADMIN,
    "file_type_not_allowed": _ADMIN,
    "file_uploads_disabled": _ADMIN,
    "file_upload_size_restricted": _ADMIN,
    "posting_to_channel_denied": _ADMIN,
    "restricted_action": _ADMIN,
    "team_access_not_granted": _ADMIN,
    "storage_limit_reached": f"make room in the workspace, {_OR_NONE}",
    "deprecated_endpoint": _ADDRESS,
    "method_deprecated": _ADDRESS,
    "unknown_method": _ADDRESS,
}
"""Refusals that stay until the operator does something, and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What is uploaded."""

    name: str
    title: str
    alt: str
    content: bytes


@dataclass(frozen=True, slots=True)
class UploadFailure:
    """Why a file is not there, or perhaps not."""

    why: str
    is_for_operator: bool = False
    """Whether somebody can do something about it, and `why` says what."""
    is_unsure: bool = False
    """Whether the file may be there all the same."""
    retry_after: timedelta | None = None
    """How long Slack asks to wait."""


class Uploads:
    """Uploads to one channel; every step is tried once, and each wait on the connection is bounded."""

    def __init__(self, *, channel: str, token: str, url: str, timeout: timedelta, way_out: WayOut) -> None:
        self._channel = channel
        self._timeout = timeout.total_seconds()
        self._client = open_client(url, token, timeout, way_out)
        self._way_out = way_out
        api = urlsplit(url)
        self._places = {_SLACKS_OWN, (api.scheme, api.netloc.lower())}

    def upload(self, file: File, thread: str, is_over: Callable[[], bool]) -> UploadFailure | None:
        """What went wrong, or None; takes no further step once it `is_over`, and never raises."""
        try:
            place = self._reserve(file)
            if not is_over():
                self._post(place.url, file.content)
            if not is_over():
                self._share(place.id, file.title, thread)
        except _Failed as failed:
            return failed.failure
        except Exception as error:  # noqa: BLE001  # the boundary to foreign bytes: slack_sdk raises anything on them
            return _failure_of(error)
        return None

    def _reserve(self, file: File) -> "_Place":
        answer = self._client.files_getUploadURLExternal(filename=file.name, length=len(file.content), alt_txt=file.alt)
        _check(answer)
        name, url = answer.get("file_id"), answer.get("upload_url")
        if not isinstance(name, str) or not isinstance(url, str):
            raise _Failed(UploadFailure("the answer can't be understood"))
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc.lower()) not in self._places:
            host = inert(parts.netloc.rpartition("@")[2], 100) or "nowhere"
            why = f"it was to be uploaded to {host}, which is not Slack's: {_ADDRESS}"
            raise _Failed(UploadFailure(why, is_for_operator=True))
        return _Place(name, parts.geturl())

    def _post(self, url: str, content: bytes) -> None:
        request = urllib.request.Request(url, data=content, method="POST")  # noqa: S310  # checked where it is read
        try:
            with opener(proxy=self._way_out.to(url)).open(request, timeout=self._timeout) as answer:
                status = answer.status
        except HTTPError as error:
            status = error.code
            error.close()
        if status != answers.OK:
            raise _Failed(UploadFailure(f"the upload was answered with status {status}"))

    def _share(self, file_id: str, title: str, thread: str) -> None:
        files: list[dict[str, str | None]] = [{"id": file_id, "title": title}]
        _check(self._client.files_completeUploadExternal(files=files, channel_id=self._channel, thread_ts=thread))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file goes; whoever knows the address can upload."""

    id: str
    url: str


class _Failed(Exception):  # noqa: N818  # never leaves this module
    def __init__(self, failure: UploadFailure) -> None:
        super().__init__(failure.why)
        self.failure = failure


def _check(answer: SlackResponse) -> None:
    """Passes an answer by which Slack did what it was asked."""
    verdict = answers.verdict_of_answer(answer)
    if verdict.answer is not Answer.ACCEPTED:
        raise _Failed(UploadFailure(verdict.detail, is_unsure=verdict.answer is Answer.UNKNOWN))


def _failure_of(error: Exception) -> UploadFailure:
    name = None
    if isinstance(error, SlackApiError) and isinstance(error.response, SlackResponse):
        name = answers.error_of(error.response)
    if name is not None and name in ADVICE:
        return UploadFailure(f"Slack says {name}: {ADVICE[name]}", is_for_operator=True)
    verdict = answers.verdict_of_exception(error)
    is_unsure = verdict.answer is Answer.UNKNOWN
    return UploadFailure(verdict.detail, is_unsure=is_unsure, retry_after=verdict.retry_after)
