"""Which linked document may be the newest release, and which files are none of inspections by their own words; pure."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from watcher.feeds.govuk_statistics.document import AttachedFile, LinkedDocument

MOST_RELEASES = 4
"""So many of the linked documents are fetched at most, until one of them has files that are understood."""
UPDATED_AFTER = timedelta(days=400)
"""No later after the day in its title does a release count: a correction years after does not make it the newest."""

_DATED = re.compile(
    r"(?i)(?:\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} )?(?<![0-9])(20[0-9][0-9])(?![0-9])"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OTHER = re.compile(
    r"(?i)technical|methodolog|quality|glossar|metadata|dictionar|guid(?:e|ance)|notes?\b|pre-?release|charts?\b"
    r"|time[ _-]series|summary|infographic|questionnaire|responses?\b|survey|revision|fostering|adoption"
    r"|early[ _-]years|schools?\b|further education"
)


def newest_first(linked: Sequence[LinkedDocument]) -> list[LinkedDocument]:
    """The linked documents that may be the newest release, the likeliest first."""
    return sorted(linked, key=lambda document: _released(document) or date.min, reverse=True)[:MOST_RELEASES]


def _released(document: LinkedDocument) -> date | None:
    told = day_in(document.title)
    if told is None or document.updated is None:
        return document.updated or told
    return min(document.updated, told + UPDATED_AFTER)


def day_in(title: str) -> date | None:
    """The latest month or year in a title, as its first day."""
    found = [
        date(int(year), _MONTHS.index(month.lower()) + 1 if month else 1, 1) for month, year in _DATED.findall(title)
    ]
    return max(found, default=None)


def is_another_table(file: AttachedFile) -> bool:
    """Whether a file says by its title or name that it is no table of inspections: nobody need hear that it is none."""
    return _OTHER.search(file.title) is not None or _OTHER.search(file.name.replace("_", " ")) is not None
