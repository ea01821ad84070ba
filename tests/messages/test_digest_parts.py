"""A long digest is several mails: nothing lost or repeated, and each short enough to be shown whole."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import SEEN, alert, message
from tests.messages.stories import CONTEXT, FINDINGS, told
from watcher.delivery.channels.email.rendering import render
from watcher.facts.quotes import Quote
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest, Item, in_order
from watcher.messages.digest_parts import LONGEST, MOST_ITEMS, split

LONDON = ZoneInfo("Europe/London")
GMAIL_CUTS_OFF = 102_000
"""Bytes of HTML."""


def digest(count: int, content: Alert) -> Digest:
    made = (replace(content, home=f"ofsted:SC{n:06}", home_id=f"SC{n:06}", id=f"{n:016}") for n in range(count))
    items = tuple(Item(content, SEEN) for content in made)
    return Digest(day=date(2018, 8, 4), items=items, total=count, feeds=2)


def html_bytes(part: Digest) -> int:
    return len(render(message(part, possibly_repeated=True), LONDON).html.encode())


@pytest.mark.parametrize("content", [alert(), told()], ids=["plain", "whole"])
@pytest.mark.parametrize("count", [0, 1, 2, 77, MOST_ITEMS, MOST_ITEMS + 1, 250])
def test_splitting_loses_and_repeats_nothing(count: int, content: Alert) -> None:
    whole = digest(count, content)
    parts = split(whole)
    assert [item for part in parts for item in part.items] == in_order(whole.items)
    assert [(part.part, part.parts) for part in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert all(len(part.items) <= MOST_ITEMS and (part.items or not count) for part in parts)
    assert {part.total for part in parts} == {count}
    assert [part.first for part in parts] == [
        1 + sum(len(earlier.items) for earlier in parts[:n]) for n in range(len(parts))
    ]


def flooded(character: str) -> Alert:
    """Every text as long as it may be, and longer."""
    flood = character * 600
    words = dict.fromkeys((f"{character}{n}" for n in range(20)), flood)
    quotes = tuple(Quote(text=flood, page=1, area=flood) for _ in range(5))
    return told(
        owner=flood,
        name=flood,
        local_authority=flood,
        type=flood,
        grades=words,
        headline=f"{character}0",
        link="https://example.org/" + "&" * 900,
        watches=(flood, flood),
        findings=replace(FINDINGS, quotes=quotes, enforcement=Quote(text=flood, page=1)),
        context=replace(CONTEXT, past=CONTEXT.past * 10),
    )


FLOODS = {
    "plain": alert(),
    "whole": told(),
    "recovered": alert(What.RECOVERED, context=CONTEXT),
    **{f"flooded with {name}": flooded(name) for name in ("a", "<", "&", '"', "'", "ŵ", "–", "🏠", "\u202e", "a ")},
}


@pytest.mark.parametrize("content", FLOODS.values(), ids=FLOODS)
def test_no_mail_is_cut_off_whatever_is_published(content: Alert) -> None:
    sizes = [html_bytes(part) for part in split(digest(150, content))]
    assert max(sizes) < GMAIL_CUTS_OFF
    assert len(sizes) > 1


def test_a_watch_of_its_own_for_each_item_is_measured_too() -> None:
    whole = digest(100, told())
    apart = tuple(
        replace(item, alert=item.alert.routed((f"{n} " + "w" * 190,), ())) for n, item in enumerate(whole.items)
    )
    assert max(html_bytes(part) for part in split(replace(whole, items=apart))) < GMAIL_CUTS_OFF


@pytest.mark.parametrize("content", [told(), alert()], ids=["whole", "plain"])
def test_a_mail_is_filled(content: Alert) -> None:
    first, *others = split(digest(200, content))
    assert html_bytes(first) > LONGEST * 0.7 or len(first.items) == MOST_ITEMS
    assert others
