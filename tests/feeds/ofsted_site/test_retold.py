"""What reports tell of earlier inspections fills gaps, reveals what was missed, and hides or corrects nothing."""

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from tests import builders
from tests.builders import RETOLD, inspection, visit
from tests.feeds.ofsted_site.world import START, World, published, world
from tests.standins.reports.report_pdf import pdf_of, report_pdf
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.sources import Sort, Source
from watcher.feeds.feed import Outcome, Reading
from watcher.feeds.ofsted_site.report.values import Previous
from watcher.feeds.ofsted_site.retold import retell
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import absorb, take_in
from watcher.watching.watches import Watch

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
REPORT = replace(inspection("2024-01-10", "good", published="2024-02-19"), link="https://site.example/v1/file/50000001")
SINCE = inspection("2023-12-01").inspected


def row(inspected: str, words: str = "Good", kind: Kind = Kind.FULL) -> Previous:
    return Previous(inspection(inspected).day, kind, read_grade(words, "ofsted"))


def retold(*rows: Previous, known: tuple[Inspection, ...] = ()) -> list[tuple[str, str, str]]:
    found = retell([(REPORT, rows)], (), known, SINCE).background
    return [
        (
            inspection.day.isoformat(),
            inspection.kind.value,
            "/".join(judgement.grade.value for judgement in inspection.judgements),
        )
        for inspection in found
    ]


def test_an_unknown_inspection_is_stated_with_its_headline_as_of_the_day_of_the_report() -> None:
    (statement,) = retell([(REPORT, [row("2022-05-03")])], (), (), SINCE).background
    assert [(judgement.area, judgement.grade.value) for judgement in statement.judgements] == [("overall", "good")]
    assert statement.sources == (Source(REPORT.published or date.min, RETOLD, Sort.RETOLD),)
    assert (statement.published, statement.document, statement.is_retold) == (None, None, True)


@pytest.mark.parametrize(
    ("told", "stated"),
    [
        (row("2022-05-03", "Inadequate"), [("2022-05-03", "full", "inadequate")]),
        (
            row("2022-05-03", "Sustained effectiveness", Kind.INTERIM),
            [("2022-05-03", "interim", "sustained effectiveness")],
        ),
        (row("2022-05-03", "", Kind.MONITORING), [("2022-05-03", "monitoring", "")]),
        (row("2022-05-03", "Causing concern"), []),
        (row("2022-05-03", "Good", Kind.OTHER), []),
        (row("2024-01-10"), []),
        (row("2025-01-10"), []),
    ],
)
def test_what_can_be_believed_is_stated(told: Previous, stated: list[tuple[str, str, str]]) -> None:
    assert retold(told) == stated


@pytest.mark.parametrize(
    ("known", "is_known"),
    [
        (inspection("2022-05-03", "good", source="statistics", event="1"), True),
        (inspection("2022-05-12", "good", source="statistics", event="1"), True),
        (inspection("2022-05-04", "good"), True),
        (inspection("2022-05-03", "good", source=RETOLD), True),
        (inspection("2022-05-20", "good", source="statistics", event="1"), False),
        (visit("2022-05-03"), False),
    ],
)
def test_what_is_known_of_the_same_kind_within_days_is_not_stated_again(known: Inspection, is_known: bool) -> None:
    assert bool(retold(row("2022-05-03"), known=(known,))) is not is_known


def test_several_reports_tell_of_an_inspection_once() -> None:
    older = replace(REPORT, inspected=inspection("2023-06-01").inspected)
    found = retell([(REPORT, [row("2022-05-03")]), (older, [row("2022-05-03", "Inadequate")])], (), (), SINCE)
    assert [inspection.judgements[0].grade.value for inspection in found.background] == ["good"]


def test_a_visit_that_two_reports_date_otherwise_is_told_of_once() -> None:
    older = replace(inspection("2023-06-01", "good"), link="https://site.example/v1/file/50000000")
    found = retell([(REPORT, [row("2022-05-03")]), (older, [row("2022-05-04")])], (), (), SINCE)
    assert [inspection.day.day for inspection in found.background] == [3]


def told_to_the_operator(*rows: Previous, known: tuple[Inspection, ...] = (), since: date | None = SINCE) -> list[str]:
    return [problem.what for problem in retell([(REPORT, rows)], (), known, since).problems]


@pytest.mark.parametrize(
    "printed",
    [
        [row("2022-05-03"), row("2023-02-01", "Inadequate")],
        [row("2023-02-01"), row("2022-05-03"), row("2022-05-04", "", Kind.MONITORING)],
        [row("2024-01-10"), row("2023-02-01")],
        [row("2024-02-01", "", Kind.MONITORING), row("2023-02-01")],
        [row("2026-05-03"), row("2022-05-03")],
    ],
)
def test_nothing_is_taken_from_a_table_whose_dates_cannot_all_be_right(printed: list[Previous]) -> None:
    assert retold(*printed) == []
    (what,) = told_to_the_operator(*printed)
    assert "not in the order of their dates" in what


