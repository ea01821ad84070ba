"""The commands print for people, or one JSON object a line for programs, and end with the promised codes."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from tests.builders import home, inspection
from tests.checkout import ROOT
from tests.messages.messages import SEEN, alert
from watcher.cli import main as cli
from watcher.cli.commands import alerts as alert_commands
from watcher.delivery.ledger import Delivery, State
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction, Untold
from watcher.messages.message import Notice
from watcher.rounds.take_in import absorb

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command as the shell would, in a folder of its own; code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["watcher", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return command


def lines(text: str) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in text.splitlines()]


def test_the_founding_case_is_replayed_from_a_fresh_folder(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("replay", "--from", "2018-08-03", "--to", "2018-08-03", "--json")
    assert code == 0
    (drop,) = [line for line in lines(out) if line["home"] == "ofsted:SC478986"]
    assert drop == {
        "change": "dropped to inadequate",
        "home": "ofsted:SC478986",
        "inspection": "ofsted:SC478986:10050736",
        "event": "10050736",
        "kind": "full",
        "inspected": "2018-07-17",
        "published": "2018-08-03",
        "grades": {"overall": "inadequate", "protected": "inadequate", "leaders": "inadequate"},
        "before": {"overall": "good", "protected": "good", "leaders": "good", "inspected": "2017-08-23"},
        "local_authority": "Derby",
        "owner": "Esland North Limited",
        "type": "children's home",
        "watches": ["everything"],
        "channels": ["screen"],
        "id": drop["id"],
    }
    assert list(tmp_path.iterdir()) == []


def test_a_replay_follows_the_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        '[channels.desk]\nkind = "slack"\nchannel = "C1"\n[[watch]]\nname = "derby"\n'
        'local_authority = "Derby"\nchanges = ["recovered"]\nto = "desk"\n'
    )
    code, out, _ = run("replay", "--from", "2018-08-01", "--to", "2018-09-30", "--json")
    found = [(line["home"], line["change"], line["days_inadequate"]) for line in lines(out)]
    assert code == 0
    assert ("ofsted:SC478986", "recovered", 53) in found
    assert {change for _, change, _ in found} == {"recovered"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("replay", "--from", "yesterday", "--to", "2018-01-01"), 2, "is no date"),
        (("replay", "--from", "2018-01-01"), 2, "Missing option"),
        (("explain", "SC478986", "--on", "2999-01-01"), 2, "2999-01-01 is still to come"),
        (("history", "SC47898"), 1, "did you mean 'SC478986'?"),
        (("frobnicate",), 2, "No such command"),
        (("poll", "ofstd"), 2, "did you mean 'ofsted'?"),
        (("alerts", "retry", "0123"), 1, "there is no message '0123'"),
        (("history", "SC478986", "--config", "nowhere.toml"), 2, "cannot be read"),
    ],
)
def test_wrong_usage_is_told_with_what_would_be_right(
    run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended, _, err = run(*arguments)
    assert ended == code
    assert said in " ".join(err.replace("│", " ").split())


def test_a_wrong_configuration_ends_with_2_and_all_its_mistakes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('contct = "x"\n[[watch]]\nname = "w"\nto = ["dsk"]\n')
    code, _, err = run("check")
    assert code == 2
    assert "watcher.toml:1: contct" in err
    assert "watcher.toml:4: watch.0.to" in err


def test_check_tells_file_and_line_of_a_template_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('templates = "layout"\n')
    (tmp_path / "layout").mkdir()
    own = tmp_path / "layout" / "alert.html"
    own.write_text('{% extends "built-in/alert.html" %}\n\n{% block footnotes %}{% if %}{% endblock %}\n')
    code, out, _ = run("check", "--json")
    assert code == 1
    tried = {str(line["what"]): line for line in lines(out)}
    assert tried["templates"]["ok"] is False
    assert str(tried["templates"]["detail"]).startswith("layout/alert.html:3: ")
    own.write_text('{% extends "built-in/alert.html" %}{% block footnotes %}Ours.{% endblock %}')
    tried = {str(line["what"]): line for line in lines(run("check", "--json")[1])}
    assert tried["templates"] == {"what": "templates", "ok": True, "detail": "can be used: alert.html in layout"}
    own.rename(own.with_name("README.md"))
    tried = {str(line["what"]): line for line in lines(run("check", "--json")[1])}
    assert tried["templates"]["ok"] is False
    assert str(tried["templates"]["detail"]).startswith("none is in layout: ")


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


def write_history(folder: Path, transaction: Transaction) -> None:
    history = EmbeddedHistory.open(folder / "data", with_bundle=False)
    history.commit(absorb(history, [home()], [inspection("2024-01-10", "good")], None).transaction())
    history.commit(transaction)
    history.close()


def test_status_and_alerts_show_what_waits_and_what_is_wrong(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    refused = Delivery.of("desk", "h", Notice("a title", "x"), "1", now)
    problem = Untold(what="unknown grade 'splendid'", home="ofsted:SC000001", since=now)
    state = FeedState(name="ofsted", outcome="changed", began=now, last_good=now, problems={"ofsted:SC000001": problem})
    write_history(tmp_path, Transaction(deliveries=(refused,), feeds=(state,)))
    code, out, _ = run("status")
    assert code == 1
    assert "1 message waits" in out
    assert "splendid" in out
    monkeypatch.setattr(alert_commands, "out", Console(width=80))
    code, out, _ = run("alerts")
    assert refused.id in out.splitlines()[1]
    assert "to desk: waiting after 0 attempts" in out.splitlines()[2]
    code, out, _ = run("status", "--json")
    assert (code, lines(out)[0]["waiting"], lines(out)[0]["service"]) == (1, 1, "not running")
    code, out, _ = run("alerts", "--json")
    assert [(line["title"], line["state"]) for line in lines(out)] == [("a title", State.WAITING.value)]


def test_alerts_shows_what_is_gathered_for_a_digest_and_then_the_digest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        'contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.morning]\n'
        'kind = "email-digest"\nsmtp = "smtp://127.0.0.1:9"\nfrom = "w@example.org"\nto = "desk@example.org"\n'
        'at = "00:00"\n'
    )
    told = alert()
    gathered = replace(Delivery.of("morning", told.home, told, told.id, SEEN), state=State.GATHERED)
    write_history(tmp_path, Transaction(deliveries=(gathered,)))
    (line,) = lines(run("alerts", "--open", "--json")[1])
    assert (line["state"], line["change"]) == ("gathered", told.id)
    run("poll")  # once a minute, say, from cron: makes the digest that is due
    first, second = lines(run("alerts", "--json")[1])
    assert (first["state"], first["reference"]) == ("in digest", second["id"])
    assert (second["state"], second["recipient"], second["change"]) == ("waiting", "desk@example.org", None)
    assert "1 change" in str(second["title"])
    assert "digest" not in second
    assert "connecting to 127.0.0.1:9" in str(second["detail"])
    out = run("check", "--json")[1]
    (tried,) = [line for line in lines(out) if line["what"] == "channel morning"]
    assert (tried["ok"], "connecting to 127.0.0.1:9" in str(tried["detail"])) == (False, True)


def test_status_asked_for_a_running_service_fails_where_none_runs(run: Run) -> None:
    assert run("status", "--running")[0] == 1
    assert run("status")[0] == 0


def test_an_imported_file_is_told_row_by_row_and_announced_to_nobody(run: Run, tmp_path: Path) -> None:
    (tmp_path / "year.csv").write_text(
        "URN,Provision type,Inspection event type,Inspection date,Inspection publication date,Inspection event number,"
        "Overall experiences and progress of children and young people\n"
        "SC478986,Children's home,Full inspection,01/02/2026,03/03/2026,10500001,Inadequate\n"
        "SC478986,Children's home,Full inspection,some day,03/03/2026,10500002,Good\n"
    )
    code, out, _ = run("import", "year.csv")
    assert code == 1
    assert "row 3: " in out
    assert "1 inspection was new" in out
    assert run("alerts", "--json")[1] == ""
    code, out, _ = run("import", "year.csv", "--json")
    assert lines(out)[0]["inspections"] == 1
    code, out, _ = run("history", "SC478986", "--json")
    assert lines(out)[-1]["event"] == "10500001"


def test_a_file_that_is_no_table_is_refused_by_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    code, out, _ = run("import", "odd.csv")
    assert code == 1
    assert "odd.csv: refused:" in out


def test_a_feed_that_cannot_be_reached_is_told_by_poll(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        'contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.screen]\nkind = "console"\n'
        '[[watch]]\nname = "all"\nto = "screen"\n'
    )
    code, out, _ = run("poll")
    assert code == 1
    assert out.startswith("ofsted: unreachable")
    code, out, _ = run("check", "--json")
    assert code == 1
    assert {str(line["what"]): line["ok"] for line in lines(out)}["feed ofsted"] is False


def test_the_readme_has_every_command_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| command | does |") :].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    told = [name for cell in cells for name in re.findall(r"`([a-z]+)", cell)]
    commands = cli.Commands()
    assert sorted(told) == sorted(commands.list_commands(None))
    for group in ("alerts", "silence"):
        assert all(f"`{group} {name}" in table for name in commands.get_command(None, group).commands)
