"""One digest of a local date, complete, in order, in messages of bounded length."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.messages.messages import GOOD, SEEN, alert, graded, message
from watcher.delivery.channels.email.rendering import render
from watcher.facts.stored import read, stored
from watcher.judging.changes import What
from watcher.messages.digest import DAYS, Digest, Item, Unread, digest_due, distinct, groups, in_order
from watcher.messages.digest_parts import split
from watcher.messages.titles import title
from watcher.messages.wording import NOTHING_TO_TELL, word

LONDON = ZoneInfo("Europe/London")
BERLIN = ZoneInfo("Europe/Berlin")
HALF_PAST_SEVEN = time(7, 30)


def item(change: What = What.DROPPED_TO_INADEQUATE, number: int = 1, *watches: str) -> Item:
    home = f"SC{number:06}"
    return Item(
        alert(change, home=f"ofsted:{home}", home_id=home, watches=watches or ("derby",), id=f"{number:016}"), SEEN
    )


def digest(*items: Item, unread: tuple[Unread, ...] = (), feeds: int = 2) -> Digest:
    return Digest(day=date(2018, 8, 4), items=items, total=len(items), feeds=feeds, unread=unread)


@pytest.mark.parametrize(
    ("now", "at", "zone", "due"),
    [
        ("2026-01-05T07:29:59", "07:30", LONDON, None),
        ("2026-01-05T07:30:00", "07:30", LONDON, "2026-01-05"),
        ("2026-01-05T23:59:59", "07:30", LONDON, "2026-01-05"),
        ("2026-07-06T06:29:59", "07:30", LONDON, None),
        ("2026-07-06T06:30:00", "07:30", LONDON, "2026-07-06"),
        ("2026-07-06T23:00:00", "00:00", LONDON, "2026-07-07"),
        # On 29 March 2026 London goes from 00:59:59 to 02:00: 01:30 is skipped, and its digest is not.
        ("2026-03-29T00:59:59", "01:30", LONDON, None),
        ("2026-03-29T01:00:00", "01:30", LONDON, "2026-03-29"),
        ("2026-03-29T01:00:00", "02:30", LONDON, None),
        ("2026-03-29T01:30:00", "02:30", LONDON, "2026-03-29"),
        # On 25 October 2026 it goes from 01:59:59 back to 01:00.
        ("2026-10-25T00:29:59", "01:30", LONDON, None),
        ("2026-10-25T00:30:00", "01:30", LONDON, "2026-10-25"),
        ("2026-10-25T01:30:00", "01:30", LONDON, "2026-10-25"),
        ("2026-10-25T02:29:59", "02:30", LONDON, None),
        ("2026-10-25T02:30:00", "02:30", LONDON, "2026-10-25"),
        ("2026-03-29T00:59:59", "02:30", BERLIN, None),
        ("2026-03-29T01:00:00", "02:30", BERLIN, "2026-03-29"),
        ("2026-10-25T00:30:00", "02:30", BERLIN, "2026-10-25"),
    ],
)
def test_a_digest_is_due_from_its_time_to_the_end_of_the_local_date(
    now: str, at: str, zone: ZoneInfo, due: str | None
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = digest_due(time.fromisoformat(at), DAYS, zone, lambda _: False, moment)
    assert found == (date.fromisoformat(due) if due else None)


@pytest.mark.parametrize("at", ["00:30", "01:00", "01:30", "01:59", "02:00", "02:30", "23:59"])
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize("zone", [LONDON, BERLIN])
def test_a_day_with_a_clock_change_has_one_digest_whatever_its_time(at: str, day: str, zone: ZoneInfo) -> None:
    made: list[date] = []
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=3)
    for _ in range(30 * 60):
        found = digest_due(time.fromisoformat(at), DAYS, zone, made.__contains__, moment)
        made += [found] if found else []
        moment += timedelta(minutes=1)
    assert made.count(date.fromisoformat(day)) == 1


def test_a_date_that_had_its_digest_gets_no_other_and_the_next_is_not_lost_to_a_clock_that_was_ahead() -> None:
    made = {date(2026, 1, 5), date(2036, 1, 5)}
    assert digest_due(HALF_PAST_SEVEN, DAYS, LONDON, made.__contains__, datetime(2026, 1, 5, 9, tzinfo=UTC)) is None
    tomorrow = datetime(2026, 1, 6, 9, tzinfo=UTC)
    assert digest_due(HALF_PAST_SEVEN, DAYS, LONDON, made.__contains__, tomorrow) == date(2026, 1, 6)


def test_there_is_none_on_days_that_were_not_asked_for() -> None:
    week = [datetime(2026, 1, 5 + n, 9, tzinfo=UTC) for n in range(7)]  # Monday first
    due = [digest_due(HALF_PAST_SEVEN, ("mon", "sat"), LONDON, lambda _: False, moment) for moment in week]
    assert [day is not None for day in due] == [True, False, False, False, False, True, False]


def test_the_most_serious_change_comes_first_whoever_asked() -> None:
    items = [
        item(What.LATE, 1, "a"),
        item(What.RECOVERED, 2, "a"),
        item(What.CORRECTED, 3, "b"),
        item(What.DROPPED_TO_INADEQUATE, 4, "b"),
        item(What.STILL_INADEQUATE, 5, "a"),
        item(What.DROPPED_TO_INADEQUATE, 6, "b"),
        item(What.DROPPED_TO_INADEQUATE, 7, "a", "b"),
        item(What.RECOVERED, 8, "b"),
    ]
    found = groups(in_order(items))
    assert [(group.watches, group.change, len(group.items)) for group in found] == [
        (("a", "b"), What.DROPPED_TO_INADEQUATE, 1),
        (("b",), What.DROPPED_TO_INADEQUATE, 2),
        (("a",), What.STILL_INADEQUATE, 1),
        (("b",), What.CORRECTED, 1),
        (("a",), What.RECOVERED, 1),
        (("b",), What.RECOVERED, 1),
        (("a",), What.LATE, 1),
    ]
    assert in_order(reversed(items)) == in_order(items)


def test_an_alert_that_was_gathered_twice_stands_once_as_it_was_first_seen() -> None:
    first, other = item(number=1), item(number=2)
    again = replace(first, seen=SEEN + timedelta(hours=12))
    assert in_order(distinct([again, other, first])) == [first, other]


def test_every_change_has_its_place() -> None:
    assert len(in_order([item(change) for change in What])) == len(What)


def test_it_says_the_same_after_it_was_stored() -> None:
    whole = digest(
        item(What.LATE, 1, "a", "b"), item(What.CORRECTED, 2), unread=(Unread("ofsted", SEEN), Unread("cqc", None))
    )
    again = read(Digest, orjson.loads(orjson.dumps(stored(whole))))
    assert again == whole
    assert render(message(again), LONDON) == render(message(whole), LONDON)


def test_a_digest_with_nothing_says_so_and_that_the_feeds_were_read() -> None:
    rendered = render(message(digest()), LONDON)
    assert rendered.subject == "Digest of Saturday 4 August 2018: no changes"
    for part in (rendered.text, rendered.html):
        assert NOTHING_TO_TELL in part
        assert "Both feeds were read as planned." in part


@pytest.mark.parametrize(("feeds", "said"), [(1, "The feed was read"), (3, "All 3 feeds were read")])
def test_it_counts_the_feeds(feeds: int, said: str) -> None:
    assert said in render(message(digest(feeds=feeds)), LONDON).text


def test_a_feed_that_was_not_read_is_named_with_the_time_since() -> None:
    unread = (Unread("ofsted", datetime(2018, 8, 3, 5, 0, tzinfo=UTC)), Unread("cqc", None))
    rendered = render(message(digest(unread=unread)), LONDON)
    assert "2 of 2 feeds not read" in rendered.subject
    for part in (rendered.text, rendered.html):
        assert "Not read since 06:00, 3 August 2018: ofsted" in part
        assert "Never read yet: cqc" in part
        assert "read as planned" not in part


def test_each_item_stands_under_its_watch_and_change_and_late_and_corrected_are_marked() -> None:
    late = Item(
        alert(What.LATE, superseded_by=graded("2018-09-04", GOOD), watches=("north", "south")), SEEN + timedelta(days=9)
    )
    corrected = Item(alert(What.CORRECTED, was=GOOD), SEEN)
    rendered = render(message(digest(*in_order([late, item(), corrected]))), LONDON)
    for part in (rendered.text, rendered.html):
        below_the_contents = part.index("Dropped to inadequate: 1")
        places = [
            part.index(words, below_the_contents)
            for words in (
                "Dropped to inadequate: 1",
                "drops from good to inadequate",
                "Corrected: 1",
                "was corrected from good to inadequate",
                "Late: 1",
                "Watches north, south",
                "already superseded by good of 4 September 2018",
                "9 days after publication",
            )
        ]
        assert places == sorted(places)


def test_the_subject_counts_and_numbers_the_parts() -> None:
    (one,) = split(digest(item()))
    assert title(one) == "Digest of Saturday 4 August 2018: 1 change"
    parts = split(digest(*(item(number=number) for number in range(120))))
    assert len(parts) > 1
    assert title(parts[1]) == f"Digest of Saturday 4 August 2018: 120 changes (2 of {len(parts)})"


def test_a_channel_that_is_not_made_for_it_tells_it_in_short() -> None:
    plain = word(message(digest(item(), item(number=2))), LONDON).plain()
    assert "2 changes" in plain
    assert "SC000001" in plain
    assert "SC000002" in plain


def test_a_repetition_says_so() -> None:
    assert "Possibly repeated" in render(message(digest(item()), possibly_repeated=True), LONDON).text
