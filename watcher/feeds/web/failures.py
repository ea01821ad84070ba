"""Why a page was not fetched; each says whether waiting helps."""

import re
from datetime import datetime

from watcher.errors import CouldNotTellError, TransientError, WatcherError
from watcher.text import printable

_CREDENTIALS = re.compile(r"//[^/?#]*@")
_PATIENCE = "watcher tries again by itself"


class FetchFailed(WatcherError):  # noqa: N818 - these five bear the names of outcomes
    """A page was not fetched; the message says why and what to do, and quotes neither secrets nor the page."""

    def __init__(self, url: str, what: str, status: int | None = None) -> None:
        self.url = printable(_CREDENTIALS.sub("//", url), 2_000)
        self.status = status
        """Of the answer that failed; None if there was none, or none was asked for."""
        super().__init__(f"{self.url} {what}")


class Unreachable(FetchFailed, TransientError):  # noqa: N818 - see above
    """No usable answer for now: the network, the name, the certificate, the time, or an error of the server."""


class Refused(FetchFailed, TransientError):  # noqa: N818 - see above
    """The publisher does not want this request, now or at all."""

    def __init__(self, url: str, what: str, status: int | None = None, retry_after: datetime | None = None) -> None:
        super().__init__(url, what, status)
        self.retry_after = retry_after
        """Not before this, if the publisher said so."""


class Malformed(FetchFailed, CouldNotTellError):  # noqa: N818 - see above
    """An answer that must not be believed: broken, oversized, or leading where it was not allowed to go."""


class NotFound(Malformed):
    """The publisher says that there is no such page (404) or no longer (410)."""


def failure_of(url: str, status: int, retry_after: datetime | None) -> FetchFailed:
    """What a status means that brings no page and leads to none."""
    match status:
        case 404 | 410:
            return NotFound(url, f"does not exist, says the site ({status}); check the address", status)
        case 401 | 403 | 451:
            advice = f"{_PATIENCE}; if it lasts, raise the feed's `spacing`, check `contact` and ask the publisher"
            return Refused(url, f"refused the request ({status}); {advice}", status, retry_after)
        case 429:
            what = f"asks for fewer requests (429); {_PATIENCE}, later; if it lasts, raise the feed's `spacing`"
            return Refused(url, what, status, retry_after)
        case _ if status >= 500 and retry_after is not None:
            return Refused(url, f"asks to come back later ({status}); {_PATIENCE}, then", status, retry_after)
        case _ if status == 408 or status >= 500:
            return Unreachable(url, f"answered with an error of its own ({status}); {_PATIENCE}", status)
        case _:
            return Malformed(url, f"answered {status}, which is no page; open it in a browser to see why", status)


def unreachable(url: str, reason: str) -> Unreachable:
    """No answer at all, for the reason that the network or TLS gave."""
    if "CERTIFICATE_VERIFY_FAILED" in reason:
        advice = "its certificate is not trusted: check the machine's clock and certificates, and who answers there"
        return Unreachable(url, f"could not be reached safely ({printable(reason)}); {advice}")
    advice = f"{_PATIENCE}; if it lasts, check the network and whether the site opens in a browser"
    return Unreachable(url, f"could not be reached ({printable(reason)}); {advice}")


def too_slow(url: str, seconds: float) -> Unreachable:
    """An answer that was not complete in time."""
    return Unreachable(url, f"did not answer completely within {seconds:g} s; {_PATIENCE}")
