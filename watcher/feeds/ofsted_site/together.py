"""The readings of several remits as the one of their feed; pure."""

from collections.abc import Mapping, Sequence
from itertools import chain

from watcher.feeds.feed import Cursor, Outcome, Reading
from watcher.feeds.ofsted_site.remit import Remit

STOPPED_BY = (Outcome.REFUSED, Outcome.UNREACHABLE)
"""The outcomes after which the site is asked nothing more."""


def together(parts: Mapping[Remit, Reading], remits: Sequence[Remit], cursor: Cursor) -> Reading:
    """One reading that is good if all are, and says of each remit what came of it; `cursor` holds them all.

    Of `remits` those without a part were not asked for any more. What is good in one is believed whatever came of the
    others.
    """
    readings = list(parts.values())
    bad = next((reading for reading in readings if not reading.outcome.is_good), None)
    is_partly_good = any(reading.in_part or reading.outcome.is_good for reading in readings)
    stopped = any(reading.outcome in STOPPED_BY for reading in readings)
    baselines = [reading.baseline for reading in readings if reading.baseline is not None]
    return Reading(
        outcome=bad.outcome if bad else _good(readings),
        detail="; ".join(f"{remit.name}: {_detail(parts.get(remit))}" for remit in remits),
        in_part=bad is not None and is_partly_good and not stopped,
        homes=tuple(chain.from_iterable(reading.homes for reading in readings)),
        inspections=tuple(chain.from_iterable(reading.inspections for reading in readings)),
        findings={key: found for reading in readings for key, found in reading.findings.items()},
        background=tuple(chain.from_iterable(reading.background for reading in readings)),
        listings={home: listed for reading in readings for home, listed in reading.listings.items()},
        problems=tuple(chain.from_iterable(reading.problems for reading in readings)),
        unfinished=frozenset().union(*(reading.unfinished for reading in readings)),
        cursor=cursor,
        # What stands still is told of the remit of which most comes out: another must not hide it.
        newest=parts[remits[0]].newest if remits[0] in parts else None,
        baseline=sum(baselines) if baselines else None,
        goes_on=any(reading.goes_on for reading in readings),
        retry_after=max((reading.retry_after for reading in readings if reading.retry_after), default=None),
    )


def _good(readings: Sequence[Reading]) -> Outcome:
    is_changed = any(reading.outcome is Outcome.CHANGED for reading in readings)
    return Outcome.CHANGED if is_changed else Outcome.UNCHANGED


def _detail(reading: Reading | None) -> str:
    return reading.detail if reading is not None else "not asked for, since the site is in trouble"
