"""Any of the services that Apprise knows, each by its URL: https://appriseit.com/services/

Apprise says no more than whether it worked. So a message that failed everywhere is tried again, and may arrive twice
where only the answer was lost; one that some services took goes again to the others alone.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.delivery.preview import Preview, in_words
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.message import Message
from watcher.messages.wording import Wording, word

if TYPE_CHECKING:
    from apprise import Apprise

_NO_URLS = "there is no URL: write one a line into urls_file, or into WATCHER_APPRISE_URLS"
_MOST_HALF_SENT = 1_000

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
    """Sends through every service of a list of URLs; none of them appears in what it says, logs or raises."""

    spacing = timedelta(seconds=1)

    def __init__(self, name: str, *, urls: str, zone: ZoneInfo) -> None:
        self.name = name
        self._zone = zone
        self._urls = tuple(_urls_in(urls))
        self._services: tuple[Apprise | None, ...] = ()
        self._taken: dict[str, set[int]] = {}
        """By message, the services that have taken it while others have not; forgotten with the process."""

    def send(self, message: Message) -> Verdict:
        """One attempt through each service that has not taken the message yet."""
        if wrong := self.check():
            return Verdict(Answer.REFUSED, wrong)
        wording = word(message, self._zone)
        taken = self._taken.pop(message.id, set())
        failed = [
            number for number, service in enumerate(self._services)
            if number not in taken and not _takes(service, wording)
        ]  # fmt: skip
        if not failed:
            return Verdict(Answer.ACCEPTED)
        advice = "see whether the service is up and its URL still valid (`apprise -vv URL` tells more)"
        detail = f"Apprise could not send through URL {_numbers(failed)} of {len(self._services)}: {advice}"
        if len(failed) == len(self._services):
            return Verdict(Answer.LATER, detail)
        self._remember(message.id, set(range(len(self._services))) - set(failed))
        # A restart forgets who has it; then everybody gets it again, marked as possibly repeated.
        return Verdict(Answer.UNKNOWN, detail)

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """UNKNOWN always: Apprise only sends."""
        return Verdict(Answer.UNKNOWN, "what went through Apprise can't be looked up")

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """The plain text that every service is given."""
        return Preview(in_words(message, self._zone, was_sent=was_sent).plain() + "\n")

    def check(self) -> str | None:
        """Which URLs Apprise does not understand, or None; contacts nobody."""
        if not self._urls:
            return _NO_URLS
        if not self._services:
            self._services = _open(self._urls)
        wrong = [number for number, service in enumerate(self._services) if service is None]
        if not wrong:
            return None
        advice = "compare it with https://appriseit.com/services/ (`apprise -vv --dry-run URL` tells more)"
        return f"Apprise does not understand URL {_numbers(wrong)} of {len(self._urls)}: {advice}"

    def _remember(self, message_id: str, services: set[int]) -> None:
        self._taken[message_id] = services
        while len(self._taken) > _MOST_HALF_SENT:
            del self._taken[next(iter(self._taken))]


def _urls_in(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            yield from line.split()


def _numbers(indices: list[int]) -> str:
    """Which ones, counted from 1: the URLs themselves are secret."""
    return ", ".join(str(index + 1) for index in indices)


def _open(urls: tuple[str, ...]) -> tuple["Apprise | None", ...]:
    """The service of each URL; None for one that is not understood."""
    from apprise import Apprise, AppriseAsset  # half a second and 36 MB that only those pay who use it

    _mute()
    # Without a limit of its own Apprise calls in this thread, and the outbox's deadline holds.
    asset = AppriseAsset(
        async_mode=False, interpret_escapes=False, secure_logging=True, service_timeout=0, http_redirects=False
    )
    found: list[Apprise | None] = []
    for url in urls:
        service = Apprise(asset=asset)
        try:
            found.append(_unmoved(service) if service.add(url) and len(service) == 1 else None)
        except Exception:  # noqa: BLE001  # the boundary to a service's own code: what it raises could repeat the URL
            found.append(None)
    return tuple(found)


def _unmoved(service: "Apprise") -> "Apprise":
    """The same, following no redirect, even where its URL asks for it: what it says carries passwords."""
    for server in service:
        server.redirects = False
    return service


def _takes(service: "Apprise | None", wording: Wording) -> bool:
    """Whether a service took the message."""
    from apprise import NotifyFormat

    title, *lines = wording.plain().split("\n")
    body = "\n".join(line if line == wording.link else _silent(line) for line in lines)
    return bool(
        service
        and service.notify(
            title=_silent(title), body=body or _silent(title), body_format=NotifyFormat.TEXT, interpret_escapes=False
        )
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
