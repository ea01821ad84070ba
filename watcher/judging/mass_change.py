"""The mass-change brake: a reading that would turn too much of what is known upside down is held; pure."""

from watcher.judging.changes import What
from watcher.rounds.take_in import Taken

FEWEST_ALTERED = 5
"""Fewer alterations than this are never a mass change."""

FEWEST_DROPS = 12
"""Twice what the busiest day of publications on record brought."""

MOST_DROPS = 0.5
"""Share of newly judged inspections that may be drops; the official yearly share is 4 to 9 in a hundred."""


def why_held(taken: Taken, share: float) -> str | None:
    """Why a reading is not believed, in numbers for the operator; None if it is plausible."""
    if taken.altered >= FEWEST_ALTERED and taken.altered > share * taken.inspections_before:
        return (
            f"it would change or remove {taken.altered} of the {taken.inspections_before} inspections known of"
            f" the homes it names, more than {share:.0%}"
        )
    drops = sum(told.alert.change in (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE) for told in taken.told)
    new = sum(record.id is None for record in taken.records)
    if drops >= FEWEST_DROPS and drops > MOST_DROPS * new:
        return f"{drops} of {new} new inspections would be drops to inadequate, more than {MOST_DROPS:.0%}"
    return None
