"""What a row says, what is a doubt about it, and what refuses it; hostile content harms nothing."""

from datetime import date

import pytest

from tests.builders import day
from tests.feeds.statistics.files import NAME, csv_of, read, row
from watcher.facts.inspection import Kind, Standing
from watcher.facts.sources import Sort, Source
from watcher.feeds.statistics.file import read_file
from watcher.feeds.tables.containers import FileRefusedError


def test_a_row_is_a_home_and_an_inspection() -> None:
    reading = read(row(Registration_date="22/05/2014", Places="5", Government_Office_Region="East Midlands"))
    (home,), (inspection,) = reading.homes, reading.inspections
    assert (home.key, home.type, home.status) == ("ofsted:SC000001", "children's home", "active")
    assert (home.owner, home.local_authority, home.region) == ("Elm Homes Limited", "Derby", "East Midlands")
    assert (home.registered, home.places, home.name, home.link) == (date(2014, 5, 22), 5, None, None)
    assert home.source == Source(date(2019, 3, 31), NAME, Sort.YEAR)
    assert inspection.key == "ofsted:SC000001:10050736"
    assert (inspection.kind, inspection.inspected, inspection.published) == (
        Kind.FULL,
        day("2018-07-17"),
        day("2018-08-03"),
    )
    assert inspection.sources == (home.source,)
    assert (reading.doubts, reading.refused) == ((), ())


def test_sector_and_constituency_are_kept_and_the_same_in_every_print() -> None:
    (home,) = read(row(Sector="Voluntary ", Parliamentary_constituency="Derby South")).homes
    assert (home.sector, home.constituency) == ("voluntary", "Derby South")
    (withheld,) = read(row(Sector="[x]", Parliamentary_constituency="REDACTED")).homes
    assert (withheld.sector, withheld.constituency) == (None, None)


def test_the_government_office_region_goes_before_ofsteds() -> None:
    both = row(Ofsted_region="North East, Yorkshire and the Humber", Government_Office_Region="North East")
    blank = row(Ofsted_region="North West", Government_Office_Region="")
    assert [read(row).homes[0].region for row in (both, blank)] == ["North East", "North West"]


def test_every_published_area_is_kept_under_its_own_name_and_blanks_are_not() -> None:
    said = {
        "Overall effectiveness": "Good",
        "Safeguarding children and young people": "Not judged",
        "Leadership and management": "NULL",
        "Outcomes for children and young people": "Outstanding",
        "Quality of care": "",
        "Outcomes in education and related learning activities": "Requires Improvement to be good",
        "Health services": "Inadequate",
    }
    (inspection,) = read({**row(), **said}).inspections
    assert [
        (judgement.area, judgement.grade.value, judgement.grade.standing) for judgement in inspection.judgements
    ] == [
        ("overall", "good", Standing.GRADED),
        ("protected", "not judged", Standing.NOT_JUDGED),
        ("leaders", "", Standing.NULL),
        ("outcomes", "outstanding", Standing.GRADED),
        ("education", "requires improvement", Standing.GRADED),
        ("health", "inadequate", Standing.GRADED),
    ]


def test_supported_accommodation_is_rated_by_its_outcome() -> None:
    said = row(Provision_type="Supported Accommodation", Overall_effectiveness="")
    (inspection,) = read({**said, "Supported Accommodation outcome": "Serious or widespread weaknesses"}).inspections
    assert inspection.headline == "outcome"
    assert inspection.rating is not None
    assert inspection.rating.is_inadequate


def test_a_previous_block_is_an_inspection_of_its_own() -> None:
    block = {
        "Previous full inspection event type": "Full inspection",
        "Previous full inspection event date": "23/08/2017",
        "Previous full inspection publication date": "11/09/2017",
        "Previous full inspection event number": "10028586",
        "Previous overall experiences and progress of children and young people": "Outstanding",
        "Previous effectiveness of leaders and managers": "Good",
    }
    reading = read({**row(), **block}, row(URN="SC000002"))
    assert [(inspection.home, inspection.event, inspection.inspected) for inspection in reading.inspections] == [
        ("ofsted:SC000001", "10050736", day("2018-07-17")),
        ("ofsted:SC000001", "10028586", day("2017-08-23")),
        ("ofsted:SC000002", "10050736", day("2018-07-17")),
    ]
    assert [judgement.area for judgement in reading.inspections[1].judgements] == ["overall", "leaders"]
    assert (reading.rows, reading.understood) == (2, 2)


@pytest.mark.parametrize("filler", ["", "NULL"])
def test_an_empty_previous_block_says_nothing(filler: str) -> None:
    block = dict.fromkeys(("Previous event type", "Previous inspection Date", "Previous overall effectiveness"), filler)
    reading = read({**row(), **block})
    assert (len(reading.inspections), reading.doubts) == (1, ())


