"""robots.txt as RFC 9309 defines it; the standard library's reader knows neither `*` nor `$` nor the longest match."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Self

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_SECONDS = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
_RULES = ("allow", "disallow", "crawl-delay")


@dataclass(frozen=True, slots=True)
class Rule:
    """One Allow or Disallow line; `pattern` is percent-normalised and never empty."""

    allow: bool
    pattern: str

    def matches(self, target: str) -> bool:
        """Whether a percent-normalised path with query begins as the pattern says."""
        anchored = self.pattern.endswith("$")
        first, *rest = (self.pattern[:-1] if anchored else self.pattern).split("*")
        if not target.startswith(first):
            return False
        if not rest:
            return not anchored or target == first
        return _found_in_order(target, len(first), rest, anchored)


def _found_in_order(target: str, start: int, pieces: list[str], anchored: bool) -> bool:
    """Piece by piece, leftmost first: a regular expression with many wildcards could be made to take for ever."""
    last = pieces.pop() if anchored else ""
    for piece in pieces:
        found = target.find(piece, start)
        if found < 0:
            return False
        start = found + len(piece)
    return not anchored or (target.endswith(last) and len(target) - len(last) >= start)


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site allows one crawler; the default allows everything."""

    rules: tuple[Rule, ...] = ()
    crawl_delay: timedelta | None = None

    def allows(self, target: str) -> bool:
        """Whether a path with query may be fetched: the longest matching rule wins, Allow wins a tie."""
        normal = _normalised(target)
        matching = [(len(rule.pattern), rule.allow) for rule in self.rules if rule.matches(normal)]
        return max(matching, default=(0, True))[1]

    @classmethod
    def parse(cls, text: str, agent: str) -> Self:
        """Reads a robots.txt for the crawler of that product token; lines that mean nothing are skipped."""
        groups = list(_groups(text))
        own = [rules for agents, rules in groups if agent.lower() in agents]
        lines = [line for rules in own or [rules for agents, rules in groups if "*" in agents] for line in rules]
        delays = [
            timedelta(seconds=float(value))
            for key, value in lines
            if key == "crawl-delay" and _SECONDS.fullmatch(value)
        ]
        rules = (Rule(key == "allow", _normalised(value)) for key, value in lines if key != "crawl-delay" and value)
        return cls(tuple(rules), max(delays, default=None))


def _groups(text: str) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """Each group: the crawlers that it names, lower-case, and its lines."""
    agents: set[str] = set()
    for is_agent, lines in groupby(_lines(text), key=lambda line: line[0] == "user-agent"):
        if is_agent:
            agents = {_product(value) for _, value in lines}
        else:
            yield agents, list(lines)
    yield agents, []  # the last ones named may have no rules at all


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")):
        key, colon, value = line.partition("#")[0].partition(":")
        name = key.strip().lower()
        if colon and name in ("user-agent", *_RULES):
            yield name, value.strip()


def _product(value: str) -> str:
    """The product token of a User-agent line: `Watcher/1.0` is for `watcher`."""
    return value if value == "*" else re.split(r"[/\s]", value, maxsplit=1)[0].lower()


def _normalised(text: str) -> str:
    """One spelling for each octet (RFC 9309, 2.2.2): unreserved plain, escapes in capitals, all but ASCII escaped."""
    encoded = "".join(c if "!" <= c <= "~" else "".join(f"%{octet:02X}" for octet in c.encode()) for c in text)

    def respell(escape: re.Match[str]) -> str:
        octet = chr(int(escape[1], 16))
        return octet if _UNRESERVED.fullmatch(octet) else escape[0].upper()

    return _ESCAPE.sub(respell, encoded)
