"""A local mail server that does what a test asks: refuses, hangs, drops, closes, offers no encryption."""

import asyncio
import logging
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, AnyStr, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME = "watcher"
PASSWORD = "planted-password"
CERTIFICATE = Path(__file__).with_name("tls") / "localhost.pem"

_KEY = CERTIFICATE.with_suffix(".key")


@dataclass(frozen=True)
class Arrived:
    """A message that the server took."""

    recipients: tuple[str, ...]
    content: bytes
    was_encrypted: bool
    was_logged_in: bool

    @property
    def mail(self) -> EmailMessage:
        """The message as a reader's program understands it."""
        return message_from_bytes(self.content, policy=default)

    @property
    def text(self) -> str:
        """Its plain part."""
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        """Its HTML part."""
        part = self.mail.get_body(("html",))
        assert part is not None
        return str(part.get_content())


Behaviour = Callable[["SmtpStandIn", Arrived], str | None]
"""What happens to one message: the answer to it, or None where the connection is cut instead."""


@dataclass
class SmtpStandIn:
    """A server on loopback; `arrived` is what it took, in order."""

    starttls: bool = True
    from_the_start: bool = False
    host: str = "localhost"
    login: bool = True
    replies: dict[str, list[str]] = field(default_factory=dict)
    """For a command (`CONNECT`, `EHLO`, `MAIL`, `DATA`, `NOOP`) or an address: what it says instead of agreeing, in
    turn; with 421 it hangs up."""
    auth_reply: str | None = None
    hangs: str = ""
    """`before` or `after` it has taken a message, it says nothing any more."""
    drops: str = ""
    """The same, but the connection is cut."""
    script: deque[Behaviour] = field(default_factory=deque)
    """What happens to the next messages; once it is used up, they are taken."""
    arrived: list[Arrived] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The commands it was given, with what they carried, as far as they came in clear."""
    introduced: list[str] = field(default_factory=list)
    """As what its visitors introduced themselves."""

    def __enter__(self) -> Self:
        logging.getLogger("mail.log").setLevel("ERROR")  # it warns at each message of a method that it calls itself
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)

    @property
    def url(self) -> str:
        """Where it is, as the configuration says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'smtps' if self.from_the_start else 'smtp'}://{host}:{self.port}"

    def reply(self, to: str) -> str | None:
        """What it says to a command this time, unless it agrees."""
        waiting = self.replies.get(to)
        return waiting.pop(0) if waiting else None

    def _run(self, started: threading.Event) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        tls = _context()
        server = loop.run_until_complete(
            loop.create_server(
                self._protocol(tls),
                "::1" if self.host == "::1" else "127.0.0.1",
                0,
                ssl=tls if self.from_the_start else None,
            )
        )
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        loop.run_forever()
        server.close()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    def _protocol(self, tls: ssl.SSLContext) -> Callable[[], SMTP]:
        options: dict[str, Any] = {"hostname": "mail.invalid", "loop": self._loop}
        if self.login:
            options |= {"authenticator": self._authenticate, "auth_require_tls": not self.from_the_start}
        else:
            options |= {"auth_exclude_mechanism": ["LOGIN", "PLAIN"]}
        if self.starttls and not self.from_the_start:
            options |= {"tls_context": tls, "require_starttls": True}
        return lambda: _Server(self, _Handler(self), **options)

    def _authenticate(self, *arguments: Any) -> AuthResult:
        given = arguments[-1]
        if self.auth_reply:
            return AuthResult(success=False, handled=False, message=self.auth_reply)
        assert isinstance(given, LoginPassword)
        is_known = (given.login.decode(), given.password.decode()) == (USERNAME, PASSWORD)
        return AuthResult(success=is_known, handled=False)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, _KEY)
    return context


class _Server(SMTP):
    """aiosmtpd's server with a greeting of our own."""

    def __init__(self, stand_in: SmtpStandIn, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._stand_in = stand_in
        self._greets = True

    async def push(self, status: AnyStr) -> None:
        refusal = self._stand_in.reply("CONNECT") if self._greets else None
        self._greets = False
        await (super().push(refusal) if refusal else super().push(status))
        if str(refusal or status).startswith("421 "):
            cast("asyncio.Transport", self.transport).close()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 (aiosmtpd's name)
        self._stand_in.introduced.append(hostname)
        refusal = self._stand_in.reply("EHLO")
        await (self.push(refusal) if refusal else super().smtp_EHLO(hostname))

    async def smtp_NOOP(self, arg: str) -> None:  # noqa: N802 (aiosmtpd's name)
        await self.push(self._stand_in.reply("NOOP") or "250 OK")


class _Handler:
    """What the stand-in says to each command."""

    def __init__(self, stand_in: SmtpStandIn) -> None:
        self._stand_in = stand_in

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._stand_in.said.append(f"MAIL {address} {'encrypted' if session.ssl else 'in clear'}")
        if refusal := self._stand_in.reply("MAIL"):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._stand_in.reply(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        stand_in = self._stand_in
        await self._fail(server, "before")
        if refusal := stand_in.reply("DATA"):
            return refusal
        assert isinstance(envelope.content, bytes)
        is_encrypted = bool(session.ssl) or stand_in.from_the_start
        recipients = tuple(envelope.rcpt_tos)
        message = Arrived(recipients, envelope.content, is_encrypted, bool(session.authenticated))
        behave = stand_in.script.popleft() if stand_in.script else accepts
        answer = behave(stand_in, message)
        await self._fail(server, "after")
        return answer or await self._cut(server)

    async def _fail(self, server: SMTP, when: str) -> None:
        if self._stand_in.drops == when:
            await self._cut(server)
        if self._stand_in.hangs == when:
            await asyncio.Event().wait()

    async def _cut(self, server: SMTP) -> str:
        cast("asyncio.Transport", server.transport).abort()
        await asyncio.Event().wait()
        raise AssertionError  # nobody sets it


def accepts(stand_in: SmtpStandIn, message: Arrived) -> str:
    """The message is taken, and that is said."""
    stand_in.arrived.append(message)
    return "250 queued"


def takes_and_drops(stand_in: SmtpStandIn, message: Arrived) -> None:
    """The message is taken, and the connection is cut before that is said."""
    stand_in.arrived.append(message)


def drops(_: SmtpStandIn, __: Arrived) -> None:
    """The connection is cut, and the message is not taken."""


def is_busy(_: SmtpStandIn, __: Arrived) -> str:
    """Refused for now."""
    return "451 4.3.2 try again later"


def calls(told: Callable[[], None], *, is_taken: bool) -> Behaviour:
    """Somebody is told of the message when it is there, taken or not, and nothing is said any more."""

    def behave(stand_in: SmtpStandIn, message: Arrived) -> None:
        if is_taken:
            stand_in.arrived.append(message)
        told()

    return behave
