"""`check` and `poll` tell what does not work, and end with 1."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from tests.builders import home
from tests.cli.shell import Run, lines, run
from tests.standins.http_server import answer
from tests.standins.receiver import receiving
from tests.standins.smtp import SmtpStandIn
from watcher.delivery.ledger import Delivery
from watcher.delivery.stopped_mails import StoppedMails
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction
from watcher.messages.message import Notice
from watcher.rounds.take_in import absorb
from watcher.service import beside as beside_service
from watcher.service.beside import AskedFor
from watcher.watching.deeds import Signature

__all__ = ["run"]  # a fixture


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


def test_a_feed_that_cannot_be_reached_is_told_by_poll(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        'contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.screen]\nkind = "console"\n'
        '[[watch]]\nname = "all"\nto = "screen"\n'
    )
    code, out, _ = run("poll")
    assert code == 1
    assert out.startswith("ofsted: unreachable")
    code, out, said = run("poll", "--json")
    assert (code, out, said.startswith("ofsted: unreachable; ")) == (1, "", True)
    code, out, _ = run("check", "--json")
    assert code == 1
    assert {str(line["what"]): line["ok"] for line in lines(out)}["feed ofsted"] is False


def test_poll_beside_a_running_service_asks_it_and_says_what_came_of_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "watcher.toml").write_text('contact = "test@localhost"\n[feeds.ofsted]\nkind = "ofsted-site"\n')
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    asked = []

    def beside(settings: object, feed: str | None, *, released: Signature | None) -> AskedFor:
        asked.append((feed, released is not None))
        return answers.pop(0)

    monkeypatch.setattr(beside_service, "poll_beside", beside)
    good = FeedState(name="ofsted", outcome="unchanged", detail="all well")
    bad = FeedState(name="ofsted", outcome="refused", detail="403")
    answers = [
        AskedFor((good,), (), (), is_taken_up=True),
        AskedFor((bad,), (), (), is_taken_up=True),
        AskedFor((), (), ("ofsted",), is_taken_up=True),
        AskedFor((), (), ("ofsted",), is_taken_up=False),
        AskedFor((good,), (), (), is_taken_up=True),
    ]
    assert run("poll", "ofsted", "--release")[:2] == (0, "ofsted: unchanged; all well\n")
    assert run("poll")[:2] == (1, "ofsted: refused; 403\n")
    code, out, said = run("poll")
    assert (code, out, "the running service reads ofsted" in said) == (0, "", True)
    code, _, said = run("poll")
    assert (code, "belongs to another watcher" in said) == (1, True)
    stuck = Delivery.of("desk", "h", Notice("a title", "x"), "1", datetime.now(UTC) - timedelta(hours=1))
    history.commit(Transaction(deliveries=(stuck,)))
    code, out, said = run("poll")
    assert (code, out) == (1, "ofsted: unchanged; all well\n")
    assert "look today: there is no channel desk any more" in said
    assert asked == [("ofsted", True), *[(None, False)] * 4]
    history.close()


def test_standard_output_has_json_alone_and_a_console_channel_prints_beside_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        'contact = "test@localhost"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.screen]\nkind = "console"\n'
    )
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    waits = Delivery.of("screen", "h", Notice("a title", "x"), "1", datetime.now(UTC))
    history.commit(Transaction(deliveries=(waits,)))
    history.close()
    _, out, said = run("poll", "--json")
    assert (out, "a title" in said) == ("", True)
    assert [line["state"] for line in lines(run("alerts", "--json")[1])] == ["accepted"]
    _, out, said = run("check", "--send", "--json")
    assert {line["what"]: line["ok"] for line in lines(out)}["message to screen"] is True
    assert "This is a test of watcher" in said


CHANNELS = """
contact = "test@localhost"
[channels.archive]
kind = "webhook"
url = "{url}/in"
[channels.screen]
kind = "console"
[channels.mail]
kind = "email"
smtp = "{smtp}"
starttls = false
from = "watcher@example.org"
to = ["desk@example.org", "editor@example.org"]
[channels.morning]
kind = "email-digest"
smtp = "{smtp}"
starttls = false
from = "watcher@example.org"
to = ["desk@example.org"]
at = "07:30"
[[watch]]
name = "all"
to = ["archive", "screen", "mail", "morning"]
[operator]
to = "screen"
"""


def test_check_sends_a_test_to_every_reader_of_every_channel_if_asked_and_stores_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHER_WEBHOOK_SECRET", "planted")
    answers = [answer("thanks"), answer("no", 401)]
    with receiving(lambda _: answers.pop(0)) as server, SmtpStandIn(starttls=False, login=False) as mails:
        (tmp_path / "watcher.toml").write_text(CHANNELS.format(url=server.url, smtp=mails.url))
        code, out, _ = run("check")
        assert (code, "test of watcher" in out) == (0, False)
        assert (server.requests, mails.arrived) == ([], [])
        code, out, _ = run("check", "--send")
        assert code == 0
        assert "This is a test of watcher" in out
        for reader in ("archive", "screen", "mail, desk@example.org", "mail, editor@example.org", "morning, desk@"):
            assert f"ok message to {reader}" in out
        said = orjson.loads(server.requests[0].body)
        assert said["notice"] == "This is a test of watcher"
        assert re.search(r"Sent by watcher \S+ on \S+, 2\d{3}-\d\d-\d\d \d\d:\d\d UTC\.", said["text"])
        sent = [(mail.recipients, mail.mail["Subject"]) for mail in mails.arrived]
        assert len(sent) == 3
        assert all("This is a test of watcher" in subject for _, subject in sent)
        mails.replies["editor@example.org"] = ["550 5.1.1 no such user"]
        code, out, _ = run("check", "--send")
    assert code == 1
    assert "!! message to archive: refused; the receiver says 401: " in out
    assert "!! message to mail, editor@example.org: refused; " in out
    assert "ok message to mail, desk@example.org: accepted" in out
    assert "planted" not in out
    assert not (tmp_path / "data").exists()


def test_check_remarks_on_what_is_hardly_meant_and_fails_only_where_readers_would_miss_something(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "watcher.toml"
    told = 'contact = "test@localhost"\n[channels.screen]\nkind = "console"\n[[watch]]\nname = "all"\nto = "screen"\n'
    file.write_text(told)
    code, out, _ = run("check")
    assert (code, "?? remark on operator: nobody hears" in out) == (0, True)
    tried = {str(line["what"]): line for line in lines(run("check", "--json")[1])}
    assert (tried["remark on operator"]["ok"], tried["remark on operator"]["remark"]) == (True, True)
    file.write_text("")
    code, out, _ = run("check")
    assert (code, "!! watch: there is none" in out) == (1, True)
    (tmp_path / "data").touch()
    file.write_text(told)
    code, out, _ = run("check")
    assert (code, "!! data_dir: data is a file" in out) == (1, True)


@pytest.mark.parametrize(
    "contact", ["", 'contact = " "', 'contact = "alerts@example.org"', 'contact = "a@x.Example.com"']
)
@pytest.mark.parametrize("command", ["run", "poll", "check"])
def test_no_publisher_is_asked_in_nobodys_name(run: Run, tmp_path: Path, command: str, contact: str) -> None:
    (tmp_path / "watcher.toml").write_text(f'\n{contact}\n[feeds.ofsted]\nkind = "ofsted-site"\n')
    code, out, said = run(command)
    assert (code, out) == (2, "")
    assert f'watcher.toml{":2" if contact else ""}: contact: set contact = "..." to your own' in said
    assert "reports.ofsted.gov.uk" in said
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["run", "poll", "check"])
def test_without_a_file_a_newcomer_is_led_to_one(run: Run, command: str) -> None:
    code, out, said = run(command)
    assert (code, out) == (2, "")
    assert "There is no watcher.toml yet: `watcher init` writes one" in said


def test_a_feed_on_this_machine_needs_no_contact(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n')
    assert run("poll")[1].startswith("ofsted: unreachable")


def test_check_offers_the_home_and_the_owners_that_a_watch_may_mean(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        '[channels.screen]\nkind = "console"\n[[watch]]\nname = "w"\nto = "screen"\n'
        'home = "SC47898"\nowner = "Esland"\n'
    )
    code, out, _ = run("check")
    assert code == 1
    assert "watch w: no home SC47898; did you mean SC478986 (Derby, Esland North Limited)?" in out
    assert "owners with it: Esland North Limited, Esland South Limited" in out


def test_check_remarks_on_an_owner_of_a_group_that_no_home_has(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('[groups]\nEsland = ["Esland North Ltd", "Eslant South Limited"]\n')
    _, out, _ = run("check")
    (said,) = (line for line in " ".join(out.split()).split("?? ") if "group Esland" in line)
    assert "no known home has owner 'Eslant South Limited'; did you mean 'Esland South Limited'?" in said


def test_check_names_the_way_of_each_feed_and_channel_and_a_proxy_that_nobody_uses(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://me:planted@127.0.0.1:9")
    monkeypatch.setenv("WATCHER_WEBHOOK_SECRET", "x")
    file = tmp_path / "watcher.toml"
    away = 'contact = "t@localhost"\n[channels.archive]\nkind = "webhook"\nurl = "https://receiver.example/"\n'

    def said(text: str) -> dict[str, str]:
        file.write_text(text)
        _, out, _ = run("check", "--json")
        assert "planted" not in out
        return {str(line["what"]): str(line["detail"]) for line in lines(out)}

    with receiving(lambda _: answer()) as server:
        here = f'contact = "t@localhost"\n[channels.archive]\nkind = "webhook"\nurl = "{server.url}/"\n'
        found = said(here)
        assert found["channel archive"] == "ready (directly)"
        assert found["proxy"].startswith("HTTPS_PROXY is set in the environment and not used")
        assert found["proxy"].endswith("to use it")
        assert "used by nobody" in said(here + '[network]\nproxy = "environment"\n')["proxy"]
    for proxy in ("environment", "http://127.0.0.1:9"):
        found = said(away + f'[network]\nproxy = "{proxy}"\n[feeds.ofsted]\n')
        assert found["channel archive"].endswith("(through the proxy http://127.0.0.1:9)")
        assert found["feed ofsted"].endswith("(through the proxy http://127.0.0.1:9)")
        assert "proxy" not in found


def test_check_names_the_rows_of_a_list_that_are_no_known_home(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(
        '[channels.screen]\nkind = "console"\n[[watch]]\nname = "w"\nto = "screen"\nhomes_file = "homes.csv"\n'
        '[[watch]]\nname = "c"\nto = "screen"\nconstituency = "Derby Sout"\n'
    )
    (tmp_path / "homes.csv").write_text("urn\nSC478986\nSC47898\n" + "".join(f"ZZ9{n:05}\n" for n in range(12)))
    code, out, _ = run("check")
    assert code == 1
    assert "watch w: covers 1 known home\n" in out
    assert "watch w: homes.csv, row 3: no home SC47898; did you mean SC478986 (Derby, Esland North Limited)?" in out
    assert "watch w: homes.csv: 3 more rows with no known home; each is watched from when it appears" in out
    assert "watch c: no known home has constituency 'Derby Sout'; did you mean 'Derby South'?" in out


def test_a_list_may_name_whatever_a_register_has_as_the_number_of_a_home(run: Run, tmp_path: Path) -> None:
    ids = ["x.y_2", "Elm House", "A1", "oak"]
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    homes = [replace(home(), regulator="my-council", id=each) for each in ids]
    history.commit(absorb(history, homes, [], None).transaction())
    history.close()
    (tmp_path / "watcher.toml").write_text(
        '[channels.screen]\nkind = "console"\n[[watch]]\nname = "w"\nto = "screen"\nhomes_file = "homes.csv"\n'
    )
    (tmp_path / "homes.csv").write_text("id\n" + "".join(f"my-council:{each}\n" for each in ids))
    found = {str(line["what"]): line["detail"] for line in lines(run("check", "--json")[1])}
    assert found["watch w"] == "covers 4 known homes"
    assert {line["id"] for line in lines(run("homes", "--watch", "w", "--json")[1])} == set(ids)


def test_check_takes_what_may_come_with_a_regulator_that_was_never_read_for_no_mistake(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "services.csv").write_text("CSNumber,CareService,KQ_Setting,Publication_of_Latest_Grading\n")
    (tmp_path / "watcher.toml").write_text(
        '[feeds.scotland]\nkind = "register"\npreset = "scotland"\nurl = "file:services.csv"\n'
        '[channels.screen]\nkind = "console"\n'
        '[[watch]]\nname = "fife"\nto = "screen"\nregulator = "scotland"\nlocal_authority = "Fife"\n'
        '[[watch]]\nname = "derby"\nto = "screen"\nregulator = "ofsted"\nlocal_authority = "Derbi"\n'
    )
    out = " ".join(run("check")[1].split())
    assert "?? remark on watch fife: covers 0 known homes; nothing of Care Inspectorate has been read yet" in out
    assert "no known home has regulator" not in out
    assert "?? remark on watch fife: no known home has local_authority 'Fife'" in out
    assert "!! watch derby: no known home has local_authority 'Derbi'" in out


def test_who_stopped_these_mails_is_sent_no_test_either(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHER_WEBHOOK_SECRET", "planted")
    history = EmbeddedHistory.open(tmp_path / "data")
    stop = StoppedMails(address="Desk@example.org", since=datetime(2026, 8, 3, tzinfo=UTC))
    history.commit(Transaction(stopped_mails=(stop,)))
    history.close()
    with receiving(lambda _: answer("thanks")) as server, SmtpStandIn(starttls=False, login=False) as mails:
        (tmp_path / "watcher.toml").write_text(CHANNELS.format(url=server.url, smtp=mails.url))
        code, out, _ = run("check", "--send")
        assert code == 0
        assert [mail.recipients for mail in mails.arrived] == [("editor@example.org",)]
    said = "not sent: desk@example.org stopped these mails on 3 August 2026"
    for channel in ("mail", "morning"):
        assert f"?? message to {channel}, desk@example.org: {said}" in " ".join(out.split())
