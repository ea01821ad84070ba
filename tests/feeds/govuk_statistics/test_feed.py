"""A new release is read once, whatever gov.uk does, and nothing is believed that is not whole."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.feeds.govuk_statistics.world import DROP, FILE, GOOD, NAME, PATH, START, TITLE, statistics, visited, year
from tests.feeds.statistics.files import csv_of, row
from tests.standins.content_api import ApiTrick
from watcher.feeds.feed import Outcome
from watcher.feeds.govuk_statistics.cursor import dump, load
from watcher.feeds.statistics.file import read_file

pytestmark = pytest.mark.anyio

NOTHING_IS_BELIEVED = [
    (ApiTrick.LOGIN_PAGE, "", Outcome.MALFORMED),
    (ApiTrick.SHELL, "document", Outcome.MALFORMED),
    (ApiTrick.CUT, "document", Outcome.MALFORMED),
    (ApiTrick.GZIP_BOMB, "document", Outcome.MALFORMED),
    (ApiTrick.LOGIN_PAGE, "file", Outcome.MALFORMED),
    (ApiTrick.GZIP_BOMB, "file", Outcome.MALFORMED),
    (ApiTrick.FAILING, "file", Outcome.UNREACHABLE),
    (ApiTrick.REFUSED_FOR_AN_HOUR, "file", Outcome.REFUSED),
]


async def test_what_is_unchanged_costs_conditional_requests_and_is_not_read_again() -> None:
    async with statistics() as gov:
        first = await gov.poll()
        assert first.outcome is Outcome.CHANGED
        assert first.release is not None
        assert (first.release.title, len(first.release.inspections)) == (TITLE, 2)
        assert {home.key for home in first.release.homes} == {"ofsted:SC000001", "ofsted:SC000002"}
        assert (first.homes, first.background, first.inspections) == ((), (), ())
        again = await gov.poll(days=1)
        assert (again.outcome, again.release) == (Outcome.UNCHANGED, None)
        assert gov.api.statuses == [304, 304]


@pytest.mark.parametrize(("trick", "where", "outcome"), NOTHING_IS_BELIEVED)
async def test_of_a_broken_answer_nothing_is_believed_and_the_release_comes_later(
    trick: ApiTrick, where: str, outcome: Outcome
) -> None:
    async with statistics() as gov:
        gov.api.play(trick, where)
        broken = await gov.poll()
        assert (broken.outcome, broken.release, broken.cursor) == (outcome, None, {})
        assert broken.detail
        gov.api.play(None)
        assert (await gov.poll(days=1)).release is not None


async def test_a_body_that_never_ends_is_unreachable_and_a_wrong_charset_does_no_harm() -> None:
    async with statistics(deadline=5) as gov:
        gov.api.play(ApiTrick.DRIP, "file")
        assert (await gov.poll()).outcome is Outcome.UNREACHABLE
        gov.api.play(ApiTrick.WRONG_CHARSET)
        good = await gov.poll(days=1)
        assert good.release is not None
        assert len(good.release.inspections) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"withdrawn_notice": {"explanation": "<p>old</p>", "withdrawn_at": "2025-07-15T10:00:00Z"}}, "2025-07-15"),
        (
            {"schema_name": "redirect", "redirects": [{"path": "/x", "destination": "/government/new"}]},
            "/government/new",
        ),
        ({"schema_name": "gone", "document_type": "gone"}, "is gone"),
        ({"details": {}, "document_type": "statistics_announcement"}, "statistics_announcement"),
        ({"details": {"body": "<p>soon</p>"}}, "no workbook"),
    ],
)
async def test_a_document_that_does_not_count_is_told_and_costs_no_cursor(fields: dict[str, Any], words: str) -> None:
    async with statistics() as gov:
        kept = (await gov.poll()).cursor
        gov.api.release(PATH, TITLE, {NAME: FILE}, **fields)
        reading = await gov.poll(days=1)
        assert (reading.outcome, reading.cursor) == (Outcome.MALFORMED, kept)
        assert words in reading.detail


async def test_a_file_replaced_under_its_address_is_read_and_one_that_only_moved_is_not() -> None:
    async with statistics() as gov:
        await gov.poll()
        gov.api.release(PATH, TITLE, {NAME: year(GOOD, DROP, visited("SC000003", "3"))})
        replaced = await gov.poll(days=1)
        assert replaced.release is not None
        assert len(replaced.release.inspections) == 3
        gov.api.files["elsewhere/" + NAME] = gov.api.files[f"{PATH}/{NAME}"]
        gov.api.documents[PATH]["details"]["attachments"][0]["url"] = f"/media/elsewhere/{NAME}"
        moved = await gov.poll(days=1)
        assert (moved.outcome, moved.release) == (Outcome.UNCHANGED, None)


async def test_one_file_that_is_none_of_them_is_told_unless_its_name_says_so() -> None:
    notes, other = csv_of({"note": "1", "text": "x"}), csv_of({"a": "1", "b": "2"})
    async with statistics() as gov:
        files = {NAME: FILE, "technical_notes.csv": notes, "more_tables.csv": other, "report.pdf": b"%PDF"}
        gov.api.release(PATH, TITLE, files)
        reading = await gov.poll()
        assert reading.outcome is Outcome.CHANGED
        assert [problem.where.rpartition("/")[2] for problem in reading.problems] == ["more_tables.csv"]
        again = await gov.poll(days=1)
        assert again.problems == reading.problems
        assert set(gov.api.statuses) == {304}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (FILE.replace(b"URN", b"Reference"), "URN"),
        (year(visited("SC000001", "1", Inspection_date="20/08/2030"), until=31), "has not come"),
    ],
)
async def test_a_release_without_any_file_that_is_understood_is_malformed(content: bytes, words: str) -> None:
    async with statistics() as gov:
        gov.api.release(PATH, TITLE, {NAME: content})
        reading = await gov.poll()
        assert (reading.outcome, reading.release, reading.cursor) == (Outcome.MALFORMED, None, {})
        assert words in reading.detail


@pytest.mark.parametrize("behind", [timedelta(days=400), timedelta(days=150)])
async def test_a_file_that_came_too_early_for_the_clock_is_read_once_its_day_has_come(behind: timedelta) -> None:
    older = visited("SC000001", "9", Inspection_date="20/08/2022", Publication_date="20/09/2022")
    async with statistics() as gov:
        gov.api.release(PATH, TITLE, {NAME: FILE, "homes_in_year_2022-23.csv": year(older, until=23)})
        gov.known.since = date(2023, 1, 1)
        gov.clock.step(START - behind)
        early = await gov.poll()
        assert (early.outcome, early.inspections, len(early.problems)) == (Outcome.CHANGED, (), 1)
        assert "tells the state of 2025-03-31, which has not come" in early.problems[0].what
        still = await gov.poll(days=1)
        assert (still.outcome, still.problems) == (Outcome.UNCHANGED, early.problems)
        assert set(gov.api.statuses) == {304}
        gov.clock.step(START)
        right = await gov.poll()
        assert [(one.home, one.rating and one.rating.value) for one in right.inspections] == [
            ("ofsted:SC000001", "good"),
            ("ofsted:SC000002", "inadequate"),
        ]
        assert right.problems == ()
        later = await gov.poll(days=1)
        assert (later.outcome, later.inspections, later.problems) == (Outcome.UNCHANGED, (), ())
        assert set(gov.api.statuses) == {304}


async def test_half_of_the_rows_are_not_believed() -> None:
    whole = [visited(f"SC{number:06}", str(number)) for number in range(1, 41)]
    async with statistics() as gov:
        gov.api.release(PATH, TITLE, {NAME: year(*whole)})
        kept = (await gov.poll()).cursor
        gov.api.release(PATH, TITLE, {NAME: year(*whole[:20])})
        reading = await gov.poll(days=1)
        assert (reading.outcome, reading.release, reading.cursor) == (Outcome.IMPLAUSIBLE, None, kept)
        assert "20 rows, where the file before it has 40" in reading.detail


async def test_what_is_not_believed_and_then_imported_is_gone_on_from() -> None:
    whole = [visited(f"SC{number:06}", str(10000 + number)) for number in range(1, 41)]
    half = year(*whole[:19], visited("SC000020", "20000"))
    async with statistics() as gov:
        gov.api.release(PATH, TITLE, {"homes.csv": year(*whole)})
        await gov.poll()
        gov.api.release(PATH, TITLE, {NAME: half})
        imported = read_file(NAME, half).inspections
        for inspection in imported[:-1]:
            gov.known.add(inspection)
        assert (await gov.poll(days=1)).outcome is Outcome.IMPLAUSIBLE
        gov.known.add(imported[-1])
        assert (await gov.poll(days=1)).outcome is Outcome.CHANGED
        assert (await gov.poll(days=1)).outcome is Outcome.UNCHANGED


async def test_a_list_with_half_of_the_providers_of_the_newest_one_is_not_believed() -> None:
    listed = csv_of(*(row(URN=f"SC{number:06}") for number in range(1, 31)), above=[["Providers at 31 March 2025"]])
    async with statistics() as gov:
        gov.api.release(PATH, TITLE, {"providers.csv": listed})
        gov.known.listed = (date(2024, 3, 31), 60)
        assert (await gov.poll()).outcome is Outcome.IMPLAUSIBLE
        gov.known.listed = (date(2024, 3, 31), 32)
        assert (await gov.poll(days=1)).outcome is Outcome.CHANGED


async def test_of_a_collection_the_newest_release_with_such_files_is_read_with_few_requests() -> None:
    older, other = "government/statistics/homes-2024", "government/statistics/fostering-2025"
    async with statistics("government/collections/homes") as gov:
        gov.api.release(older, "Children's social care in England 2024", {"old.csv": FILE}, "2025-12-01")
        gov.api.release(other, "Fostering in England", {"fostering.csv": csv_of({"a": "1", "b": "2"})}, "2025-11-13")
        gov.api.release("gone", "Withdrawn", {"w.csv": FILE}, "2025-11-20", withdrawn_notice={"explanation": "x"})
        gov.api.collection("government/collections/homes", older, "gone", PATH, other, *[PATH] * 30)
        reading = await gov.poll()
        assert reading.release is not None
        assert reading.release.title == TITLE
        assert reading.problems == ()
        assert len(gov.api.requests) == 6  # the collection, what was withdrawn, two releases with a file each
        newest = "government/statistics/homes-2026"
        gov.api.release(
            newest, "Children's social care in England 2026", {"new.csv": year(DROP, until=26)}, "2026-07-09"
        )
        gov.api.collection("government/collections/homes", older, PATH, newest)
        later = await gov.poll(days=400)
        assert later.release is not None
        assert later.release.title == "Children's social care in England 2026"


async def test_check_says_what_is_wrong_and_reads_no_file() -> None:
    async with statistics() as gov:
        assert await gov.feed.check() == ()
        assert not any(path.startswith("/media") for path in gov.api.requests)
        gov.api.documents.clear()
        (problem,) = await gov.feed.check()
        assert "404" in problem.what


async def test_a_row_that_is_not_understood_and_a_file_that_is_gone_are_told_and_the_rest_is_taken() -> None:
    async with statistics() as gov:
        gov.api.release(
            PATH, TITLE, {NAME: year(GOOD, visited("SC000004", "4", Inspection_date="20/08/2031")), "b.csv": b""}
        )
        del gov.api.files[f"{PATH}/b.csv"]
        reading = await gov.poll()
        assert reading.release is not None
        assert [inspection.home for inspection in reading.release.inspections] == ["ofsted:SC000001"]
        rows, gone = (problem.what for problem in reading.problems)
        assert rows.startswith(f"1 of 2 rows of {NAME} were not understood and left out, the first of them row 4: ")
        assert "404" in gone
        again = await gov.poll(days=1)
        assert (again.outcome, again.problems) == (Outcome.UNCHANGED, reading.problems)


async def test_a_file_that_an_older_version_did_not_understand_is_read_again() -> None:
    async with statistics() as gov:
        gov.api.release(PATH, TITLE, {NAME: FILE, "more.csv": year(visited("SC000003", "3"))})
        await gov.poll()
        progress = load(gov.cursor)
        address = next(address for address in progress.files if address.endswith("more.csv"))
        unread = replace(progress.files[address], is_understood=False, problem="a new layout")
        progress.files[address] = unread
        gov.cursor = dump(progress)
        assert (await gov.poll(days=1)).release is None
        progress.files[address] = replace(unread, by="0.0.1")
        gov.cursor = dump(progress)
        later = await gov.poll(days=1)
        assert later.release is not None
        assert [inspection.home for inspection in later.release.inspections] == ["ofsted:SC000003"]


async def test_a_file_that_was_broken_for_a_while_is_not_told_of_again() -> None:
    async with statistics() as gov:
        gov.api.release(PATH, TITLE, {NAME: FILE, "more.csv": year(visited("SC000003", "3"))})
        await gov.poll()
        whole = gov.api.files[f"{PATH}/more.csv"]
        gov.api.files[f"{PATH}/more.csv"] = b"<html>Sign in</html>"
        broken = await gov.poll(days=1)
        assert (broken.outcome, broken.release, len(broken.problems)) == (Outcome.UNCHANGED, None, 1)
        gov.api.files[f"{PATH}/more.csv"] = whole
        mended = await gov.poll(days=1)
        assert (mended.outcome, mended.release, mended.problems) == (Outcome.UNCHANGED, None, ())
