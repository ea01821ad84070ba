"""What a site's robots.txt (RFC 9309) allows, as Protego reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from protego import Protego

_AGENT = re.compile(r"\s*user(?:-|\s+)?agent(?:\s*:|\s|$)\s*(.*)", re.IGNORECASE)
"""Every spelling that Protego takes for the beginning of a group."""
_OTHERS = "others/"
"""What any crawler but ours is called: no product token has a slash."""
_SITE = "https://site.example"
_LONGEST_DELAY = 86_400.0
"""Seconds; nobody means more than a day."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site allows one crawler; the default allows everything."""

    rules: Protego | None = None
    agent: str = "*"

    def allows(self, target: str) -> bool:
        """Whether a path with query may be fetched: the longest matching rule wins, Allow wins a tie."""
        return self.rules is None or self.rules.can_fetch(_SITE + target, self.agent)

    @property
    def crawl_delay(self) -> timedelta | None:
        """The pause between requests that the site asks for."""
        seconds = None if self.rules is None else self.rules.crawl_delay(self.agent)
        return None if seconds is None else timedelta(seconds=min(seconds, _LONGEST_DELAY))

    @classmethod
    def parse(cls, text: str, agent: str) -> Self:
        """Reads a robots.txt for the crawler of that product token; a misspelt rule that can be understood holds."""
        return cls(Protego.parse("\n".join(_with_one_name_for_others(text, agent.lower()))), agent.lower())


def _with_one_name_for_others(text: str, agent: str) -> Iterator[str]:
    # Protego keeps every rule once for each crawler of its group, which a file of many crawlers and many rules
    # turns into gigabytes, and takes `wat` for `watcher`, where the standard wants the whole token.
    for line in text.removeprefix("\ufeff").splitlines():
        named = _AGENT.match(line.partition("#")[0])
        yield line if named is None else f"User-agent: {_known_as(named[1].strip(), agent)}"


def _known_as(name: str, agent: str) -> str:
    """`Watcher/1.0` is for `watcher`; a line that names nobody still ends the group before it."""
    if name in ("*", ""):
        return name
    return agent if re.split(r"[/\s]", name, maxsplit=1)[0].lower() == agent else _OTHERS
