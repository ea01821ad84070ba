"""A digest as a mail: contents that lead to the items, what all have in common once, the feeds at the foot."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import GOOD, INADEQUATE, SEEN, alert, graded, message
from tests.messages.stories import told
from watcher.delivery.channels.email.rendering import HOW_COUNTED, Rendered, render
from watcher.facts.stored import read
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest, Item, Unread
from watcher.messages.digest_parts import split
from watcher.messages.titles import title

LONDON = ZoneInfo("Europe/London")
RECOVERED = alert(What.RECOVERED, grades=GOOD, before=graded("2018-07-17", INADEQUATE), days_inadequate=53)


def numbered(*alerts: Alert) -> tuple[Item, ...]:
    return tuple(
        Item(replace(alert, home=f"ofsted:SC{n:06}", home_id=f"SC{n:06}", id=f"{n:016}"), SEEN)
        for n, alert in enumerate(alerts, start=1)
    )


def rendered(*alerts: Alert, unread: Sequence[Unread] = ()) -> list[Rendered]:
    items = numbered(*alerts)
    whole = Digest(day=date(2018, 8, 4), items=items, total=len(items), feeds=2, unread=tuple(unread))
    return [render(message(part), LONDON) for part in split(whole)]


def contents(mail: Rendered) -> list[tuple[str, str]]:
    """Each line of the contents: where it leads, and its words."""
    found = re.findall(r'<li[^>]*><a href="#([^"]+)"[^>]*>(.*?)</a></li>', mail.html)
    return [(anchor, unescape(words)) for anchor, words in found]


def anchors(mail: Rendered) -> list[str]:
    return re.findall(r'<a id="([^"]+)"', mail.html)


def test_the_contents_lead_to_each_item_the_most_serious_first() -> None:
    (one,) = rendered(RECOVERED, told(watches=("a",)), alert(What.STILL_INADEQUATE, watches=("b",)), told())
    assert [anchor for anchor, _ in contents(one)] == anchors(one) == [f"item-{n}" for n in (1, 2, 3, 4)]
    homes = [re.search(r"SC00000\d", words).group() for _, words in contents(one)]  # type: ignore[union-attr]  # a home in each
    assert homes == ["SC000002", "SC000004", "SC000003", "SC000001"]
    lines = [line for line in one.text.splitlines() if re.match(r"\d+\. ", line)]
    assert [line.split(". ", 1)[1] for line in lines[:4]] == [words for _, words in contents(one)]
    assert lines[4:] == lines[:4], "each item's section begins as its line in the contents does"


def test_the_parts_are_numbered_through_and_each_names_its_own_and_how_many_others_there_are() -> None:
    found = rendered(*[told()] * 90)
    assert len(found) > 2
    named = [anchor for mail in found for anchor, _ in contents(mail)]
    assert named == [f"item-{n}" for n in range(1, 91)]
    assert [anchors(mail) for mail in found] == [[anchor for anchor, _ in contents(mail)] for mail in found]
    first, last = len(contents(found[0])), 90 - len(contents(found[-1])) + 1
    for text in (found[0].text, found[0].html):
        assert f"This mail tells numbers 1 to {first} of 90; the others are in {len(found) - 1} more mails." in text
    assert f"numbers {last} to 90 of 90" in found[-1].text
    assert f'start="{last}"' in found[-1].html
    assert f"\n{last}. Children" in found[-1].text


def test_one_item_needs_no_contents() -> None:
    (one,) = rendered(told())
    assert contents(one) == []
    assert one.text.count("drops from good to inadequate") == 1


def test_what_all_items_have_in_common_is_said_once() -> None:
    (one,) = rendered(told(), told(), told())
    for text in (one.text, unescape(one.html)):
        for said in ("G = good", "Why you get this: watch derby", HOW_COUNTED, "Both feeds were read"):
            assert text.count(said) == 1
        assert text.count("Seen 10:05") == 3
        assert text.count("Expect news by") == 3


def test_watches_are_named_where_they_differ() -> None:
    (one,) = rendered(told(watches=("a",)), told(watches=("b", "c")), told(watches=("a",)))
    for text in (one.text, one.html):
        assert text.count("Watch a") == text.count("Watches b, c") == 1
        assert "Why you get this" not in text


def test_it_says_what_numbers_rest_on_only_where_there_are_any() -> None:
    (one,) = rendered(alert(), RECOVERED)
    assert HOW_COUNTED not in one.text
    assert "G = good" not in one.text


def test_the_feeds_stand_below_the_items() -> None:
    (one,) = rendered(told(), told(), unread=[Unread("ofsted", SEEN)])
    for text in (one.text, one.html):
        assert text.rindex("Seen 10:05") < text.index("Not read since 10:05, 3 August 2018: ofsted")


HOSTILE = [
    "<script>alert(1)</script>",
    '"><a id="item-1" name="item-1">',
    "{{ 7*7 }}{% endblock %}",
    "\u202egnp.exe\u2066",
    "Plas & Sons\r\nBcc: all@example.org",
    "]]>--></style>",
    "1. Home",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    hostile = told(owner=name, name=name, local_authority=name, watches=(name,))
    (usual,) = rendered(told(), told())
    (one,) = rendered(hostile, hostile)
    assert one.remark == ""
    assert anchors(one) == anchors(usual) == ["item-1", "item-2"]
    assert re.findall(r"<(\w+)", one.html) == re.findall(r"<(\w+)", usual.html), "no tag more or less"
    assert [words for _, words in contents(one)] == [title(item.alert) for item in numbered(hostile, hostile)]
    assert "49" not in one.html.partition("</head>")[2]
    assert "\u202e" not in one.html + one.text
    assert not re.search(r"^Bcc:", one.text, re.MULTILINE)


OLD_ALERT = {
    "id": "0123456789abcdef",
    "change": "dropped to inadequate",
    "home": "ofsted:SC478986",
    "home_id": "SC478986",
    "type": "children's home",
    "owner": "Esland North Limited",
    "local_authority": "Derby",
    "inspection": "ofsted:SC478986:10050736",
    "kind": "full",
    "inspected": "2018-07-17",
    "published": "2018-08-03",
    "grades": {"overall": "inadequate"},
    "words": {"overall": "Inadequate"},
    "headline": "overall",
    "before": {"inspection": "1", "inspected": "2017-08-23", "published": None, "grades": {"overall": "good"}},
    "watches": ["derby"],
    "channels": ["morning"],
}


@pytest.mark.parametrize(("part", "parts"), [(1, 1), (2, 3)])
def test_a_digest_that_was_stored_before_there_were_contexts_is_still_sent(part: int, parts: int) -> None:
    stored = {
        "day": "2018-08-04",
        "items": [{"alert": OLD_ALERT, "seen": SEEN.isoformat()}] * 2,
        "total": 2,
        "part": part,
        "parts": parts,
        "feeds": 1,
        "unread": [],
    }
    one = render(message(read(Digest, stored)), LONDON)
    assert "Overall experiences: Good → Inadequate" in one.text
    assert "Compared with: inspection of 23 August 2017 (328 days before this one)" in one.text
    assert len(set(anchors(one))) == 2
    assert "The feed was read as planned." in one.html
