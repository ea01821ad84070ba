"""The commands that answer: for people at two widths, for files, for programs; and what is said of a mistake."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from tests.builders import home, inspection
from tests.cli.shell import Run, lines, run
from watcher.answers.homes.homes import KEYS
from watcher.cli.commands import answers
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import absorb

__all__ = ["run"]  # a fixture

OWNER = '=HYPERLINK("http://evil.example") Homes Limited'


@pytest.fixture(autouse=True)
def history(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    homes = [home(), home("SC000002", owner=OWNER), home("SC000003", local_authority="Leeds", owner=None)]
    inspections = [
        inspection("2023-01-10", "good"),
        inspection("2024-01-10", "requires improvement"),
        inspection("2022-01-10", "good", home=homes[1].key),
        inspection("2024-02-10", "inadequate", home=homes[1].key),
    ]
    history.commit(absorb(history, homes, inspections, None).transaction())
    history.close()


@pytest.fixture
def watched(history: None, tmp_path: Path) -> None:
    """The same history, watched since before its first inspections, so that its years can be counted."""
    opened = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    first = inspection("2021-12-01", "good")
    opened.commit(absorb(opened, [home()], [first], datetime(2022, 1, 10, tzinfo=UTC)).transaction())
    opened.close()


@pytest.mark.parametrize("width", [80, 44])
def test_homes_are_shown_whole_at_any_width(run: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setattr(answers, "out", Console(width=width))
    code, out, _ = run("homes")
    assert code == 0
    assert max(map(len, out.splitlines())) <= width
    words = " ".join(out.split())
    positions = [words.index(said) for said in ("SC000002", "SC000001", "SC000003", "England: 3 children's homes")]
    assert positions == sorted(positions)  # the worst first, the country below
    for said in ("inadequate", "2024-03-21", "was good", "not graded yet", "Leeds"):
        assert said in words
    assert "1 requires improvement, 1 inadequate, 1 not graded yet" in words


def test_one_home_with_a_long_grade_leaves_the_others_their_width(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accommodation = home("2800001", type="supported accommodation", owner="Ash Limited")
    graded = inspection("2024-03-10", "consistently strong service delivery", home=accommodation.key)
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    history.commit(absorb(history, [accommodation], [graded], None).transaction())
    history.close()
    monkeypatch.setattr(answers, "out", Console(width=80))
    out = run("homes")[1]
    assert "what, where, whose" in out.splitlines()[0]
    assert any("Ash Limited" in line for line in out.splitlines())


def test_where_all_homes_are_gone_it_is_said_how_to_see_them(run: Run, tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    gone = home("SC000004", local_authority="Hull", status="resigned")
    history.commit(absorb(history, [gone], [inspection("2022-01-10", "good", home=gone.key)], None).transaction())
    history.close()
    said = " ".join(run("homes", "--area", "Hull")[1].split())
    assert "None: 1 home as asked for, closed or on no list any more. --all shows them." in said
    said = run("homes", "--area", "Hull", "--all")[1]
    assert "SC000004" in said
    assert "--all" not in said
    assert "--all" not in run("homes", "--area", "Leeds", "--rating", "good")[1]


@pytest.mark.parametrize("width", [80, 44])
def test_changes_owners_and_areas_are_shown_at_any_width(run: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setattr(answers, "out", Console(width=width))
    for command, said in (
        (("changes", "--from", "2024-01-01", "--to", "2024-12-31"), "dropped to inadequate: good → inadequate"),
        (("owners",), "Elm Homes Limited"),
        (("areas", "lee"), "Leeds (East Midlands)"),
    ):
        code, out, _ = run(*command)
        assert code == 0
        assert said in out
        assert max(map(len, out.splitlines())) <= width


@pytest.mark.parametrize("width", [80, 44])
def test_a_recovery_that_is_no_measure_is_marked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    history = EmbeddedHistory.open(tmp_path / "data")
    better = inspection("2026-01-10", "good", home="ofsted:SC000002")
    history.commit(absorb(history, [], [better], None).transaction())
    history.close()
    monkeypatch.setattr(answers, "out", Console(width=width))
    said = " ".join(run("changes", "--from", "2026-01-01", "--to", "2026-12-31")[1].split())
    assert "recovered after 700 days (not counted: not everything published meanwhile is known)" in said
    assert run("changes", "--from", "2026-01-01", "--to", "2026-12-31", "--json")[1].count('"not_counted"') == 1


def test_a_group_concern_names_the_group_and_how_many_others_there_are(run: Run, tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data")
    found = [home("SC000004", owner="Elm Homes Limited")]
    dropped = [
        inspection("2023-05-10", "good", home=found[0].key),
        inspection("2024-03-10", "inadequate", home=found[0].key),
        inspection("2024-04-10", "inadequate"),
    ]
    history.commit(absorb(history, found, dropped, None).transaction())
    history.close()
    code, out, _ = run("changes", "--from", "2024-01-01", "--to", "2024-12-31", "--what", "group concern")
    assert code == 0
    assert "group concern: Elm Homes Limited, with 1 other home within a year" in " ".join(out.split())


def test_programs_get_an_object_a_line(run: Run) -> None:
    code, out, _ = run("homes", "--json")
    assert code == 0
    assert [line["id"] for line in lines(out)] == ["SC000002", "SC000001", "SC000003"]
    assert all(list(line) == list(KEYS) for line in lines(out))


def test_a_file_is_for_excel_and_no_cell_a_formula(run: Run, tmp_path: Path) -> None:
    assert run("homes", "--csv", "homes.csv")[:2] == (0, "")
    text = (tmp_path / "homes.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert list(rows[0]) == list(KEYS)
    assert rows[0]["owner"] == f"'{OWNER}"
    code, out, _ = run("homes", "--csv", "-")
    assert (code, out.replace("\r\n", "\n")) == (0, text.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["homes", "--area", "Darby"], "no home of the history has the area 'Darby'; did you mean 'Derby'?"),
        (["homes", "--watch", "nobody"], "there is no watch 'nobody'; there is: everything"),
        (["homes", "--standing", "good"], "there is no standing 'good'"),
        (["homes", "--csv", "nowhere/homes.csv"], "there is no folder nowhere"),
        (["homes", "--json", "--csv", "-"], "--json is for standard output too: name a file"),
        (["changes", "--from", "2024-02-01", "--to", "2024-01-01"], "swap the two days"),
        (["changes", "--from", "2024-01-01", "--to", "2024-02-01", "--what", "droped"], "did you mean 'dropped'?"),
    ],
)
def test_a_mistake_is_wrong_usage_and_says_what_to_write(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_question_that_no_home_fits_is_answered_all_the_same(run: Run) -> None:
    code, out, _ = run("homes", "--area", "Leeds", "--rating", "good")
    why = "None: 1 home would be as asked for, but none of them has such a rating now."
    assert (code, out.splitlines()[0]) == (0, why)
    code, out, _ = run("homes", "--area", "Leeds", "--owner", "Elm Homes Limited")
    assert (code, out.splitlines()[0]) == (0, "None: no home that is known is all of this at once.")


def test_the_homes_asked_for_are_counted_together_and_a_page_says_which_they_are(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("homes", "--area", "Derby", "--area", "Leeds")
    assert "Derby or Leeds: 3 homes: 1 requires improvement, 1 inadequate, 1 not graded yet" in " ".join(out.split())
    for command in ("homes", "numbers"):
        assert run(command, "--area", "Derby", "--html", "page.html")[0] == 0
        assert ": Derby</h1>" in (tmp_path / "page.html").read_text(encoding="utf-8")


QUESTIONS = (
    ("homes",),
    ("changes", "--from", "2023-01-01", "--to", "2024-12-31"),
    ("numbers",),
    ("owners",),
    ("areas",),
)
FILTERS = {
    "--watch": "everything",
    "--owner": "Elm Homes Limited",
    "--area": "Derby",
    "--region": "East Midlands",
    "--type": "children's home",
    "--regulator": "ofsted",
    "--rating": "requires improvement",
}


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_every_question_takes_every_filter_and_is_answered_in_every_form(
    run: Run, tmp_path: Path, question: tuple[str, ...]
) -> None:
    asked = [word for option in FILTERS.items() for word in option]
    code, out, err = run(*question, *asked, "--json")
    assert (code, err) == (0, "")
    assert all("SC000002" not in line and OWNER not in line for line in out.splitlines())
    assert run(*question, *asked, "--csv", "rows.csv", "--html", "page.html")[:2] == (0, "")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert OWNER not in page
    rows = (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + len(lines(out))
    assert len(lines(run(*question, "--json")[1])) >= len(lines(out)) > 0
    for filter_, value in (("--group", "Oak"), ("--constituency", "Derby South"), ("--standing", "well")):
        code, out, err = run(*question, filter_, value)
        assert (code, out) == (2, ""), "nothing is called so"


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_homes_that_stand_inadequate_can_be_asked_for_in_every_question(run: Run, question: tuple[str, ...]) -> None:
    code, out, _ = run(*question, "--standing", "inadequate", "--json")
    assert code == 0
    if question[0] in ("homes", "changes"):
        assert {line["home"] for line in lines(out)} == {"ofsted:SC000002"}
    elif question[0] in ("owners", "areas"):
        assert [line["homes"] for line in lines(out)] == [1]
    else:
        assert [line["year"] for line in lines(out) if line["homes"]] == ["2021-22", "2023-24"]
