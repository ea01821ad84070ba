"""E-mail: each recipient's verdict is told from every answer a server can give, and nothing is said in clear."""

import base64
import re
import smtplib
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import SEEN, alert, message
from tests.messages.stories import told
from tests.standins.smtp import CERTIFICATE, PASSWORD, USERNAME, SmtpStandIn
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.channels.email.talk import Talk
from watcher.delivery.ledger import Delivery
from watcher.delivery.verdict import Answer
from watcher.messages.digest import Digest, Item
from watcher.messages.message import Notice, Reminder
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.titles import title

LONDON = ZoneInfo("Europe/London")
NOT_READ = NotRead(home="ofsted:SC1", part=UnreadPart.PAGE, home_id="SC1", watches=("derby",))
DESK, EDITOR = "desk@example.org", "editor@example.org"


@pytest.fixture(autouse=True)
def _trusts_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator would whose server has a certificate of its own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.fixture
def server() -> Iterator[SmtpStandIn]:
    with SmtpStandIn() as stand_in:
        yield stand_in


def channel(server: SmtpStandIn, **options: Any) -> EmailChannel:
    known: dict[str, Any] = {
        "smtp": server.url,
        "sender": "watcher@alerts.example.org",
        "to": (DESK, EDITOR),
        "zone": LONDON,
        "username": USERNAME,
        "password": PASSWORD,
        "timeout": timedelta(seconds=20),
    }
    return EmailChannel("morning news", **{**known, **options})


def test_a_message_arrives_encrypted_with_the_fact_in_both_parts(server: SmtpStandIn) -> None:
    verdict = channel(server).send(message(recipient=DESK))
    assert (verdict.answer, verdict.detail, verdict.reference) == (Answer.ACCEPTED, "", "queued")
    (arrived,) = server.arrived
    assert (arrived.recipients, arrived.was_encrypted, arrived.was_logged_in) == ((DESK,), True, True)
    for part in (arrived.text, arrived.html):
        assert "drops from good to inadequate" in part
        assert "Esland North Limited" in part
        assert "https://reports.ofsted.gov.uk/provider/5/SC478986" in part
        assert "17 July 2018" in part


def test_a_follow_up_names_what_it_follows_and_a_first_message_nothing(server: SmtpStandIn) -> None:
    channel(server).send(message(recipient=DESK))
    channel(server).send(message(recipient=DESK, id="f" * 16, follows="feedfacefeedface"))
    first, later = (arrived.mail for arrived in server.arrived)
    assert (first["In-Reply-To"], first["References"]) == (None, None)
    assert {later["In-Reply-To"], later["References"]} == {first["Message-ID"]}
    assert later["Message-ID"] != first["Message-ID"]


def test_below_the_title_stand_what_follows_and_the_link_and_then_the_details(server: SmtpStandIn) -> None:
    channel(server).send(message(told(), recipient=DESK))
    (arrived,) = server.arrived
    page = arrived.html[arrived.html.index("<h1") :]
    for part in (arrived.text, page):
        order = [
            "Children's home in Derby drops",
            "5 requirements, one of them due by 31 August; enforcement action was taken since the inspection before",
            "https://reports.ofsted.gov.uk/provider/5/SC478986",
            "Overall experiences, help and protection",
            "Had been good",
        ]
        places = [unescape(part).index(words) for words in order]
        assert places == sorted(places)


def test_a_list_of_mails_is_given_the_most_telling_fact_which_the_page_does_not_show(server: SmtpStandIn) -> None:
    digest = Digest(day=date(2018, 8, 3), items=(Item(alert(), SEEN),), total=1, feeds=1)
    for content in (told(), alert(), digest, Notice("A feed", "It is silent.")):
        channel(server).send(message(content, recipient=DESK))
    shown = []
    for arrived in server.arrived:
        found = re.search(r'<div class="preheader" style="display: none;[^"]*">(.*?)</div>', arrived.html, re.DOTALL)
        assert found is not None
        assert arrived.html.index(found[0]) < arrived.html.index("<table")
        shown.append(unescape(found[1]))
    assert server.arrived[0].text.count("5 requirements") == server.arrived[1].text.count("Overall experiences") == 1
    areas = "Overall experiences, help and protection, leadership and management: Good → Inadequate"
    due = "5 requirements, one of them due by 31 August; enforcement action was taken since the inspection before"
    assert shown == [f"{due} · {areas}", areas, title(alert()), "It is silent."]


