"""The bundled history: what it holds in every checkout, and that damage is noticed."""

import gzip
from collections import Counter
from datetime import date

import orjson
import pytest

from tests.feeds.statistics.files import excerpts
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.regulators import CHILDRENS_HOMES, OFSTED
from watcher.history.bundled.build import build
from watcher.history.bundled.bundle import BundleUnreadableError, bundled, read_bundle
from watcher.history.documents import home_record, record

OFFICIAL = {
    2015: 197,
    2016: 112,
    2017: 151,
    2018: 153,
    2019: 132,
    2020: 152,
    2022: 217,
    2023: 234,
    2024: 162,
    2025: 151,
}
"""Full inspections of all children's homes judged inadequate in the year to March: Ofsted's own table 9a."""


@pytest.fixture(scope="module")
def inspections() -> list[Inspection]:
    return [record(orjson.loads(document)).inspection for document in bundled().inspections.values()]


def test_the_founding_case_is_in_the_bundle(inspections: list[Inspection]) -> None:
    seed = {
        inspection.inspected: inspection for inspection in inspections if inspection.key == "ofsted:SC478986:10050736"
    }
    drop = seed[date(2018, 7, 17)]
    assert drop.published == date(2018, 8, 3)
    assert [(judgement.area, judgement.grade.value) for judgement in drop.judgements] == [
        ("overall", "inadequate"),
        ("protected", "inadequate"),
        ("leaders", "inadequate"),
    ]


def test_the_bundle_counts_what_ofsted_counts(inspections: list[Inspection]) -> None:
    homes = {
        home.key: home for home in (home_record(orjson.loads(document)).home for document in bundled().homes.values())
    }
    years = Counter(
        source.as_of.year
        for inspection in inspections
        if inspection.kind is Kind.FULL
        and inspection.rating
        and inspection.rating.is_inadequate
        and OFSTED.family(homes[inspection.home].type) == CHILDRENS_HOMES.name
        for source in inspection.sources
        if source.name.startswith(("All_SocCare", "Provider_level_in_year")) and _is_in(inspection.day, source.as_of)
    )
    assert years.keys() == OFFICIAL.keys()
    for year, official in OFFICIAL.items():
        assert abs(years[year] - official) <= 1, year


def _is_in(day: date, year_end: date) -> bool:
    # Ten days more: later files moved some dates from the last day of a visit to its first.
    return (year_end - day).days <= 375


def test_no_inspection_stands_in_it_twice(inspections: list[Inspection]) -> None:
    keys = Counter(inspection.key for inspection in inspections)
    assert [key for key, count in keys.items() if count > 1] == []


def test_homes_and_inspections_come_sorted_and_belong_together(inspections: list[Inspection]) -> None:
    homes = [orjson.loads(document)["key"] for document in bundled().homes.values()]
    assert homes == sorted(homes)
    assert [inspection.home for inspection in inspections] == sorted(inspection.home for inspection in inspections)
    assert {inspection.home for inspection in inspections} <= set(homes)


def test_nothing_withheld_and_no_place_is_in_it() -> None:
    content = b"".join(bundled().homes.values())
    assert b"REDACTED" not in content.upper()
    fields = {name for document in bundled().homes.values() for name in orjson.loads(document)}
    assert fields == {
        *("key", "regulator", "id", "type", "name", "owner", "local_authority", "region", "constituency", "sector"),
        *("status", "registered", "places", "source", "older"),
    }


SMALL = build(excerpts("*1415.csv"))


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        SMALL[:-20],
        SMALL[:100] + b"\0" + SMALL[101:],
        gzip.compress(b"", mtime=0),
        gzip.compress(b"{}\n", mtime=0),
        gzip.compress(b"[]\n", mtime=0),
        gzip.compress(gzip.decompress(SMALL).replace(b'"format":3', b'"format":4', 1), mtime=0),
        gzip.compress(b"\n".join(gzip.decompress(SMALL).splitlines()[:-1]) + b"\n", mtime=0),
        gzip.compress(gzip.decompress(SMALL) + b"{}\n", mtime=0),
    ],
)
def test_a_damaged_bundle_is_noticed(damaged: bytes) -> None:
    with pytest.raises(BundleUnreadableError, match="install watcher again"):
        read_bundle(damaged)
