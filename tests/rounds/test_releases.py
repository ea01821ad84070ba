"""A release of official files ends in the history as `import` has it, and nobody but the operator hears of it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import HOME, SITE, day, home, inspection
from tests.checkout import FIXTURES
from tests.clock import ManualClock
from tests.feeds.govuk_statistics.world import FILE, NAME, PATH, TITLE, visited, year
from tests.shared_data import WORKBOOK, official
from tests.standins.content_api import ContentApi
from watcher.answers.homes.home_now import last_read
from watcher.cli.demo.site import serving
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts.inspection import Inspection
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import Record
from watcher.feeds.feed import Outcome, Reading, Release
from watcher.feeds.govuk_statistics.options import GovukStatisticsOptions
from watcher.feeds.kinds import Caller, open_feeds
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.statistics.file import read_file
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction
from watcher.judging.changes import What
from watcher.judging.contradictions import contradicts_dates, contradicts_grades
from watcher.messages.alert import Alert
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.messages.wording import seen_when
from watcher.rounds.digests import unread_feeds
from watcher.rounds.imports import import_files
from watcher.rounds.overdue import overdue
from watcher.rounds.poll import Round, poll
from watcher.rounds.releases import take_release_by_and_by
from watcher.rounds.take_in import Taken, absorb, take_in
from watcher.watching.watches import Watch

NOW = datetime(2025, 7, 20, 12, tzinfo=UTC)
BEGUN = datetime(2024, 4, 2, 12, tzinfo=UTC)
FILED = (Source(date(2025, 3, 31), "in year 2024-25", Sort.YEAR),)
SETTINGS = Settings(
    feeds={SITE: OfstedSiteOptions()},
    channels={"desk": ConsoleOptions(), "screen": ConsoleOptions()},
    watch=(Watch(name="all", changes=tuple(What), to=("desk",)),),
    operator=Operator(to=("screen",)),
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path / "mine", with_bundle=False)
    yield opened
    opened.close()


def polled(history: EmbeddedHistory, files: Mapping[str, bytes], settings: Settings = SETTINGS) -> list[Round]:
    """Two rounds, a day apart, of a feed that reads a release of these files."""
    api, clock = ContentApi(), ManualClock(NOW)
    api.release(PATH, TITLE, files)

    async def rounds() -> list[Round]:
        async with serving(api.app) as url:
            options = GovukStatisticsOptions(url=f"{url}/api/content/{PATH}", hosts=(), spacing=timedelta(0))
            configured = settings.model_copy(update={"feeds": {**settings.feeds, "statistics": options}})
            feed = open_feeds({"statistics": options}, Caller("tests@example.org", clock))["statistics"]
            try:
                first = await poll(history, feed, configured, clock, timedelta(minutes=1))
                clock.advance(timedelta(days=1))
                return [first, await poll(history, feed, configured, clock, timedelta(minutes=1))]
            finally:
                await feed.close()

    return asyncio.run(rounds())


def take(history: EmbeddedHistory, reading: Reading, now: datetime = NOW, feed: str = SITE) -> Taken:
    taken = take_in(history, feed, reading, SETTINGS, now)
    history.commit(taken.transaction())
    return taken


def facts(history: EmbeddedHistory) -> dict[str, tuple[Any, Sequence[Record]]]:
    return {
        home.home.key: (home.facts, [replace(record, id=None) for record in records])
        for home, records in history.homes_with_records()
    }


def filed(*inspections: Inspection, status: str = "active") -> Reading:
    described = home(status=status, as_of="2025-03-31", source="moves", sort=Sort.MOVES)
    stated = tuple(replace(inspection, sources=FILED) for inspection in inspections)
    return Reading(outcome=Outcome.CHANGED, release=Release(title=TITLE, homes=(described,), inspections=stated))


def notices(history: EmbeddedHistory) -> list[Notice]:
    return [delivery.content for delivery in history.deliveries() if isinstance(delivery.content, Notice)]


def test_the_feed_leaves_the_history_as_an_import_of_the_same_file_does(
    history: EmbeddedHistory, tmp_path: Path
) -> None:
    workbook = FIXTURES / "statistics" / WORKBOOK
    first, second = polled(history, {WORKBOOK: workbook.read_bytes()})
    imported = EmbeddedHistory.open(tmp_path / "other", with_bundle=False)
    import_files(imported, [workbook])
    assert facts(history) == facts(imported)
    assert len(facts(history)) == 8
    imported.close()
    assert (first.taken.told, first.taken.problems) == ((), ())
    assert second.reading.outcome is Outcome.UNCHANGED
    (notice,) = notices(history)
    assert notice.topic == Topic.RELEASE.key
    assert notice.title.startswith(f"statistics: {TITLE}: ")


def test_the_whole_workbook_means_what_its_import_does(history: EmbeddedHistory) -> None:
    file = read_file(WORKBOOK, official(WORKBOOK).read_bytes())
    release = Release(title=TITLE, homes=file.homes, inspections=file.inspections)
    taken = take_in(history, "statistics", Reading(outcome=Outcome.CHANGED, release=release), SETTINGS, NOW)
    imported = absorb(history, file.homes, file.inspections, None)
    assert (taken.homes, taken.records) == (imported.homes, imported.records)
    assert taken.release is not None
    assert (taken.release.new, taken.told) == (5420, ())


def test_what_the_site_feed_missed_is_told_as_late_and_once(history: EmbeddedHistory) -> None:
    seen = inspection("2024-02-20", "good", home="ofsted:SC000002", document="1", published="2024-04-01")
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home("SC000002"),), background=(seen,)), BEGUN)
    agency = visited("SC000003", "4", Provision_type="Independent Fostering Agency")
    before = visited("SC000001", "5", Inspection_date="20/02/2024", Publication_date="01/04/2024")
    drop = visited("SC000002", "2", "Inadequate")
    first, second = polled(history, {NAME: year(drop, agency, before)})
    assert [told.alert.change.value for told in (*first.taken.told, *second.taken.told)] == ["dropped to inadequate"]
    (alert,) = [delivery for delivery in history.deliveries() if isinstance(delivery.content, Alert)]
    assert isinstance(alert.content, Alert)
    assert "303 days after publication" in seen_when(alert.content, NOW)
    (notice,) = notices(history)
    assert notice.text.startswith("1 inspection had been missed so far: told to those who asked, as late.")
    assert [record.seen for record in history.records("ofsted:SC000001")] == [None]
    assert [record.seen for record in history.records("ofsted:SC000003")] == [None]


def test_without_a_feed_that_watches_all_of_it_is_background(history: EmbeddedHistory) -> None:
    seen = inspection("2024-02-20", "good", home="ofsted:SC000002", published="2024-04-01")
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home("SC000002"),), background=(seen,)), BEGUN)
    (first, _) = polled(history, {NAME: FILE}, SETTINGS.model_copy(update={"feeds": {}}))
    assert first.taken.told == ()
    assert first.taken.release is not None
    assert (first.taken.release.new, first.taken.release.missed) == (2, 0)


def test_reading_a_release_in_time_says_nothing_of_the_present(history: EmbeddedHistory) -> None:
    options = GovukStatisticsOptions(url="https://www.gov.uk/api/content/x")
    settings = SETTINGS.model_copy(update={"feeds": {**SETTINGS.feeds, "statistics": options}})
    good = FeedState(name="statistics", outcome="unchanged", last_good=NOW, began=NOW)
    history.commit(Transaction(feeds=(good, FeedState(name=SITE, outcome="changed", last_good=BEGUN, began=BEGUN))))
    assert last_read(settings, history) == {"ofsted": BEGUN}
    assert [unread.feed for unread in unread_feeds(history, settings, NOW)] == [SITE]


def test_a_home_that_closed_months_ago_is_named_to_the_operator_alone(history: EmbeddedHistory) -> None:
    drop = inspection("2024-08-20", "inadequate", document="1")
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), background=(drop,)))
    taken = take(history, filed(status="resigned"), feed="statistics")
    assert taken.told == ()
    assert taken.release is not None
    assert taken.release.closed == (HOME,)
    again = take(history, filed(status="resigned"), feed="statistics")
    assert again.release is not None
    assert again.release.closed == ()


def test_event_numbers_are_filled_and_contradictions_counted_and_never_a_correction(history: EmbeddedHistory) -> None:
    page = inspection("2024-08-20", "good", document="1", published="2024-09-20")
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), background=(page,)))
    stated = inspection("2024-08-21", "inadequate/good/good", event="7", published="2024-09-20")
    taken = take(history, filed(stated), feed="statistics")
    assert taken.told == ()
    assert taken.release is not None
    assert (taken.release.new, taken.release.numbered) == (0, 1)
    assert (taken.release.grades, taken.release.dates) == ((HOME,), (HOME,))
    (record,) = history.records(HOME)
    assert (record.inspection.event, record.inspection.document) == ("7", "1")


def test_a_file_that_has_a_home_inadequate_against_its_page_makes_it_overdue_for_nobody(
    history: EmbeddedHistory,
) -> None:
    for number, words in ((HOME, "good"), ("ofsted:SC000002", "inadequate")):
        page = inspection("2024-08-20", words, home=number, document="1", published="2024-09-20")
        described = home(number.partition(":")[2], as_of="2024-12-10")
        take(history, Reading(outcome=Outcome.CHANGED, homes=(described,), background=(page,)))
        stated = inspection("2024-08-20", "inadequate", home=number, event="7", published="2024-09-20")
        assert take(history, filed(stated), feed="statistics").told == ()
    overdue_now = overdue(history, SETTINGS, datetime(2024, 12, 12, 12, tzinfo=UTC))
    assert [told.alert.home for told in overdue_now.told] == ["ofsted:SC000002"]


def test_what_agrees_with_its_page_or_has_none_contradicts_nothing() -> None:
    page = inspection("2024-08-20", "good", published="2024-09-20")
    stated = replace(page, event="7", sources=FILED, judgements=page.judgements[:1])
    assert not contradicts_grades(Record((page, stated)), stated)
    assert not contradicts_dates(Record((page, stated)), replace(stated, published=None))
    other = replace(stated, published=day("2024-09-21"))
    assert contradicts_dates(Record((page, other)), other)
    assert not contradicts_dates(Record((stated, other)), other)


def test_what_is_stored_while_a_release_is_taken_in_by_and_by_is_not_overwritten(history: EmbeddedHistory) -> None:
    page = inspection("2024-08-20", "good", document="1", published="2024-09-20")
    stated = filed(replace(page, document=None, event="7"))
    assert stated.release is not None
    early = asyncio.run(take_release_by_and_by(history, stated.release, ()))
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), background=(page,)))
    taken = take_in(history, "statistics", stated, SETTINGS, NOW, early)
    assert [(record.id is None, len(record.statements)) for record in taken.records] == [(False, 2)]
    at_last = asyncio.run(take_release_by_and_by(history, stated.release, ()))
    assert take_in(history, "statistics", stated, SETTINGS, NOW, at_last) == taken


def test_a_release_that_another_feed_falls_into_is_taken_in_by_and_by_all_the_same(history: EmbeddedHistory) -> None:
    stated = filed(*(inspection(f"2024-08-{number:02}", "good", event=f"{number}") for number in range(1, 31)))
    assert stated.release is not None
    release = stated.release

    async def beside() -> int:
        taking = asyncio.create_task(take_release_by_and_by(history, release, ()))
        await asyncio.sleep(0)
        take(history, Reading(outcome=Outcome.CHANGED, homes=(home("SC000002"),)))
        return (await taking).version

    assert asyncio.run(beside()) == history.version_of_facts


def test_a_file_older_than_a_withdrawal_does_not_undo_it(history: EmbeddedHistory) -> None:
    first, gone = inspection("2023-08-20", "good", document="1"), inspection("2024-08-20", "inadequate", document="2")
    described = Reading(outcome=Outcome.CHANGED, homes=(home(),), background=(first, gone))
    take(history, described)
    withdrawn = take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (first,)}))
    assert [told.alert.change.value for told in withdrawn.told] == ["withdrawn"]
    stated = inspection("2024-08-20", "inadequate", event="7", published="2024-09-29")
    assert take(history, filed(stated), feed="statistics").told == ()
    known = {record.inspection.event: record.withdrawn for record in history.records(HOME)}
    assert known == {None: None, "7": NOW.date()}


def test_what_a_newer_file_brings_back_is_nobodys_news(history: EmbeddedHistory) -> None:
    gone = inspection("2023-08-20", "inadequate", document="2")
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), background=(gone,)), BEGUN)
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: ()}), BEGUN)
    stated = inspection("2023-08-20", "inadequate", event="7", published="2023-09-29")
    assert take(history, filed(stated), feed="statistics").told == ()
    assert [record.withdrawn for record in history.records(HOME)] == [None]
