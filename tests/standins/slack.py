"""A local Slack: the methods of the Web API that watcher calls, over real HTTP, with every way to fail on request.

It takes a message only if `slack_rules` does; what rings somebody is taken, as Slack would, and noted in `rung`.
"""

import json
import threading
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.standins.slack_files import STEPS, UPLOAD, SlackFiles
from tests.standins.slack_people import METHODS, REPLY, SlackPeople
from tests.standins.slack_rules import rejection, rejection_of_update, rings

TOKEN = "xoxb-1-planted-secret"
APP_TOKEN = "xapp-1-planted-secret"
OPEN_LINE = "apps.connections.open"
CHANNEL = "C0123456789"
SCOPES = "chat:write,channels:read,channels:history"
_PAGE = 15
_WRITING = ("chat.postMessage", "chat.update")

Behaviour = Callable[["_Handler", dict[str, Any]], None]


class SlackStandIn:
    """Runs on a free port of loopback between `with` and its end."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._times = clock
        """Seconds since 1970 for the timestamps, if they are not to be counted from `now` on."""
        self.messages: list[dict[str, Any]] = []
        """What was taken, oldest first, each with its `ts`, as it was changed last."""
        self.updates: list[dict[str, Any]] = []
        """The changes of messages that were taken, oldest first."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.rung: list[dict[str, Any]] = []
        self.script: deque[Behaviour] = deque()
        """What happens to the next calls that write; once it is used up, they are answered properly."""
        self.files = SlackFiles()
        self.people = SlackPeople()
        self.identity: dict[str, Any] = {"team": "Test", "user": "watcher", "bot_id": "B1"}
        """Who the bot is, as it is told."""
        self.errors: dict[str, str] = {}
        """The error with which a method always answers."""
        self.ways: dict[str, Behaviour] = {}
        """What happens to each call of a method."""
        self.channels = {CHANNEL}
        """Those in which the bot is, so that it can post there."""
        self.info: dict[str, Any] = {"id": CHANNEL, "is_member": True, "is_archived": False}
        self.scopes = SCOPES
        self.token = TOKEN
        """The one that is accepted."""
        self.app_token = APP_TOKEN
        """The one with which a line is opened, and nothing else."""
        self.lines: Callable[[], str] | None = None
        """Makes the address of a line; without it there are none."""
        self.openings: deque[Behaviour] = deque()
        """What happens to the next calls that open a line; once it is used up, they are answered properly."""
        self.clock: Callable[[], float] | None = None
        """Where there is one it tells the time of each message, and more than one a second are too many."""
        self.too_many: list[dict[str, Any]] = []
        """Messages that came less than a second after the one before, by that clock; they are refused."""
        self.now = 1_533_290_000.0 if clock is None else 0.0
        """The last timestamp; without a clock, each message moves it by a second."""
        self.is_down = False
        """Whether every call ends without an answer; lines that are open stay."""
        self.released = threading.Event()
        """Ends what hangs."""
        self._written = threading.Condition()
        self._writes = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.slack = self  # type: ignore[attr-defined]  # how a handler of http.server finds its owner

    @property
    def url(self) -> str:
        """The base of its Web API."""
        return f"{self._root}api/"

    @property
    def _root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def has_written(self) -> None:
        """Learns that it is done with a call that writes, or only hangs now."""
        with self._written:
            self._writes += 1
            self._written.notify_all()

    def wait_for_writes(self, count: int) -> None:
        """Until it is done with so many calls that write: who gave up waiting for an answer may be ahead of it."""
        with self._written:
            assert self._written.wait_for(lambda: self._writes >= count, 30)

    def answer(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """What the real one would say."""
        if method in self.errors:
            return {"ok": False, "error": self.errors[method]}
        if method in _WRITING or method in STEPS:
            return self.write(method, arguments)
        if method == OPEN_LINE:
            return {"ok": True, "url": self.lines()} if self.lines else {"ok": False, "error": "unknown_method"}
        if method == "auth.test":
            return {"ok": True, **self.identity}
        if method in METHODS:
            return self.people.take(method, arguments)
        if arguments.get("channel") not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        if method == "conversations.info":
            return {"ok": True, "channel": self.info}
        if method == "conversations.replies":
            return self._replies(arguments)
        return (
            self._history(arguments) if method == "conversations.history" else {"ok": False, "error": "unknown_method"}
        )

    def write(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Takes a message, a change of one or a step of an upload, or says why not."""
        if method in STEPS and arguments.get("channel_id", CHANNEL) != CHANNEL:
            return {"ok": False, "error": "channel_not_found"}
        if method in STEPS:
            threads = [message["ts"] for message in self.outside]
            return self.files.take(method, arguments, root=self._root, scopes=self.scopes, threads=threads)
        return self.post(arguments) if method == "chat.postMessage" else self.update(arguments)

    def update(self, change: dict[str, Any]) -> dict[str, Any]:
        """Takes a change of a message, or says why not; metadata that are not named stay as they are."""
        if change.get("channel") not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        if (error := rejection_of_update(change)) is not None:
            return {"ok": False, "error": error}
        place = next((n for n, message in enumerate(self.messages) if message["ts"] == change["ts"]), None)
        if place is None:
            return {"ok": False, "error": "message_not_found"}
        if rings(change):
            self.rung.append(change)
        self.updates.append(change)
        kept = {name: value for name, value in self.messages[place].items() if name != "blocks"}
        self.messages[place] = {**kept, **change}
        return {"ok": True, "channel": change["channel"], "ts": change["ts"], "text": change["text"]}

    def post(self, message: dict[str, Any]) -> dict[str, Any]:
        """Takes a message, or says why not."""
        if str(message.get("channel", "")).startswith("U"):
            return self.people.direct(message)
        if message.get("channel") not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        if (error := rejection(message)) is not None:
            return {"ok": False, "error": error}
        if "thread_ts" in message and not self._is_thread(message["thread_ts"]):
            return {"ok": False, "error": "thread_not_found"}
        if self.clock is not None and self.messages and self.clock() < self.now + 1 - 1e-3:
            self.too_many.append(message)
            return {"ok": False, "error": "ratelimited"}
        if rings(message):
            self.rung.append(message)
        self.now = self._next_time()
        taken = {**message, "ts": f"{self.now:.6f}"}
        self.messages.append(taken)
        return {"ok": True, "channel": message["channel"], "ts": taken["ts"], "message": taken}

    @property
    def outside(self) -> list[dict[str, Any]]:
        """The messages of the channel itself, oldest first."""
        return [message for message in self.messages if "thread_ts" not in message]

    def thread(self, ts: str) -> list[dict[str, Any]]:
        """The replies to a message, oldest first."""
        return [message for message in self.messages if message.get("thread_ts") == ts]

    def delete(self, ts: str) -> None:
        """What somebody may do with a message in Slack."""
        self.messages = [message for message in self.messages if message["ts"] != ts]

    def _is_thread(self, ts: object) -> bool:
        return any(message["ts"] == ts for message in self.outside)

    def _next_time(self) -> float:
        if self.clock is not None:
            return self.clock()
        return self.now + 1 if self._times is None else max(self.now + 0.001, self._times())

    def _history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Newest first, without what stands in threads alone."""
        shown = [message for message in self.messages if "thread_ts" not in message or message.get("reply_broadcast")]
        return self._page(shown[::-1], arguments)

    def _replies(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Oldest first, after the message that began the thread."""
        if not self._is_thread(arguments.get("ts")):
            return {"ok": False, "error": "thread_not_found"}
        began = [message for message in self.outside if message["ts"] == arguments["ts"]]
        return self._page([*began, *self.thread(arguments["ts"])], arguments)

    def _page(self, found: list[dict[str, Any]], arguments: dict[str, Any]) -> dict[str, Any]:
        """In pages of 15 whatever was asked for; metadata only if asked for."""
        since = [message for message in found if float(message["ts"]) > float(arguments.get("oldest", 0))]
        start = int(arguments.get("cursor") or 0)
        page = since[start : start + min(_PAGE, int(arguments.get("limit", 100)))]
        if arguments.get("include_all_metadata") not in ("1", "true"):
            page = [{name: value for name, value in message.items() if name != "metadata"} for message in page]
        more = str(start + len(page)) if start + len(page) < len(since) else ""
        return {"ok": True, "messages": page, "has_more": bool(more), "response_metadata": {"next_cursor": more}}


class _Handler(BaseHTTPRequestHandler):
    method: str = ""
    """Of the Web API, that is called."""
    is_writing = False

    def do_POST(self) -> None:  # the name http.server calls
        try:
            self._answer()
        finally:
            self._note_write()

    def hang(self) -> None:
        """Does nothing until released."""
        self._note_write()
        self.slack.released.wait(30)

    def _note_write(self) -> None:
        if self.is_writing:
            self.is_writing = False
            self.slack.has_written()

    def _answer(self) -> None:
        slack = self.slack
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if slack.is_down:
            self.drop()
            return
        self.path = urlsplit(self.path).path  # a proxy hands on the whole address
        if self.path.startswith(REPLY):
            self._reply(body)
            return
        is_upload = self.path.startswith("/upload/v1/")
        method = self.method = UPLOAD if is_upload else self.path.removeprefix("/api/")
        arguments = self._uploaded(body) if is_upload else self._arguments(body)
        self.is_writing = method in _WRITING
        slack.calls.append((method, arguments))
        if not is_upload and (error := self._refusal(method)):
            self.say({"ok": False, "error": error})
        elif method in slack.ways:
            slack.ways[method](self, arguments)
        elif method in slack.files.ways:
            slack.files.ways[method](self, arguments)
        elif is_upload:
            self.say("OK", 200 if self.take(arguments)["ok"] else 400, "text/plain")
        elif method in _WRITING and slack.script:
            slack.script.popleft()(self, arguments)
        elif method == OPEN_LINE and slack.openings:
            slack.openings.popleft()(self, arguments)
        else:
            self.say(slack.answer(method, arguments))

    def do_CONNECT(self) -> None:  # the name http.server calls
        """Notes what it was to lead to, had it been a proxy."""
        self.slack.calls.append(("CONNECT", {"to": self.path}))
        self.send_error(502)

    @property
    def slack(self) -> SlackStandIn:
        """Whose handler this is."""
        owner: SlackStandIn = self.server.slack  # type: ignore[attr-defined]  # set by its owner
        return owner

    def say(self, answer: object, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """Answers with JSON, or with a string as it is."""
        body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.begin(status, kind, len(body), headers)
        self.wfile.write(body)

    def begin(self, status: int, kind: str, length: int, headers: dict[str, str]) -> None:
        """The head of an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("x-oauth-scopes", self.slack.scopes)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def take(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Takes what is to be written, and what there is to answer."""
        return self.slack.write(self.method, arguments)

    def drop(self) -> None:
        """Ends the connection without an answer."""
        self.close_connection = True
        self.connection.close()

    def _reply(self, body: bytes) -> None:
        """Takes an answer to a question; whoever knows the address may send one."""
        people = self.slack.people
        if people.script:
            people.script.popleft()(self, self._arguments(body))
            return
        is_taken = people.reply(self.path, self._arguments(body))
        self.say("ok" if is_taken else "invalid_blocks", 200 if is_taken else 400, "text/plain")

    def _refusal(self, method: str) -> str:
        """What is wrong with the token, if anything: lines are opened with the app's, all else is done by the bot's."""
        given, slack = self.headers.get("Authorization"), self.slack
        right, other = (slack.app_token, slack.token) if method == OPEN_LINE else (slack.token, slack.app_token)
        if given == f"Bearer {right}":
            return ""
        return "not_allowed_token_type" if given == f"Bearer {other}" else "invalid_auth"

    def _uploaded(self, body: bytes) -> dict[str, Any]:
        name = self.path.removeprefix("/upload/v1/")
        return {"id": name, "content": body, "authorization": self.headers.get("Authorization")}

    def _arguments(self, body: bytes) -> dict[str, Any]:
        if "json" in self.headers.get("Content-Type", ""):
            arguments: dict[str, Any] = json.loads(body or b"{}")
            return arguments
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (OSError, ValueError):  # the caller hung up, or `drop` closed the streams
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's own name
        pass


def accepts(handler: _Handler, message: dict[str, Any]) -> None:
    """A proper answer."""
    handler.say(handler.take(message))


def after_writes(count: int) -> Behaviour:
    """A proper answer, once so many calls that write are done with."""

    def behave(handler: _Handler, message: dict[str, Any]) -> None:
        handler.slack.wait_for_writes(count)
        accepts(handler, message)

    return behave


def takes_and_drops(handler: _Handler, message: dict[str, Any]) -> None:
    """The message is posted, and the connection lost before anybody is told."""
    handler.take(message)
    handler.drop()


def calls(told: Callable[[], None], *, is_taken: bool) -> Behaviour:
    """Calls somebody in the middle of a call; the message is posted or not, and the connection lost."""

    def behave(handler: _Handler, message: dict[str, Any]) -> None:
        if is_taken:
            handler.take(message)
        told()
        handler.drop()

    return behave


def drops(handler: _Handler, _: dict[str, Any]) -> None:
    """The message is not posted, and the connection lost."""
    handler.drop()


def hangs(handler: _Handler, _: dict[str, Any]) -> None:
    """No answer until released, and no message."""
    handler.hang()
    handler.drop()


def takes_and_hangs(handler: _Handler, message: dict[str, Any]) -> None:
    """The message is posted at once and answered when released."""
    answer = handler.take(message)
    handler.hang()
    handler.say(answer)


def drips(handler: _Handler, message: dict[str, Any]) -> None:
    """The message is posted; the answer comes byte by byte, faster than a read times out, until released."""
    body = json.dumps(handler.take(message)).encode()
    handler.begin(200, "application/json", len(body), {})
    for byte in body:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        handler.slack.released.wait(0.05)


def breaks_off(handler: _Handler, message: dict[str, Any]) -> None:
    """The message is posted; the answer ends in the middle."""
    body = json.dumps(handler.take(message)).encode()
    handler.begin(200, "application/json", len(body), {})
    handler.wfile.write(body[:20])
    handler.drop()


def says(answer: object, status: int = 200, kind: str = "application/json", **headers: str) -> Behaviour:
    """Just this answer, and no message."""
    return lambda handler, _: handler.say(answer, status, kind, **headers)


def fails_with(error: str) -> Behaviour:
    """Slack's own way to say no."""
    return says({"ok": False, "error": error})


def is_rate_limited(retry_after: str) -> Behaviour:
    """Status 429 with a Retry-After of any kind."""
    return says({"ok": False, "error": "ratelimited"}, 429, Retry_After=retry_after)
