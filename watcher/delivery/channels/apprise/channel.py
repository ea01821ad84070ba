"""Any of the services that Apprise knows, each by its URL: https://appriseit.com/services/

Each URL is a recipient of its own. Apprise says no more than whether it worked, so a message that failed is tried
again, and may arrive twice where only the answer was lost.
"""

import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.delivery.channels.apprise.options import named
from watcher.delivery.preview import Preview, in_words
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.message import Message
from watcher.messages.short import short
from watcher.messages.wording import Wording, word
from watcher.options.secrets import fingerprint

if TYPE_CHECKING:
    from apprise import Apprise

_NO_URLS = "there is no URL: write one a line into urls_file, or into WATCHER_APPRISE_URLS"

_SILENT = str.maketrans({"@": "＠", "<": "‹", ">": "›"})

_TALKATIVE = (
    "apprise",
    "requests",
    "requests_oauthlib",
    "oauthlib",
    "urllib3",
    "charset_normalizer",
    "paho",
    "slixmpp",
)
"""Libraries whose log lines carry URLs, and with them passwords."""


class AppriseChannel:
    """Sends through each service of a list of URLs by itself; none of them appears in what it says, logs or raises.

    A message without a recipient was stored before each URL was one: it goes to all at once, and counts as sent if
    anybody has it.
    """

    spacing = timedelta(seconds=1)
    ways_apart = True

    def __init__(self, name: str, *, urls: str, zone: ZoneInfo, is_short: bool = False) -> None:
        self.name = name
        self._is_short = is_short
        self._zone = zone
        self._urls = named(urls)
        self._services: Mapping[str, Apprise | None] = {}
        self._opening = threading.Lock()

    @property
    def way(self) -> str:
        """Another one once the list is."""
        return fingerprint(*self._urls)

    def send(self, message: Message) -> Verdict:
        """One attempt through the service of the message's recipient."""
        services = self._opened()
        if not services:
            return Verdict(Answer.REFUSED, _NO_URLS, stops=True)
        if message.recipient is not None and message.recipient not in services:
            return Verdict(Answer.REFUSED, f"the URL {message.recipient} is not in the list any more")
        said = self._said(message)
        chosen = (message.recipient,) if message.recipient is not None else tuple(services)
        if wrong := self._not_understood(name for name in chosen if services[name] is None):
            return Verdict(Answer.REFUSED, wrong, stops=True, of_recipient=True)
        failed = [name for name in chosen if not _takes(services[name], said)]
        if len(failed) < len(chosen):
            return Verdict(Answer.ACCEPTED, self._failed(failed) if failed else "")
        return Verdict(Answer.LATER, self._failed(failed), of_recipient=True)

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """UNKNOWN always: Apprise only sends."""
        return Verdict(Answer.UNKNOWN, "what went through Apprise can't be looked up")

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """The plain text that every service is given."""
        if self._is_short:
            said = short(message)
            return Preview("\n".join(line for line in (said.words, said.link) if line) + "\n")
        return Preview(in_words(message, self._zone, was_sent=was_sent).plain() + "\n")

    def check(self) -> str | None:
        """Which URLs Apprise does not understand, or None; contacts nobody."""
        services = self._opened()
        if not services:
            return _NO_URLS
        return self._not_understood(name for name, service in services.items() if service is None) or None

    def _said(self, message: Message) -> "_Said":
        if self._is_short:
            said = short(message)
            return _Said(_silent(said.words), said.link) if said.link else _Said("", _silent(said.words))
        return _in_full(word(message, self._zone))

    def _opened(self) -> Mapping[str, "Apprise | None"]:
        """The service of each URL; opened once, whichever recipient's message comes first."""
        with self._opening:
            if self._urls and not self._services:
                self._services = _open(self._urls)
        return self._services

    def _not_understood(self, names: Iterable[str]) -> str:
        """What is said of URLs that are not understood; empty if there is none."""
        wrong = self._numbers(names)
        advice = "compare it with https://appriseit.com/services/ (`apprise -vv --dry-run URL` tells more)"
        return f"Apprise does not understand URL {wrong} of {len(self._urls)}: {advice}" if wrong else ""

    def _failed(self, names: Iterable[str]) -> str:
        advice = "see whether the service is up and its URL still valid (`apprise -vv URL` tells more)"
        return f"Apprise could not send through URL {self._numbers(names)} of {len(self._urls)}: {advice}"

    def _numbers(self, names: Iterable[str]) -> str:
        """Which ones, counted from 1: the URLs themselves are secret."""
        order = list(self._urls)
        return ", ".join(str(order.index(name) + 1) for name in names)


def _open(urls: Mapping[str, str]) -> Mapping[str, "Apprise | None"]:
    """The service of each URL; None for one that is not understood."""
    from apprise import Apprise, AppriseAsset  # half a second and 36 MB that only those pay who use it

    _mute()
    # Without a limit of its own Apprise calls in this thread, and the outbox's deadline holds.
    asset = AppriseAsset(
        async_mode=False, interpret_escapes=False, secure_logging=True, service_timeout=0, http_redirects=False
    )
    found: dict[str, Apprise | None] = {}
    for name, url in urls.items():
        service = Apprise(asset=asset)
        try:
            found[name] = _unmoved(service) if service.add(url) and len(service) == 1 else None
        except Exception:  # noqa: BLE001  # the boundary to a service's own code: what it raises could repeat the URL
            found[name] = None
    return found


def _unmoved(service: "Apprise") -> "Apprise":
    """The same, following no redirect, even where its URL asks for it: what it says carries passwords."""
    for server in service:
        server.redirects = False
    return service


@dataclass(frozen=True, slots=True)
class _Said:
    """What a service is given; without a title the body is all."""

    title: str
    body: str


def _in_full(wording: Wording) -> _Said:
    links = {wording.link, *(one.link for one in wording.listed)}
    title, *lines = wording.plain().split("\n")
    body = "\n".join(line if line in links else _silent(line) for line in lines)
    return _Said(_silent(title), body or _silent(title))


def _takes(service: "Apprise | None", said: _Said) -> bool:
    """Whether a service took the message."""
    from apprise import NotifyFormat

    return bool(
        service
        and service.notify(title=said.title, body=said.body, body_format=NotifyFormat.TEXT, interpret_escapes=False)
    )


def _silent(text: str) -> str:
    """Text that mentions nobody: Apprise passes `<!channel>` and `@everyone` on to services that ring for them."""
    return text.replace("&lt;", "<").replace("&gt;", ">").translate(_SILENT)


def _mute() -> None:
    """Keeps what these libraries log from every handler of ours, at whatever level."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.handlers[:] = [logging.NullHandler()]
        logger.propagate = False
