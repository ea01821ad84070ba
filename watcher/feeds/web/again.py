"""Asks once more what was asked before, and whether the very same comes; with nothing but Python's own client.

What reads pages, judges them and tells of them is many times larger than this, and none of it is needed where nothing
has changed. Whatever is not exactly as it was is for the polite client to ask and to understand.
"""

import hashlib
import http.client
import time
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

from watcher.feeds.exchange import Exchange
from watcher.feeds.web.body import Body, BodyBrokenError, BodyTooLargeError
from watcher.timing.clock import Clock

_SECONDS = 30.0
_LIMIT = 5_000_000
_PIECE = 65_536
_SAME = (200, 304)
_NONE = "of nothing that is ever kept"


def can_be_asked_again(exchange: Exchange) -> bool:
    """Whether its answer says all that there is to know: a page, that it is unchanged, or that there are no rules."""
    return exchange.status in _SAME or (exchange.status == 404 and urlsplit(exchange.url).path == "/robots.txt")


def comes_again(exchanges: Sequence[Exchange], clock: Clock, pause: Callable[[float], object] = time.sleep) -> bool:
    """Whether each request is answered as it was; ends at the first that is not.

    Then a pause is made as before every request, though no answer came: whoever asks next owes the host no other.
    """
    lines: dict[tuple[str, str], http.client.HTTPConnection] = {}
    asked = set[str]()
    try:
        for exchange in exchanges:
            parts = urlsplit(exchange.url)
            if parts.netloc in asked:
                pause(exchange.pause)
            asked.add(parts.netloc)
            line = lines.get((parts.scheme, parts.netloc)) or _line(parts)
            lines[(parts.scheme, parts.netloc)] = line
            if not _is_same(line, parts, exchange, clock):
                pause(exchange.pause)
                return False
    except (OSError, http.client.HTTPException, ValueError):
        pause(max(exchange.pause for exchange in exchanges))
        return False
    finally:
        for line in lines.values():
            line.close()
    return True


def _line(parts: SplitResult) -> http.client.HTTPConnection:
    if parts.scheme != "https":
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    import ssl

    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()  # an organisation's own authority is in the system's store
    return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=_SECONDS, context=context)


def _is_same(line: http.client.HTTPConnection, parts: SplitResult, exchange: Exchange, clock: Clock) -> bool:
    until = clock.monotonic() + _SECONDS
    path = parts.path or "/"
    line.putrequest("GET", f"{path}?{parts.query}" if parts.query else path, skip_accept_encoding=True)
    for name, value in exchange.headers:
        line.putheader(name, value.encode("latin-1"))
    line.endheaders()
    answer = line.getresponse()
    if answer.status != exchange.status:
        return False
    if answer.status != 200:  # of these the status says all
        answer.read(_LIMIT)
        return True
    return _digest(answer, lambda: clock.monotonic() > until) == exchange.digest


def _digest(answer: http.client.HTTPResponse, is_late: Callable[[], bool]) -> str:
    codings = (answer.getheader("content-encoding") or "").split(",")
    body = Body([coding.strip().lower() for coding in codings], _LIMIT)
    try:
        while piece := answer.read1(_PIECE):
            if is_late():
                return _NONE
            body.feed(piece)
        return digest_of(body.finish())
    except (BodyBrokenError, BodyTooLargeError):
        return _NONE
    finally:
        answer.close()  # the line stays: read to its end by pieces, an answer is not over by itself


def digest_of(body: bytes) -> str:
    """What a body is known again by."""
    return hashlib.sha256(body).hexdigest()
