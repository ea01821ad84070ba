"""A signed JSON object for another program, by HTTP POST: what `body` makes of a message, proven by `signing`.

docs/webhook.md has what a receiver needs to know. Any status from 200 to 299 takes the message.
"""

import http.client
import io
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import orjson

from watcher.delivery.channels.webhook.body import body
from watcher.delivery.channels.webhook.signing import proof, secrets_in, wrong_with_secrets
from watcher.delivery.opener import open_tunnel
from watcher.delivery.preview import Preview, as_json
from watcher.delivery.redirects import verdict_of_redirect
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.options.addresses import in_url
from watcher.options.secrets import fingerprint
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.text import inert
from watcher.timing.backoff import parse_retry_after
from watcher.timing.clock import Clock

DEADLINE = timedelta(seconds=20)
"""For a whole call."""

_NO_SECRET = "there is no secret: write one that the receiver knows too into secret_file or WATCHER_WEBHOOK_SECRET"  # noqa: S105 (advice)
_FOR_NOW = (408, 425, 429)
_THE_MESSAGE = (400, 413, 415, 422)
"""Statuses by which a receiver says that it can't take this message; of all others the way to it is at fault."""
_FORM = "compare what it expects with what docs/webhook.md promises"
_ADVICE = {
    401: "the receiver wants another proof of who calls: compare the secret on both sides",
    403: "the receiver lets nobody in, or not us: compare the secret on both sides",
    404: "nobody listens there: set `url` to the receiver's address",
    405: "nobody takes messages there: set `url` to the receiver's address",
    407: "a proxy stands before it and wants a login: see which way leads to the receiver",
    410: "the receiver is gone for good: set `url` to another one, or remove the channel",
}


