"""A chart as values: what is said at each bar and how long it is; whoever shows it draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.answers.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart."""

    label: str
    """What it is of."""
    value: float | None
    """How long it is, from 0; None where there is no figure, which is shown as a gap and never as nothing."""
    said: str
    """The figure in words; of a gap, why there is none."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars below each other, in the order in which they are read."""

    title: str
    about: str
    """What its bars are and what stands out, for who can't see it."""
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Charted:
    """One answer with its charts, which stand above its rows."""

    sheet: Sheet
    charts: Sequence[Chart] = ()
