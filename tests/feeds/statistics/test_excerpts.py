"""The oddities of the real files, in excerpts of them that every checkout has."""

from dataclasses import replace
from datetime import date

import pytest

from tests.builders import day
from tests.feeds.statistics.files import EXCERPTS, excerpt, excerpts
from tests.shared_data import IN_YEAR, SNAPSHOTS
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.records import gather
from watcher.facts.statements import Record
from watcher.feeds.statistics.file import FileReading, read_file

SEED = "ofsted:SC478986"


def of(reading: FileReading, urn: str) -> list[Inspection]:
    return sorted(
        (inspection for inspection in reading.inspections if inspection.home == f"ofsted:{urn}"),
        key=lambda inspection: inspection.order,
    )


def records(urn: str) -> list[Record]:
    return [record for record in gather(excerpts())[1] if record.inspection.home == f"ofsted:{urn}"]


def overall(inspection: Inspection) -> str:
    return inspection.rating.value if inspection.rating else "-"


@pytest.mark.parametrize(
    "name", [name.removesuffix(".gz") for name in (*IN_YEAR, *SNAPSHOTS)] + ["provider_at_march_2025.ods"]
)
def test_every_row_is_accounted_for_and_none_is_refused(name: str) -> None:
    reading = excerpt(name)
    assert reading.rows == reading.understood + reading.without_inspection > 0
    assert reading.refused == ()


def test_the_founding_case_from_ten_files() -> None:
    _, found = gather(excerpts())
    seed = [record.inspection for record in found if record.inspection.home == SEED]
    assert [(inspection.day, overall(inspection)) for inspection in seed if inspection.day.year in (2017, 2018)] == [
        (day("2017-08-23"), "good"),
        (day("2018-07-17"), "inadequate"),
        (day("2018-09-04"), "good"),
    ]
    assert [inspection.published for inspection in seed if inspection.day.year == 2018] == [
        day("2018-08-03"),
        day("2018-09-25"),
    ]
    assert len(seed) == 15


def test_nothing_of_an_address_and_no_redacted_name_is_kept() -> None:
    homes = {home.id: home for reading in excerpts() for home in reading.homes}
    assert homes["SC478986"].name is None
    assert homes["SC051836"].name is not None
    said = " ".join(str(home) for home in homes.values())
    assert "REDACTED" not in said
    assert "MK5 6AJ" not in said  # Oakhill's, which Ofsted prints
    assert "Derby" in said


def test_a_spoiled_event_number_is_found_again_by_the_block_of_a_later_year() -> None:
    assert [inspection.event for inspection in of(excerpt("All_SocCare_inspec_2223.csv"), "1027077")] == [None]
    event = next(record.inspection for record in records("1027077") if record.inspection.inspected == day("2022-05-16"))
    assert event.event == "10206875"
    assert {source.name for source in event.sources} == {
        "All_SocCare_inspec_2223.csv",
        "All_SocCare_inspec_2324.csv",
        "provider_at_march_2024.csv",
    }


def test_an_inspection_without_a_number_gets_it_from_a_later_snapshot() -> None:
    (event,) = [record.inspection for record in records("SC002270") if record.inspection.inspected == day("2015-04-29")]
    assert (event.event, event.published) == ("2456599", day("2015-06-19"))


def test_one_number_at_five_homes_is_five_inspections() -> None:
    reading = excerpt("All_SocCare_inspec_2223.csv")
    assert len({inspection.home for inspection in reading.inspections if inspection.event == "10213015"}) == 5


@pytest.mark.parametrize("urn", ["SC050400", "SC042897"])
def test_two_full_inspections_of_one_day_stay_two(urn: str) -> None:
    same_day = [record for record in records(urn) if record.inspection.inspected == day("2015-01-21")]
    assert [record.inspection.kind for record in same_day] == [Kind.FULL, Kind.FULL]


def test_an_event_that_was_numbered_anew_in_2015_is_one_inspection() -> None:
    (event,) = [
        record
        for record in records("SC001838")
        if record.inspection.day.year == 2015 and record.inspection.kind is Kind.FULL
    ]
    assert [(statement.event, statement.inspected) for statement in event.statements] == [
        ("320133", date(2015, 2, 5)),
        ("1004354", date(2015, 2, 9)),
    ]


