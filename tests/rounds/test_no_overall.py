"""What is stored, printed and told of an inspection that has no overall grade."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from tests.builders import HOME, home, inspection, without_overall
from tests.rounds.readings import DROP, GOOD, NOW, reading, take, whats
from watcher.cli.explanation import print_explanation
from watcher.cli.inspection_json import inspection_json
from watcher.cli.timeline import grades, print_timeline
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.alert import Alert
from watcher.messages.message import Message
from watcher.messages.present_state import state_line
from watcher.messages.wording import Wording, word

NEWS = without_overall(inspection("2024-01-10", "/Inadequate/Inadequate", document="2"))
RATED = "inadequate for help and protection and leadership and management with no overall grade"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def test_it_is_told_as_a_drop_and_says_whose_grade_it_is(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD))
    wording = worded(told(history, "dropped to inadequate"))
    assert wording.title == f"Children's home in Derby drops from good to {RATED} (SC000001, Elm Homes Limited)"
    assert wording.areas[0].value == "Good → no overall grade; the lowest area counts"
    assert wording.timeline[-1].said == "inadequate in its lowest area"
    assert "2024 I (lowest area)" in wording.strip


def test_the_json_has_no_overall_key_and_says_which_area_counts(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD))
    line = told(history, "dropped to inadequate").contract()
    assert line["grades"] == {"protected": "inadequate", "leaders": "inadequate"}
    assert line["headline"] == {"area": "protected", "grade": "inadequate"}
    assert line["before"]["overall"] == "good"
    ((_, stored),) = [(record.inspection.inspected, record) for record in history.records(HOME)][1:]
    assert inspection_json(stored)["headline"] == line["headline"]
    assert "overall" not in inspection_json(stored)["grades"]


def test_an_overall_grade_is_the_headline_without_saying_so(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD))
    (change,) = take(history, reading(DROP)).told
    assert "headline" not in change.alert.contract()


def test_history_and_explain_print_each_area_by_its_name(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD))
    take(history, reading(NEWS))
    printed = io.StringIO()
    console = Console(file=printed, width=300)
    print_timeline(console, home(), history.records(HOME))
    print_explanation(console, history, home(), history.records(HOME))
    assert printed.getvalue().count("no overall grade (protected Inadequate, leaders Inadequate)") == 2


def test_a_recovery_after_it_names_the_grade_that_it_had(history: EmbeddedHistory) -> None:
    take(history, reading(NEWS))
    (change,) = take(history, reading(inspection("2024-02-10", "good"))).told
    assert " is good after 31 days as inadequate in its lowest area" in worded(change.alert).title


def test_the_present_state_says_that_it_has_no_overall_grade(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD))
    assert state_line(told(history, "dropped to inadequate")).startswith(RATED)


def test_a_known_overall_grade_that_a_report_issued_anew_lacks_is_the_operators(history: EmbeddedHistory) -> None:
    take(history, reading(inspection("2024-01-10", "good", document="1")))
    taken = take(history, reading(without_overall(inspection("2024-01-10", "/good/inadequate", document="2"))))
    assert whats(taken) == []
    assert ["its grade was 'good'" in problem.what for problem in taken.problems] == [True]


def told(history: EmbeddedHistory, what: str) -> Alert:
    taken = take(history, reading(NEWS))
    assert whats(taken) == [what]
    return taken.told[0].alert


def worded(alert: Alert) -> Wording:
    return word(Message(id="1", content=alert, seen=NOW), ZoneInfo("Europe/London"))


def test_where_the_overall_grade_is_null_no_area_stands_in_its_place() -> None:
    said = replace(without_overall(inspection("2024-01-10", "/good/Inadequate")), headline="overall")
    assert grades(said).plain == "no overall grade (protected good, leaders Inadequate)"