def test_a_reminder_has_the_date_on_which_it_was_made(server: SmtpStandIn) -> None:
    made = SEEN + timedelta(hours=12)
    stored = replace(Delivery.of("morning news", "home", alert(), "1", made), reminder=Reminder(number=3, alert=SEEN))
    channel(server).send(replace(stored.message(), recipient=DESK))
    (arrived,) = server.arrived
    assert arrived.mail["Date"] == "Fri, 03 Aug 2018 22:05:00 +0100"
    assert "Seen 10:05, 3 August 2018" in arrived.text


@pytest.mark.parametrize("reminder", [None, Reminder(number=3, alert=SEEN)])
def test_a_mail_to_readers_has_no_command_but_the_one_that_acknowledges_it(
    server: SmtpStandIn, reminder: Reminder | None
) -> None:
    homes = tuple(replace(NOT_READ, home=f"ofsted:SC{number}") for number in range(30))
    items = (Item(told(), SEEN),)
    digest = Digest(day=date(2018, 8, 3), items=items, total=1, feeds=1, not_read=homes)
    for one in (message(told(), recipient=DESK, reminder=reminder), message(digest, recipient=DESK)):
        channel(server).send(one)
    alone, digested = server.arrived
    for arrived, commands in ((alone, ["watcher alerts ack SC478986"]), (digested, [])):
        for part in (arrived.text, arrived.html):
            assert re.findall(r"watcher (?:alerts|explain|status|homes)[^<\r\n]*", part) == commands
        assert "Homes are counted" in arrived.text
    assert "\nAcknowledge: watcher alerts ack SC478986" in alone.text.replace("\r\n", "\n")
    assert "and 10 more, which whoever runs this watcher can list" in server.arrived[-1].text


@pytest.mark.parametrize(
    "name",
    [
        "Watcher",
        "Watcher, of the desk",
        "Gwyliwr Tŷ “Plas” 🏠",
        "Ŵ" * 20,
        'The "desk" \\ at night',
        "=?utf-8?q?Elm=0D=0ABcc=3A_thief=40example=2Eorg?=",
        "Desk <thief@example.org>",
        "Watcher\r\nBcc: thief@example.org",
    ],
)
def test_a_sender_with_a_name_is_shown_by_it_and_sends_from_the_bare_address(server: SmtpStandIn, name: str) -> None:
    sender = f"{name} <watcher@alerts.example.org>"
    assert channel(server, sender=sender).send(message(recipient=DESK)).answer is Answer.ACCEPTED
    (arrived,) = server.arrived
    (shown,) = arrived.mail["From"].addresses
    assert shown.addr_spec == "watcher@alerts.example.org"
    # Python 3.11 reads a space between two encoded words, which is none.
    assert "".join(shown.display_name.split()) == "".join(name.split())
    assert (arrived.mail["Bcc"], arrived.mail.defects) == (None, [])
    assert arrived.content.isascii()
    assert arrived.mail["Message-ID"] == "<feedfacefeedface@alerts.example.org>"
    assert arrived.mail["List-Id"] == "<morning-news.watcher.alerts.example.org>"
    assert server.said == ["MAIL watcher@alerts.example.org encrypted"]
    assert set(server.introduced) == {"alerts.example.org"}


def test_the_headers_say_what_it_is_and_promise_no_way_out_that_nobody_reads(server: SmtpStandIn) -> None:
    channel(server).send(message(recipient=DESK))
    mail = server.arrived[0].mail
    assert mail["From"] == "watcher@alerts.example.org"
    assert mail["To"] == DESK
    assert mail["Date"] == "Fri, 03 Aug 2018 10:05:00 +0100"
    assert mail["Message-ID"] == "<feedfacefeedface@alerts.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<morning-news.watcher.alerts.example.org>"
    assert mail["List-Unsubscribe"] is None
    assert "drops from good to inadequate" in mail["Subject"]