def test_a_spoiled_previous_block_is_a_doubt_and_the_row_stands() -> None:
    block = {
        "Previous event type": "Full inspection",
        "Previous inspection Date": "23/08/17",
        "Previous overall effectiveness": "Good",
    }
    reading = read({**row(), **block})
    assert [inspection.event for inspection in reading.inspections] == ["10050736"]
    assert [doubt.reason for doubt in reading.doubts] == [
        "previous inspection: '23/08/17' is no date of the form dd/mm/yyyy",
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (
            {"Publication_date": "16/07/2018"},
            "published on 2018-07-16, before it was inspected on 2018-07-17",
        ),
        ({"Event_number": "1.02E+07"}, "the event number '1.02E+07' is spoiled"),
        ({"Overall_effectiveness": "Needs attending"}, "the grade 'Needs attending' for overall is on no known scale"),
        ({"Overall_effectiveness": "4"}, "the grade '4' for overall is on no known scale"),
        ({"Event_type": "Surprise visit"}, "the event type 'Surprise visit' is not a known one"),
        ({"Registration_date": "1/1/14"}, "the registration date: '1/1/14' is no date of the form dd/mm/yyyy"),
    ],
)
def test_a_doubtful_row_is_taken_and_named(cells: dict[str, str], reason: str) -> None:
    reading = read(row(), row(URN="SC000002", **cells))
    assert [(doubt.file, doubt.row, doubt.reason) for doubt in reading.doubts] == [(NAME, 3, reason)]
    assert (len(reading.inspections), reading.refused) == (2, ())


def test_an_unknown_grade_is_kept_as_unknown_and_rates_nothing() -> None:
    (inspection,) = read(row(Overall_effectiveness="Needs attending")).inspections
    grade = inspection.grade("overall")
    assert grade is not None
    assert (grade.standing, grade.words, inspection.rating) == (Standing.UNKNOWN, "Needs attending", None)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"URN": ""}, "'' is no URN"),
        ({"URN": "=HYPERLINK(1)"}, "'=HYPERLINK(1)' is no URN"),
        ({"Provision_type": ""}, "the kind of provider is blank"),
        ({"Event_type": ""}, "the event type is blank"),
        ({"Inspection_date": ""}, "the inspection date is blank"),
        ({"Inspection_date": "17/07/18"}, "'17/07/18' is no date of the form dd/mm/yyyy"),
        ({"Publication_date": "x"}, "'x' is no date of the form dd/mm/yyyy"),
        ({"Inspection_date": "17/07/1818"}, "the inspection date 1818-07-17 cannot be in a file of 2019-03-31"),
        ({"Publication_date": "03/08/2118"}, "the publication date 2118-08-03 cannot be in a file of 2019-03-31"),
        ({"Overall_effectiveness": "x" * 1001}, "a cell has 1,001 characters"),
        (
            dict.fromkeys(
                ("Event_type", "Inspection_date", "Publication_date", "Event_number", "Overall_effectiveness"), ""
            ),
            "the row states no inspection",
        ),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused_by_its_number_and_the_others_stand(
    cells: dict[str, str], reason: str
) -> None:
    reading = read(row(), row(**{"URN": "SC000002", **cells}), row(URN="SC000003"))
    assert [(refused.file, refused.row, refused.reason) for refused in reading.refused] == [(NAME, 3, reason)]
    assert [inspection.home for inspection in reading.inspections] == ["ofsted:SC000001", "ofsted:SC000003"]
    assert (reading.rows, reading.understood, reading.without_inspection) == (3, 2, 0)


def test_a_snapshot_may_list_homes_never_inspected() -> None:
    never = row(
        URN="SC000002",
        Event_type="",
        Inspection_date="",
        Publication_date="",
        Event_number="",
        Overall_effectiveness="",
    )
    reading = read_file(NAME, csv_of(row(), never, above=[["Provider level as at 31 March 2019"]]))
    assert (reading.rows, reading.understood, reading.without_inspection) == (2, 1, 1)
    assert [home.id for home in reading.homes] == ["SC000001", "SC000002"]
    assert len(reading.inspections) == 1


def test_blank_rows_are_no_rows_but_count_for_the_numbers_of_others() -> None:
    content = csv_of(row(), dict.fromkeys(row(), " "), row(URN="spoiled")) + b"\r\n" + b",,,,\r\n" * 985
    reading = read_file(NAME, content)
    assert (reading.rows, [refused.row for refused in reading.refused]) == (2, [4])


def test_short_and_long_rows_are_read_by_their_columns() -> None:
    lines = csv_of(row()).decode().splitlines()
    long, short = lines[1] + ",,,more", lines[1].rsplit(",", 1)[0].replace("SC000001", "SC000002")
    reading = read_file(NAME, "\n".join((lines[0], long, short)).encode())
    assert [len(inspection.judgements) for inspection in reading.inspections] == [1, 0]


@pytest.mark.parametrize(
    "owner", ['=HYPERLINK("http://example.org","x")', "@SUM(1)", "<script>alert(1)</script>", "<!channel>"]
)
def test_active_content_is_but_words(owner: str) -> None:
    assert read(row(Organisation=owner)).homes[0].owner == owner


def test_control_characters_are_dropped() -> None:
    assert read(row(Organisation="Elm\x00\x1b[2J\x07 Homes\u202e")).homes[0].owner == "Elm[2J Homes"


def test_a_cell_of_a_megabyte_refuses_the_file() -> None:
    with pytest.raises(FileRefusedError, match=r"inspec_1819\.csv has a line of 1,048,666 bytes"):
        read(row(Organisation="x" * 2**20))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_encodings(encoding: str) -> None:
    content = csv_of(row(Organisation="Café – Elm’s", Event_type="SC – Emergency inspection")).decode()
    reading = read_file(NAME, content.encode(encoding))
    assert (reading.homes[0].owner, reading.inspections[0].kind) == ("Café – Elm’s", Kind.EMERGENCY)
