"""A signed JSON object for another program, by HTTP POST.

The body is the JSON object that `poll --json` prints; of a notice to the operator, {"notice": title,
"text": text} and what else there is to know of it: topic, gravity, over, homes, more, since, next_try, link, means,
details, sender; of a report that could not be read, {"not_read": "report", "home": ..., "link": ...}, as
docs/channels.md has it. A reminder is the alert's object with {"reminder": {"number", "after_seconds", "id", "alert"}}:
its number from 1, or 0 and after how many seconds without an acknowledgement it was escalated; its own id, which is
its X-Watcher-Delivery too, and the id of the alert, which stands as "id" too.
X-Watcher-Delivery is the same at every attempt: a receiver that has seen it drops the repetition (it may also look
at X-Watcher-Possibly-Repeated: true). X-Watcher-Signature proves the sender; a receiver checks it like this:

    import hashlib, hmac

    def is_from_watcher(body: bytes, signature: str, secret: bytes, now: float) -> bool:
        parts = dict(part.partition("=")[::2] for part in signature.split(","))
        sent, claimed = parts.get("t", ""), parts.get("v1", "")
        expected = hmac.new(secret, sent.encode() + b"." + body, hashlib.sha256).hexdigest()
        is_genuine = hmac.compare_digest(expected.encode(), claimed.encode())
        return is_genuine and abs(now - int(sent)) <= 300  # an old one could be somebody's recording

Any status from 200 to 299 takes the message.
"""

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import orjson

from watcher.delivery.preview import Preview, as_json
from watcher.delivery.redirects import verdict_of_redirect
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.stored import stored
from watcher.machine.addresses import in_url
from watcher.machine.opener import open_tunnel
from watcher.machine.way_out import DIRECTLY, WayOut
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.group import Group
from watcher.messages.links import Links
from watcher.messages.message import Message, Notice, PresentState
from watcher.messages.morning import Morning, Waited
from watcher.messages.report import WatchReport
from watcher.messages.topics import topic_of
from watcher.messages.ways import page_of
from watcher.options.secrets import fingerprint
from watcher.text import inert, web_link
from watcher.timing.backoff import parse_retry_after
from watcher.timing.clock import Clock

DEADLINE = timedelta(seconds=20)
"""For a whole call."""

_NO_SECRET = "there is no secret: write one that the receiver knows too into secret_file or WATCHER_WEBHOOK_SECRET"  # noqa: S105 (advice)
_FOR_NOW = (408, 425, 429)
_THE_MESSAGE = (400, 413, 415, 422)
"""Statuses by which a receiver says that it can't take this message; of all others the way to it is at fault."""
_FORM = "compare what it expects with what the documentation of `webhook` promises"
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
        self._secret = secret.encode()
        self._clock = clock
        self._links = links
        self._deadline = deadline.total_seconds()
        self._proxy = way_out.to(url)
        self._tls = tls or ssl.create_default_context()

    @property
    def way(self) -> str:
        """Another one once the address or the secret is."""
        return fingerprint(self._url.geturl(), self._secret.decode())

    def send(self, message: Message) -> Verdict:
        """One attempt; whether the whole request went out decides what a failure means."""
        if not self._secret:
            return Verdict(Answer.REFUSED, _NO_SECRET, stops=True)
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
        if not self._secret:
            return _NO_SECRET
        try:
            with self._connected():
                return None
        except (OSError, http.client.HTTPException, UnicodeError) as error:  # UnicodeError: a name no resolver takes
            return f"the receiver can't be reached: {_reason(error)}"

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
        content = body(message)
        now = str(int(self._clock.now().timestamp()))
        proof = hmac.new(self._secret, now.encode() + b"." + content, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "watcher",
            "Connection": "close",
            "X-Watcher-Delivery": message.id,
            "X-Watcher-Signature": f"t={now},v1={proof}",
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


def body(message: Message, links: Links | None = None) -> bytes:
    """What the receiver is sent of a message: one JSON object; of an alert with its page, where that has an address."""
    content = message.content
    if isinstance(content, Notice):
        return orjson.dumps(_notice(content))
    if isinstance(content, Digest):
        alerts = [item.alert.contract() for item in content.items]
        not_read = [said.contract() for said in content.not_read]
        homes = {"homes": stored(content.homes)} if content.homes else {}
        return orjson.dumps({"digest": content.day, "alerts": alerts, "not_read": not_read, **homes})
    if isinstance(content, Morning):
        return orjson.dumps(_morning(content, links))
    if isinstance(content, WatchReport):
        return orjson.dumps({"report": stored(content)})
    if isinstance(content, Group):  # for channels with threads alone; here it would be a list of its titles
        return orjson.dumps({"group": content.watch, "titles": content.lines})
    if isinstance(content, PresentState):  # for channels that can change a message alone
        return orjson.dumps({"state": content.line})
    page = page_of(message, links)
    return orjson.dumps({**content.contract(), **({"page": page} if page else {}), **_reminded(message)})


def _morning(morning: Morning, links: Links | None) -> dict[str, object]:
    """What quiet hours held back: each as it would have been posted."""
    return {
        "morning": morning.day,
        "part": morning.part,
        "parts": morning.parts,
        "alerts": [orjson.Fragment(body(_alone(item), links)) for item in morning.items if item.alert],
        "not_read": [item.not_read.contract() for item in morning.items if item.not_read],
    }


def _alone(item: Waited) -> Message:
    return Message(id=item.id, content=item.content, seen=item.seen, reminder=item.reminder)


def _reminded(message: Message) -> dict[str, object]:
    """What tells a reminder from the alert that it repeats; nothing for an alert itself."""
    reminder = message.reminder
    if reminder is None or not isinstance(message.content, Alert):
        return {}
    which = {"number": reminder.number, "after_seconds": reminder.after_seconds}
    return {"reminder": {**which, "id": message.id, "alert": message.content.id}}


def _notice(notice: Notice) -> dict[str, object]:
    """A message to the operator; one of an older version has its title and text alone."""
    topic = topic_of(notice.topic)
    said: dict[str, object] = {"notice": notice.title, "text": notice.text}
    if topic is None:
        return said
    moments = {"since": notice.since, "next_try": notice.next_try}
    return {
        **said,
        "topic": topic.key,
        "gravity": topic.gravity.value,
        "over": notice.is_over,
        "homes": notice.homes,
        "more": notice.more,
        **moments,
        "link": web_link(notice.link),
        "means": topic.link,
        "details": notice.details,
        "sender": notice.sender,
    }


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
