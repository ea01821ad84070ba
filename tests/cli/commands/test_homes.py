"""`history` and `explain` tell of one home, for people and for programs."""

import pytest

from tests.cli.shell import Run, lines, run

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


def test_explain_says_why_an_old_inspection_was_told_to_nobody(run: Run) -> None:
    code, out, _ = run("explain", "SC478986")
    assert code == 0
    said = " ".join(out.split())
    assert "known before this watcher began; in its time: dropped to inadequate (id 130c8e5779a57f21)" in said
    assert run("preview", "130c8e5779a57f21", "--channel", "screen")[0] == 0


def test_explain_lists_what_was_counted_on_a_day_for_programs_too(run: Run) -> None:
    code, out, _ = run("explain", "SC478986", "--on", "2018-08-03", "--json")
    counts = [line for line in lines(out) if "counted" in line]
    assert code == 0
    assert len(lines(run("explain", "SC478986", "--json")[1])) == len(lines(out)) - len(counts)
    assert all(set(line) == {"counted", "rule", "lines"} for line in counts)
    assert any("SC478986" in str(line["lines"]) for line in counts)
    shown = " ".join(run("explain", "SC478986", "--on", "2018-08-03")[1].split())
    assert all(" ".join(str(line["counted"]).split()) in shown for line in counts)
