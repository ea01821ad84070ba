"""What a reader can do from a mail: acknowledge, look, stop it; one click for mail programs (RFC 8058)."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import SEEN, alert, message
from tests.standins.smtp import CERTIFICATE, SmtpStandIn
from tests.standins.smtp import PASSWORD as SECRET
from tests.standins.smtp import USERNAME as LOGIN
from watcher.delivery.channels.email.rendering import render
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.verdict import Answer
from watcher.messages.digest import Digest, Item
from watcher.messages.homes_now import HomesInBrief
from watcher.messages.links import Link, Links, Purpose
from watcher.messages.message import Message, Notice
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.report import WatchReport
from watcher.messages.template_set import Templates
from watcher.messages.ways import ACKNOWLEDGE, SEE_CHANGE, SEE_HOME, WHY

LONDON = ZoneInfo("Europe/London")
LINKS = Links("https://watcher.example.org", b"k" * 32)
DESK, EDITOR = "desk@example.org", "editor@example.org"
DAY = date(2018, 8, 3)
OTHERS = [
    Digest(day=DAY, items=(Item(alert(), SEEN),), total=1, feeds=1),
    WatchReport(watch="derby", day=DAY, schedule="monthly 3", since=DAY, homes=HomesInBrief(grades={})),
    NotRead(home="ofsted:SC1", part=UnreadPart.PAGE, home_id="SC1", watches=("derby",)),
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpStandIn]:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with SmtpStandIn() as stand_in:
        yield stand_in


def channel(server: SmtpStandIn, links: Links | None = LINKS) -> EmailChannel:
    known: dict[str, Any] = {"username": LOGIN, "password": SECRET, "zone": LONDON, "links": links}
    return EmailChannel("desk", smtp=server.url, sender="watcher@example.org", to=(DESK, EDITOR), **known)


def stopped_by(address: str | None) -> str:
    """Whose mails a link stops."""
    link = LINKS.read((address or "").strip("<>").rpartition("/act/")[2], SEEN)
    assert isinstance(link, Link)
    assert link.purpose is Purpose.STOP_MAILS
    return link.subject


def links_in(html: str) -> dict[str, str]:
    return {words: address for address, words in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', html)}


def test_an_alert_s_mail_has_its_ways_in_both_parts_and_a_header_for_its_own_reader(server: SmtpStandIn) -> None:
    for reader in (DESK, EDITOR):
        assert channel(server).send(message(recipient=reader)).answer is Answer.ACCEPTED
    for arrived, reader in zip(server.arrived, (DESK, EDITOR), strict=True):
        found = links_in(arrived.html)
        ways = (ACKNOWLEDGE, SEE_CHANGE, SEE_HOME.format(thing="home"), WHY)
        assert {*ways} <= found.keys()
        text = arrived.text.replace("\r\n", "\n")
        assert all(f"{words}:\n{found[words]}\n" in text for words in ways)
        assert "watcher alerts ack" not in arrived.text + arrived.html
        assert stopped_by(found[WHY]) == reader
        header = arrived.mail["List-Unsubscribe"]
        assert header == f"<{found[WHY]}>"
        assert arrived.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert max(map(len, arrived.content.splitlines())) <= 998


@pytest.mark.parametrize("content", OTHERS, ids=lambda content: type(content).__name__)
def test_other_mails_to_readers_say_why_they_come_and_how_to_stop_them(server: SmtpStandIn, content: Any) -> None:
    assert channel(server).send(message(content, recipient=DESK)).answer is Answer.ACCEPTED
    (arrived,) = server.arrived
    found = links_in(arrived.html)
    assert stopped_by(found[WHY]) == stopped_by(arrived.mail["List-Unsubscribe"]) == DESK
    assert found[WHY] in arrived.text
    assert ACKNOWLEDGE not in found


def test_a_reader_of_the_longest_address_has_a_header_too(server: SmtpStandIn) -> None:
    longest = f"{'a' * 64}@{'.'.join(['b' * 60] * 4)}.example"
    links = Links(f"https://watcher.example.org/{'c' * 170}", b"k" * 32)
    assert channel(server, links).send(message(recipient=longest)).answer is Answer.ACCEPTED
    (arrived,) = server.arrived
    assert stopped_by(arrived.mail["List-Unsubscribe"]) == longest
    assert max(map(len, arrived.content.splitlines())) <= 998


@pytest.mark.parametrize(
    ("said", "links"),
    [
        (message(Notice("The disk is full", "Free some."), recipient=DESK), LINKS),
        (message(recipient=DESK), None),
        (message(), LINKS),
    ],
    ids=["to the operator", "without pages", "to all at once"],
)
def test_no_other_mail_can_be_stopped_by_a_click(server: SmtpStandIn, said: Message, links: Links | None) -> None:
    assert channel(server, links).send(said).answer is Answer.ACCEPTED
    (arrived,) = server.arrived
    assert arrived.mail["List-Unsubscribe"] is arrived.mail["List-Unsubscribe-Post"] is None
    assert WHY not in arrived.text + arrived.html


def test_the_same_message_is_the_same_mail_at_every_attempt() -> None:
    once, again = (render(message(recipient=DESK), LONDON, links=LINKS) for _ in range(2))
    assert once == again


def test_templates_of_one_s_own_work_as_before_and_can_place_the_links(tmp_path: Path) -> None:
    (tmp_path / "alert.txt").write_text("{{ wording.title }}\nOurs\n")
    (tmp_path / "alert.html").write_text(
        '{% extends "built-in/alert.html" %}\n{% block ways %}<a href="{{ ways.acknowledge }}">Mine</a>{% endblock %}\n'
    )
    made = render(message(recipient=DESK), LONDON, Templates(tmp_path), LINKS)
    assert made.remark == ""
    assert made.text.endswith("\nOurs\n")
    assert links_in(made.html)["Mine"].startswith("https://watcher.example.org/act/")
    assert WHY not in made.html


def test_a_mail_can_be_acknowledged_at_its_top_and_at_its_end() -> None:
    html = render(message(alert(), recipient=DESK), LONDON, links=LINKS).html
    places = [found.start() for found in re.finditer(rf">{ACKNOWLEDGE}</a>", html)]
    assert len(places) == 2
    assert html.index("Read it at its source") < places[0] < html.index("Inspected") < places[1]


def test_a_mail_says_what_people_did_and_offers_no_deed_that_is_done() -> None:
    deed = "Acknowledged by ann, 20:14 on 3 August 2018: <b>&"
    one = message(alert(), recipient=DESK, deeds=(deed,), is_acknowledged=True)
    rendered = render(one, LONDON, links=LINKS)
    assert rendered.text.splitlines()[2] == deed
    assert "20:14 on 3 August 2018: &lt;b&gt;&amp;" in rendered.html
    assert ACKNOWLEDGE not in links_in(rendered.html)
    assert f"{ACKNOWLEDGE}:" not in rendered.text