def test_a_date_moved_from_the_last_day_to_the_first_is_one_inspection() -> None:
    (event,) = [record for record in records("1233307") if record.inspection.event == "10029033"]
    assert [statement.inspected for statement in event.statements] == [day("2017-05-10"), day("2017-05-09")]
    assert event.inspection.inspected == day("2017-05-09")


@pytest.mark.parametrize(
    ("name", "urn"), [("All_SocCare_inspec_1718.csv", "SC394478"), ("All_SocCare_inspec_2223.csv", "SC019505")]
)
def test_a_publication_before_the_visit_is_a_doubt_and_orders_nothing(name: str, urn: str) -> None:
    reading = excerpt(name)
    assert [doubt for doubt in reading.doubts if "before it was inspected" in doubt.reason]
    (doubtful,) = [inspection for inspection in of(reading, urn) if inspection.has_doubtful_publication]
    assert doubtful.became_known == doubtful.inspected


def test_the_visits_of_an_out_of_order_pair_stand_in_the_order_inspected() -> None:
    pair = [record.inspection for record in records("SC043972")][-2:]
    assert [(inspection.inspected, inspection.published, overall(inspection)) for inspection in pair] == [
        (day("2024-10-08"), day("2025-02-04"), "inadequate"),
        (day("2024-12-17"), day("2025-01-28"), "requires improvement"),
    ]


def test_latest_and_previous_stand_side_by_side_in_2024() -> None:
    assert [
        (inspection.inspected, overall(inspection))
        for inspection in of(excerpt("provider_at_march_2024.csv"), "SC478986")
    ] == [
        (day("2022-04-05"), "requires improvement"),
        (day("2023-05-09"), "good"),
    ]


def test_a_monitoring_visit_in_the_place_of_a_full_inspection_rates_nothing() -> None:
    visits = [
        inspection
        for inspection in of(excerpt("provider_at_march_2024.csv"), "1155761")
        if inspection.kind is Kind.MONITORING
    ]
    assert len(visits) == 1
    assert visits[0].rating is None


def test_null_is_kept_apart_from_blank() -> None:
    visit = next(
        inspection
        for inspection in of(excerpt("All_SocCare_inspec_2324.csv"), "1027077")
        if inspection.kind is Kind.MONITORING
    )
    assert [(judgement.area, judgement.grade.standing.value) for judgement in visit.judgements] == [
        ("overall", "null"),
        ("protected", "null"),
        ("leaders", "null"),
    ]


def test_supported_accommodation_has_its_own_scale() -> None:
    outcomes = {
        inspection.home: inspection.rating
        for inspection in excerpt("Provider_level_in_year_2024-25.csv").inspections
        if inspection.headline == "outcome"
    }
    assert {rating.value: rating.is_inadequate for rating in outcomes.values() if rating} == {
        "consistently strong service delivery": False,
        "serious or widespread weaknesses": True,
    }


def test_the_workbook_says_what_the_csv_of_the_same_sheet_says() -> None:
    name = "provider_at_march_2025.csv"
    csv = excerpt(name)
    workbook = read_file(name, (EXCERPTS / "provider_at_march_2025.ods").read_bytes())
    first = workbook.inspections[: len(csv.inspections)]
    assert [replace(inspection, sources=()) for inspection in first] == [
        replace(inspection, sources=()) for inspection in csv.inspections
    ]
    assert {source.name for inspection in workbook.inspections for source in inspection.sources} == {
        f"{name} (providers at that day)",
        f"{name} (inspections in year)",
    }
    assert {replace(home, source=None) for home in csv.homes} <= {replace(home, source=None) for home in workbook.homes}
    assert csv.without_inspection == 2
    assert workbook.without_inspection == 2 + 3  # and the rows of leavers and joiners


def test_only_the_workbooks_sheets_of_inspections_and_of_moves_are_read() -> None:
    workbook = excerpt("provider_at_march_2025.ods")
    assert workbook.rows == 18  # 7, 8 and 3; none of the lists of places and premises
