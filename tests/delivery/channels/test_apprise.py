"""Messages through Apprise to a real local server, and what is made of its plain yes and no."""

import logging
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import orjson
import pytest
from pydantic import SecretStr

from tests.delivery.scripted import Desk
from tests.messages.messages import SEEN, alert, message
from tests.standins.http_server import Answer as Said
from tests.standins.http_server import End, HttpServer, Request, answer, by_path
from tests.standins.ports import unused_port
from tests.standins.receiver import receiving
from watcher.delivery.channels.apprise.channel import AppriseChannel
from watcher.delivery.channels.apprise.options import AppriseOptions
from watcher.delivery.ledger import messages
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.message import Notice
from watcher.messages.short import LONGEST, short

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise loads it

SECRET = "plantedapprise"


def phones(*urls: str) -> AppriseChannel:
    return AppriseChannel("phones", urls="\n".join(urls), zone=ZoneInfo("Europe/London"))


def of(server: HttpServer, kind: str = "json", path: str = "/in") -> str:
    return f"{kind}://watcher:{SECRET}@127.0.0.1:{server.port}{path}?-token={SECRET}"


def as_json(request: Request) -> tuple[str, str]:
    said = orjson.loads(request.body)
    return said["title"], said["message"]


def as_form(request: Request) -> tuple[str, str]:
    said = parse_qs(request.body.decode())
    return said["title"][0], said["message"][0]


@pytest.mark.parametrize(("kind", "understood"), [("json", as_json), ("form", as_form)])
def test_a_message_arrives_once_as_title_and_plain_text(
    kind: str, understood: Callable[[Request], tuple[str, str]]
) -> None:
    nasty = r"Elm\n &amp; :smile: *bold* {x} 5% ${y}"
    with receiving(lambda _: answer("ok")) as server:
        channel = phones("# the desk's", "", of(server, kind))
        assert channel.send(message(alert(owner=nasty))) == Verdict(Answer.ACCEPTED)
        (request,) = server.requests
        title, text = understood(request)
        assert title == f"Children's home in Derby drops from good to inadequate (SC478986, {nasty})"
        assert f"Owner: {nasty}" in text.splitlines()
        assert title not in text


def test_a_name_rings_nobody_whatever_the_service_and_the_link_stays_as_it_is() -> None:
    nasty = "@everyone <!channel> <@U1> !here&gt; <b>"
    link = "https://reports.example.org/@a/1"
    with receiving(lambda _: answer("ok")) as server:
        phones(of(server)).send(message(alert(name=nasty, owner=nasty, link=link)))
        title, text = as_json(server.requests[0])
        assert "＠everyone ‹!channel›" in title
        assert link in text.splitlines()
        assert not {"@", "<", ">"} & set(title + text.replace(link, ""))
        assert "&gt;" not in title + text


def test_a_service_that_wants_html_gets_it_escaped() -> None:
    with receiving(lambda _: answer("ok")) as server:
        phones(of(server) + "&format=html").send(message(alert(owner="Elm & <Sons>")))
        _, text = as_json(server.requests[0])
        assert "Elm&nbsp;&amp;&nbsp;‹Sons›" in text or "Elm &amp; ‹Sons›" in text


def test_a_notice_and_a_possible_repetition_arrive_as_such() -> None:
    with receiving(lambda _: answer("ok")) as server:
        phones(of(server)).send(message(Notice("A feed is silent", "for a day"), possibly_repeated=True))
        title, text = as_json(server.requests[0])
        assert title == "A feed is silent"
        assert text.startswith("for a day\nPossibly repeated")


FAILURES: list[Said] = [
    answer("no", 403), answer("no", 429), answer("no", 500), (End.CLOSE,), (End.RESET,), b"220 ESMTP\r\n",
]  # fmt: skip


@pytest.mark.parametrize("said", FAILURES)
def test_a_message_that_no_service_took_is_for_later_and_the_operator_is_told_what_to_do(said: Said) -> None:
    with receiving(lambda _: said) as server:
        verdict = phones(of(server)).send(message())
        assert verdict.answer is Answer.LATER
        assert "could not send through URL 1 of 1: see whether the service is up" in verdict.detail
        assert len(server.requests) == 1, "the outbox alone tries again"