def test_every_attempt_has_the_same_message_id_and_a_repetition_says_so(server: SmtpStandIn) -> None:
    for repeated in (False, True):
        channel(server).send(message(recipient=DESK, possibly_repeated=repeated))
    first, second = server.arrived
    assert first.mail["Message-ID"] == second.mail["Message-ID"]
    assert ["Possibly repeated" in letter.text for letter in (first, second)] == [False, True]
    assert "Possibly repeated" in second.html


def test_tls_from_the_start_works_too() -> None:
    with SmtpStandIn(from_the_start=True) as server:
        assert channel(server).send(message(recipient=DESK)).answer is Answer.ACCEPTED
        assert server.arrived[0].was_encrypted


@pytest.mark.parametrize("login", [True, False])
def test_without_starttls_nothing_is_said(login: bool) -> None:
    with SmtpStandIn(starttls=False, login=login) as server:
        for opened in (channel(server), channel(server, username="", password="")):
            verdict = opened.send(message(recipient=DESK))
            assert verdict.answer is Answer.REFUSED
            assert "STARTTLS" in verdict.detail
            assert "STARTTLS" in (opened.check() or "")
        assert server.arrived == []
        assert server.said == []


def test_in_clear_only_where_it_was_asked_for() -> None:
    with SmtpStandIn(starttls=False, login=False) as server:
        verdict = channel(server, starttls=False, username="", password="").send(message(recipient=DESK))
        assert verdict.answer is Answer.ACCEPTED
        assert not server.arrived[0].was_encrypted


