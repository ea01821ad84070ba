"""Points for tests: the founding case, and any other."""

from datetime import date

from hypothesis import strategies as st

from watcher.facts.grades import scales
from watcher.facts.regulators import FOUR_POINT
from watcher.messages.timeline.point import Point


def point(inspected: str, grade: str, words: str | None = None) -> Point:
    """A point whose grade is printed with a capital unless something else is named."""
    return Point(date.fromisoformat(inspected), grade, grade.capitalize() if words is None else words)


FOUNDING_CASE = (
    point("2014-06-10", "requires improvement", "Adequate"),
    point("2015-05-12", "good"),
    point("2016-03-01", "good"),
    point("2017-08-23", "good"),
    point("2018-07-17", "inadequate"),
)

ANY_POINTS = st.lists(
    st.builds(
        Point,
        st.dates(date(2005, 1, 1), date(2035, 1, 1)),
        st.sampled_from([*(grade for scale in scales() for grade in scale.grades), *FOUR_POINT.grades]) | st.text(),
        st.text(),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)
