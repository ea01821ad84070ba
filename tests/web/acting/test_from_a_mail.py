"""From an alert that the channel mails, by its links, to the pages that are served: they do what they say."""

import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.standins.smtp import CERTIFICATE, Arrived, SmtpStandIn
from tests.standins.smtp import PASSWORD as SECRET
from tests.standins.smtp import USERNAME as LOGIN
from tests.web import stage
from tests.web.acting.world import CHANGE, READER, World, words, world
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.verdict import Answer
from watcher.messages.ways import ACKNOWLEDGE, SEE_CHANGE, SEE_HOME, WHY
from watcher.watching.deeds import Door

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data") as found:
        yield found


@pytest.fixture
def mail(there: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arrived]:
    """What a reader gets of the change."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with SmtpStandIn() as server:
        channel = EmailChannel(
            "mail",
            smtp=server.url,
            sender="watcher@example.org",
            to=(READER,),
            username=LOGIN,
            password=SECRET,
            zone=ZoneInfo("Europe/London"),
            links=there.links,
        )
        assert channel.send(there.messages["accepted"].message()).answer is Answer.ACCEPTED
        (arrived,) = server.arrived
        yield arrived


def test_the_links_of_an_alert_s_mail_do_what_they_say(there: World, mail: Arrived) -> None:
    ways = {said: to for to, said in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', mail.html)}
    with there.browser() as browser:
        for said in (SEE_CHANGE, SEE_HOME.format(thing="home")):
            page = browser.get(ways[said])
            assert (page.status_code, "SC900100" in words(page)) == (200, True)
        for said, to in ways.items():  # as a mail scanner does
            if to.startswith(there.url):
                assert browser.get(to).status_code == browser.head(to).status_code == 200, said
        assert there.history.acknowledgement(CHANGE) is None
        assert dict(there.history.stopped_mails()) == {}
        assert "Acknowledge this?" in words(browser.get(ways[ACKNOWLEDGE]))
        assert browser.post(ways[ACKNOWLEDGE], data={"why": "Seen."}, headers={"Origin": there.url}).status_code == 200
        given = there.history.acknowledgement(CHANGE)
        assert given is not None
        assert (given.by, given.why, given.door) == (READER, "Seen.", Door.LINK)
        why = browser.get(ways[WHY])
        assert f"The watch derby sends to {READER}, through mail." in words(why)


def test_a_mail_program_s_button_stops_the_mails(there: World, mail: Arrived) -> None:
    (to,) = re.findall(r"<(http[^>]+)>", str(mail.mail["List-Unsubscribe"]))
    content = str(mail.mail["List-Unsubscribe-Post"])
    answer = httpx.post(to, content=content, headers=FORM, trust_env=False, timeout=60)
    assert answer.status_code == 200
    stop = there.history.stopped_mails()[READER]
    assert (stop.door, stop.since) == (Door.MAIL, stage.NOW)