def test_a_table_out_of_order_that_tells_nothing_new_is_nobodys_matter() -> None:
    known = (inspection("2022-05-03", "good"), inspection("2023-02-01", "inadequate"))
    assert told_to_the_operator(row("2022-05-03"), row("2023-02-01"), known=known) == []


def test_two_visits_on_one_day_are_in_order() -> None:
    printed = [row("2023-02-01"), row("2023-02-01", "", Kind.MONITORING), row("2022-05-03")]
    assert len(retold(*printed)) == 3


@pytest.mark.parametrize(
    ("known", "is_taken_in"),
    [
        (inspection("2021-05-03", "inadequate"), False),
        (inspection("2021-05-03", "Inadequate", source="statistics", event="1"), False),
        (inspection("2021-05-03", "inadequate", source=RETOLD), False),
        (inspection("2021-05-03", "good"), True),
        (inspection("2021-05-04", "inadequate"), True),
        (visit("2021-05-03"), True),
    ],
)
def test_a_known_inspection_with_another_year_is_taken_for_a_misprint(known: Inspection, is_taken_in: bool) -> None:
    told = row("2022-05-03", "Inadequate")
    assert bool(retold(told, known=(known,))) is is_taken_in
    misprints = [what for what in told_to_the_operator(told, known=(known,)) if "misprint" in what]
    assert len(misprints) == (not is_taken_in)


def test_a_misprinted_year_makes_no_recovery(tmp_path: Path) -> None:
    drop, good, now = (
        inspection("2022-05-14", "inadequate", document="1"),
        inspection("2022-09-10", "good", document="2"),
        inspection("2024-01-10", "good", document="3"),
    )
    found = retell([(now, [row("2023-05-14", "Inadequate"), row("2022-09-10")])], (), (drop, good), SINCE)
    settings = Settings(channels={"desk": ConsoleOptions()}, watch=(Watch(name="all", to=("desk",)),))
    with closing(EmbeddedHistory.open(tmp_path, with_bundle=False)) as history:
        history.commit(absorb(history, [builders.home()], [drop, good], None).transaction())
        reading = Reading(outcome=Outcome.CHANGED, inspections=(now,), background=found.background)
        assert take_in(history, "ofsted", reading, settings, datetime(2024, 3, 1, tzinfo=UTC)).told == ()
    assert len(found.problems) == 1


def test_the_operator_is_told_of_an_inspection_between_those_that_readers_see_compared() -> None:
    known = (inspection("2021-05-03", "inadequate"),)
    (what,) = told_to_the_operator(row("2022-02-01"), row("2021-05-03", "Inadequate"), known=known)
    assert what.startswith("a gap in the history: full, 2022-02-01, Good, is known from this table alone")


@pytest.mark.parametrize(
    ("told", "known", "since"),
    [
        (row("2020-02-01"), inspection("2021-05-03", "good"), SINCE),
        (row("2022-02-01", "", Kind.MONITORING), inspection("2021-05-03", "good"), SINCE),
        (row("2022-02-01"), inspection("2021-05-03", "good"), REPORT.day + 60 * DAY),
        (row("2022-02-01"), inspection("2021-05-03", "good"), None),
    ],
    ids=["before another", "an ungraded visit", "of the baseline", "on a page that was not understood"],
)
def test_other_gaps_are_filled_in_silence(told: Previous, known: Inspection, since: date | None) -> None:
    assert len(retold(told, known=(known,))) == 1
    assert told_to_the_operator(told, known=(known,), since=since) == []


def test_a_grade_that_differs_from_what_is_known_is_a_problem_and_no_correction() -> None:
    found = retell([(REPORT, [row("2022-05-03", "Good")])], (), (inspection("2022-05-03", "inadequate"),), SINCE)
    assert found.background == ()
    (problem,) = found.problems
    assert "says 'Good'" in problem.what
    assert "known as 'inadequate'" in problem.what
    assert problem.where.startswith("https://site.example/v1/file/50000001")
    assert (problem.lasts, problem.visit) == (14 * DAY, "ofsted:SC000001:2022-05-03:full")


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("Requires improvement", inspection("2022-05-03", "Requires improvement to be good")),
        ("Adequate", inspection("2022-05-03", "adequate")),
        ("", inspection("2022-05-03", "good")),
        ("Good", inspection("2022-05-03", "")),
        ("Good", inspection("2022-05-03", "Not judged")),
    ],
)
def test_other_words_for_the_same_and_no_words_contradict_nothing(told: str, known: Inspection) -> None:
    assert retell([(REPORT, [row("2022-05-03", told)])], (), (known,), SINCE).problems == ()


