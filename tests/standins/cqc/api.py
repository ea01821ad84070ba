"""A local server that speaks the CQC's API, and plays every trick that it, or what stands before it, may play.

    async with HttpServer(api.answer) as server:
        api.publish(location("1-100000001", currentRatings=rated(...)), at)

What is published is seen from its moment on, by the test's clock.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.standins.cqc.payloads import Payload, provider
from tests.standins.http_server import Answer, End, Request, answer
from watcher.timing.clock import Clock

ROOT = "/public/v1"
KEY = "invented-key-123"
_TYPE = "application/json; charset=utf-8"
_FILTERS = {
    "localAuthority": "localAuthority",
    "inspectionDirectorate": "inspectionDirectorate",
    "careHome": "careHome",
    "region": "region",
}


class CqcTrick(StrEnum):
    """What is wrong with an answer."""

    CUT = "the connection ends in the middle"
    HALF_JSON = "half of the text, and its length agrees"
    SHELL = "a page of scripts"
    LOGIN_PAGE = "a login page with status 200"
    GZIP_BOMB = "a small body that becomes a large one"
    DRIP = "a body that never ends"
    WRONG_CHARSET = "UTF-8 announced as Latin-1"
    KEYS_RENAMED = "every key has another name"
    HALF_GONE = "half of the rows, and the count stays"
    NEW_WORD = "a rating that no list knows"
    FUTURE = "the current rating lies ahead"
    FALLS_BACK = "the first state of every location"
    NO_RATINGS = "no location has a rating"
    REFUSED = "403"
    REFUSED_KEY = "401"
    FEWER = "429 with Retry-After in seconds"
    LATER = "503 with Retry-After as a date"
    ERROR = "500"
    NOWHERE = "the next page lies at another host"
    CIRCLE = "the next page is the first one"


class CqcStandIn:
    """The API over locations in their states; `requests` are the paths that were asked for."""

    def __init__(self, clock: Clock, *, key: str = KEY) -> None:
        self.clock, self.key = clock, key
        self.trick: CqcTrick | None = None
        self.where = ""
        """`locations`, `location`, `changes` or `provider`; empty for all of them."""
        self.requests: list[str] = []
        self.gone: set[str] = set()
        """Ids that are in lists and answered with 404."""
        self.broken: dict[str, int] = {}
        """Ids of locations that are always answered with that status; 200 with an object that has nothing in it."""
        self.unlisted: set[str] = set()
        """Ids that the list of changes misses."""
        self.providers: dict[str, Payload] = {"1-200000001": provider()}
        self.per_page = 1000
        self.date: str | None = None
        """What is sent as the header Date; None for the moment by the clock, empty for no such header."""
        self.delay = 0.0
        self._states: dict[str, list[tuple[datetime, Payload]]] = {}

    def publish(self, payload: Payload, at: datetime) -> None:
        """From that moment on a location is so."""
        states = self._states.setdefault(payload["locationId"], [])
        states.append((at, payload))
        states.sort(key=lambda state: state[0])

    def play(self, trick: CqcTrick | None, where: str = "") -> None:
        """Plays that trick from now on, or none."""
        self.trick, self.where = trick, where

    def asked(self, part: str) -> list[str]:
        """The last parts of the paths asked for below one, such as the ids below `locations`."""
        paths = (urlsplit(target).path for target in self.requests)
        return [path.rpartition("/")[2] for path in paths if path.startswith(f"{ROOT}/{part}/")]

    def answer(self, request: Request) -> Answer:
        """What is sent for a request, with the server's time."""
        sent = self._answer(request)
        date = format_datetime(self.clock.now(), usegmt=True) if self.date is None else self.date
        return sent.replace(b"\r\n", f"\r\nDate: {date}\r\n".encode(), 1) if date and isinstance(sent, bytes) else sent

    def _answer(self, request: Request) -> Answer:
        if request.path == "/robots.txt":
            return answer("nothing here", 404)
        self.requests.append(request.target)
        if not request.header("User-Agent"):
            return answer("Forbidden", 403)
        if request.header("Ocp-Apim-Subscription-Key") != self.key:
            return answer('{"statusCode": 401}', 401, content_type=_TYPE)
        path = request.path.removeprefix(ROOT).split("/")[1:]
        query = parse_qsl(urlsplit(request.target).query)
        part = {1: path[0]}.get(len(path), "changes" if path[0] == "changes" else path[0].rstrip("s"))
        sent = self._played(part, lambda: self._answered(path, query))
        return [self.delay, sent] if self.delay and isinstance(sent, bytes) else sent

    def _answered(self, path: list[str], query: list[tuple[str, str]]) -> dict[str, Any] | int:
        match path:
            case ["locations"]:
                return self._listed(query)
            case ["changes", "location"]:
                return self._changed(query)
            case ["locations", number]:
                return self._one(number)
            case ["providers", number]:
                return dict(self.providers[number]) if number in self.providers else 404
        return 404

    def _now(self, number: str) -> Payload | None:
        states = [payload for at, payload in self._states[number] if at <= self.clock.now()]
        if not states:
            return None
        return states[0 if self._plays(CqcTrick.FALLS_BACK) else -1]

    def _one(self, number: str) -> dict[str, Any] | int:
        if number != number.upper():
            return 400
        if number in self.broken:
            return {} if self.broken[number] == 200 else self.broken[number]
        if number in self.gone or number not in self._states or (payload := self._now(number)) is None:
            return 404
        return dict(payload)

    def _listed(self, query: list[tuple[str, str]]) -> dict[str, Any]:
        wanted: dict[str, set[str]] = {}
        for name, value in query:
            if name in _FILTERS:
                wanted.setdefault(_FILTERS[name], set()).add(value)
        there = ((number, self._now(number)) for number in sorted(self._states))
        rows = [
            {"locationId": number, "locationName": payload["name"], "postalCode": "DE1 1AA"}
            for number, payload in there
            if payload is not None and all(payload.get(key) in values for key, values in wanted.items())
        ]
        return self._paged("/locations", "locations", rows, query)

    def _changed(self, query: list[tuple[str, str]]) -> dict[str, Any]:
        given = {name.lower(): value for name, value in query}
        start, end = (datetime.fromisoformat(given[name]) for name in ("starttimestamp", "endtimestamp"))
        rows = [
            number
            for number, states in sorted(self._states.items())
            if number not in self.unlisted and any(start <= at < end for at, _ in states)
        ]
        return self._paged("/changes/location", "changes", rows, query)

    def _paged(self, path: str, key: str, rows: list[Any], query: list[tuple[str, str]]) -> dict[str, Any]:
        given = dict(query)
        page, size = int(given.get("page", 1)), min(int(given.get("perPage", 50)), self.per_page)
        shown = rows[(page - 1) * size : page * size]
        if self._plays(CqcTrick.HALF_GONE):
            shown = shown[::2]
        others = [(name, value) for name, value in query if name not in ("page", "perPage")]
        following = f"{path}?{urlencode([('page', str(page + 1)), ('perPage', str(size)), *others])}"
        if self._plays(CqcTrick.NOWHERE):
            following = "https://elsewhere.example/locations?page=2"
        if self._plays(CqcTrick.CIRCLE):
            following = f"{path}?{urlencode(query)}"
        is_last = page * size >= len(rows) and not self._plays(CqcTrick.NOWHERE, CqcTrick.CIRCLE)
        pages = -(-len(rows) // size)
        links = {"nextPageUri": None if is_last else following, "previousPageUri": None}
        return {key: shown, "total": len(rows), "totalPages": pages, "page": page, "perPage": size, **links}

    def _plays(self, *tricks: CqcTrick) -> bool:
        return self.trick in tricks

    def _played(self, part: str, answered: Callable[[], dict[str, Any] | int]) -> Answer:
        if self.where not in ("", part):
            trick, self.trick = self.trick, None
            try:
                return _sent(answered())
            finally:
                self.trick = trick
        if (instead := self._instead()) is not None:
            return instead
        said = answered()
        if isinstance(said, int):
            return _sent(said)
        return self._altered(said)

    def _instead(self) -> Answer | None:
        match self.trick:
            case CqcTrick.SHELL:
                return answer("<html><head>" + "<script src='/bundle.js'></script>" * 200 + "</head></html>")
            case CqcTrick.LOGIN_PAGE:
                return answer("<html><title>Sign in</title><form>Password</form></html>")
            case CqcTrick.GZIP_BOMB:
                body = gzip.compress(bytes(50_000_000), 9)
                return answer(body, headers={"Content-Encoding": "gzip"}, content_type=_TYPE)
            case CqcTrick.DRIP:
                return _drip()
            case CqcTrick.REFUSED:
                return answer("Forbidden", 403)
            case CqcTrick.REFUSED_KEY:
                return answer('{"statusCode": 401}', 401, content_type=_TYPE)
            case CqcTrick.FEWER:
                return answer("slower", 429, {"Retry-After": "3600"})
            case CqcTrick.LATER:
                until = format_datetime(self.clock.now() + timedelta(hours=2), usegmt=False)
                return answer("later", 503, {"Retry-After": until.replace("+0000", "GMT")})
            case CqcTrick.ERROR:
                return answer("broken", 500)
        return None

    def _altered(self, said: dict[str, Any]) -> Answer:
        if self._plays(CqcTrick.NEW_WORD):
            return _sent(_reworded(said, "Causing concern"))
        if self._plays(CqcTrick.NO_RATINGS):
            hidden = ("currentRatings", "historicRatings", "assessment")
            return _sent({key: value for key, value in said.items() if key not in hidden})
        if self._plays(CqcTrick.FUTURE):
            ahead = f"{self.clock.now() + timedelta(days=400):%Y-%m-%d}"
            current = said.get("currentRatings") or {}
            overall = {**current.get("overall", {}), "reportDate": ahead, "keyQuestionRatings": []}
            return _sent({**said, "currentRatings": {"overall": overall, "reportDate": ahead}} if current else said)
        if self._plays(CqcTrick.KEYS_RENAMED):
            return _sent({f"new{key}": value for key, value in said.items()})
        text = json.dumps(said, ensure_ascii=False)
        if self._plays(CqcTrick.WRONG_CHARSET):
            return answer(text, content_type="application/json; charset=ISO-8859-1")
        if self._plays(CqcTrick.HALF_JSON):
            return answer(text[: len(text) // 2], content_type=_TYPE)
        if self._plays(CqcTrick.CUT):
            return [answer(text[: len(text) // 2], content_type=_TYPE, length=len(text.encode())), End.CLOSE]
        return answer(text, content_type=_TYPE, zipped=True)


def _sent(said: Mapping[str, Any] | int) -> bytes:
    if isinstance(said, int):
        return answer(json.dumps({"statusCode": said}), said, content_type=_TYPE)
    return answer(json.dumps(said, ensure_ascii=False), content_type=_TYPE, zipped=True)


def _reworded(said: Any, word: str) -> Any:
    if isinstance(said, dict):
        return {key: word if key == "rating" and value else _reworded(value, word) for key, value in said.items()}
    return [_reworded(part, word) for part in said] if isinstance(said, list) else said


def _drip() -> Answer:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    return [head, b"1\r\n{\r\n", End.HANG]
