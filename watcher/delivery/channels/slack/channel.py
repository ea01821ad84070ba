"""A Slack channel: posts messages, looks for one that may have arrived, tries the way."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from watcher.delivery.channels.slack import answers, scopes
from watcher.delivery.channels.slack.blocks import EVENT_TYPE, payload, plain_payload, update_payload
from watcher.delivery.channels.slack.client import open_client
from watcher.delivery.channels.slack.picture import NO_SCOPE, Pictures, is_pictured
from watcher.delivery.channels.slack.scopes import Uses
from watcher.delivery.channels.slack.two_way import TwoWay
from watcher.delivery.preview import Preview, as_json, in_words
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.messages.wording import word
from watcher.options.way_out import DIRECTLY, WayOut

TIMEOUT = timedelta(seconds=20)
"""For each wait on the connection; the outbox sets the deadline of a whole call."""

_MARGIN = timedelta(seconds=60)
"""How far Slack's clock may be behind ours."""
_PAGES = 10
_MESSAGES_ON_A_PAGE = 200

_TOKEN = re.compile(r"[\x21-\x7e]+")
_NO_TOKEN = "there is no usable bot token: write it, and nothing else, into token_file or SLACK_BOT_TOKEN"  # noqa: S105 (advice)


class SlackChannel:
    """Posts to one Slack channel; the token appears in nothing that it says, logs or raises.

    Where somebody answers them (`is_answered`), alerts have buttons.
    """

    spacing = timedelta(seconds=1)
    spacing_of_changes = timedelta(seconds=1.2)
    """Slack counts each method by itself: chat.update is taken 50 times a minute in a workspace, bursts welcome."""

    def __init__(
        self,
        name: str,
        *,
        channel: str,
        token: str,
        url: str,
        zone: ZoneInfo,
        timeout: timedelta = TIMEOUT,
        pictures: Pictures | None = None,
        way_out: WayOut = DIRECTLY,
        links: Links | None = None,
        two_way: TwoWay | None = None,
        is_answered: bool = False,
    ) -> None:
        self.name = name
        self._channel = channel
        self.zone = zone
        """Of its readers."""
        self._links = links
        self._is_answered = is_answered
        self._token = token if _TOKEN.fullmatch(token) else ""
        self._client = open_client(url, self._token, timeout, way_out)
        self._pictures = pictures
        self._two_way = two_way
        self.place = f"{url.rstrip('/')} {channel}"
        self.way = _fingerprint(url, channel, token)
        self.account = _fingerprint(url, "", token)
        """By which Slack counts what is done in all channels together."""

    def send(self, message: Message) -> Verdict:
        """One attempt; what Slack rejects for its form or its thread goes as plain text, or outside it, within it."""
        if not self._token:
            return Verdict(Answer.REFUSED, _NO_TOKEN, stops=True)
        latest = self._pictures.latest() if self._pictures else 0.0
        verdict, error = self._lay_out_and_post(message)
        if message.thread and error in answers.THREAD:
            message = replace(message, thread=None)
            verdict, _ = self._lay_out_and_post(message)
        return self._with_picture(verdict, message, latest) if verdict.answer is Answer.ACCEPTED else verdict

    def update(self, message: Message) -> Verdict:
        """One attempt to change the message at `thread`; what Slack does not let be changed stays as it is."""
        if not self._token:
            return Verdict(Answer.REFUSED, _NO_TOKEN, stops=True)
        wording = word(message, self.zone, self._links, is_answered=self._is_answered)
        arguments = update_payload(message, wording, self._channel, is_answered=self._is_answered)
        return answers.verdict_of_update(*self._post(arguments, "chat.update"))

    def _with_picture(self, accepted: Verdict, message: Message, latest: float) -> Verdict:
        """The same verdict, with a word on the picture if it is not there."""
        thread = message.thread or accepted.reference
        if self._pictures is None or thread is None or not is_pictured(message):
            return accepted
        lack = self._pictures.add(
            message, word(message, self.zone, self._links, is_answered=self._is_answered), thread, latest
        )
        if lack is None:
            return accepted
        why = lack.why.replace(self._token, "[token]")
        if not lack.is_for_operator:
            return replace(accepted, detail=why)
        return replace(accepted, remark="; ".join(said for said in (accepted.remark, why) if said))

    def _lay_out_and_post(self, message: Message) -> tuple[Verdict, str | None]:
        wording = word(message, self.zone, self._links, is_answered=self._is_answered)
        verdict, error = self._post(payload(message, wording, self._channel, is_answered=self._is_answered))
        if error not in answers.FORM:
            return verdict, error
        plain, still = self._post(plain_payload(message, wording, self._channel))
        remark = f"Slack rejected the layout ({error}): sent as plain text; please report it"
        return (replace(plain, remark=remark) if plain.answer is Answer.ACCEPTED else plain), still

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """Whether the message stands in the channel: ACCEPTED; None if not; UNKNOWN where that can't be told."""
        if not self._token:
            return Verdict(Answer.REFUSED, _NO_TOKEN, stops=True)
        if message.thread:
            found = self._find("conversations.replies", message.id, since, ts=message.thread)
            if found is not None and found.answer is Answer.ACCEPTED:
                return found
            if found is not None and found.answer in (Answer.LATER, Answer.REFUSED):
                return found
            # The thread may be gone, or was not there at the first attempt: such a message stands outside it.
            outside = self._find("conversations.history", message.id, since)
            is_certain = found is None or any(error in found.detail for error in answers.THREAD)
            return outside if is_certain or outside is not None else found
        return self._find("conversations.history", message.id, since)

    def _find(self, method: str, message_id: str, since: datetime, **where: str) -> Verdict | None:
        cursor = None
        for _ in range(_PAGES):
            answer = self._call(
                method,
                channel=self._channel,
                **where,
                oldest=f"{(since - _MARGIN).timestamp():.6f}",
                limit=_MESSAGES_ON_A_PAGE,
                include_all_metadata=True,
                cursor=cursor,
            )
            if isinstance(answer, Verdict):
                return answers.verdict_of_look(answer)
            messages = answer.get("messages")
            if not isinstance(messages, list):
                return Verdict(Answer.LATER, "can't look for it: the answer can't be understood")
            for posted in messages:
                if _id_of(posted) == message_id:
                    return Verdict(Answer.ACCEPTED, "found in the channel", reference=str(posted.get("ts")))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
        return Verdict(Answer.UNKNOWN, f"can't look for it: more than {_PAGES * _MESSAGES_ON_A_PAGE} messages since")

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """The arguments of chat.postMessage."""
        wording = in_words(message, self.zone, self._links, was_sent=was_sent)
        return as_json(payload(message, wording, self._channel, is_answered=self._is_answered))

    def check(self) -> str | None:
        """What is wrong with the token or the channel and what to do about it, or None; posts nothing."""
        if not self._token:
            return _NO_TOKEN
        answer = self._call("auth.test")
        if isinstance(answer, Verdict):
            return answer.detail
        granted = _scopes_of(answer)
        found = [scopes.lack(self._uses, granted), self._wrong_with_channel(granted)]
        if self._pictures is not None and granted and scopes.PICTURES not in granted:
            found.append(NO_SCOPE)
        if self._two_way is not None:
            found += self._two_way.wrong(answer.data if isinstance(answer.data, dict) else {}, granted)
        return "; ".join(said for said in found if said) or None

    def limits(self) -> str:
        """What it can't do for want of a scope, where Slack says so, and groups without members; posts nothing."""
        answer = self._call("auth.test")
        granted = frozenset() if isinstance(answer, Verdict) else _scopes_of(answer)
        found = [*scopes.limits(self._uses, granted), *(self._two_way.limits() if self._two_way is not None else ())]
        return "; ".join(found)

    @property
    def _uses(self) -> Uses:
        two_way = self._two_way
        return Uses(answers=two_way is not None, groups=two_way is not None and two_way.names_groups)

    def _wrong_with_channel(self, granted: frozenset[str]) -> str:
        answer = self._call("conversations.info", channel=self._channel)
        if isinstance(answer, Verdict):
            return "" if "missing_scope" in answer.detail else answer.detail
        return _wrong_with(answer.get("channel"), may_post_anywhere="chat:write.public" in granted)

    def _post(self, arguments: Mapping[str, Any], method: str = "chat.postMessage") -> tuple[Verdict, str | None]:
        """The verdict on one request, and Slack's error if it named one."""
        try:
            answer = self._client.api_call(method, json=dict(arguments))
        except SlackApiError as error:
            return self._told(answers.verdict_of_exception(error)), answers.error_of(error.response)
        except Exception as error:  # noqa: BLE001  # the boundary to foreign bytes: slack_sdk raises anything on them
            return self._told(answers.verdict_of_exception(error)), None
        return self._told(answers.verdict_of_answer(answer)), None

    def _call(self, method: str, **arguments: Any) -> SlackResponse | Verdict:
        """The answer of a method that only reads, or the verdict on why there is none."""
        try:
            answer = self._client.api_call(method, params=arguments)
        except Exception as error:  # noqa: BLE001  # the boundary to foreign bytes: slack_sdk raises anything on them
            return self._told(answers.verdict_of_exception(error))
        verdict = answers.verdict_of_answer(answer)
        return answer if verdict.answer is Answer.ACCEPTED else self._told(verdict)

    def _told(self, verdict: Verdict) -> Verdict:
        return replace(verdict, detail=verdict.detail.replace(self._token, "[token]"))


def _fingerprint(url: str, channel: str, token: str) -> str:
    """Differs once any of the three does and tells none of them: a token is long and random."""
    return hashlib.sha256(f"{url}\n{channel}\n{token}".encode()).hexdigest()[:12]


def _scopes_of(answer: SlackResponse) -> frozenset[str]:
    """What the token may do, as Slack says with every answer; empty where it says nothing."""
    said = str(answer.headers.get("x-oauth-scopes", "")).split(",")
    return frozenset(scope.strip() for scope in said if scope.strip())


def _id_of(posted: Any) -> str | None:
    """The delivery's id in a message of a channel's history; None in anybody else's."""
    metadata = posted.get("metadata") if isinstance(posted, Mapping) else None
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return None
    content = metadata.get("event_payload")
    return content.get("id") if isinstance(content, Mapping) else None


def _wrong_with(channel: Any, *, may_post_anywhere: bool) -> str:
    if not isinstance(channel, Mapping):
        return ""
    if channel.get("is_archived"):
        return f"the channel is archived: {answers.ADVICE['is_archived']}"
    if channel.get("is_member") is False and not may_post_anywhere:
        return f"the app is not in the channel: {answers.ADVICE['not_in_channel']}"
    return ""
