"""One item of a digest: the key facts of an alert in few lines, nothing of them twice."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import GOOD, SEEN, alert, graded
from tests.messages.stories import CONTEXT, RELATED, told
from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.facts.stored import read, stored
from watcher.judging.around import MOST_DROPS
from watcher.judging.changes import What
from watcher.judging.context import Context, Owner
from watcher.messages.alert import Alert
from watcher.messages.brief import MOST_QUOTES, Brief, abridged, brief
from watcher.messages.digest import Item

LONDON = ZoneInfo("Europe/London")
OWNER = CONTEXT.owner or Owner(name="")


def briefly(content: Alert) -> Brief:
    return brief(Item(content, SEEN), 1, LONDON)


def facts(content: Alert) -> dict[str, str]:
    one = briefly(content)
    return {fact.label: fact.value for fact in (*one.areas, *one.facts)}


def test_the_founding_case_in_short() -> None:
    assert briefly(told()).plain().splitlines() == [
        "Children's home in Derby drops from good to inadequate (SC478986, Esland North Limited)",
        "Overall experiences, help and protection, leadership and management: Good → Inadequate",
        "Inspected: 17 July 2018 (full inspection)",
        "Published: 3 August 2018",
        "Had been good: for 3 years and 2 months, since 13 May 2015 (3 inspections in a row)",
        "Expect news by: 20 October 2018",
        "What the law requires: 5 requirements, one of them by 31 August 2018",
        (
            "The owner: 15 children's homes with a grade: 3 outstanding, 10 good, 1 requires improvement, 1 inadequate"
            "; 1 other dropped to inadequate since 3 August 2016"
        ),
        (
            "The area: 13 children's homes with a grade: 10 good, 3 inadequate; "
            "found inadequate since 3 August 2017: 2 inspections"
        ),
        "https://reports.ofsted.gov.uk/provider/5/SC478986",
        "Graded inspections: 2014 RI · 2017 G · 2018 I",
        "What the inspectors found",
        "‘Example text: serious and widespread failures leave children at risk.’ (page 3, on overall experiences)",
        "‘Example text: a compliance notice was served’ (enforcement action since the inspection before, page 1)",
        "Seen 10:05, 3 August 2018",
    ]


ALERTS = {
    "whole": told(),
    "related": told(context=replace(CONTEXT, related=(RELATED,))),
    "plain": alert(),
    "unread": alert(findings=Findings(unread="it is a scan")),
    "recovered": alert(What.RECOVERED, grades=GOOD, context=CONTEXT),
    "many quotes": alert(findings=Findings(quotes=tuple(Quote(text=f"{n}", page=n) for n in range(1, 9)))),
    "only a number": alert(findings=Findings(more_requirements=4)),
}


@pytest.mark.parametrize("content", ALERTS.values(), ids=ALERTS)
def test_what_is_kept_is_all_that_is_shown_and_comes_back_from_storage(content: Alert) -> None:
    kept = abridged(content)
    assert briefly(kept) == briefly(content)
    assert abridged(kept) == kept
    assert read(Alert, stored(kept)) == kept
    assert len(str(stored(kept))) <= len(str(stored(content)))
    assert kept.contract() == content.contract()


def test_what_a_digest_leaves_out() -> None:
    kept = str(stored(abridged(told(context=replace(CONTEXT, related=(RELATED,))))))
    for left_out in ("do not follow the plans", "keep complete records", "up to five children", "1796", "Esland South"):
        assert left_out not in kept
    assert RELATED.home_id not in kept


@pytest.mark.parametrize(
    ("enforcement", "shown"),
    [
        (None, ["1", "2"]),
        ("None.", ["1", "2"]),
        ("a compliance notice", ["1", "a compliance notice"]),
    ],
)
def test_two_quotes_at_most_and_enforcement_is_one_of_them(enforcement: str | None, shown: list[str]) -> None:
    quotes = tuple(Quote(text=f"{n}", page=n) for n in range(1, 5))
    notice = Quote(text=enforcement, page=1) if enforcement else None
    one = briefly(alert(findings=Findings(quotes=quotes, enforcement=notice)))
    assert [paragraph.text for section in one.sections for paragraph in section.paragraphs] == shown
    assert len(shown) == MOST_QUOTES


SOON, LATER = date(2018, 8, 31), date(2018, 9, 30)


@pytest.mark.parametrize(
    ("dues", "more", "said"),
    [
        ([], 0, None),
        ([], 3, "3 requirements"),
        ([None], 0, "1 requirement"),
        ([SOON], 0, "1 requirement, by 31 August 2018"),
        ([LATER, None, SOON], 0, "3 requirements, one of them by 31 August 2018"),
        ([LATER], 2, "3 requirements, one of them by 30 September 2018"),
    ],
)
def test_requirements_are_counted_with_the_nearest_date(dues: list[date | None], more: int, said: str | None) -> None:
    quoted = tuple(Requirement(text=f"{n}", page=1, due=due) for n, due in enumerate(dues))
    content = alert(findings=Findings(requirements=quoted, more_requirements=more))
    assert facts(content).get("What the law requires") == said


@pytest.mark.parametrize(
    ("content", "areas"),
    [
        (alert(), {"Overall experiences, help and protection, leadership and management": "Good → Inadequate"}),
        (
            alert(grades={"overall": "good", "protected": "inadequate", "leaders": "good"}),
            {
                "Overall experiences, leadership and management": "Good (as before)",
                "Help and protection": "Good → Inadequate",
            },
        ),
        (alert(grades={"safe_care": "good"}, before=None), {"Safe care": "Good"}),
        (alert(grades={"\u202e": "good"}, before=None), {"An area without a name": "Good"}),
        (alert(grades={}), {}),
    ],
)
def test_areas_that_went_the_same_way_share_a_line(content: Alert, areas: dict[str, str]) -> None:
    assert {fact.label: fact.value for fact in briefly(content).areas} == areas


@pytest.mark.parametrize(
    ("context", "label", "said"),
    [
        (
            replace(CONTEXT, owner=replace(OWNER, grades={"inadequate": 1})),
            "The owner",
            "no other children's home with a grade that is known to be open",
        ),
        (replace(CONTEXT, owner=replace(OWNER, grades={})), "The owner", None),
        (replace(CONTEXT, owner=None), "The owner", None),
        (replace(CONTEXT, area=None), "The area", None),
        (
            replace(CONTEXT, owner=replace(OWNER, drops=(), grades={"good": 2})),
            "The owner",
            "2 children's homes with a grade: 2 good",
        ),
        (
            replace(CONTEXT, owner=replace(OWNER, drops=OWNER.drops * MOST_DROPS, grades={"good": 30})),
            "The owner",
            "30 children's homes with a grade: 30 good; 10 others dropped to inadequate since 3 August 2016",
        ),
        (
            replace(CONTEXT, owner=replace(OWNER, group="Esland", drops=(), grades={"good": 9})),
            "The owner's group, Esland",
            "9 children's homes with a grade: 9 good",
        ),
    ],
)
def test_the_owner_and_the_area_have_a_line_each(context: Context, label: str, said: str | None) -> None:
    assert facts(told(context=context)).get(label) == said


@pytest.mark.parametrize(
    ("content", "label", "said"),
    [
        (alert(), "Compared with", "inspection of 23 August 2017 (328 days before this one)"),
        (told(), "Compared with", None),
        (alert(), "Owner", None),
        (alert(owner=None), "Owner", "not published"),
        (alert(owner="Long " * 30), "Owner", ("Long " * 30).strip()),
        (alert(name="Elm House"), "Name", None),
        (
            alert(What.LATE, superseded_by=graded("2018-09-04", GOOD)),
            "Superseded by",
            "inspection of 4 September 2018",
        ),
    ],
)
def test_what_the_first_line_or_the_timeline_says_is_not_said_again(
    content: Alert, label: str, said: str | None
) -> None:
    assert facts(content).get(label) == said


def test_how_late_it_is_stands_below() -> None:
    one = brief(Item(alert(), SEEN + timedelta(days=9)), 7, LONDON)
    assert one.footnotes == ("Seen 10:05, 12 August 2018, 9 days after publication",)
    assert (one.number, one.anchor) == (7, "item-7")