class WebhookChannel:
    """Posts to one address; the secret and the address appear in nothing that it says, logs or raises."""

    spacing = timedelta()

    def __init__(
        self,
        name: str,
        *,
        url: str,
        secret: str,
        clock: Clock,
        deadline: timedelta = DEADLINE,
        tls: ssl.SSLContext | None = None,
        way_out: WayOut = DIRECTLY,
        links: Links | None = None,
    ) -> None:
        self.name = name
        self._url = urlsplit(url)
        self._secrets = secrets_in(secret)
        self._wrong = wrong_with_secrets(secret)
        self._clock = clock
        self._links = links
        self._deadline = deadline.total_seconds()
        self._proxy = way_out.to(url)
        self._tls = tls or ssl.create_default_context()

    @property
    def way(self) -> str:
        """Another one once the address or the secret is."""
        return fingerprint(self._url.geturl(), "\n".join(self._secrets))

    def send(self, message: Message) -> Verdict:
        """One attempt; whether the whole request went out decides what a failure means."""
        if why := self._why_unsigned():
            return Verdict(Answer.REFUSED, why, stops=True)
        went_out = False
        try:
            with self._connected() as connection:
                self._post(connection, message)
                went_out = True
                answer = connection.getresponse()  # its head is bounded by http.client; the rest is nobody's business
                return self._verdict_of(answer.status, answer.getheader("Retry-After"))
        except (OSError, http.client.HTTPException, UnicodeError) as error:  # UnicodeError: a name no resolver takes
            if not went_out:
                return Verdict(Answer.LATER, f"the receiver can't be reached: {_reason(error)}")
            return Verdict(Answer.UNKNOWN, f"no answer came ({type(error).__name__})")

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """UNKNOWN always; the receiver drops what it has seen by the delivery's id."""
        return Verdict(Answer.UNKNOWN, "what a webhook was sent can't be looked up")

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """The body of the request: it is the same whether it was sent or not."""
        return as_json(orjson.loads(body(message, self._links)))

    def check(self) -> str | None:
        """What is wrong with the way to the receiver, or None; connects and sends nothing."""
        if why := self._why_unsigned():
            return why
        try:
            with self._connected():
                return None
        except (OSError, http.client.HTTPException, UnicodeError) as error:  # UnicodeError: a name no resolver takes
            return f"the receiver can't be reached: {_reason(error)}"

    def _why_unsigned(self) -> str:
        """Why nothing can be signed; empty if it can."""
        if not self._secrets:
            return _NO_SECRET
        return f"the secret {self._wrong}" if self._wrong else ""

    @contextmanager
    def _connected(self) -> Iterator[http.client.HTTPConnection]:
        """A connection that is torn down at the deadline, whatever it waits for."""
        host, port = self._url.hostname or "", self._url.port or (443 if self._url.scheme == "https" else 80)
        with (
            closing(self._line_to(host, port)) as plain,
            closing(self._secured(plain, host)) as line,
            _cut_off_after(self._deadline, line),
        ):
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, context=self._tls)
            else:
                connection = http.client.HTTPConnection(host, port)
            connection.response_class = _WholeHead
            connection.sock = line
            yield connection

    def _line_to(self, host: str, port: int) -> socket.socket:
        """A connection to the receiver, through the proxy if there is one: only https leaves this machine."""
        if self._proxy is None:
            return socket.create_connection((host, port), timeout=self._deadline)
        proxy = urlsplit(self._proxy)
        line = socket.create_connection((proxy.hostname or "", proxy.port or 80), timeout=self._deadline)
        try:
            with _cut_off_after(self._deadline, line):
                open_tunnel(line, self._proxy, f"{in_url(host)}:{port}")
        except BaseException:
            line.close()
            raise
        return line

    def _secured(self, plain: socket.socket, host: str) -> socket.socket:
        if self._url.scheme != "https":
            return plain
        return self._tls.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)

    def _post(self, connection: http.client.HTTPConnection, message: Message) -> None:
        content = body(message, self._links)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "watcher",
            "Connection": "close",
            **proof(self._secrets, message.id, int(self._clock.now().timestamp()), content),
            **({"X-Watcher-Possibly-Repeated": "true"} if message.possibly_repeated else {}),
        }
        connection.request(
            "POST", self._url._replace(scheme="", netloc="", fragment="").geturl() or "/", content, headers
        )

    def _verdict_of(self, status: int, retry_after: str | None) -> Verdict:
        if status in range(200, 300):
            return Verdict(Answer.ACCEPTED)
        now = self._clock.now()
        until = parse_retry_after(retry_after, now)
        wait = until - now if until else None
        if status in _FOR_NOW or status >= 500:
            return Verdict(Answer.LATER, f"the receiver takes nothing for now (status {status})", retry_after=wait)
        if moved := verdict_of_redirect("the receiver", status, "set `url` to where it is now", wait):
            return moved
        detail = f"the receiver says {status}: {_ADVICE.get(status, _FORM)}"
        return Verdict(Answer.REFUSED, detail, stops=status not in _THE_MESSAGE)


class _WholeHead(http.client.HTTPResponse):
    """An answer whose head has come to its end: http.client takes one that is cut off for one as well."""

    def begin(self) -> None:
        """Reads the head; raises IncompleteRead where its last line does not come."""
        stream = self.fp
        self.fp = lines = _Lines(stream)  # type: ignore[assignment]  # all that reads a head asks of it
        try:
            super().begin()
        finally:
            self.fp = stream if self.fp is not None else None
        if lines.last not in (b"\r\n", b"\n"):
            raise http.client.IncompleteRead(lines.last)


class _Lines:
    """The lines of a stream, of which the last is known."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self.last = b""
        self.close = stream.close

    def readline(self, most: int) -> bytes:
        """The next one; empty at the end."""
        self.last = self._stream.readline(most)
        return self.last


def _reason(error: Exception) -> str:
    """Why no request went out; a certificate that is wrong today may be renewed tomorrow, so nothing is given up."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {inert(error.verify_message, 100)}"
    return inert(str(getattr(error, "strerror", None) or type(error).__name__), 100)


@contextmanager
def _cut_off_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Ends every wait on a connection once the time is over, where a timeout would count from each byte anew."""

    def cut_off() -> None:
        with suppress(OSError):
            # The system's own call: SSLSocket.shutdown would take the TLS state from under the waiting thread.
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