def test_a_service_that_cannot_be_reached_is_for_later() -> None:
    assert phones(f"json://127.0.0.1:{unused_port()}").send(message()).answer is Answer.LATER


def test_each_url_is_a_recipient_whose_name_tells_nothing_of_it() -> None:
    urls = SecretStr(f"json://{SECRET}@127.0.0.1/a\n{SECRET}\n# no\njson://{SECRET}@127.0.0.1/b\n")
    options = AppriseOptions(urls=urls)
    names = options.recipients
    assert [str(name).split()[0] for name in names] == ["json", "URL", "json"]
    assert len(set(names)) == 3
    assert SECRET not in str(names)
    again = AppriseOptions(urls=SecretStr(f"json://{SECRET}@127.0.0.1/b"))
    assert again.recipients == (names[2],), "another order or a shorter list changes nobody's name"


def test_a_message_goes_to_its_recipient_alone_and_a_dead_one_keeps_no_other_waiting(tmp_path: Path) -> None:
    answers: dict[str, Said] = {"/up": answer("ok"), "/down": answer("no", 503)}
    with receiving(by_path(answers)) as server:
        urls = "\n".join([of(server, path="/down"), of(server, path="/up")])
        options = AppriseOptions(urls=SecretStr(urls))
        with Desk(tmp_path, AppriseChannel("phones", urls=urls, zone=ZoneInfo("Europe/London"))) as desk:
            for number in range(5):
                content = alert(id=f"{number:016x}", home=f"ofsted:SC{number:06}")
                desk.store(*messages({"phones": options}, "phones", content.home, content, content.id, SEEN))
            ended = desk.deliver()
            assert {delivery.recipient for delivery in ended} == {options.recipients[1]}
            assert len(ended) == 5
            answers["/down"] = answer("ok")
            later = desk.deliver(timedelta(hours=2))
            assert {delivery.recipient for delivery in later} == {options.recipients[0]}
            assert len(later) == 5
        up = [request for request in server.requests if request.path == "/up"]
        assert len(up) == 5


def test_a_message_to_a_url_that_is_gone_is_refused_alone() -> None:
    with receiving(lambda _: answer("ok")) as server:
        verdict = phones(of(server)).send(message(recipient="json 0a1b2c"))
        assert (verdict.answer, verdict.stops) == (Answer.REFUSED, False)
        assert server.requests == []


def test_a_message_of_before_goes_to_all_and_counts_as_sent_if_anybody_has_it() -> None:
    answers: dict[str, Said] = {"/up": answer("ok"), "/down": answer("no", 503)}
    with receiving(by_path(answers)) as server:
        verdict = phones(of(server, path="/up"), of(server, path="/down")).send(message())
        assert verdict.answer is Answer.ACCEPTED
        assert "URL 2 of 2" in verdict.detail


@pytest.mark.parametrize(
    "url", [f"nosuchservice://{SECRET}", SECRET, f"discord://{SECRET}", f"tgram://{SECRET}", f"{SECRET}://x", "json://"]
)
def test_a_url_that_apprise_does_not_understand_is_refused_by_its_number_alone(url: str) -> None:
    with receiving(lambda _: answer("ok")) as server:
        channel = phones(of(server), url)
        verdict = channel.send(message())
        assert (verdict.answer, verdict.stops) == (Answer.REFUSED, True)
        assert verdict.detail == channel.check()
        assert "does not understand URL 2 of 2" in verdict.detail
        assert SECRET not in verdict.detail
        assert server.requests == [], "no half of the services"


@pytest.mark.parametrize("urls", [(), ("# only a remark",), ("  ",)])
def test_without_a_url_nothing_is_sent(urls: tuple[str, ...]) -> None:
    assert phones(*urls).send(message()).answer is Answer.REFUSED
    assert "urls_file" in (phones(*urls).check() or "")


