"""Which names somebody may have meant who wrote one that nothing has."""

import difflib
from collections.abc import Iterable

from watcher.text import squash

MOST_NEAR = 4
"""Names that are offered instead of one."""
_LOOKED_AT = 60
"""Characters of what was given that are compared with names."""


def nearest_names(name: str, known: Iterable[str]) -> list[str]:
    """Names that have all of its words, and those that are written nearly alike; the nearest first."""
    asked, spelled = squash(name)[:_LOOKED_AT], {squash(one): one for one in known}
    words = asked.split()
    having = sorted(
        (one for one in spelled if words and all(word in one for word in words)), key=lambda one: (len(one), one)
    )
    alike = difflib.get_close_matches(asked, spelled, n=MOST_NEAR, cutoff=0.6) if len(having) < MOST_NEAR else []
    return [spelled[one] for one in dict.fromkeys([*having, *alike])][:MOST_NEAR]