def test_a_certificate_that_nobody_vouches_for_is_told_and_tried_again(
    server: SmtpStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", ssl.get_default_verify_paths().openssl_cafile)
    verdict = channel(server).send(message(recipient=DESK))
    assert verdict.answer is Answer.LATER
    assert "certificate" in verdict.detail
    assert server.said == []


LATER, DEAD = Answer.LATER, Answer.REFUSED
STOPS, STOPS_ONE = "stops the channel", "stops one recipient"
REPLIES: list[tuple[str, str, Answer | str, str]] = [
    ("CONNECT", "421 4.3.2 too busy", LATER, "421 4.3.2 too busy"),
    ("EHLO", "421 4.7.0 try again later", LATER, "421 4.7.0 try again later"),
    ("CONNECT", "554 5.7.1 you are on a list", STOPS, "554"),
    ("MAIL", "421 4.3.2 shutting down", LATER, "421 4.3.2 shutting down"),
    ("MAIL", "451 4.7.1 greylisted", LATER, "greylisted"),
    ("MAIL", "530 5.7.0 authentication required", STOPS, "password_file"),
    ("MAIL", "550 5.7.1 not your address", STOPS, "watcher@alerts.example.org"),
    ("MAIL", "553 5.7.1 sender not owned by user", STOPS, "from and to"),
    (DESK, "450 4.2.0 mailbox busy", LATER, DESK),
    (DESK, "421 4.7.0 too many", LATER, f"{DESK}: 421 4.7.0 too many"),
    (DESK, "550 5.1.1 no such user", DEAD, "check the address"),
    (DESK, "550 no such user here", DEAD, "check the address"),
    (DESK, "550 5.2.1 mailbox disabled", DEAD, "disabled"),
    (DESK, "530 5.7.0 authentication required", STOPS, "password_file"),
    (DESK, "552 5.2.2 mailbox full", STOPS_ONE, "make room"),
    (DESK, "553 5.7.1 relaying denied", STOPS_ONE, "relaying denied"),
    (DESK, "554 5.7.1 relay access denied", STOPS_ONE, "denied"),
    (DESK, "550 5.7.1 blocked by policy", STOPS_ONE, "blocked"),
    ("DATA", "451 4.3.0 try again", LATER, "try again"),
    ("DATA", "421 4.3.0 closing", LATER, "421 4.3.0 closing"),
    ("DATA", "552 5.3.4 too large", DEAD, "too large"),
    ("DATA", "550 5.7.1 spam", DEAD, "spam"),
    ("DATA", "550 5.7.26 unauthenticated mail is not accepted", STOPS, "unauthenticated"),
    ("DATA", "552 5.2.2 over quota", STOPS_ONE, "over quota"),
]


@pytest.mark.parametrize(("to", "reply", "means", "said"), REPLIES)
def test_a_reply_is_a_verdict(server: SmtpStandIn, to: str, reply: str, means: Answer | str, said: str) -> None:
    server.replies[to] = [reply]
    verdict = channel(server).send(message(recipient=DESK))
    assert verdict.answer is (means if isinstance(means, Answer) else Answer.REFUSED)
    assert verdict.stops is (means in (STOPS, STOPS_ONE))
    if verdict.stops:
        assert verdict.of_recipient is (means == STOPS_ONE)
    assert said in verdict.detail
    assert server.arrived == []
    assert channel(server).send(message(recipient=DESK)).answer is Answer.ACCEPTED


def test_a_server_that_hangs_up_on_one_of_several_recipients_is_quoted(server: SmtpStandIn) -> None:
    server.replies[DESK] = ["421 4.7.0 too many"]
    verdict = channel(server).send(message())
    assert (verdict.answer, verdict.detail) == (Answer.LATER, f"sending to {DESK}: 421 4.7.0 too many")
    assert server.arrived == []


@pytest.mark.parametrize("leave", ["421 4.7.0 try again later", "552 5.3.4 too large"])
def test_a_server_that_has_hung_up_before_it_is_spoken_to_is_quoted(leave: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        talk = Talk(deadline=30, local_hostname="example.org", timeout=10)
        greeting = ThreadPoolExecutor(1).submit(talk.connect, *listening.getsockname())
        line, _ = listening.accept()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # so that nothing can be sent
        line.sendall(f"220 welcome\r\n{leave}\r\n".encode())
        assert greeting.result(60)[0] == 220
        line.close()
        with pytest.raises(smtplib.SMTPResponseException) as refusal:
            talk.ehlo()
        talk.close()
    assert (refusal.value.smtp_code, refusal.value.smtp_error) == (int(leave[:3]), leave[4:].encode())


@pytest.mark.parametrize("from_the_start", [False, True])
def test_it_introduces_itself_as_the_domain_of_its_sender(from_the_start: bool) -> None:
    with SmtpStandIn(from_the_start=from_the_start) as server:
        channel(server).send(message(recipient=DESK))
        count = len(server.introduced)
        channel(server, helo="watcher.example.org").send(message(recipient=DESK))
    assert set(server.introduced[:count]) == {"alerts.example.org"}
    assert set(server.introduced[count:]) == {"watcher.example.org"}


@pytest.mark.parametrize(
    ("reply", "answer", "said"),
    [
        ("535 5.7.8 no", Answer.REFUSED, "correct them"),
        ("534 5.7.9 application-specific password required", Answer.REFUSED, "password for programs"),
        ("454 4.7.0 temporary failure", Answer.LATER, "logging in"),
        ("421 4.7.0 later", Answer.LATER, "logging in"),
    ],
)
def test_a_login_that_fails_says_what_to_do(server: SmtpStandIn, reply: str, answer: Answer, said: str) -> None:
    server.auth_reply = reply
    verdict = channel(server).send(message(recipient=DESK))
    assert verdict.answer is answer
    assert verdict.stops is (answer is Answer.REFUSED)
    assert said in verdict.detail
    assert server.arrived == []


def test_a_wrong_password_is_refused_and_repeated_nowhere(server: SmtpStandIn) -> None:
    coded = base64.b64encode(f"\0{USERNAME}\0planted-wrong".encode()).decode()
    server.auth_reply = f"535 5.7.8 I do not like planted-wrong nor {coded}"
    verdict = channel(server, password="planted-wrong").send(message(recipient=DESK))
    assert verdict.answer is Answer.REFUSED
    assert verdict.detail.count("[password]") == 2
    assert coded not in verdict.detail


def test_a_password_that_cannot_be_sent_is_refused(server: SmtpStandIn) -> None:
    verdict = channel(server, password="plänted").send(message(recipient=DESK))
    assert verdict.answer is Answer.REFUSED
    assert "plänted" not in verdict.detail


def test_a_server_without_login_is_not_given_one() -> None:
    with SmtpStandIn(login=False) as server:
        verdict = channel(server).send(message(recipient=DESK))
        assert verdict.answer is Answer.REFUSED
        assert "leave out username" in verdict.detail
        assert channel(server, username="", password="").send(message(recipient=DESK)).answer is Answer.ACCEPTED


@pytest.mark.parametrize("how", ["hangs", "drops"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_lost_once_the_message_is_out_leaves_its_fate_unknown(
    server: SmtpStandIn, how: str, when: str
) -> None:
    setattr(server, how, when)
    one = channel(server, timeout=timedelta(seconds=2 if how == "hangs" else 20))
    verdict = one.send(message(recipient=DESK))
    assert verdict.answer is Answer.UNKNOWN
    assert len(server.arrived) == (when == "after")
    found = one.find(message(recipient=DESK), message().seen)
    assert found is not None
    assert found.answer is Answer.UNKNOWN


def test_a_server_that_is_not_there_is_tried_later(server: SmtpStandIn) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        verdict = channel(server, smtp=f"smtp://127.0.0.1:{taken.getsockname()[1]}").send(message(recipient=DESK))
    assert verdict.answer is Answer.LATER
    assert "refused" in verdict.detail


def test_a_name_that_nobody_knows_is_tried_later(server: SmtpStandIn) -> None:
    verdict = channel(server, smtp="smtp://mail.invalid:587").send(message(recipient=DESK))
    assert verdict.answer is Answer.LATER
    assert "mail.invalid" in verdict.detail


def test_a_server_that_never_greets_is_tried_later(server: SmtpStandIn) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        one = channel(server, smtp=f"smtp://127.0.0.1:{mute.getsockname()[1]}", timeout=timedelta(milliseconds=50))
        assert one.send(message(recipient=DESK)).answer is Answer.LATER


def test_an_old_message_without_a_recipient_goes_to_all_and_tells_who_refused(server: SmtpStandIn) -> None:
    server.replies[DESK] = ["550 5.1.1 no such user"]
    verdict = channel(server).send(message())
    assert verdict.answer is Answer.ACCEPTED
    assert DESK in verdict.detail
    assert [letter.recipients for letter in server.arrived] == [(EDITOR,)]


def test_check_tries_the_whole_way_and_sends_nothing(server: SmtpStandIn) -> None:
    assert channel(server).check() is None
    assert "535" in (channel(server, password="planted-wrong").check() or "")
    server.replies["NOOP"] = ["421 4.3.2 closing"]
    assert "421" in (channel(server).check() or "")
    assert (server.arrived, server.said) == ([], [])


@pytest.mark.parametrize(
    "owner",
    [
        "Elm\r\nBcc: thief@example.org",
        "Elm\nSubject: other",
        "Elm\r\n.\r\nMAIL FROM:<thief@example.org>",
        "Elm\u2028Bcc: thief@example.org",
        "Elm\x00\x1b[31m",
        "<script>alert(1)</script><img src=https://evil.example/x.png>",
        "=?utf-8?q?Elm=0D=0ABcc=3A_thief=40example=2Eorg?=",
        "{{ wording.__class__ }}",
        "\u202ednetsaE",
        "Ty\u0302 Cwm Gofal Cyf – “Plas” 🏠 " + "ŵ" * 400,
        "x" * 5_000,
        "\ud800",
    ],
)
def test_what_a_regulator_prints_can_alter_neither_headers_nor_page(server: SmtpStandIn, owner: str) -> None:
    hostile = alert(owner=owner, local_authority=owner, name=owner)
    assert channel(server).send(message(hostile, recipient=DESK)).answer is Answer.ACCEPTED
    (arrived,) = server.arrived
    assert arrived.recipients == (DESK,)
    mail = arrived.mail
    assert sorted(mail.keys()) == sorted({*mail.keys()})
    assert mail["Bcc"] is None
    assert "Children's home" in mail["Subject"]
    assert not mail.defects
    assert "<script" not in arrived.html
    assert "<img" not in arrived.html
    assert "\x1b" not in arrived.text
    assert "\u202e" not in arrived.text + arrived.html


def test_what_only_looks_encoded_is_shown_as_it_was_printed(server: SmtpStandIn) -> None:
    printed = "=?utf-8?q?Elm=0D=0ABcc=3A_thief=40example=2Eorg?="
    channel(server).send(message(alert(owner=printed), recipient=DESK))
    assert printed in server.arrived[0].mail["Subject"]


def test_no_line_is_too_long_and_nothing_is_more_than_seven_bits(server: SmtpStandIn) -> None:
    long = alert(owner="ŵ" * 400, link="https://example.org/" + "a" * 900, watches=("w" * 70,) * 30)
    domain = ".".join(["a" * 60] * 4)
    channel(server, sender=f"{'w' * 60}@{domain}").send(message(long, recipient=DESK))
    (arrived,) = server.arrived
    assert arrived.content.isascii()
    assert max(len(line) for line in arrived.content.split(b"\r\n")) <= 998
    assert arrived.mail["Message-ID"] == f"<feedfacefeedface@{domain}>"
    assert arrived.mail["From"] == f"{'w' * 60}@{domain}"
    assert "https://example.org/" + "a" * 900 in arrived.text


def test_an_unusual_letter_survives_in_subject_and_both_parts(server: SmtpStandIn) -> None:
    channel(server).send(message(alert(owner="Tŷ Cwm Cyf – “Plas” 🏠"), recipient=DESK))
    (arrived,) = server.arrived
    assert arrived.content.isascii()
    for where in (arrived.mail["Subject"], arrived.text, arrived.html):
        assert "Tŷ Cwm Cyf – “Plas” 🏠" in where


def test_a_notice_to_the_operator_is_an_ordinary_e_mail(server: SmtpStandIn) -> None:
    channel(server).send(message(Notice("ofsted has not been read", "last read well 7h ago"), recipient=DESK))
    (arrived,) = server.arrived
    assert arrived.mail["Subject"] == "ofsted has not been read"
    assert "last read well 7h ago" in arrived.text
    assert "last read well 7h ago" in arrived.html


def test_the_page_loads_nothing_from_anywhere_and_says_how_it_looks_in_the_dark(server: SmtpStandIn) -> None:
    channel(server).send(message(recipient=DESK))
    html = server.arrived[0].html
    assert "src=" not in html
    assert "@import" not in html
    assert html.count("http") == html.count("https://reports.ofsted.gov.uk/provider/5/SC478986")
    assert "prefers-color-scheme: dark" in html
    assert 'name="color-scheme" content="light dark"' in html
    assert 'style="' in html


@pytest.mark.parametrize("greets", [False, True])
def test_a_server_that_answers_byte_by_byte_is_cut_off_and_the_message_known_to_wait(greets: bool) -> None:
    """Each byte comes within the timeout; without a deadline of its own the call would last as long as the answer."""
    sent = []

    def drip(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            if greets:
                line.sendall(b"220 slow\r\n")
            for _ in range(3_000):
                line.sendall(b"2")
                sent.append(1)
                time.sleep(0.01)

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        dripping = pool.submit(drip, listening)
        slow = EmailChannel(
            "mail",
            smtp=f"smtp://127.0.0.1:{listening.getsockname()[1]}",
            sender="watcher@alerts.example.org",
            to=(DESK,),
            zone=LONDON,
            starttls=False,
            deadline=timedelta(milliseconds=300),
        )
        verdict = slow.send(message(recipient=DESK))
        dripping.result(60)
    assert verdict.answer is Answer.LATER
    assert len(sent) < 1_000
