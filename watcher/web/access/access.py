"""Who acts on a page: somebody who has signed in, or whom a trusted proxy names; and how one signs in and out."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from math import ceil
from typing import Any
from urllib.parse import quote

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from watcher.config.users_file import NAME
from watcher.config.web import Web
from watcher.errors import WatcherError
from watcher.history.protocol import History
from watcher.messages.numbers import counted
from watcher.timing.clock import Clock
from watcher.watching.sessions import Session
from watcher.web.access.cookies import SESSION, SIGN_IN, Cookies
from watcher.web.access.csrf import FormOf, form_token, is_from_here, is_token
from watcher.web.access.forms import form_of, own_path
from watcher.web.access.proxies import Outside, Proxies
from watcher.web.access.sessions import GOOD_FOR, Sessions
from watcher.web.access.tries import Tries
from watcher.web.access.users import TooManyAtOnceError, Users
from watcher.web.templating import template

log = structlog.get_logger(__name__)

_SIGN_IN = "/sign-in"
_SIGN_OUT = "/sign-out"

NOT_FROM_HERE = (
    "This form did not come from a page of this watcher, or has stood open too long. Open the page again and send it "
    "once more. If that does not help, whoever runs this watcher sets base_url under [web]."
)
ONLY_SHOWN = "These pages only show: no users_file is set."
NOBODY = "Nobody can sign in now. Whoever runs this watcher finds out why with `watcher check`."
WRONG = "No user has this name and this password. Check both: capital letters matter."
NOT_STORED = "Nothing new can be stored at this moment, so nobody can sign in or out. Try again in a few minutes."
BUSY = "Too many people are signing in at this moment. Try again in a few seconds."

_FORM_SECONDS = 3_600


class SignedInBy(StrEnum):
    """How somebody proved who he is."""

    SESSION = "session"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who may act on the pages, in one request."""

    name: str
    how: SignedInBy
    csrf: str
    """Stands in every form that this person is shown, as the hidden field `csrf`, and comes back with it."""


