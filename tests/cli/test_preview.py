"""Any past change as any channel would send it, and nothing sent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.messages.stories import told
from tests.shapes.schemas import validator
from tests.standins import slack_rules
from watcher.cli.main import app
from watcher.cli.preview import PastChange, find, preview, preview_html
from watcher.config.settings import load
from watcher.errors import WatcherError
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What

SEEN = datetime(2018, 8, 3, 9, 5, tzinfo=UTC)
DROP_OF_2018 = "130c8e5779a57f21"
"""The id that the content of the founding case has."""

CONFIG = """
[channels.screen]
kind = "console"
[channels.desk]
kind = "slack"
channel = "C0123456789"
[channels.hook]
kind = "slack-webhook"
[channels.mail]
kind = "email"
smtp = "smtp://mail.example.org"
from = "watcher@example.org"
to = ["desk@example.org"]
[channels.morning]
kind = "email-digest"
smtp = "smtp://mail.example.org"
from = "watcher@example.org"
to = ["desk@example.org"]
at = "07:30"
[channels.archive]
kind = "webhook"
url = "https://alerts.example.org/"
[channels.phones]
kind = "apprise"
[[watch]]
name = "derby"
local_authority = ["Derby"]
to = ["screen"]
"""
FACT = "Children's home in Derby drops from good to inadequate"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "watcher.toml"
    found.write_text(CONFIG)
    return found


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    alert = replace(told(), id="feedfacefeedface")
    opened.commit(Transaction(changes=[Told(alert=alert, seen=SEEN, feed="ofsted")]))
    yield opened
    opened.close()


def test_a_change_that_was_told_is_shown_as_it_was_told(history: EmbeddedHistory, file: Path) -> None:
    past = find(history, load(file), "feedface")
    assert (past.seen, past.alert.findings) == (SEEN, told().findings)


def test_a_change_of_the_bundled_inspections_is_shown_with_what_was_around_it(
    history: EmbeddedHistory, file: Path
) -> None:
    past = find(history, load(file), DROP_OF_2018[:8])
    assert (past.alert.change, past.alert.home) == (What.DROPPED_TO_INADEQUATE, "ofsted:SC478986")
    assert past.alert.watches == ("derby",)
    assert not past.was_told
    assert past.alert.context is not None
    assert past.alert.context.expected_by is not None


@pytest.mark.parametrize("text", ["feed", "ffffffffffff"])
def test_an_id_that_means_nothing_is_an_error(history: EmbeddedHistory, file: Path, text: str) -> None:
    with pytest.raises(WatcherError, match="there is no change"):
        find(history, load(file), text)


@pytest.mark.parametrize("channel", ["screen", "mail", "morning", "phones"])
def test_text_for_the_terminal(file: Path, channel: str) -> None:
    shown = preview(load(file), channel, PastChange(told(), SEEN)).text
    assert FACT in shown
    assert channel == "morning" or "‘Example text:" in shown


@pytest.mark.parametrize("channel", ["desk", "hook"])
def test_the_json_that_slack_would_be_sent(file: Path, channel: str) -> None:
    sent = json.loads(preview(load(file), channel, PastChange(told(), SEEN)).text)
    assert sent["text"].startswith(FACT)
    assert sent.get("channel") == ("C0123456789" if channel == "desk" else None)
    assert ("metadata" in sent) == (channel == "desk"), "a webhook takes none"
    assert slack_rules.rejection({"channel": "C0123456789", **sent}) is None


def test_the_json_of_a_webhook(file: Path) -> None:
    sent = json.loads(preview(load(file), "archive", PastChange(told(), SEEN)).text)
    validator("webhook").validate(sent)
    assert (sent["type"], sent["change"]) == ("change", "dropped to inadequate")
    assert sent["channels"] == [*told().channels, "archive"]


@pytest.mark.parametrize("channel", ["screen", "desk", "hook", "mail", "morning", "phones"])
def test_of_a_change_that_was_never_told_it_is_not_said_when_it_was_seen(file: Path, channel: str) -> None:
    was, never = (
        preview(load(file), channel, PastChange(told(), SEEN, was_told=told_)).text for told_ in (True, False)
    )
    assert "Seen 10:05, 3 August 2018" in was
    assert "Preview: never sent" not in was
    assert "Seen " not in never
    assert "Preview: never sent" in never
    assert "as planned" not in never
    asked = "Acknowledge: watcher alerts ack SC478986"
    assert asked not in never
    if channel in ("desk", "hook"):
        was, never = (_without_asking(text, asked) for text in (was, never))
    gone = was.replace(f"\n\n{asked}", "") if channel == "mail" else was.replace(f"  {asked}\n", "")
    assert never.count("\n") == gone.count("\n") - (channel == "morning"), (
        "nothing else is gone, but how the feeds were"
    )
    assert asked in was or channel in ("desk", "hook", "morning", "phones")


def _without_asking(text: str, asked: str) -> str:
    """What Slack would be sent, but for the line on how to acknowledge it."""
    sent = json.loads(text)
    kept = [block for block in sent["blocks"] if asked not in json.dumps(block)]
    return json.dumps({**sent, "blocks": kept, "text": sent["text"].replace(f"\n{asked}", "")}, indent=2)


@pytest.mark.parametrize("options", [(), ("--html", "a.html")])
def test_a_template_that_fails_is_told(file: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]) -> None:
    monkeypatch.chdir(file.parent)
    file.write_text('templates = "ours"\n' + CONFIG)
    Path("ours").mkdir()
    Path("ours/alert.html").write_text('{% extends "built-in/alert.html" %}{% block footnotes %}Us.{% endblok %}')
    ended = CliRunner().invoke(app, ["preview", DROP_OF_2018, "--channel", "mail", *options])
    assert ended.exit_code == 1
    assert "ours/alert.html:1: " in ended.stderr
    assert "endblok" in ended.stderr
    assert FACT in (Path("a.html").read_text().replace("&#39;", "'") if options else ended.stdout)


def test_a_folder_that_is_not_there_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    ended = CliRunner().invoke(app, ["preview", DROP_OF_2018, "--channel", "mail", "--html", "away/a.html"])
    assert ended.exit_code == 2
    assert "there is no folder away" in ended.stderr


@pytest.mark.parametrize("channel", ["mail", "morning"])
def test_the_html_is_a_file_that_needs_no_other(file: Path, channel: str) -> None:
    html = preview_html(load(file), channel, PastChange(told(), SEEN)).text
    assert "cid:" not in html
    assert ("data:image/png;base64," in html) == (channel == "mail")


def test_a_channel_without_html_and_one_that_is_not_there(file: Path) -> None:
    with pytest.raises(WatcherError, match="sends no HTML"):
        preview_html(load(file), "screen", PastChange(told(), SEEN))
    with pytest.raises(WatcherError, match="did you mean 'screen'"):
        preview(load(file), "scren", PastChange(told(), SEEN))


def test_the_command(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    runner = CliRunner()
    shown = runner.invoke(app, ["preview", DROP_OF_2018, "--channel", "screen"])
    assert FACT in shown.stdout
    assert runner.invoke(app, ["preview", DROP_OF_2018, "--channel", "mail", "--html", "a.html"]).exit_code == 0
    assert FACT.replace("'", "&#39;") in Path("a.html").read_text() or FACT in Path("a.html").read_text()
