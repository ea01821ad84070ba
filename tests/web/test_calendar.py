"""What is to come as a calendar: as RFC 5545 has it, the same bytes for the same facts, whatever the names hold."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar, Event

from watcher.answers.homes.home_now import HomeNow
from watcher.facts.inspection import Home
from watcher.judging.rhythm import Window
from watcher.judging.standing import HomeStanding
from watcher.web.calendar import calendar

AS_OF = datetime(2026, 3, 2, 9, 30, 15, 999, tzinfo=UTC)
BASE = "https://watcher.example.org"
HOSTILE = 'Oak\r\nEND:VEVENT\r\nBEGIN:VALARM\r\n;,:\\"\x00\x1b\u2028\ud800\u202e' + "é😀" * 60
HOME = Home(
    regulator="ofsted", id="SC478986", type="children's home", owner="Esland North Limited", local_authority="Derby",
    link="https://reports.ofsted.gov.uk/provider/5/SC478986",
)  # fmt: skip
STANDING = HomeStanding(
    is_there=True, status="active", rating="inadequate", areas={}, inspected=date(2018, 7, 17),
    inadequate_since=date(2018, 8, 3), expect_news_by=date(2018, 10, 20),
    next_due=Window(date(2019, 2, 1), date(2019, 6, 30), "eight of ten were inspected fully again"),
)  # fmt: skip
DUE = {"due": "2018-08-31", "requirement": "assess each child's risks", "page": 6}


def home(**facts: Any) -> HomeNow:
    usual = {"home": HOME, "family": "children's home", "standing": STANDING, "requirements": (DUE,)}
    return HomeNow(**{**usual, **facts})


def made(*homes: HomeNow, base: str = BASE, name: str = "Homes in Derby", **more: Any) -> bytes:
    return calendar(homes, base, name=name, as_of=AS_OF, **more)


def read(written: bytes) -> list[Event]:
    return [event for event in Calendar.from_ical(written).walk("VEVENT") if isinstance(event, Event)]


def test_the_founding_case() -> None:
    due, news, window = read(made(home(label="Oak House")))
    assert [str(event["summary"]) for event in (due, news, window)] == [
        "SC478986 “Oak House”: a requirement is due",
        "SC478986 “Oak House”: expect news by today",
        "SC478986 “Oak House”: next full inspection to be expected",
    ]
    assert (due.decoded("dtstart"), due.decoded("dtend")) == (date(2018, 8, 31), date(2018, 9, 1))
    assert (news.decoded("dtstart"), news.decoded("dtend")) == (date(2018, 10, 20), date(2018, 10, 21))
    assert (window.decoded("dtstart"), window.decoded("dtend")) == (date(2019, 2, 1), date(2019, 7, 1))
    assert str(due["description"]).startswith("‘assess each child's risks’ (page 6 of the report) Children's home")
    assert "Eight of ten" in str(window["description"])
    for event in (due, news, window):
        assert event["url"] == f"{BASE}/homes/ofsted:SC478986"
        assert event.decoded("dtstamp") == AS_OF.replace(microsecond=0)
        assert (event["transp"], event["class"], event["location"]) == ("TRANSPARENT", "PUBLIC", "Derby")


def test_the_calendar_says_what_it_is_and_how_often_to_look() -> None:
    written = made(name="Derby; Leeds, Kent", about="a, b")
    assert Calendar.from_ical(written)["version"] == "2.0"
    for key in (b"NAME", b"X-WR-CALNAME"):
        assert b"\r\n" + key + b":Derby\\; Leeds\\, Kent\r\n" in written
    assert b"\r\nX-WR-CALDESC:a\\, b\r\n" in written
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in written
    assert b"X-PUBLISHED-TTL:PT6H\r\n" in written


def test_ids_stay_when_a_day_moves_or_the_address_changes_and_each_stands_once() -> None:
    moved = replace(
        STANDING, expect_news_by=date(2018, 10, 27), next_due=Window(date(2019, 3, 1), date(2019, 7, 1), "")
    )
    before, after = read(made(home())), read(made(home(standing=moved), base="http://127.0.0.1:8080/"))
    assert [event["uid"] for event in before] == [event["uid"] for event in after]
    others = read(made(home(), home(home=replace(HOME, id="SC000001"))))
    assert len({event["uid"] for event in others}) == len(others) == 6


def test_ids_never_change() -> None:
    assert [str(event["uid"]) for event in read(made(home()))] == IDS


IDS = [
    "46132edc-6ffd-53cc-8e6f-1eeec214eda6",
    "b23f2563-edfe-579d-8568-a49e40a90147",
    "5e86b0d3-f4b3-57bb-bca2-88a32937934b",
]


def test_the_same_facts_make_the_same_bytes() -> None:
    assert made(home()) == made(home())


def test_a_home_of_which_nothing_is_to_come_has_no_event() -> None:
    quiet = replace(STANDING, expect_news_by=None, next_due=None)
    assert read(made(home(standing=quiet, requirements=()))) == []
    assert read(made()) == []


def test_lines_are_folded_and_end_as_they_must_whatever_the_words_hold() -> None:
    hostile = home(
        home=replace(
            HOME, id=HOSTILE.replace("\ud800", ""), owner=HOSTILE, local_authority=HOSTILE, type=HOSTILE, link=HOSTILE
        ),
        label=HOSTILE,
        requirements=({"due": "2018-08-31", "requirement": HOSTILE, "page": HOSTILE},),
        standing=replace(STANDING, rating=HOSTILE, next_due=Window(date(2019, 1, 1), date(2019, 1, 1), HOSTILE)),
    )
    written = made(hostile, name=HOSTILE, about=HOSTILE)
    lines = written.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    assert not any(byte < 32 for line in lines for byte in line)
    written.decode()
    begins = [line for line in lines if line.startswith((b"BEGIN:", b"END:"))]
    assert begins == [b"BEGIN:VCALENDAR", *[b"BEGIN:VEVENT", b"END:VEVENT"] * 3, b"END:VCALENDAR"]
    for event in read(written):
        assert event.errors == []
        assert "\u202e" not in str(event["summary"])
        assert str(event["summary"]).startswith("Oak END:VEVENT")


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_there_is(day: date) -> None:
    at_the_end = replace(STANDING, expect_news_by=day, next_due=Window(day, day, "x"))
    assert len(read(made(home(standing=at_the_end)))) == 3
