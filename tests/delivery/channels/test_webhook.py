"""Signed JSON over real HTTP: what a receiver gets and can verify, and the verdict on each way in which it can end."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.builders import inspection
from tests.checkout import ROOT
from tests.clock import ManualClock
from tests.delivery.scripted import Desk
from tests.messages.messages import SEEN, alert, delivery, message
from tests.shapes.schemas import validator
from tests.standins.http_server import Answer as Said
from tests.standins.http_server import End, HttpServer, Request, answer, in_turn, tls_server, tls_trusting
from tests.standins.ports import unused_port
from tests.standins.receiver import receiving
from watcher.cli import trial_message
from watcher.delivery.channels.webhook.channel import WebhookChannel
from watcher.delivery.ledger import State
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.links import Links
from watcher.messages.message import Notice, Reminder
from watcher.messages.not_read import NotRead

SECRET = "planted-hmac-secret"
NOW = datetime(2018, 8, 3, 9, 10, tzinfo=UTC)
DOCUMENT = ROOT / "docs" / "webhook.md"

KNOWN = {key: value for key, value in alert().contract().items() if key != "type"}
"""What every program that reads our JSON is told of an alert, but for the key that says here what a message is of."""
ADDED = {
    "type": "change",
    "version": 1,
    "sentence": "Children's home in Derby drops from good to inadequate (SC478986, Esland North Limited)",
    "home_type": "children's home",
    "region": "East Midlands",
    "link": "https://reports.ofsted.gov.uk/provider/5/SC478986",
}
"""What a receiver is told beside it."""


def archive(server: HttpServer | None = None, **settings: Any) -> WebhookChannel:
    url = f"{server.url}/in?from=watcher" if server else f"http://127.0.0.1:{unused_port()}/"
    return WebhookChannel("archive", **{"url": url, "secret": SECRET, "clock": ManualClock(NOW), **settings})


def sent(one: Any, **settings: Any) -> Request:
    with receiving(lambda _: answer("thank you")) as server:
        assert archive(server, **settings).send(one) == Verdict(Answer.ACCEPTED)
        (request,) = server.requests
        validator("webhook").validate(orjson.loads(request.body))
        return request


def test_an_alert_is_posted_once_as_the_json_that_other_programs_know() -> None:
    request = sent(message())
    assert (request.method, request.target) == ("POST", "/in?from=watcher")
    assert request.header("Content-Type") == "application/json"
    assert orjson.loads(request.body) == {**KNOWN, **ADDED}
    assert request.header("X-Watcher-Delivery") == "feedfacefeedface"
    assert request.header("X-Watcher-Possibly-Repeated") is None


@pytest.mark.parametrize(
    ("number", "after", "told_why"), [(2, None, "Reminder 2: "), (0, 43_200.0, "Not acknowledged for 12h: ")]
)
def test_a_reminder_says_which_it_is_and_is_never_taken_for_its_alert(
    number: int, after: float | None, told_why: str
) -> None:
    request = sent(message(id="f" * 16, reminder=Reminder(number=number, after_seconds=after, alert=SEEN)))
    told = orjson.loads(request.body)
    assert told.pop("reminder") == {
        "number": number, "after_seconds": after, "id": "f" * 16, "alert": "0123456789abcdef",
    }  # fmt: skip
    assert told.pop("of") == alert().id
    assert told.pop("sentence") == f"{told_why}{ADDED['sentence']}"
    assert {**told, "sentence": ADDED["sentence"]} == {**KNOWN, **ADDED, "type": "reminder"}
    assert request.header("X-Watcher-Delivery") == "f" * 16


def test_a_notice_is_posted_as_its_title_and_text() -> None:
    assert orjson.loads(sent(message(Notice("A feed", "is \u202e silent"))).body) == {
        "type": "operator", "version": 1, "sentence": "A feed", "notice": "A feed", "text": "is \u202e silent",
    }  # fmt: skip


def test_a_notice_with_a_topic_is_posted_with_what_a_program_may_sort_it_by() -> None:
    told = orjson.loads(sent(message(Notice("pages", "x", topic="page", homes=("SC1",), more=2))).body)
    assert (told["topic"], told["gravity"], told["over"]) == ("page", "look today", False)
    assert (told["homes"], told["more"], told["next_try"]) == (["SC1"], 2, None)


def test_the_page_of_a_change_and_of_a_home_that_was_not_read_is_posted_where_pages_have_an_address() -> None:
    links = Links("https://watcher.example.org")
    page = {"page": f"https://watcher.example.org/changes/{alert().id}"}
    assert orjson.loads(sent(message(), links=links).body) == {**KNOWN, **ADDED, **page}
    unread = NotRead.report(inspection("2026-10-20"))
    told = orjson.loads(sent(message(unread), links=links).body)
    assert (told["type"], told["page"]) == ("not_read", f"https://watcher.example.org/homes/{unread.home}")


def test_a_link_that_is_none_is_not_passed_on() -> None:
    assert orjson.loads(sent(message(alert(link="javascript:alert(1)"))).body)["link"] is None


def test_a_test_is_no_message_of_the_operators() -> None:
    assert orjson.loads(sent(message(trial_message.notice(NOW))).body)["type"] == "test"


def test_a_message_that_may_have_arrived_is_marked_and_keeps_its_id() -> None:
    request = sent(message(possibly_repeated=True))
    assert request.header("X-Watcher-Possibly-Repeated") == "true"
    assert request.header("X-Watcher-Delivery") == "feedfacefeedface"


def test_after_a_lost_answer_it_is_sent_again_with_the_same_id_and_says_so(tmp_path: Path) -> None:
    answers = in_turn((End.RESET,), answer(status=429, headers={"Retry-After": "3600"}), answer())
    with receiving(answers) as server, Desk(tmp_path, archive(server)) as desk:
        desk.store(delivery(1, channel="archive"))
        assert desk.deliver() == ()
        assert desk.deliver(timedelta(minutes=5)) == ()
        assert desk.deliver(timedelta(minutes=30)) == (), "it asked for an hour"
        (done,) = desk.deliver(timedelta(minutes=31))
        assert (done.state, done.attempts, done.detail) == (State.ACCEPTED, 3, "possibly repeated")
        said = [
            (request.header("X-Watcher-Delivery"), request.header("X-Watcher-Possibly-Repeated"))
            for request in server.requests
        ]
        assert said == [(done.id, None), (done.id, "true"), (done.id, "true")]


def documented_receiver() -> Callable[[bytes, str, bytes, float], bool]:
    """The example of the older signature in the document, as somebody copies it."""
    *_, code = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    copied: dict[str, Any] = {}
    exec(code, copied)  # noqa: S102  # our own documentation, which has to run
    receiver: Callable[[bytes, str, bytes, float], bool] = copied["is_from_watcher"]
    return receiver


def test_the_documented_receiver_believes_us_and_nobody_else() -> None:
    is_from_watcher = documented_receiver()
    request = sent(message())
    proof, key, now = request.header("X-Watcher-Signature") or "", SECRET.encode(), NOW.timestamp()
    assert is_from_watcher(request.body, proof, key, now)
    assert is_from_watcher(request.body, proof, key, now + 299)
    assert not is_from_watcher(request.body, proof, key, now + 301)
    assert not is_from_watcher(request.body, proof, key, now - 301)
    assert not is_from_watcher(request.body + b" ", proof, key, now)
    assert not is_from_watcher(request.body, proof, b"another", now)
    later = proof.replace(f"t={int(now)}", f"t={int(now) + 600}")
    assert later != proof
    assert not is_from_watcher(request.body, later, key, now + 600), "the time is signed too"
    assert not is_from_watcher(request.body, "v1=é", key, now)
    assert "compare_digest" in DOCUMENT.read_text(encoding="utf-8"), "in constant time"


LATER, REFUSED, UNKNOWN, ACCEPTED = Answer.LATER, Answer.REFUSED, Answer.UNKNOWN, Answer.ACCEPTED
ENDINGS: list[tuple[Said, Answer, str]] = [
    (answer(status=200), ACCEPTED, ""),
    (answer("x" * 100_000, 202), ACCEPTED, ""),
    (answer(status=204), ACCEPTED, ""),
    ((answer(status=200, length=5), End.RESET), ACCEPTED, ""),
    (answer(status=408), LATER, "status 408"),
    (answer(status=425), LATER, "status 425"),
    (answer(status=429), LATER, "status 429"),
    (answer(status=500), LATER, "status 500"),
    (answer(status=503), LATER, "status 503"),
    (answer(status=302, headers={"Location": "/elsewhere"}), LATER, "points elsewhere"),
    (answer(status=307, headers={"Location": "/elsewhere"}), LATER, "points elsewhere"),
    (answer(status=301, headers={"Location": "/elsewhere"}), REFUSED, "set `url`"),
    (answer(status=308, headers={"Location": "/elsewhere"}), REFUSED, "set `url`"),
    (answer(status=400), REFUSED, "compare what it expects"),
    (answer(status=401), REFUSED, "compare the secret"),
    (answer(status=403), REFUSED, "compare the secret"),
    (answer(status=404), REFUSED, "set `url`"),
    (answer(status=410), REFUSED, "gone for good"),
    (answer(status=405), REFUSED, "set `url`"),
    (answer(status=407), REFUSED, "wants a login"),
    (answer(status=413), REFUSED, "compare what it expects"),
    (answer(status=422), REFUSED, "compare what it expects"),
    (answer(status=451), REFUSED, "the receiver says 451"),
    ((End.CLOSE,), UNKNOWN, "no answer came"),
    ((End.RESET,), UNKNOWN, "no answer came"),
    ((b"HTTP/1.1 20", End.CLOSE), UNKNOWN, "no answer came"),
    ((b"HTTP/1.1 200 OK\r\n", End.CLOSE), UNKNOWN, "no answer came"),
    ((b"HTTP/1.1 200 OK\r\nX: y", End.CLOSE), UNKNOWN, "no answer came"),
    ((b"HTTP/1.1 400 Bad Request\r\nX: y\r\n", End.CLOSE), UNKNOWN, "no answer came"),
    ((b"HTTP/1.1 100 Continue\r\n\r\n", End.CLOSE), UNKNOWN, "no answer came"),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", ACCEPTED, ""),
    ((b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", End.CLOSE), ACCEPTED, ""),
    (b"220 mail.example.org ESMTP\r\n", UNKNOWN, "no answer came"),
    (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", UNKNOWN, "no answer came"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "wanted", "detail"), ENDINGS)
def test_an_attempt_is_judged_by_what_can_be_known_of_it(said: Said, wanted: Answer, detail: str) -> None:
    with receiving(lambda _: said) as server:
        verdict = archive(server).send(message())
        assert verdict.answer is wanted
        assert detail in verdict.detail
        is_of_message = "compare what it expects" in detail
        assert verdict.stops is (wanted is REFUSED and not is_of_message)
        assert len(server.requests) == 1, "no redirect is followed, and the outbox alone tries again"


@pytest.mark.parametrize("drips", [False, True])
@pytest.mark.parametrize("is_tls", [False, True])
def test_the_deadline_holds_for_the_whole_call_however_slowly_it_drips(*, drips: bool, is_tls: bool) -> None:
    whole, dripped = b"HTTP/1.1 200 OK\r\nX: " * 9, bytearray()

    def dripping() -> Iterator[bytes | float]:
        for byte in whole:
            dripped.append(byte)
            yield bytes([byte])
            yield 0.05

    tls = (tls_server(), tls_trusting()) if is_tls else (None, None)
    with receiving(lambda _: dripping() if drips else (End.HANG,), tls=tls[0]) as server:
        verdict = archive(server, deadline=timedelta(seconds=2), tls=tls[1]).send(message())
        assert len(dripped) < len(whole) / 2, "it did not wait for the end"
        assert verdict.answer is Answer.UNKNOWN
        assert len(server.requests) == 1


def test_an_answer_that_the_deadline_cuts_off_in_its_head_is_none() -> None:
    with receiving(lambda _: (b"HTTP/1.1 200 OK\r\nX: y\r\n", End.HANG)) as server:
        verdict = archive(server, deadline=timedelta(seconds=2)).send(message())
        assert verdict == Verdict(Answer.UNKNOWN, "no answer came (IncompleteRead)")


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("Fri, 03 Aug 2018 09:11:00 GMT", timedelta(minutes=1)),
        ("9" * 40, timedelta(days=1)),
        ("soon", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_a_receiver_asks_for_is_honoured(header: str, wait: timedelta | None, status: int) -> None:
    with receiving(lambda _: answer(status=status, headers={"Retry-After": header})) as server:
        assert archive(server).send(message()).retry_after == wait


@pytest.mark.parametrize("host", ["127.0.0.1", "receiver.invalid", "a" * 64 + ".example.org"])
def test_what_never_went_out_is_for_later_and_the_check_says_why(host: str) -> None:
    channel = archive(url=f"http://{host}:{unused_port()}/")
    verdict = channel.send(message())
    assert verdict.answer is Answer.LATER
    assert channel.check() == verdict.detail
    assert verdict.detail.startswith("the receiver can't be reached: ")


def test_a_certificate_that_nobody_trusts_stops_the_message_but_gives_nothing_up() -> None:
    with receiving(lambda _: answer(), tls=tls_server()) as server:
        verdict = archive(server).send(message())
        assert verdict.answer is Answer.LATER
        assert "certificate is not valid: self-signed certificate" in verdict.detail
        assert server.requests == []
        assert archive(server, tls=tls_trusting()).send(message()).answer is Answer.ACCEPTED


def test_a_server_without_tls_and_one_that_stays_silent_in_the_handshake_are_for_later() -> None:
    with receiving(lambda _: answer()) as server:
        url = server.url.replace("http:", "https:")
        assert archive(url=url, deadline=timedelta(milliseconds=300)).send(message()).answer is Answer.LATER
        assert server.requests == []


def test_the_way_is_tried_without_posting() -> None:
    with receiving(lambda _: answer(status=500)) as server:
        assert archive(server).check() is None
        assert server.requests == []


def test_without_a_secret_nothing_is_sent() -> None:
    with receiving(lambda _: answer()) as server:
        channel = archive(server, secret="")
        assert channel.send(message()) == Verdict(Answer.REFUSED, channel.check() or "", stops=True)
        assert "secret_file" in (channel.check() or "")
        assert server.requests == []


def test_what_was_sent_cannot_be_looked_up() -> None:
    found = archive().find(message(), SEEN)
    assert found is not None
    assert found.answer is Answer.UNKNOWN


@pytest.mark.parametrize("status", [200, 301, 400, 429, 500])
def test_neither_secret_nor_address_appear_anywhere(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(request: Request) -> bytes:
        return answer(SECRET + repr(request), status, headers={"Retry-After": SECRET, "Location": request.target})

    with receiving(echo) as server:
        channel = archive(server)
        said = repr([channel.send(message()), channel.check(), channel, vars(channel)["name"], caplog.text])
    assert SECRET not in said
    assert "from=watcher" not in said
