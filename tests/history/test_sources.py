"""A stored source says what it is, and one that was stored by its name alone reads as it always did."""

from dataclasses import replace

import pytest

from tests.builders import day, home, inspection
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord, Record
from watcher.history.documents import home_document, home_record, record, record_document

AT = day("2026-03-31")


@pytest.mark.parametrize(
    ("source", "stored"),
    [
        (Source(AT, "ofsted", Sort.PAGE), ["2026-03-31", "ofsted"]),
        (Source(AT, "All_SocCare_inspec_2526.csv", Sort.YEAR), ["2026-03-31", "All_SocCare_inspec_2526.csv"]),
        (Source(AT, "ofsted report history", Sort.RETOLD), ["2026-03-31", "ofsted report history"]),
        # What a name does not say, or says wrongly, is kept beside it.
        (Source(AT, "provider_at_march_2026.csv", Sort.PAGE), ["2026-03-31", "provider_at_march_2026.csv", "page"]),
        (Source(AT, "ofsted_inspections_2026", Sort.PAGE), ["2026-03-31", "ofsted_inspections_2026", "page"]),
        (Source(AT, "a list", Sort.LISTING), ["2026-03-31", "a list", "listing"]),
    ],
)
def test_what_is_stored_of_a_source_gives_it_back(source: Source, stored: list[str]) -> None:
    described = HomeRecord.of(replace(home(), source=source))
    known = Record((replace(inspection("2026-01-10", "good"), sources=(source,)),))
    assert home_document(described)["source"] == stored
    assert record_document(known)["statements"][0]["source"] == stored
    assert home_record(home_document(described)) == described
    assert record(record_document(known)) == known


def test_a_fact_that_is_older_than_the_others_keeps_its_own_source() -> None:
    file, page = Source(AT, "a list", Sort.LISTING), Source(day("2026-05-01"), "ofsted", Sort.PAGE)
    described = HomeRecord.of(replace(home(), source=file)).add(replace(home(owner=None), source=page))
    assert home_document(described)["older"] == {"owner": ["2026-03-31", "a list", "listing"]}
    assert home_record(home_document(described)) == described


@pytest.mark.parametrize(
    ("feeds", "sort"), [(frozenset({"ofsted_inspections_2026"}), Sort.PAGE), (frozenset({"ofsted"}), Sort.YEAR)]
)
def test_what_was_stored_by_its_name_alone_is_a_page_if_a_feed_has_that_name(feeds: frozenset[str], sort: Sort) -> None:
    """And else what the name says, as it was counted before: a file need not be called as its publisher does it."""
    source = Source(AT, "ofsted_inspections_2026", Sort.YEAR)
    described = home_document(HomeRecord.of(replace(home(), source=source)))
    known = record_document(Record((replace(inspection("2026-01-10", "good"), sources=(source,)),)))
    assert described["source"] == known["statements"][0]["source"] == ["2026-03-31", "ofsted_inspections_2026"]
    assert {fact_source.sort for _, fact_source in home_record(described, feeds).facts.values()} == {sort}
    assert [read.sort for read in record(known, feeds=feeds).inspection.sources] == [sort]
