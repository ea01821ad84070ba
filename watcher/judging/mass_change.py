"""The mass-change brake: a reading that would turn too much of what is known upside down is held; pure."""

FEWEST_ALTERED = 5
"""Fewer alterations than this are never a mass change."""

FEWEST_DROPS = 12
"""Twice what the busiest day of publications on record brought."""

MOST_OF_A_TABLE = 0.02
"""Share of the homes of a table that may drop at once; the busiest month of a country's brought 3 in a thousand."""

MOST_DROPS = 0.5
"""Share of newly judged inspections that may be drops; the official yearly share is 4 to 9 in a hundred."""


def why_held(*, altered: int, known: int, drops: int, new: int, share: float, rows: int = 0) -> str | None:
    """Why a reading is not believed, in numbers for the operator; None if it is plausible.

    `altered` of the inspections `known` of the homes it names would say something else or be gone, of which a `share`
    is believed; `drops` to inadequate would be told of the `new` ones. Of a table of so many `rows` that names what has
    changed alone, what has not is known too.
    """
    known = max(known, rows)
    if altered >= FEWEST_ALTERED and altered > share * known:
        return (
            f"it would change or remove {altered} of the {known} inspections known of"
            f" the homes it names, more than {share:.0%}"
        )
    if drops >= FEWEST_DROPS and drops > MOST_DROPS * new and drops > MOST_OF_A_TABLE * rows:
        return f"{drops} of {new} new inspections would be drops to inadequate, more than {MOST_DROPS:.0%}"
    return None
