"""`history` and `explain` tell of one home, for people and for programs."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.cli.shell import Run, lines, run
from watcher.cli import terminal
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction, Untold

__all__ = ["run"]  # a fixture


@pytest.mark.parametrize("key", ["SC478986", "sc478986", "ofsted:SC478986"])
def test_a_homes_timeline_is_shown_by_key_or_id(run: Run, key: str) -> None:
    code, out, _ = run("history", key)
    assert code == 0
    assert "2018-07-17" in out
    assert "Esland North Limited" in out
    code, out, _ = run("history", key, "--json")
    drop = next(line for line in lines(out) if line["event"] == "10050736")
    assert (drop["inspected"], drop["published"], drop["kind"]) == ("2018-07-17", "2018-08-03", "full")


def test_the_words_as_published_stand_beside_the_grades(run: Run) -> None:
    first = lines(run("history", "SC478986", "--json")[1])[0]
    assert (first["inspected"], first["published"]) == ("2014-06-26", None)
    grades, words = first["grades"], first["words"]
    assert isinstance(grades, dict)
    assert isinstance(words, dict)
    assert {area for area, word in words.items() if word == "Adequate"} == {"overall", "protected", "leaders"}
    assert all(grades[area] == "requires improvement" for area in ("overall", "protected", "leaders"))
    assert list(words) == list(grades)


def test_a_narrow_terminal_cuts_no_date_and_no_number_off(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = StringIO()
    monkeypatch.setenv("COLUMNS", "44")
    monkeypatch.setattr(terminal, "out", Console(file=narrow, width=44))
    run("history", "SC478986")
    said = narrow.getvalue()
    assert max(map(len, said.splitlines())) <= 44
    assert "2018-07-17 full: Inadequate\n  published 2018-08-03, event 10050736\n" in said


def test_explain_says_why_an_old_inspection_was_told_to_nobody(run: Run) -> None:
    code, out, _ = run("explain", "SC478986")
    assert code == 0
    said = " ".join(out.split())
    assert "known before this watcher began; in its time: dropped to inadequate (id 130c8e5779a57f21)" in said
    assert run("preview", "130c8e5779a57f21", "--channel", "screen")[0] == 0


def test_explain_says_what_of_a_home_could_not_be_told_and_still_stands_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[feeds.ofsted]\nkind = "ofsted-site"\n')
    at, since = "https://files.example.org/1", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    mine, other = (
        Untold(what=what, home=f"ofsted:{key}", since=since) for what, key in (("a scan", "SC478986"), ("x", "SC1"))
    )
    history = EmbeddedHistory.open(tmp_path / "data")
    history.commit(Transaction(feeds=(FeedState(name="ofsted", problems={at: mine, "another": other}),)))
    history.close()
    said = run("explain", "SC478986")[1]
    assert f"untold since 2026-03-02 08:30 UTC: a scan\n  {at}\n" in said
    assert "another" not in said


def test_explain_lists_what_was_counted_on_a_day_for_programs_too(run: Run) -> None:
    code, out, _ = run("explain", "SC478986", "--on", "2018-08-03", "--json")
    counts = [line for line in lines(out) if "counted" in line]
    assert code == 0
    assert len(lines(run("explain", "SC478986", "--json")[1])) == len(lines(out)) - len(counts)
    assert all(set(line) == {"counted", "rule", "lines"} for line in counts)
    assert any("SC478986" in str(line["lines"]) for line in counts)
    shown = " ".join(run("explain", "SC478986", "--on", "2018-08-03")[1].split())
    assert all(" ".join(str(line["counted"]).split()) in shown for line in counts)


MOVES = (
    "Leavers and Joiners at 31 March 2026\n"
    "URN,Provision type,Local authority,Places,First effective date (that the provider became active),"
    "First effective date (that the provider became resigned),Joiner status,Leaver status,"
    "Registration status (as at 31 March 2026)\n"
    "SC478986,Children's home,Derby,5,22/05/2014,30/11/2025,,Leaver,Resigned\n"
    "1299999,Children's home,Derby,5,01/12/2025,,Joiner,,Active\n"
)


def test_a_home_that_left_is_shown_with_its_last_day_and_its_possible_successor(run: Run, tmp_path: Path) -> None:
    (tmp_path / "moves.csv").write_text(MOVES)
    code, out, _ = run("import", "moves.csv")
    assert code == 0
    assert "0 inspections, left 1, joined 1, 0 rows" in " ".join(out.split())
    assert run("alerts", "--json")[1] == ""
    said = " ".join(run("explain", "SC478986")[1].split())
    assert "resigned since 2025-11-30" in said
    assert "possibly its successor: 1299999, registered 2025-12-01 (same area (Derby); same number of places" in said
    assert "registered 1 day after it closed" in said
    assert "resigned since 2025-11-30" in " ".join(run("history", "SC478986")[1].split())
    kin = lines(run("explain", "SC478986", "--json")[1])[0]
    assert (kin["home"], kin["status"], kin["closed_on"]) == ("ofsted:SC478986", "resigned", "2025-11-30")
    assert "'home': '1299999'" in str(kin["possible_successors"])
    said = " ".join(run("explain", "1299999")[1].split())
    assert "possibly its predecessor: SC478986" in said
