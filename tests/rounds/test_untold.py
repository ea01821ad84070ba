"""A problem is over once what it is about was read well, is known otherwise or has gone: never by a stumble between."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import HOME, home, inspection
from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import START, homes, published
from tests.standins.site import Trick, TrickySite
from watcher.cli.demo.site import serving
from watcher.config.settings import Settings
from watcher.facts.inspection import Inspection
from watcher.facts.stored import read, stored
from watcher.feeds.feed import Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.feed import OfstedSite
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.web.http import PoliteClient
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Untold
from watcher.rounds.poll import Round, poll
from watcher.rounds.untold import MENDED, NOT_AGAIN, NOT_ASKED_FOR, SUPERSEDED, VANISHED, Looked, remaining

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
UNREAD = inspection("2024-01-10", document="7")
DAMAGED = b"%PDF-1.4 damaged"
NEWER = inspection("2024-02-20", "good", document="8")
REPORT = Problem(where="the file", what="a scan", trouble=Trouble.REPORT, home=HOME, unread=UNREAD)
GRADE = Problem(where="an inspection", what="a word", trouble=Trouble.GRADE, home=HOME, visit=UNREAD.visit)
PAGE = Problem(where="the page", what="no time line", trouble=Trouble.PAGE, home=HOME)
LASTING = replace(GRADE, trouble=Trouble.RETOLD, lasts=timedelta(days=1))


def as_kept(problem: Problem) -> Untold:
    """The problem as a first reading finds it."""
    first = Looked(Reading(outcome=Outcome.UNCHANGED), frozenset(), lambda _: (), NOW - timedelta(days=2))
    return remaining({}, [problem], first).problems[problem.where]


def page(*listed: Inspection, **facts: object) -> Reading:
    """A reading of the home's page, on which these stand."""
    return Reading(outcome=Outcome.UNCHANGED, homes=(home(),), listings={HOME: listed}, **facts)  # type: ignore[arg-type]  # a table of facts


def ending(problem: Problem, reading: Reading, *known: Inspection, told: Sequence[str] = ()) -> str | None:
    """How it ends with a reading that does not find it; None while it stands."""
    looked = Looked(reading, frozenset(told), lambda _: known, NOW)
    return remaining({problem.where: as_kept(problem)}, (), looked).ended.get(problem.where)


@pytest.mark.parametrize(
    ("problem", "reading", "known", "told", "expected"),
    [
        (REPORT, Reading(outcome=Outcome.UNCHANGED), (), (), None),
        (REPORT, page(UNREAD), (), (), None),
        (REPORT, page(UNREAD, unfinished=frozenset({HOME})), (), (), None),
        (REPORT, page(UNREAD), (), (UNREAD.visit,), MENDED),
        (REPORT, page(UNREAD), (inspection("2024-01-10", "good", event="10"),), (), MENDED),
        (REPORT, page(), (), (), VANISHED),
        (REPORT, page(unfinished=frozenset({HOME})), (), (), None),
        (REPORT, page(UNREAD, NEWER), (NEWER,), (), SUPERSEDED),
        (GRADE, page(UNREAD), (UNREAD,), (), None),
        (GRADE, page(UNREAD), (UNREAD,), (UNREAD.visit,), MENDED),
        (PAGE, page(UNREAD, unfinished=frozenset({HOME})), (), (), MENDED),
        (PAGE, Reading(outcome=Outcome.UNCHANGED), (), (), None),
        (LASTING, page(UNREAD), (), (), NOT_AGAIN),
    ],
)
def test_a_problem_ends_by_what_was_read_and_known_alone(
    problem: Problem, reading: Reading, known: tuple[Inspection, ...], told: tuple[str, ...], expected: str | None
) -> None:
    assert ending(problem, reading, *known, told=told) == expected


def test_a_problem_counts_how_often_it_was_found_and_keeps_its_beginning() -> None:
    first = as_kept(REPORT)
    again = remaining({"the file": first}, [REPORT], Looked(page(UNREAD), frozenset(), lambda _: (), NOW))
    assert (first.tries, again.problems["the file"].tries, again.problems["the file"].since) == (1, 2, first.since)
    uncounted = remaining(
        {"the file": replace(first, tries=0)}, [REPORT], Looked(page(UNREAD), frozenset(), lambda _: (), NOW)
    )
    assert uncounted.problems["the file"].tries == 2


def test_a_report_at_another_address_is_the_same_problem() -> None:
    moved = replace(REPORT, where="another file")
    left = remaining({"the file": as_kept(REPORT)}, [moved], Looked(page(UNREAD), frozenset(), lambda _: (), NOW))
    assert (list(left.problems), left.ended) == (["another file"], {})
    assert left.problems["another file"].tries == 2


