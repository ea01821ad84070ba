"""What is printed of a home without a terminal's library is what that would print there, byte for byte."""

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from watcher.cli.plain_timeline import plain_timeline, plain_width
from watcher.cli.timeline import print_timeline
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.statements import Record

WORDS = ["Good", "Inadequate", "Requires improvement to be good", "Sustained effectiveness", "x" * 30]
AREAS = ["overall", "protected", "leaders", "outcomes"]
HOME = Home(regulator="ofsted", id="SC123456", type="children's home", owner="Elm Homes Limited")
ODD = ["[bold]1", "日本", ":bell:"]

judgements = st.lists(st.tuples(st.sampled_from(AREAS), st.sampled_from(WORDS)), max_size=4)
events = st.sampled_from(["", "297848", "10328058", "1" * 30, *ODD])


def record(day: int, graded: list[tuple[str, str]], event: str, *, withdrawn: bool) -> Record:
    """One inspection with these words of these areas."""
    found = Inspection(
        home=HOME.key,
        kind=Kind.FULL,
        inspected=date(2024, 1, 1 + day),
        published=date(2024, 2, 1 + day) if day % 2 else None,
        judgements=tuple(Judgement(area, read_grade(word, "ofsted")) for area, word in dict(graded).items()),
        event=event or None,
    )
    return Record((found,), withdrawn=date(2024, 5, 1) if withdrawn else None)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.builds(record, st.integers(0, 27), judgements, events, withdrawn=st.booleans()), max_size=5),
    st.integers(76, 130),
)
def test_it_is_what_the_library_would_print_or_its_business(records: list[Record], width: int) -> None:
    page = io.StringIO()
    print_timeline(Console(file=page, soft_wrap=True, width=width), HOME, records)
    assert plain_timeline(HOME, records, width) in (None, page.getvalue())


def test_it_lays_out_what_homes_have_as_a_rule() -> None:
    graded = [("overall", "Good"), ("protected", "Requires improvement to be good"), ("leaders", "Inadequate")]
    said = plain_timeline(HOME, [record(1, graded, "10328058", withdrawn=False)])
    assert said is not None
    assert len(said.splitlines()) > len(["home", "headings", "inspection"])


@pytest.mark.parametrize("event", ODD)
def test_what_may_be_more_than_letters_is_left_to_the_library(event: str) -> None:
    assert plain_timeline(HOME, [record(1, [], event, withdrawn=False)]) is None


@pytest.mark.parametrize("asked", [{"COLUMNS": "60"}, {"COLUMNS": "0"}, {"FORCE_COLOR": "1"}])
def test_whoever_says_how_it_is_to_look_gets_it_so(asked: dict[str, str]) -> None:
    assert plain_width(asked) is None
