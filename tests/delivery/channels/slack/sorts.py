"""Alerts of every sort as long as they come: with the longest report, owner and area that are told, and all deeds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tests.messages.messages import GOOD, INADEQUATE, SEEN, graded, message
from tests.messages.stories import CONTEXT, FINDINGS, RELATED, told
from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.judging.changes import Concern, FoundInadequate, What
from watcher.judging.context import Drop, Owner
from watcher.messages.alert import Alert
from watcher.messages.links import Links
from watcher.messages.message import Message, Reminder
from watcher.messages.wording import Wording, word

LONDON = ZoneInfo("Europe/London")
LINKS = Links("https://watcher.example.org")
STATE = "inadequate again, after recovery to good on 25 September 2018 (published 4 March 2019)"
DEEDS = (
    "Acknowledged by ann, 20:14 on 3 August 2018: the placement team rings the home and the owner in the morning",
    "Silenced until 17 August 2018 by bob, 20:20 on 3 August 2018",
)
_LONG = "Example text: the registered person must ensure that each child is kept safe from every harm. " * 6
_LABELS = {"placements": "Elm House, where three of our children live", "other": "Elm"}

LONGEST_REPORT = Findings(
    quotes=tuple(Quote(text=_LONG, page=number, area="protected") for number in range(3, 7)),
    requirements=tuple(Requirement(text=_LONG, page=12, due=date(2018, 9, 15)) for _ in range(5)),
    more_requirements=4,
    enforcement=Quote(text=_LONG, page=1),
    children=Quote(text=_LONG, page=1),
)
_OWNER = Owner(
    name="RCS operations LTD trading as Cumulus Care Services for Children and Young People",
    group="Cumulus",
    grades={"outstanding": 13, "good": 110, "requires improvement": 21, "inadequate": 11},
    drops=tuple(
        Drop(home_id=f"123462{n}", local_authority="Wiltshire", known=date(2018, 1, n + 1), now="good")
        for n in range(9)
    ),
    drops_since=date(2016, 8, 3),
    similar={f"RCS operations {place} Limited": 5 for place in ("North", "South", "East", "West", "Midlands")},
)
LONGEST_CONTEXT = replace(CONTEXT, owner=_OWNER, related=(RELATED, replace(RELATED, home_id="2700002")))
CONCERNS = tuple(
    Concern(
        group=name,
        others=tuple(
            FoundInadequate(home=f"ofsted:123456{n}", local_authority="Derby", inspected=date(2018, 3, n + 1))
            for n in range(7)
        ),
    )
    for name in ("Cumulus", "Cumulus and friends")
)
_GIVEN: Mapping[What, dict[str, Any]] = {
    What.RECOVERED: {"grades": GOOD, "before": graded("2018-07-17", INADEQUATE), "days_inadequate": 53},
    What.FIRST_INADEQUATE: {"before": None},
    What.STILL_INADEQUATE: {"before": graded("2017-08-23", INADEQUATE)},
    What.LATE: {"superseded_by": graded("2018-09-01", GOOD)},
    What.CORRECTED: {"was": GOOD},
    What.AREA_INADEQUATE: {"grades": {**GOOD, "leaders": "inadequate"}},
    What.IMPROVED: {"grades": GOOD, "before": graded("2017-08-23", dict.fromkeys(GOOD, "requires improvement"))},
}


def _alert(change: What, **facts: Any) -> Alert:
    return replace(told(**{**_GIVEN.get(change, {}), **facts}), change=change)


def sorts() -> Iterator[tuple[str, Message]]:
    """By name: each change as it usually comes and at its longest, then what people and time do to one."""
    drop = What.DROPPED_TO_INADEQUATE
    for change in What:
        yield f"{change.value}, usual", message(_alert(change, findings=FINDINGS, context=CONTEXT))
        yield f"{change.value}, longest", message(_longest(change), possibly_repeated=True)
    reminder = Reminder(number=2, alert=SEEN)
    yield "a reminder", message(_longest(drop), reminder=reminder)
    yield "an escalation", message(_longest(drop), reminder=Reminder(after_seconds=7200.0, alert=SEEN))
    yield "with its state", message(_longest(drop), state=STATE)
    yield "acknowledged", message(_longest(drop), state=STATE, deeds=DEEDS, is_acknowledged=True)
    yield "silenced", message(_longest(drop), deeds=DEEDS[1:])
    unread = Findings(unread="the file is a scan: there is no text in it")
    yield "a report that can't be read", message(_alert(drop, findings=unread, context=LONGEST_CONTEXT))
    yield "nothing but the fact", message(_alert(drop, findings=None, context=None))


def _longest(change: What) -> Alert:
    owner = "RCS operations LTD trading as Cumulus Care Services for Children and Young People"
    return _alert(
        change,
        findings=LONGEST_REPORT,
        context=LONGEST_CONTEXT,
        concerns=CONCERNS if change in (What.DROPPED_TO_INADEQUATE, What.GROUP_CONCERN) else (),
        owner=owner,
        local_authority="Bournemouth, Christchurch and Poole",
        labels=_LABELS,
        watches=("placements", "other"),
    )


def worded(one: Message) -> Wording:
    """With the link to its page."""
    return word(one, LONDON, LINKS)