def told_of(reading: Reading) -> list[tuple[str, str]]:
    return [
        (inspection.home, inspection.rating.value if inspection.rating else str(inspection.kind))
        for inspection in reading.inspections
    ]


def unlisted(w: World, *, days_ago: int) -> Inspection:
    """An inspection that no page lists and that the next report of the third home tells of."""
    missed = published(w.homes()[2], w.today - timedelta(days=days_ago), "inadequate", ago=0)
    w.site.unlisted.append(missed)
    return missed


async def next_report(w: World, words: str = "good") -> Reading:
    w.site.publish(published(w.homes()[2], w.today + DAY, words, ago=5))
    return await w.poll(days=1)


async def test_a_gap_before_the_watching_is_filled_silently() -> None:
    async with world() as w:
        await w.poll()
        gap = unlisted(w, days_ago=400)
        reading = await next_report(w)
        assert [(inspection.inspected, inspection.is_retold) for inspection in reading.background] == [
            (gap.inspected, True)
        ]
        assert (reading.problems, told_of(reading)) == ((), [(gap.home, "good")])
        assert [inspection.inspected for inspection in (await next_report(w)).background] == []


async def test_a_missed_inspection_goes_to_the_operator_and_into_the_history() -> None:
    async with world() as w:
        await w.poll()
        missed = unlisted(w, days_ago=25)
        reading = await next_report(w)
        assert [inspection.inspected for inspection in reading.background] == [missed.inspected]
        (problem,) = reading.problems
        assert problem.what.startswith(f"a missed inspection: full, {missed.inspected}, inadequate")
        assert problem.home == missed.home


async def test_what_is_published_after_it_was_retold_is_told_all_the_same() -> None:
    async with world() as w:
        await w.poll()
        missed = unlisted(w, days_ago=25)
        await next_report(w)
        w.site.unlisted.clear()
        w.site.publish(replace(missed, published=w.today + DAY, inspected=missed.day + DAY))
        assert told_of(await w.poll(days=1)) == [(missed.home, "inadequate")]


async def test_an_unreadable_report_on_the_page_is_not_replaced_by_what_another_tells_of_it() -> None:
    async with world() as w:
        await w.poll()
        drop = published(w.homes()[2], w.today + DAY, "inadequate")
        w.site.publish(drop)
        w.clock.advance(DAY)
        w.site.instead = {
            document.id: b"%PDF-1.4" for document in w.site.shown(w.homes()[2].id) if document.inspection == drop
        }
        assert (told_of(await w.poll()), len(w.site.instead)) == ([], 1)
        newest = published(w.homes()[2], w.today, "good", ago=10)
        w.site.publish(newest)
        reading = await w.poll(hours=1)
        assert (told_of(reading), reading.background) == ([(newest.home, "good")], ())
        w.site.instead.clear()
        assert told_of(await w.poll(days=1)) == [(drop.home, "inadequate")]


def another_homes() -> bytes:
    other = builders.home("SC999999")
    return report_pdf(other, published(other, START.date() + DAY, "inadequate"))


def encrypted(pdf: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt("the reader's", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "spoiled",
    [lambda pdf: pdf[: len(pdf) // 2], encrypted, lambda _: pdf_of("\f\f"), lambda _: another_homes()],
    ids=["truncated", "encrypted", "a scan", "of another home"],
)
async def test_what_is_not_the_homes_own_readable_report_is_never_quoted(spoiled: Callable[[bytes], bytes]) -> None:
    async with world() as w:
        await w.poll()
        drop = published(w.homes()[2], w.today + DAY, "inadequate")
        w.site.publish(drop)
        w.clock.advance(DAY)
        (shown,) = (document for document in w.site.shown(w.homes()[2].id) if document.inspection == drop)
        w.site.instead = {shown.id: spoiled(w.site._report(shown.id))}
        reading = await w.poll()
        assert (told_of(reading), reading.findings, reading.background) == ([], {}, ())
        assert [problem.home for problem in reading.problems] == [drop.home]


async def test_news_carry_what_was_found_and_nothing_else_does() -> None:
    async with world() as w:
        first = await w.poll()
        assert (len(first.background), first.findings) == (6, {})
        drop = published(w.homes()[2], w.today + DAY, "inadequate")
        w.site.publish(drop, published(w.homes()[3], w.today + DAY, "", kind=Kind.MONITORING))
        reading = await w.poll(days=1)
        assert len(reading.inspections) == 2
        assert list(reading.findings) == [drop.key]
        found = reading.findings[drop.key]
        assert (len(found.quotes), len(found.requirements), found.unread) == (4, 3, "")