def test_a_problem_of_what_a_feed_is_not_asked_for_any_more_is_over() -> None:
    left = remaining({}, [REPORT, LASTING], Looked(Reading(outcome=Outcome.UNCHANGED), frozenset(), lambda _: (), NOW))
    assert left.of(("ofsted", "cqc")) == left
    assert left.of(("cqc",)).problems == {}
    assert left.of(("cqc",)).ended == {"the file": NOT_ASKED_FOR, "an inspection": NOT_ASKED_FOR}


def test_what_is_untold_is_stored_with_its_inspection() -> None:
    kept = as_kept(REPORT)
    assert read(Untold, stored(kept)) == kept
    assert kept.unread == UNREAD


class Sixty:
    """Sixty days of a site, read every six hours, and what of it could not be told."""

    def __init__(self, site: TrickySite, feed: OfstedSite, history: EmbeddedHistory, clock: ManualClock) -> None:
        self.site, self.feed, self.history, self.clock = site, feed, history, clock
        self.settings = Settings(feeds={"ofsted": OfstedSiteOptions()})

    async def quarter(self) -> Round:
        turn = await poll(self.history, self.feed, self.settings, self.clock, timedelta(minutes=5))
        self.clock.advance(timedelta(hours=6))
        return turn

    def publish_unreadable(self, position: int) -> str:
        """A drop whose report is damaged; where it is."""
        urn = list(self.site.homes)[position]
        self.site.publish(published(self.site.homes[urn], self.clock.now().date(), "inadequate"))
        document = self.site.shown(urn)[0].id
        self.site.instead[document] = DAMAGED
        return document


@asynccontextmanager
async def sixty_days(folder: Path) -> AsyncIterator[Sixty]:
    clock, these = ManualClock(START), homes(6)
    ago = timedelta(days=3)
    site = TrickySite(these, [published(one, START.date() - ago, "good") for one in these], clock)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    async with serving(site.app) as url:
        no_pause = timedelta(0)
        client = PoliteClient(contact="t@example.org", hosts=[url], spacing=no_pause, now=clock.now)
        look_back = timedelta(days=40)
        feed = OfstedSite(
            "ofsted", url=url, hosts=(), contact="t@example.org", spacing=no_pause, look_back=look_back, clock=clock,
            client=client,
        )  # fmt: skip
        try:
            yield Sixty(site, feed, history, clock)
        finally:
            await feed.close()
            history.close()


@pytest.mark.anyio
async def test_files_that_are_never_mended_are_never_over_in_sixty_days(tmp_path: Path) -> None:
    async with sixty_days(tmp_path) as run:
        await run.quarter()
        damaged = {run.publish_unreadable(0), run.publish_unreadable(1)}
        lasting: set[str] = set()
        for quarter in range(60 * 4):
            day, hour = divmod(quarter, 4)
            is_down = day in (20, 51)
            run.site.play(Trick.SLIM_ERROR_500 if is_down else None, "file")
            run.site.instead = {} if is_down else dict.fromkeys(damaged, DAMAGED)
            if day in (10, 45) and hour == 0:  # another report of one of the two, which can be read
                one = next(iter(run.site.homes.values()))
                run.site.publish(published(one, run.clock.now().date(), "good", ago=200))
            turn = await run.quarter()
            now = {where.rsplit("/", 1)[1] for where in turn.state.problems if "/file/" in where}
            lasting = lasting & now if lasting else now
            assert now == damaged, f"day {day}"
        assert lasting == damaged
        run.site.instead.clear()
        for _ in range(5):
            turn = await run.quarter()
        assert turn.state.problems == {}
        assert set(turn.state.ended.values()) == {MENDED}


@pytest.mark.anyio
async def test_a_reading_that_is_held_ends_nothing(tmp_path: Path) -> None:
    async with sixty_days(tmp_path) as run:
        await run.quarter()
        run.publish_unreadable(0)
        before = (await run.quarter()).state.problems
        assert before
        everything = tuple(inspection("2024-02-02", "inadequate", home=key.key) for key in run.site.homes.values())

        async def mass_change(*_: object) -> Reading:
            listings = {key.key: () for key in run.site.homes.values()}
            return Reading(
                outcome=Outcome.CHANGED, homes=tuple(run.site.homes.values()), inspections=everything, listings=listings
            )

        run.feed.read = mass_change  # type: ignore[method-assign, assignment]  # the site says something else of every home
        turn = await run.quarter()
        assert turn.state.held is not None
        assert turn.state.problems == before


def test_the_day_of_a_visit_is_that_of_its_name() -> None:
    newer = inspection("2024-01-11", "good")
    assert ending(GRADE, page(UNREAD), newer) == SUPERSEDED
    assert ending(GRADE, page(UNREAD), inspection("2024-01-09", "good")) is None
    assert date(2024, 1, 10) == UNREAD.inspected
