"""Where a reader can go from a message."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.messages.messages import SEEN, alert, message
from watcher.judging.changes import What
from watcher.messages.digest import Digest
from watcher.messages.homes_now import HomesInBrief
from watcher.messages.links import Link, Links, NoLink
from watcher.messages.message import Notice, Reminder
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.report import WatchReport
from watcher.messages.ways import NO_WAYS, Ways, how_to_acknowledge, page_of, ways_from
from watcher.rounds.reminders import REMINDED

LINKS = Links("https://watcher.example.org", b"k" * 32)
DESK = "desk@example.org"
DAY = date(2018, 8, 3)
NOT_READ = NotRead(home="ofsted:SC1", part=UnreadPart.PAGE, home_id="SC1")
DIGEST = Digest(day=DAY, items=(), total=0, feeds=1)
REPORT = WatchReport(watch="derby", day=DAY, schedule="monthly 3", since=DAY, homes=HomesInBrief(grades={}))


def read(address: str) -> Link | NoLink:
    return LINKS.read(address.rpartition("/")[2], SEEN)


def test_from_an_alert_its_reader_can_acknowledge_it_and_stop_mails_to_himself_alone() -> None:
    ways = ways_from(message(recipient=DESK), LINKS)
    for address, subject in ((ways.acknowledge, alert().id), (ways.why, DESK)):
        link = read(address)
        assert isinstance(link, Link)
        assert (link.subject, link.recipient, link.made) == (subject, DESK, SEEN)
    assert [link.address for link in ways.shown] == [ways.acknowledge, ways.change, ways.home, ways.why]
    assert ways.change.endswith(f"/changes/{alert().id}")
    assert ways.home.endswith(f"/homes/{alert().home}")


def test_a_reminder_s_links_are_as_old_as_itself_and_not_as_its_alert() -> None:
    made = SEEN + timedelta(days=20)
    reminder = message(recipient=DESK, made=made, reminder=Reminder(number=2, alert=SEEN))
    link = read(ways_from(reminder, LINKS).acknowledge)
    assert isinstance(link, Link)
    assert link.made == made


def test_what_is_no_alert_says_why_its_reader_gets_it_and_nothing_can_be_acknowledged() -> None:
    for content in (NOT_READ, DIGEST, REPORT):
        ways = ways_from(message(content, recipient=DESK), LINKS)
        assert isinstance(read(ways.why), Link)
        assert (ways.acknowledge, ways.change) == ("", "")


def test_where_nobody_is_the_one_reader_nobody_s_mails_can_be_stopped() -> None:
    assert ways_from(message(), LINKS).why == ""
    assert ways_from(message(), LINKS).acknowledge


def test_without_pages_there_is_the_shell_of_whoever_runs_this_watcher() -> None:
    assert ways_from(message(recipient=DESK), None) == Ways(at_a_shell="Acknowledge: watcher alerts ack SC478986")
    assert ways_from(message(recipient=DESK), None).shown == ()
    assert ways_from(message(recipient=DESK), LINKS).at_a_shell == ""


def test_from_a_notice_to_the_operator_and_from_what_asks_nobody_without_pages_there_is_no_way() -> None:
    assert ways_from(message(Notice("The disk is full", "Free some."), recipient=DESK), LINKS) is NO_WAYS
    assert ways_from(message(alert(What.RECOVERED), recipient=DESK), None) is NO_WAYS
    assert NO_WAYS.shown == ()


def test_the_page_of_a_change_is_that_of_an_alert() -> None:
    assert page_of(message(), LINKS) == f"https://watcher.example.org/changes/{alert().id}"
    assert page_of(message(NOT_READ), LINKS) is None
    assert page_of(replace(message()), None) is None


@pytest.mark.parametrize("what", [What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.GROUP_CONCERN])
@pytest.mark.parametrize("reminder", [None, Reminder(number=2, alert=SEEN), Reminder(after_seconds=60, alert=SEEN)])
def test_an_alert_and_its_reminders_say_in_one_line_how_to_acknowledge_them(
    what: What, reminder: Reminder | None
) -> None:
    said = how_to_acknowledge(message(alert(what), reminder=reminder))
    assert said == "Acknowledge: watcher alerts ack SC478986"


@pytest.mark.parametrize("what", sorted(set(What) - set(REMINDED)))
def test_nobody_is_asked_to_acknowledge_what_nobody_is_reminded_of(what: What) -> None:
    assert how_to_acknowledge(message(alert(what))) == ""


def test_nobody_is_asked_to_acknowledge_what_is_no_alert_or_says_how_the_home_stands_by_now() -> None:
    assert [how_to_acknowledge(message(content)) for content in (NOT_READ, DIGEST, REPORT)] == [""] * 3
    assert how_to_acknowledge(message(state="recovered after 53 days")) == ""


@pytest.mark.parametrize("number", ["$(reboot)", "1; reboot", "--help", "", "x" * 41, "12\n34", "SC1\u202e"])
def test_a_number_that_a_shell_could_take_for_more_is_not_put_into_a_command(number: str) -> None:
    said = how_to_acknowledge(message(alert(home_id=number)))
    assert said == f"Acknowledge: watcher alerts ack {alert().id}"
