"""What a reader must see first comes first."""

from watcher.judging.changes import What

BY_SERIOUSNESS = (
    What.DROPPED_TO_INADEQUATE,
    What.FIRST_INADEQUATE,
    What.STILL_INADEQUATE,
    What.AREA_INADEQUATE,
    What.CLOSED,
    What.OVERDUE,
    What.DROPPED,
    What.CORRECTED,
    What.WITHDRAWN,
    What.RECOVERED,
    What.VISITED,
    What.IMPROVED,
    What.LATE,
)
"""Every change, the most serious first. A correction may be a drop, so it stands before what is merely news."""
