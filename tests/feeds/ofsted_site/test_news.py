"""What has to be read, and what of it is news."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import inspection, visit
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Judgement, Kind
from watcher.feeds.ofsted_site.cursor import Baseline
from watcher.feeds.ofsted_site.news import Need, is_news, match, needs
from watcher.feeds.ofsted_site.timeline import ListedReport

SINCE, BEGUN = date(2024, 1, 1), date(2024, 3, 1)
BASELINE = Baseline(SINCE, BEGUN, complete=True)


def document(inspected: str, published: str, number: str = "50000001", kind: Kind = Kind.FULL) -> ListedReport:
    days = date.fromisoformat(inspected), date.fromisoformat(published)
    return ListedReport(number, f"/v1/file/{number}", str(kind), kind, days[0], None, days[1])


def stated(one: ListedReport) -> Inspection:
    return inspection(
        one.inspected.isoformat(), kind=one.kind, published=one.published.isoformat(), document=one.id, source="site"
    )


def need(known: list[Inspection], *documents: ListedReport) -> list[Need]:
    matched = match(documents, [stated(document) for document in documents], known)
    return [what for _, what in needs(matched, known, SINCE)]


FULL = document("2024-02-01", "2024-03-05")
OLD = document("2019-02-01", "2019-03-05")
VISIT = document("2024-02-01", "2024-03-05", kind=Kind.MONITORING)
NOT_JUDGED = (Judgement("overall", read_grade("Not judged", "ofsted")),)


@pytest.mark.parametrize(
    ("known", "one", "wanted"),
    [
        ([], FULL, Need.READ),
        ([], VISIT, Need.STATE),
        ([inspection("2024-02-01", "good", published="2024-03-05", document="50000001")], FULL, Need.NOTHING),
        ([inspection("2024-02-01", "good", published="2024-03-04", document="50000001")], FULL, Need.STATE),
        ([inspection("2024-02-01", "good", document="49999999")], FULL, Need.READ),
        ([inspection("2024-02-03", "good", event="10300001")], FULL, Need.STATE),
        ([inspection("2024-02-01", "", document="50000001")], FULL, Need.READ),
        ([inspection("2024-02-01", "", event="10300001")], FULL, Need.READ),
        ([visit("2024-02-01", published="2024-03-05", document="50000001")], VISIT, Need.NOTHING),
        ([inspection("2023-02-01", "good")], OLD, Need.NOTHING),
        ([inspection("2018-02-01", "good")], OLD, Need.READ),
        ([inspection("2024-02-20", "good")], FULL, Need.READ),
        ([], document("2024-02-01", "2024-03-05", kind=Kind.OTHER), Need.READ),
    ],
)
def test_only_what_may_tell_something_is_read(known: list[Inspection], one: ListedReport, wanted: Need) -> None:
    assert need(known, one) == [wanted]


def test_not_judged_is_an_answer_and_not_read_again() -> None:
    known = inspection("2024-02-01", event="10300001")
    known = Inspection(home=known.home, kind=known.kind, inspected=known.inspected, event="1", judgements=NOT_JUDGED)
    assert need([known], FULL) == [Need.STATE]


def test_of_an_unknown_home_the_latest_reports_are_read() -> None:
    documents = [document(f"{2010 + year}-02-01", f"{2010 + year}-03-05", f"5000000{year}") for year in range(9)]
    assert need([], *documents) == [Need.NOTHING] * 3 + [Need.READ] * 6


def test_of_a_pdf_and_a_web_page_for_one_visit_the_pdf_counts() -> None:
    page = replace(document("2024-02-01", "2024-03-06", "50000002"), format="html")
    for documents in ([FULL, page], [page, FULL]):
        (matched,) = match(documents, [stated(one) for one in documents], [])
        assert matched.document == FULL


def test_of_two_files_for_one_visit_the_later_counts() -> None:
    matched = match(
        [FULL, document("2024-02-01", "2024-03-07", "50000009")],
        [stated(FULL), stated(document("2024-02-01", "2024-03-07", "50000009"))],
        [],
    )
    assert [pair.document.id for pair in matched] == ["50000009"]


GOOD = inspection("2024-02-01", "good", published="2024-03-05")
GAP = inspection("2023-10-01", "good", published="2023-11-05")
WITHIN = inspection("2023-12-20", "good", published="2024-02-05")


@pytest.mark.parametrize(
    ("statement", "known", "of_baseline", "newest_of_moved", "news"),
    [
        (GOOD, None, False, False, True),
        (GOOD, None, True, False, True),
        (WITHIN, None, True, True, False),
        (WITHIN, None, False, False, True),
        (GAP, None, False, False, False),
        (GAP, None, False, True, True),
        (GAP, None, True, True, False),
        (GOOD, inspection("2024-02-01", "good"), False, True, False),
        (GOOD, inspection("2024-02-01", "inadequate"), False, False, True),
        (GAP, inspection("2023-10-01", "inadequate"), False, False, True),
        (WITHIN, inspection("2023-12-20", "inadequate"), True, False, False),
        (inspection("2024-02-01", "", published="2024-03-05"), inspection("2024-02-01", "good"), False, True, False),
        (visit("2024-02-01", published="2024-03-05"), None, False, False, True),
        (visit("2024-02-01", published="2024-03-05"), visit("2024-02-01"), False, False, False),
        (GOOD, inspection("2024-02-01", ""), False, False, True),
        (inspection("2024-01-02", "good", published=None), None, False, False, False),
    ],
)
def test_news_is_what_came_out_since_the_feed_is_watched_or_says_something_else(
    statement: Inspection, known: Inspection | None, of_baseline: bool, newest_of_moved: bool, news: bool
) -> None:
    assert is_news(statement, known, BASELINE, of_baseline=of_baseline, newest_of_moved=newest_of_moved) is news


def test_on_the_day_of_the_first_reading_nothing_of_it_is_news() -> None:
    same_day = inspection("2024-01-20", "good", published=BEGUN.isoformat())
    next_day = inspection("2024-01-20", "good", published=(BEGUN + timedelta(days=1)).isoformat())
    assert not is_news(same_day, None, BASELINE, of_baseline=True, newest_of_moved=True)
    assert is_news(next_day, None, BASELINE, of_baseline=True, newest_of_moved=False)


@pytest.mark.parametrize(
    ("published", "source", "wanted"),
    [
        ("2024-03-04", "site", Need.READ),
        ("2024-03-05", "site", Need.NOTHING),
        ("2024-03-06", "site", Need.STATE),
        ("2024-03-02", "statistics", Need.STATE),
        ("2024-03-01", "statistics", Need.READ),
    ],
)
def test_a_known_file_is_read_again_if_the_page_dates_it_later_than_it_did(
    published: str, source: str, wanted: Need
) -> None:
    known = inspection("2024-02-01", "good", published=published, document="50000001", source=source)
    assert need([known], FULL) == [wanted]
