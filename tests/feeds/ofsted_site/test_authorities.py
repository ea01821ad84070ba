"""Local authorities beside children's homes: two remits of one feed, of which neither disturbs the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.feeds.ofsted_site.world import World, authorities, feed_of, judged, published, world
from tests.standins.reports.authority import authority_pdf, letter, since_2018
from tests.standins.reports.report_pdf import report_pdf
from tests.standins.site import Trick
from watcher.facts.inspection import Inspection, Kind, grade_values
from watcher.feeds.feed import Outcome
from watcher.feeds.ofsted_site.cursor import cursor_of, load
from watcher.feeds.ofsted_site.remit import AUTHORITIES, HOMES, Remit
from watcher.judging.judge import judge

pytestmark = pytest.mark.anyio

BOTH = (HOMES, AUTHORITIES)
THREE = authorities(3)
ONE = THREE[0]
DAY = timedelta(days=1)


def whats(before: Sequence[Inspection], news: Inspection) -> list[str]:
    return [change.what.value for change in judge(before, news).changes]


async def told(w: World, given: Inspection) -> tuple[list[str], Inspection]:
    """What is told of an inspection that is published on the next day; it is told once."""
    w.site.publish(given)
    before = w.known.inspections(given.home)
    (news,) = (await w.poll(days=1)).inspections
    assert (await w.poll(hours=1)).inspections == ()
    assert (await w.poll(days=1)).inspections == ()
    return whats(before, news), news


async def switch(w: World, *remits: Remit) -> None:
    """The same feed, opened with other remits."""
    await w.feed.close()
    w.feed = feed_of(w.url, w.clock, remits=remits)


async def test_the_first_reading_of_both_is_silent_and_each_key_is_its_regulators() -> None:
    async with world(4, others=THREE, remits=BOTH) as w:
        reading = await w.poll()
        assert (reading.outcome, reading.inspections, reading.problems, reading.baseline) == (
            Outcome.CHANGED,
            (),
            (),
            7,
        )
        assert {key.partition(":")[0] for key in w.known.records} == {"ofsted", "ofsted-la"}
        (known,) = w.known.inspections(ONE.key)
        assert (known.kind, known.headline, len(known.judgements)) == (Kind.FULL, "overall", 5)
        (home,) = (home for home in reading.homes if home.key == "ofsted-la:80420")
        assert (home.type, home.name, home.local_authority) == ("local authority", "Exampleshire", "Exampleshire")
        assert home.link == f"{w.url}/provider/44/80420"
        asked = [path for path in w.asked_for("/search") if "level_2_types" in path]
        assert ["level_2_types%5B%5D=9" in asked[0], "level_2_types%5B%5D=12" in asked[1], len(asked)] == [
            True,
            True,
            2,
        ]
        again = await w.poll(hours=1)
        assert (again.outcome, again.inspections, w.asked_for("/v1/file")) == (Outcome.UNCHANGED, (), [])


async def test_a_drop_is_told_once_with_all_judgements() -> None:
    async with world(2, others=THREE, remits=BOTH) as w:
        await w.poll()
        given = judged(ONE, w.today + DAY, "inadequate", "requires improvement/inadequate/good/good")
        what, news = await told(w, given)
        assert what == ["dropped to inadequate"]
        assert grade_values(news) == grade_values(given)
        assert w.known.standing_inadequate() == [ONE.key]


async def test_without_an_overall_grade_the_lowest_counts() -> None:
    async with world(2, others=THREE, remits=BOTH) as w:
        await w.poll()
        what, news = await told(w, judged(ONE, w.today + DAY, None, "good/good/inadequate/good"))
        assert what == ["dropped to inadequate"]
        assert (news.headline, news.grade("overall")) == ("in care", None)


@pytest.mark.parametrize("kind", [Kind.FOCUSED, Kind.MONITORING])
async def test_a_visit_is_told_while_it_stands_inadequate_alone(kind: Kind) -> None:
    async with world(1, others=THREE[:2], remits=BOTH) as w:
        w.site.publish(judged(THREE[1], w.today - 20 * DAY, "inadequate", ago=5))
        await w.poll()
        for authority, what in ((ONE, []), (THREE[1], ["visited"])):
            given = published(authority, w.today + DAY, "", kind=kind, ago=10)
            found, news = await told(w, given)
            assert (found, news.kind, news.judgements) == (what, kind, ())
            assert w.asked_for("/v1/file") == []


async def test_what_kind_a_report_is_of_is_the_reports_to_say() -> None:
    async with world(1, others=THREE[:1], remits=BOTH) as w:
        await w.poll()
        given = replace(judged(ONE, w.today + DAY, "inadequate"), document="59999999")
        w.site.publish(given)
        on = f"{given.day.day} {given.day:%B %Y}"
        w.site.instead["59999999"] = authority_pdf(letter("Focused visit to Exampleshire children’s services", on))
        (visit,) = (await w.poll(days=1)).inspections
        assert (visit.kind, visit.judgements) == (Kind.FOCUSED, ())
        later = [await w.poll(hours=1), await w.poll(hours=6), await w.poll(days=1)]
        assert [reading.inspections for reading in later] == [()] * 3
        assert len(w.known.inspections(ONE.key)) == 2


async def test_the_days_of_an_inspection_are_those_of_its_report() -> None:
    async with world(1, others=THREE[:1], remits=BOTH) as w:
        await w.poll()
        given = replace(judged(ONE, w.today + DAY, "inadequate", ago=30), document="59999999")
        first, on = given.day - timedelta(days=24), f"{given.day - timedelta(days=24):%d %B} to {given.day:%d %B %Y}"
        grades, title = ("Good", "Good", "Good", "Inadequate"), "Inspection of Exampleshire local authority\nservices"
        w.site.instead["59999999"] = authority_pdf(since_2018(grades, title=f"{title} ", dates=on))
        w.site.publish(given)
        (news,) = (await w.poll(days=1)).inspections
        assert (news.inspected, news.inspected_to) == (first, given.day)
        later = [await w.poll(hours=1), await w.poll(days=1)]
        assert [(reading.inspections, reading.problems) for reading in later] == [((), ())] * 2
        assert w.known.inspections(ONE.key)[-1].inspected == first


@pytest.mark.parametrize("whose", [THREE[1], None])
async def test_a_report_that_does_not_name_the_authority_is_not_its_own(whose: object) -> None:
    async with world(1, others=THREE[:2], remits=BOTH) as w:
        await w.poll()
        given = replace(judged(ONE, w.today + DAY, "inadequate"), document="59999999")
        w.site.publish(given)
        home = w.homes()[0]
        another = (THREE[1], given) if whose else (home, published(home, given.published or w.today, "inadequate"))
        w.site.instead["59999999"] = report_pdf(*another)
        reading = await w.poll(days=1)
        assert reading.inspections == ()
        (problem,) = reading.problems
        assert problem.home == ONE.key
        assert ("name of this one stands nowhere" if whose else "report of a home") in problem.what


async def test_other_inspections_and_those_of_before_its_reports_are_understood_are_not_read() -> None:
    old = [judged(ONE, date(2012, 5, 1), "good"), judged(ONE, date(2014, 5, 1), "good")]
    joint = judged(ONE, date(2024, 2, 20), "good")
    async with world(1, others=[ONE], inspections=[joint, *old], remits=(AUTHORITIES,)) as w:
        w.site.redrawn = lambda page: page.replace(
            "services inspection", "services joint area child protection inspection", 2
        )
        reading = await w.poll()
        assert (reading.outcome, reading.problems) == (Outcome.CHANGED, ())
        known = {(known.day.year, known.kind): len(known.judgements) for known in w.known.inspections(ONE.key)}
        assert known == {(2024, Kind.UNRATED): 0, (2014, Kind.FULL): 6}


async def test_authorities_are_added_silently_and_taken_away_without_a_word() -> None:
    async with world(3, others=THREE) as w:
        await w.poll()
        homes_alone = cursor_of(w.cursor, HOMES)
        w.site.publish(judged(ONE, w.today, "inadequate"))
        await switch(w, HOMES, AUTHORITIES)
        added = await w.poll(hours=1)
        assert (added.inspections, added.baseline, added.problems) == ((), 3, ())
        assert w.known.standing_inadequate() == [ONE.key]
        assert w.asked_for("/provider/2/") == []
        assert load(w.cursor, HOMES).homes == load(homes_alone, HOMES).homes
        await switch(w, HOMES)
        w.site.withdraw(w.known.inspections(ONE.key)[0])
        removed = await w.poll(days=2)
        assert not [key for key in removed.listings if key.startswith("ofsted-la")]
        assert (removed.inspections, w.asked_for("/provider/44/")) == ((), [])
        assert w.known.standing_inadequate() == [ONE.key]


async def test_pages_that_fail_are_not_laid_at_the_other_remits_door() -> None:
    async with world(3, others=THREE, remits=BOTH) as w:
        await w.poll()
        drop = published(w.homes()[0], w.today + DAY, "inadequate")
        w.site.publish(drop, *(judged(authority, w.today + DAY, "inadequate") for authority in THREE))
        w.site.pages = {authority.id: "<html><title>Sign in</title></html>" for authority in THREE}
        reading = await w.poll(days=1)
        assert (reading.outcome, reading.in_part) == (Outcome.MALFORMED, True)
        assert "most of the local authorities' pages" in reading.detail
        assert reading.detail.startswith("children's homes: 3 homes listed; 1 of 1 due homes read")
        assert [inspection.home for inspection in reading.inspections] == [drop.home]
        assert (load(w.cursor, HOMES).runs, [*load(w.cursor, AUTHORITIES).runs]) == ({}, ["page"])
        w.site.pages.clear()
        mended = await w.poll(hours=2)
        assert {inspection.home for inspection in mended.inspections} == {authority.key for authority in THREE}


async def test_a_site_that_refuses_is_asked_for_nothing_more() -> None:
    async with world(3, others=THREE, remits=BOTH) as w:
        await w.poll()
        w.site.publish(judged(ONE, w.today + DAY, "inadequate"), published(w.homes()[0], w.today + DAY, "inadequate"))
        w.site.play(Trick.REFUSED_FOR_AN_HOUR, "provider")
        refused = await w.poll(days=1)
        assert (refused.outcome, refused.retry_after is not None, refused.in_part) == (Outcome.REFUSED, True, False)
        assert "local authorities: not asked for" in refused.detail
        assert w.asked_for("/provider/44/") == []
        w.site.play(Trick.REFUSED_FOR_AN_HOUR, "provider")
        await w.poll(hours=2)  # who failed last waits for the other
        assert (w.asked_for("/provider/44/") != [], w.asked_for("/provider/2/")) == (True, [])
        w.site.play(None)
        assert len((await w.poll(hours=2)).inspections) == 2


async def test_a_budget_is_shared_and_each_remit_gets_on_all_the_same() -> None:
    async with world(4, others=THREE, remits=BOTH, budget=timedelta(0)) as w:
        readings = [await w.poll(minutes=1) for _ in range(4)]
        assert [len(reading.homes) for reading in readings] == [2, 2, 2, 1]
        assert [reading.baseline for reading in readings] == [None, None, 3, 4]
        assert [reading.inspections for reading in readings] == [()] * 4


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Children's services inspection", Kind.FULL),
        ("Inspection of local authority children’s services", Kind.FULL),
        ("Full inspection", Kind.FULL),
        ("Children's services focused visit", Kind.FOCUSED),
        ("Focused visit", Kind.FOCUSED),
        ("Monitoring visit of children's services", Kind.MONITORING),
        ("Assurance visit", Kind.ASSURANCE),
        ("Joint area child protection inspection", Kind.UNRATED),
        ("Area SEND full inspection", Kind.UNRATED),
        ("Fostering inspection", Kind.UNRATED),
        ("Something new", Kind.OTHER),
    ],
)
def test_the_links_of_an_authoritys_page_are_told_apart(words: str, kind: Kind) -> None:
    assert AUTHORITIES.kind_of(words) is kind


async def test_a_report_on_an_authority_is_no_homes() -> None:
    async with world(1, others=THREE[:1], remits=BOTH) as w:
        await w.poll()
        given = replace(published(w.homes()[0], w.today + DAY, "good"), document="59999999")
        w.site.publish(given)
        w.site.instead["59999999"] = report_pdf(ONE, judged(ONE, w.today + DAY, "inadequate"))
        reading = await w.poll(days=1)
        assert reading.inspections == ()
        assert [problem.home for problem in reading.problems] == [given.home]
        assert "is a report on a local authority" in reading.problems[0].what


async def test_a_page_under_another_address_is_found_again_after_it_has_left_the_list() -> None:
    async with world(1, others=THREE[:1], remits=BOTH) as w:
        w.site.publish(judged(ONE, w.today, "inadequate", ago=5))
        await w.poll()
        await w.poll(days=70)
        moved = {**w.cursor["others"], "local authorities": {**w.cursor["others"]["local authorities"]}}
        moved["local authorities"]["addressed"] = {ONE.id: "45"}
        w.cursor = {**w.cursor, "others": moved}
        await w.poll(days=1)
        assert w.asked_for("/provider/4") == [f"/provider/45/{ONE.id}"]
        w.site.publish(judged(ONE, w.today + DAY, "good"))
        await w.poll(days=1)
        assert w.asked_for("/provider/4") == [f"/provider/44/{ONE.id}"]  # as the list has it again
        assert load(w.cursor, AUTHORITIES).addressed == {}
