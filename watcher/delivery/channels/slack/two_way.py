"""Whether people can answer a channel: tried with both tokens; nothing is connected, and nothing is kept."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse, WebClient

from watcher.delivery.channels.slack import answers
from watcher.delivery.channels.slack.client import open_client
from watcher.delivery.channels.slack.invitation import NoInvitation, invite
from watcher.delivery.channels.slack.people import GROUP
from watcher.delivery.channels.slack.scopes import GROUPS, lacking
from watcher.delivery.verdict import Answer
from watcher.options.way_out import DIRECTLY, WayOut

_TIMEOUT = timedelta(seconds=20)
_APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]{2,20})-")
_APP = re.compile(r"A[A-Z0-9]{2,20}")


class TwoWay:
    """What a channel that can be answered needs of Slack; neither token appears in anything that it says."""

    def __init__(
        self,
        *,
        token: str,
        app_token: SecretStr,
        may_act: Sequence[str],
        url: str,
        timeout: timedelta = _TIMEOUT,
        way_out: WayOut = DIRECTLY,
    ) -> None:
        self._app_token = app_token
        self._groups = [entry.removeprefix(GROUP) for entry in may_act if entry.startswith(GROUP)]
        self._url, self._way_out = url, way_out
        self._bot = open_client(url, token, timeout, way_out)

    @property
    def names_groups(self) -> bool:
        """Whether user groups say who may act."""
        return bool(self._groups)

    def wrong(self, bot: Mapping[str, Any], granted: Collection[str]) -> Iterator[str]:
        """What is wrong and what to do about it; `bot` is what Slack said of the bot token, `granted` its scopes."""
        token = self._app_token.get_secret_value()
        invited = invite(token, self._url, self._way_out)  # the address of a line, which nobody calls
        if isinstance(invited, NoInvitation):
            yield f"people can't answer: {invited.trouble}"
        elif (other := self._other_app(token, bot)) is not None:
            yield other
        if not granted or GROUPS in granted:
            yield from dict.fromkeys(said for group in self._groups if (said := self._members(group)[1]))

    def limits(self) -> Iterator[str]:
        """What goes less well though nothing is wrong."""
        for group in self._groups:
            members, wrong = self._members(group)
            if not wrong and not members:
                yield f"{GROUP}{group} has no members: nobody may act through it"

    def _other_app(self, token: str, bot: Mapping[str, Any]) -> str | None:
        """That the tokens belong to two apps, as far as Slack lets it be known."""
        of_token = _APP_OF_TOKEN.match(token)
        mine = str(bot.get("app_id") or self._app_of_bot(bot.get("bot_id")))
        if of_token is None or not _APP.fullmatch(mine) or of_token[1] == mine:
            return None
        return (
            f"the tokens belong to two apps (the bot token to {mine}, the app token to {of_token[1]}): take both from "
            f"the pages of one"
        )

    def _app_of_bot(self, bot_id: object) -> str:
        """With the scope users:read alone; else nobody knows."""
        answer, _, _ = _ask(self._bot, "bots.info", "", bot=str(bot_id))
        found = answer.get("bot") if answer is not None else None
        return str(found.get("app_id", "")) if isinstance(found, Mapping) else ""

    def _members(self, group: str) -> tuple[Sequence[Any], str]:
        """Those of a user group, and what is wrong with it."""
        answer, error, detail = _ask(self._bot, "usergroups.users.list", self._bot.token or "", usergroup=group)
        if error == "no_such_subteam":
            return (), f"may_act: there is no {GROUP}{group}: take its id from the group's page in Slack"
        if error == "plan_upgrade_required":
            return (), "may_act: this workspace has no user groups: its plan has none, so name members instead"
        if error == "missing_scope":
            return (), lacking([GROUPS])
        if detail:
            return (), f"may_act: {GROUP}{group} can't be looked up: {detail}"
        users = answer.get("users") if answer is not None else None
        return (users, "") if isinstance(users, list) else ((), f"may_act: {GROUP}{group}: the answer is none")


def _ask(client: WebClient, method: str, token: str, **arguments: str) -> tuple[SlackResponse | None, str | None, str]:
    """The answer, or Slack's own name of what went wrong if it gave one and a word on it without the token."""
    error = None
    try:
        answer = client.api_call(method, params=arguments)
        verdict = answers.verdict_of_answer(answer)
    except SlackApiError as refused:
        error, verdict = answers.error_of(refused.response), answers.verdict_of_exception(refused)
    except Exception as failure:  # noqa: BLE001  # the boundary to foreign bytes: slack_sdk raises anything on them
        verdict = answers.verdict_of_exception(failure)
    if verdict.answer is Answer.ACCEPTED:
        return answer, None, ""
    return None, error, verdict.detail.replace(token, "[token]") if token else verdict.detail
