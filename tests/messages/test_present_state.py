"""The line on how a home stands now: short, true on its own, and harmless whatever was published."""

from dataclasses import replace
from datetime import date

import pytest

from tests.messages.messages import GOOD, INADEQUATE, alert, graded
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.present_state import state_line
from watcher.text import inert

WAS_BAD = graded("2018-07-17", INADEQUATE)
LATER = {"inspected": date(2018, 9, 4), "published": date(2018, 9, 25)}


@pytest.mark.parametrize(
    ("now", "line"),
    [
        (
            alert(What.RECOVERED, grades=GOOD, before=WAS_BAD, days_inadequate=53, **LATER),
            "recovered after 53 days, rated good (published 25 September 2018)",
        ),
        (
            alert(
                What.RECOVERED,
                grades=GOOD,
                before=WAS_BAD,
                days_inadequate=1,
                inspected=date(2018, 9, 4),
                published=None,
            ),
            "recovered after 1 day, rated good (inspected 4 September 2018)",
        ),
        (
            alert(What.RECOVERED, grades=GOOD, before=WAS_BAD, **LATER),
            "recovered, rated good (published 25 September 2018)",
        ),
        (
            alert(
                What.RECOVERED,
                grades={**GOOD, "overall": "requires improvement"},
                before=WAS_BAD,
                days_inadequate=53,
                **LATER,
            ),
            "recovered after 53 days, rated requires improvement (published 25 September 2018)",
        ),
        (
            alert(What.STILL_INADEQUATE, before=WAS_BAD, **LATER),
            "still inadequate, inspected again on 4 September 2018 (published 25 September 2018)",
        ),
        (alert(), "inadequate (published 3 August 2018)"),
        (alert(What.FIRST_INADEQUATE, before=None), "inadequate (published 3 August 2018)"),
        (alert(What.IMPROVED, grades=GOOD), "good (published 3 August 2018)"),
        (
            alert(What.AREA_INADEQUATE, grades={**GOOD, "leaders": "inadequate"}),
            "good, with 1 area newly inadequate (published 3 August 2018)",
        ),
        (
            alert(What.VISITED, kind="monitoring", grades={}, before=WAS_BAD, inspected=date(2018, 8, 20)),
            "still inadequate; a monitoring visit on 20 August 2018",
        ),
        (
            alert(What.CORRECTED, grades=GOOD, was=INADEQUATE),
            "good, not inadequate: the inspection of 17 July 2018 was corrected",
        ),
        (
            alert(What.CORRECTED, grades={**GOOD, "leaders": "inadequate"}, was=GOOD),
            "good: the inspection of 17 July 2018 was corrected",
        ),
        (alert(What.WITHDRAWN), "withdrawn: the inspection of 17 July 2018 has gone from its page"),
        (alert(What.CLOSED), "closed, or gone from the register, while inadequate"),
        (alert(What.OVERDUE), "overdue: still inadequate, and nothing has been published since 3 August 2018"),
    ],
)
def test_the_state_after_each_change(now: Alert, line: str) -> None:
    assert state_line(now) == line


@pytest.mark.parametrize("change", What)
def test_every_change_has_a_line_that_nothing_published_can_break(change: What) -> None:
    words = {"overall": "<!channel>\n\u202e" + "x" * 5000}
    line = state_line(replace(alert(change, grades={"overall": "a\nb"}), words=words))
    assert 0 < len(line) <= 250
    assert line == inert(line)
    blank = replace(alert(change), grades={}, words={}, before=None, published=None)
    assert state_line(blank)