def test_the_way_is_tried_without_sending_and_what_was_sent_cannot_be_looked_up() -> None:
    with receiving(lambda _: answer("ok")) as server:
        channel = phones(of(server))
        assert channel.check() is None
        found = channel.find(message(), SEEN)
        assert found is not None
        assert found.answer is Answer.UNKNOWN
        assert server.requests == []


@pytest.mark.parametrize("kind", ["json", "form"])
def test_no_url_appears_anywhere_even_at_debug(
    kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.StreamHandler(sys.stderr)
    logging.getLogger().addHandler(root)
    for name in ("", "apprise", "urllib3", "urllib3.connectionpool", "requests"):
        caplog.set_level(1, logger=name)
    try:
        for status in (200, 302, 400, 500):
            with receiving(lambda _, status=status: answer(SECRET, status, {"Location": f"/{SECRET}"})) as server:  # type: ignore[misc]  # mypy knows no default in a lambda
                channel = phones(of(server, kind))
                said = repr([channel.check(), channel.send(message()), channel])
                assert SECRET not in said
        gone = phones(f"json://127.0.0.1:{unused_port()}/{SECRET}")
        assert SECRET not in repr([gone.send(message()), gone])
        logging.getLogger("watcher.test").debug("a line of our own")
    finally:
        logging.getLogger().removeHandler(root)
    written = "".join([caplog.text, *capfd.readouterr()])
    assert "a line of our own" in written
    assert SECRET not in written


@pytest.mark.parametrize(("fault", "wanted"), [("parse", Answer.REFUSED), ("send", Answer.LATER)])
def test_a_service_whose_own_code_fails_is_no_reason_to_fail_or_to_repeat_its_url(fault: str, wanted: Answer) -> None:
    register_a_faulty_service()
    verdict = phones(f"oddplanted://{SECRET}/{fault}").send(message())
    assert verdict.answer is wanted
    assert SECRET not in repr(verdict)


def register_a_faulty_service() -> None:
    """Teaches Apprise the scheme `oddplanted`."""
    from apprise import NotifyBase, manager_plugins

    def send(*_: object, **__: object) -> bool:
        raise ValueError(f"no sending to {SECRET}")

    def parse_url(url: str, **_: object) -> object:
        if url.endswith("/parse"):
            raise ValueError(url)
        return NotifyBase.parse_url(url, verify_host=False)

    parts = {"send": send, "url": lambda *_, **__: "odd://", "parse_url": staticmethod(parse_url)}
    known: Any = manager_plugins.NotificationManager  # it has no types
    if "oddplanted" not in known():
        odd = type("Odd", (NotifyBase,), {"service_name": "Odd", "protocol": "oddplanted", **parts})
        known().add(odd, schemas="oddplanted")


def test_apprise_is_loaded_only_by_those_who_use_it() -> None:
    code = "import sys, watcher.delivery.channels.kinds; sys.exit('apprise' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_in_short_form_a_service_is_given_the_fact_and_the_link_alone() -> None:
    with receiving(lambda _: answer("ok")) as server:
        channel = AppriseChannel("phones", urls=of(server), zone=ZoneInfo("Europe/London"), is_short=True)
        for sent in (message(), message(Notice("A feed is silent", "for a day")), message(alert(owner="@everyone"))):
            assert channel.send(sent) == Verdict(Answer.ACCEPTED)
        first, second, third = map(as_json, server.requests)
        drop = "SC478986, Derby: drops from good to inadequate. Children's home, Esland North Limited"
        assert first == (drop, "https://reports.ofsted.gov.uk/provider/5/SC478986")
        assert second == ("", "A feed is silent")
        assert "＠everyone" in third[0]
        assert channel.preview(message(), was_sent=True).text == f"{drop}\n{first[1]}\n"


def test_a_service_without_titles_is_given_no_more_than_two_text_messages() -> None:
    """Apprise puts title and body of an SMS together with a line break between."""
    long = f"https://reports.example.org/{'x' * 150}"
    said = short(message(alert(owner="Elm Homes " * 7, name="The Old Vicarage " * 4, link=long)))
    assert len(f"{said.words}\r\n{said.link}") == said.size <= LONGEST
