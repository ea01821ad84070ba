"""Whether the site is to blame and not its homes: most of what was tried has failed in the same way; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

LEAST = 3
"""Fewer failures in one reading say nothing of the others."""
MOST_HOMES = 20
"""Homes that are remembered; more prove nothing more."""
_LONGEST = 500
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass(frozen=True, slots=True)
class Try:
    """One page or file that was asked for and came."""

    home: str
    """Its home's number."""
    failed: str | None = None
    """Why it could not be read; None if it was."""


@dataclass(frozen=True, slots=True)
class Run:
    """Pages or files that have failed in the same way, since when none was read that speaks against it."""

    cause: str
    """In the words that all have in common."""
    what: str
    """In the words of the first."""
    homes: tuple[str, ...]
    is_common: bool = False
    """Whether it is the site's trouble, as far as can be told, and not that of these homes."""


def after(before: Run | None, tries: Sequence[Try], least: int = LEAST) -> Run | None:
    """The run after a reading: the site's trouble if three or more failed in the same way, and more than half.

    Where fewer were tried, and all failed as those of the reading before did, so many homes together are enough.
    What was not tried says nothing.
    """
    failed = _most_frequent(tries)
    if not failed:
        return None if tries else before
    homes, all_failed = {attempt.home for attempt in failed}, len(failed) == len(tries)
    if all_failed and before is not None and before.cause == _cause(failed[0]):
        together = tuple(dict.fromkeys((*before.homes, *sorted(homes))))
        return replace(before, homes=together[:MOST_HOMES], is_common=before.is_common or len(together) >= least)
    is_common = len(homes) >= LEAST and len(failed) > len(tries) / 2
    if not all_failed and not is_common:
        return None
    return Run(_cause(failed[0]), failed[0].failed or "", tuple(sorted(homes))[:MOST_HOMES], is_common)


def _most_frequent(tries: Sequence[Try]) -> list[Try]:
    """Those that failed in the most frequent way."""
    by_cause: dict[str, list[Try]] = {}
    for attempt in tries:
        if attempt.failed is not None:
            by_cause.setdefault(_cause(attempt), []).append(attempt)
    return max(by_cause.values(), key=len, default=[])


def _cause(attempt: Try) -> str:
    """The words of a failure without what is its own: addresses, quoted words, numbers and dates."""
    words = _QUOTED.sub("…", (attempt.failed or "")[:_LONGEST]).split()
    return " ".join("…" if "://" in word or any(map(str.isdigit, word)) else word for word in words)