class Access:
    """Who may act on the pages of one service."""

    def __init__(self, web: Web, history: History, clock: Clock) -> None:
        self._history, self._clock = history, clock
        self._proxies = Proxies(web.trusted_proxies, web.user_header)
        self._cookies = Cookies(web.base_url)
        self._users = Users(web.users_file) if web.users_file else None
        self._sessions = Sessions(history, self._users) if self._users else None
        self._tries = Tries()

    @property
    def has_users(self) -> bool:
        """Whether one can sign in at all: a file of users is named."""
        return self._users is not None

    def outside(self, request: HTTPConnection) -> Outside:
        """Who asks, as the outside sees it."""
        return self._proxies.outside(request)

    def actor(self, request: HTTPConnection, now: datetime) -> Actor | None:
        """Who is signed in; None for everybody else."""
        outside = self.outside(request)
        if not self._key:
            return None
        if outside.user:
            return Actor(outside.user, SignedInBy.PROXY, form_token(self._key, FormOf.PROXY, outside.user))
        if (session := self._session(request, outside, now)) is None:
            return None
        return Actor(session.user, SignedInBy.SESSION, form_token(self._key, FormOf.SESSION, session.id))

    def accepts(self, request: HTTPConnection, actor: Actor, csrf: str) -> bool:
        """Whether a form that somebody sent came from a page of ours which he was shown; `csrf` is its hidden field."""
        return is_token(csrf, actor.csrf) and self.is_from_here(request)

    def is_from_here(self, request: HTTPConnection) -> bool:
        """Whether the browser says that a page of ours sent it, or says nothing: enough for a signed link's button."""
        return is_from_here(request, self._cookies.origins(self.outside(request)))

    def routes(self) -> Iterator[Route]:
        """Where one signs in and out."""
        yield Route(_SIGN_IN, self._show, methods=["GET"])
        yield Route(_SIGN_IN, self._sign_in, methods=["POST"])
        yield Route(_SIGN_OUT, self._show, methods=["GET"])
        yield Route(_SIGN_OUT, self._sign_out, methods=["POST"])

    @cached_property
    def _key(self) -> bytes:
        """Without one nobody is believed."""
        return self._history.signing_key()

    def _session(self, request: HTTPConnection, outside: Outside, now: datetime) -> Session | None:
        token = self._cookies.value(request, outside, SESSION)
        return self._sessions.find(token, now) if token and self._sessions else None

    async def _show(self, request: Request) -> Response:
        return self._page(request, back=own_path(request.query_params.get("next", "")))

    async def _sign_in(self, request: Request) -> Response:
        form, outside = await form_of(request), self.outside(request)
        name, back = form.get("name", "").strip(), own_path(form.get("next", ""))
        if self._users is None or self._sessions is None or not self._key:
            return self._page(request, status=HTTPStatus.FORBIDDEN)
        shown = self._cookies.value(request, outside, SIGN_IN)
        if not (shown and is_token(form.get("csrf", ""), self._form_token(shown)) and self.is_from_here(request)):
            return self._page(request, wrong=NOT_FROM_HERE, name=name, back=back, status=HTTPStatus.FORBIDDEN)
        began = self._clock.monotonic()
        if (wait := self._tries.begin(name, outside.client, began)) is not None:
            log.warning("sign-in refused for a while", reason="five failed tries within a minute")
            seconds = ceil(wait.total_seconds())
            said = f"Too many tries. Try again in {counted(seconds, 'second')}."
            page = self._page(request, wrong=said, name=name, back=back, status=HTTPStatus.TOO_MANY_REQUESTS)
            page.headers["Retry-After"] = str(seconds)
            return page
        try:
            proof = await self._users.verify(name, form.get("password", ""))
        except TooManyAtOnceError:
            self._tries.succeeded(name, outside.client, began)
            return self._page(request, wrong=BUSY, name=name, back=back, status=HTTPStatus.SERVICE_UNAVAILABLE)
        if proof is None:
            return self._page(request, wrong=WRONG, name=name, back=back, status=HTTPStatus.FORBIDDEN)
        self._tries.succeeded(name, outside.client, began)
        try:
            before = self._cookies.value(request, outside, SESSION)
            token = self._sessions.begin(name, proof, self._clock.now(), before)
        except WatcherError:  # the operator is told of it
            return self._page(request, wrong=NOT_STORED, name=name, back=back, status=HTTPStatus.SERVICE_UNAVAILABLE)
        answer = led_to(back)
        self._cookies.put(answer, outside, SESSION, token, int(GOOD_FOR.total_seconds()))
        self._cookies.drop(answer, outside, SIGN_IN)
        return answer

    async def _sign_out(self, request: Request) -> Response:
        form, outside = await form_of(request), self.outside(request)
        actor = self.actor(request, self._clock.now())
        if actor is not None and not self.accepts(request, actor, form.get("csrf", "")):
            return self._page(request, wrong=NOT_FROM_HERE, status=HTTPStatus.FORBIDDEN)
        if self._sessions is not None and actor is not None:
            try:
                self._sessions.end(self._cookies.value(request, outside, SESSION))
            except WatcherError:
                return self._page(request, wrong=NOT_STORED, status=HTTPStatus.SERVICE_UNAVAILABLE)
        answer = led_to("/")
        self._cookies.drop(answer, outside, SESSION)
        return answer

    def _form_token(self, shown: str) -> str:
        return form_token(self._key, FormOf.SIGN_IN, shown)

    def _page(
        self, request: Request, *, wrong: str = "", name: str = "", back: str = "/", status: int = HTTPStatus.OK
    ) -> Response:
        """The form, or who is signed in, or that one can't."""
        outside, actor = self.outside(request), self.actor(request, self._clock.now())
        shown = self._cookies.value(request, outside, SIGN_IN)
        shown = shown if len(shown) == _LENGTH else secrets.token_urlsafe(32)
        values: dict[str, Any] = {
            "actor": actor,
            "is_by_proxy": actor is not None and actor.how is SignedInBy.PROXY,
            "why_not": self._why_not(),
            "wrong": wrong,
            "name": name if NAME.fullmatch(name) else "",
            "back": back,
            "csrf": self._form_token(shown),
        }
        page = HTMLResponse(template("sign_in.html").render(visit=None, **values), status_code=status)
        page.headers["Cache-Control"] = "no-store"
        if actor is None and self.has_users:
            self._cookies.put(page, outside, SIGN_IN, shown, _FORM_SECONDS)
        return page

    def _why_not(self) -> str:
        """Why nobody can sign in, for everybody to read: nothing of where files lie."""
        if self._users is None:
            return ONLY_SHOWN
        return NOBODY if self._users.why_nobody() else ""


_LENGTH = len(secrets.token_urlsafe(32))


def sign_in_page(back: str) -> str:
    """Where one signs in and then is led back to a page."""
    return f"{_SIGN_IN}?next={quote(back)}"


def led_to(path: str) -> Response:
    """The answer to a form: the browser asks for a page of ours next."""
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER, headers={"Cache-Control": "no-store"})
