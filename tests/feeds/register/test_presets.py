"""The four registers that watcher knows, on their real files where those are supplied, and on invented rows."""

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.feeds.register.services import KEY_QUESTIONS, service
from tests.feeds.register.world import FileRegister, options
from tests.feeds.statistics.files import xlsx_of
from tests.feeds.tables.dresses import DRESSES, cell, line, ods_of_sheets
from tests.shared_data import FOLDER
from tests.standins.register import csv_of
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome
from watcher.feeds.register.presets import PRESETS
from watcher.feeds.register.table import ReadTable, read_table
from watcher.feeds.tables.containers import FileRefusedError

pytestmark = pytest.mark.anyio

OWN = {"regulator": "", "scale": (), "inadequate": (), "same": {}, "not_a_grade": (), "columns": {}}
TODAY = date(2026, 11, 29)


def preset(folder: Path, name: str, content: bytes = b"") -> FileRegister:
    """A register that is read by a preset."""
    made = options(f"file:{folder / 'register.csv'}", preset=name, **OWN)
    register = FileRegister(made, folder / "register.csv")
    register.path.write_bytes(content)
    return register


def supplied(path: str) -> bytes:
    file = FOLDER / path
    if not file.exists():
        pytest.skip(f"the regulators' files are not beside this checkout: no ../shared/data/{path}")
    return file.read_bytes()


def by_home(inspections: Sequence[Inspection]) -> Mapping[str, Inspection]:
    return {inspection.home: inspection for inspection in inspections}


def grades(inspection: Inspection) -> dict[str, str]:
    return {judgement.area: judgement.grade.words for judgement in inspection.judgements}


class TestScotland:
    MONTHS = ("2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31")

    async def test_each_month_tells_the_services_that_fell_and_no_others(self, tmp_path: Path) -> None:
        files = [supplied(f"scotland/{month}_datastore.csv.gz") for month in self.MONTHS]
        tables = [lowest(gzip.decompress(file)) for file in files]
        register = preset(tmp_path, "scotland", files[0])
        first = await register.poll(days=11)
        assert (first.baseline, len(first.background), first.problems) == (10_952, 10_083, ())
        for file, before, now, expected in zip(files[1:], tables[:-1], tables[1:], (23, 20, 7), strict=True):
            register.changes.clear()
            register.path.write_bytes(file)
            reading = await register.poll(days=30)
            fell = {
                key
                for key, (published, low) in now.items()
                if key in before and low <= 2 < before[key][1] and published > before[key][0]
            }
            assert {home for home, what in register.changes if what == "dropped to inadequate"} == fell
            assert len(fell) == expected
            assert len(reading.inspections) < 400  # the new columns of April are no news of anybody
            assert reading.problems == ()

    async def test_digits_become_words_and_nobodys_name_is_kept(self, tmp_path: Path) -> None:
        told = [service(1, "5/6/4.0/3/", "01/02/2024"), service(2, "2", "01/02/2024", kind="Child Minding")]
        register = preset(tmp_path, "scotland", csv_of(told))
        reading = await register.poll()
        first, second = reading.background
        assert grades(first) == {
            "support wellbeing": "very good",
            "care and support planning": "excellent",
            "setting": "good",
            "staff team": "adequate",
        }
        assert (first.headline, str(first.published), first.inspected) == ("staff team", "2024-02-01", None)
        assert second.rating is not None
        assert second.rating.is_inadequate
        care_home, childminder = reading.homes
        assert (care_home.name, care_home.owner) == ("Service 1", "Example Care Ltd")
        assert (childminder.name, childminder.owner, childminder.local_authority) == (None, None, "Fife")
        assert "Ann" not in repr(reading)

    async def test_the_themes_of_before_and_lines_above_the_header_are_read(self, tmp_path: Path) -> None:
        told = service(1, "5", "01/02/2016")
        old = {name: value for name, value in told.items() if name not in KEY_QUESTIONS}
        old |= {"Quality_of_Care_and_Support": "4", "Quality_of_Mgmt_and_Lship": "2"}
        above = b"Datastore,,,\r\n" * 27
        register = preset(tmp_path, "scotland", above + csv_of([old]))
        (inspection,) = (await register.poll()).background
        assert (inspection.headline, grades(inspection)) == (
            "quality of mgmt and lship",
            {"quality of care and support": "good", "quality of mgmt and lship": "weak"},
        )


def lowest(content: bytes) -> dict[str, tuple[date, int]]:
    """By another way than the reader's: the publication and the lowest key question of each service."""
    found = {}
    for row in csv.DictReader(io.StringIO(content.decode("cp1252"))):
        said = [int(value) for name, value in row.items() if name in ALL_QUESTIONS and value]
        if said and row["Publication_of_Latest_Grading"]:
            day, month, year = map(int, row["Publication_of_Latest_Grading"].split("/"))
            found[row["CSNumber"]] = (date(year, month, day), min(said))
    return found


ALL_QUESTIONS = (*KEY_QUESTIONS, "KQ_Care_Play_and_Learning")


class TestWales:
    async def test_all_homes_are_read_and_those_rated_that_are(self, tmp_path: Path) -> None:
        content = supplied("wales/ciw_care_homes_derived_2026-04-16.csv")
        register = preset(tmp_path, "wales", content)
        reading = await register.poll()
        assert (reading.baseline, len(reading.background), reading.problems) == (1_056, 545, ())
        worst = [one for one in reading.background if one.rating and one.rating.is_inadequate]
        assert len(worst) == 24
        assert {one.seen for one in reading.background} == {register.clock.now().date()}
        assert reading.homes[0].link == "https://digital.careinspectorate.wales/service/SIN-00015562-BTNV"

    async def test_the_export_has_all_themes_in_one_text(self, tmp_path: Path) -> None:
        def told(ratings: str) -> bytes:
            line = {"Service URN": "SIN-1", "Service Name": "A", "Service Type": "Care Home Service"}
            return csv_of([{**line, "Service Ratings": ratings, "Responsible Individual": "Ann Example"}])

        good = "Well-being: Good; Care and Support: Good; Environment: Excellent; Leadership and Management: Good"
        register = preset(tmp_path, "wales", told(good))
        (before,) = (await register.poll()).background
        assert grades(before) == {
            "well-being": "Good",
            "care and support": "Good",
            "environment": "Excellent",
            "leadership and management": "Good",
        }
        register.path.write_bytes(told(good.replace("Support: Good", "Support: Requires Significant Improvement")))
        await register.poll(days=1)
        assert register.changes == [("SIN-1", "dropped to inadequate")]
        register.path.write_bytes(told(good.replace("Environment", "Surroundings")))
        reading = await register.poll(days=1)
        assert "'surroundings'" in reading.problems[0].what
        assert len(register.changes) == 1


class TestAuthorities:
    async def test_a_blank_of_spreadsheets_is_no_grade_and_without_an_overall_one_the_lowest_counts(
        self, tmp_path: Path
    ) -> None:
        def told(day: str, overall: str, leaders: str) -> dict[str, str]:
            line = {"URN": "80426.0", "Local Authority": "Blackpool", "Overall Effectiveness Grade": overall}
            line |= {"Inspection Start Date": day, "Impact Of Leaders Grade": leaders, "Inspector Name": "Ann Example"}
            return {**line, "Help And Protection Grade": "Requires improvement to be good"}

        register = preset(tmp_path, "ofsted-la", csv_of([told("21/03/2022", "Good", "Good")]))
        reading = await register.poll()
        (home,) = reading.homes
        assert (home.key, home.type, home.name) == ("ofsted-la:80426", "local authority", "Blackpool")
        register.path.write_bytes(csv_of([told("2024-03-01", "nan", "Inadequate")]))
        (inspection,) = (await register.poll(days=30)).inspections
        assert (inspection.headline, inspection.grade("overall")) == ("leaders", None)
        assert "Ann" not in repr(reading)


def rating(home: str, domain: str, words: str, published: str, group: str = "Overall", **others: str) -> dict[str, str]:
    """A row of the monthly file of ratings."""
    return {
        "Location ID": home,
        "Location Name": f"House {home}",
        "Location Primary Inspection Category": "Residential social care",
        "Service / Population Group": group,
        "Domain": domain,
        "Latest Rating": words,
        "Publication Date": published,
        "Inherited Rating (Y/N)": "N",
        "URL": f"http://www.cqc.org.uk/location/{home}",
        "Provider Name": "Example Care Ltd",
        "Brand Name": "-",
        **others,
    }


class TestLatestRatings:
    async def test_a_location_is_its_own_overall_rows_and_nothing_else(self, tmp_path: Path) -> None:
        told = [
            rating("1-1", "Safe", "Requires improvement", "01/02/2024"),
            rating("1-1", "Overall", "Good", "01/02/2024"),
            rating("1-1", "Overall", "Inadequate", "01/02/2024", group="Older people"),
            rating("1-2", "Overall", "Good", "01/02/2023"),
            rating("1-2", "Overall", "Outstanding", "01/02/2024"),
            rating("1-3", "Overall", "Good", "01/02/2024"),
            rating("1-3", "Overall", "Inadequate", "01/02/2024"),
            rating("1-4", "Overall", "Inspected but not rated", "01/02/2024"),
            *(rating(f"1-{number}", "Overall", "Good", "01/02/2024") for number in range(5, 20)),
        ]
        register = preset(tmp_path, "cqc-ratings", sheets(told))
        reading = await register.poll()
        found = by_home(reading.background)
        assert grades(found["cqc:1-1"]) == {"overall": "Good", "safe": "Requires improvement"}
        assert grades(found["cqc:1-2"]) == {"overall": "Outstanding"}
        assert {"cqc:1-3", "cqc:1-4"}.isdisjoint(found)
        (problem,) = reading.problems
        assert "(1-3 (rows 7, 8))" in problem.what
        inherited = rating("1-6", "Overall", "Inadequate", "05/03/2024", **{"Inherited Rating (Y/N)": "Y"})
        fell = [rating("1-5", "Overall", "Inadequate", "05/03/2024"), inherited]
        register.path.write_bytes(sheets([*told[:5], *told[7:8], *fell, *told[10:]]))
        await register.poll(days=30)
        assert register.changes == [("1-5", "dropped to inadequate")]

    @pytest.mark.parametrize("words", [("Inadequate", "Requires improvement"), ("Requires improvement", "Inadequate")])
    async def test_one_area_with_two_grades_of_one_date_goes_to_the_operator(
        self, tmp_path: Path, words: tuple[str, str]
    ) -> None:
        def told(*of_safe: str) -> list[dict[str, str]]:
            overall = [rating(f"1-{number}", "Overall", "Good", "01/02/2024") for number in range(1, 21)]
            return [*overall, *(rating("1-1", "Safe", one, "01/02/2024") for one in of_safe)]

        register = preset(tmp_path, "cqc-ratings", sheets(told("Requires improvement")))
        assert (await register.poll()).problems == ()
        for more in ([], told()[1:2]):  # it is no less so in the next table
            register.path.write_bytes(sheets([*told(*words), *more]))
            reading = await register.poll(days=1)
            assert [problem.what.partition(".")[0] for problem in reading.problems] == [
                "1 home twice there with one date and different grades (1-1 (rows 2, 22, 23))"
            ]
            assert (reading.homes, reading.inspections, reading.background) == ((), (), ())
        register.path.write_bytes(sheets(told("Inadequate", "inadequate")))
        assert (await register.poll(days=2)).problems == ()
        assert register.changes == [("1-1", "corrected")]

    async def test_a_later_visit_without_a_rating_hides_none(self, tmp_path: Path) -> None:
        others = [rating(f"1-{number}", "Overall", "Good", "01/02/2024") for number in range(1, 21)]
        safe = rating("1-1", "Safe", "Good", "01/02/2024")
        register = preset(tmp_path, "cqc-ratings", sheets([*others, safe]))
        await register.poll()
        fell = [rating("1-1", area, "Inadequate", "05/03/2024") for area in ("Overall", "Safe")]
        later = [rating("1-1", area, "Inspected but not rated", "01/04/2024") for area in ("Overall", "Safe")]
        register.path.write_bytes(sheets([*later, *fell, *others[1:]]))
        reading = await register.poll(days=60)
        assert (register.changes[0], reading.problems) == (("1-1", "dropped to inadequate"), ())
        assert len(register.changes) == 1

    async def test_an_older_grade_of_an_area_is_not_at_odds_with_a_newer(self, tmp_path: Path) -> None:
        told = [rating("1-1", "Overall", "Good", "01/02/2024")]
        for words, day in (("Good", "01/01/2022"), ("Inadequate", "01/01/2022"), ("Outstanding", "01/02/2024")):
            told.append(rating("1-1", "Safe", words, day))
        reading = await preset(tmp_path, "cqc-ratings", sheets(told)).poll()
        assert (reading.problems, grades(reading.background[0])["safe"]) == ((), "Outstanding")

    def test_the_real_file_has_one_rating_a_location(self) -> None:
        content = supplied("cqc/latest_ratings_2021-02.csv.gz")
        read = read_table("ratings.csv", content, PRESETS["cqc-ratings"].wanted, "", TODAY)
        assert (read.rows, read.homes, read.wrong) == (31_961, 31_959, ())


def sheets(told: Sequence[Mapping[str, str]]) -> bytes:
    """A workbook with a sheet before that of the locations."""
    table = "".join(line(*map(cell, values)) for values in ([*told[0]], *([*one.values()] for one in told)))
    return ods_of_sheets({"README": line(cell("About this file")), "Locations": table})


class TestSheets:
    TOLD = tuple(service(number, "5", "2024-02-01") for number in range(1, 21))
    FELL = (service(1, "1", "2024-03-05"), *TOLD[1:])

    @staticmethod
    def book(**sheets: Sequence[Mapping[str, str]]) -> bytes:
        return xlsx_of({name: [list(rows[0]), *(list(row.values()) for row in rows)] for name, rows in sheets.items()})

    @pytest.mark.parametrize("names", [("Archive", "Now"), ("Now", "Archive"), ("North", "South")])
    async def test_several_with_the_columns_refuse_the_file_until_one_is_named(
        self, tmp_path: Path, names: tuple[str, str]
    ) -> None:
        register = preset(tmp_path, "scotland", self.book(Sheet1=self.TOLD))
        await register.poll()
        said = {"Archive": self.TOLD, "Now": self.FELL, "North": self.FELL[:10], "South": self.TOLD[10:]}
        register.path.write_bytes(self.book(**{name: said[name] for name in names}))
        reading = await register.poll(days=2)
        assert reading.outcome is Outcome.MALFORMED
        assert f"with different rows ({names[0]!r}, {names[1]!r}); nothing was taken" in reading.detail
        assert register.changes == []
        if "Now" in names:
            register.options = options(register.options.url, preset="scotland", **{**OWN, "sheet": " now"})
            await register.poll(days=2)
            assert register.changes == [(self.FELL[0]["CSNumber"], "dropped to inadequate")]
            register.options = options(register.options.url, preset="scotland", **{**OWN, "sheet": "Then"})
            reading = await register.poll(days=2)
            assert f"no sheet called so; it has {names[0]!r}, {names[1]!r}" in reading.detail

    @pytest.mark.parametrize("others", ["the same", "some", "header alone", "header alone before"])
    async def test_one_more_that_has_nothing_else_makes_no_difference(self, tmp_path: Path, others: str) -> None:
        alone = [dict.fromkeys(self.FELL[0], "")]
        more = {"the same": self.FELL, "some": self.FELL[5:]}.get(others, alone)
        sheets = {"Other": more, "Now": self.FELL} if "before" in others else {"Now": self.FELL, "Other": more}
        reading = await preset(tmp_path, "scotland", self.book(**sheets)).poll()
        assert (reading.outcome, reading.baseline) == (Outcome.CHANGED, 20)

    @pytest.mark.parametrize("is_last", [True, False])
    async def test_where_none_has_them_the_one_most_like_it_is_named(self, tmp_path: Path, is_last: bool) -> None:
        near = [{("Council" if name == "CSNumber" else name): words for name, words in self.TOLD[0].items()}]
        notes = [{"A": "x", "B": "y", "Council": "z", "CouncilB": "z", "D": "x"}]
        sheets = {"Notes": notes, "Data": near, "More": notes} if is_last else {"Data": near, "Notes": notes}
        reading = await preset(tmp_path, "scotland", self.book(**sheets)).poll()
        assert "sheet Data, row 1: no column 'CSNumber'" in reading.detail

    def test_no_header_is_named_twice(self) -> None:
        with pytest.raises(FileRefusedError) as refused:
            TestHeaders().read(["Rating", "RATING", "Other", "Rating"], ["1", "2", "3", "4"])
        assert str(refused.value).count("'Rating'") == 1


class TestHeaders:
    def read(self, *records: Sequence[str], name: str = "scotland") -> ReadTable:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(records)
        return read_table("f.csv", text.getvalue().encode(), PRESETS[name].wanted, "", TODAY)

    HEAD = ("CSNumber", "CareService", "ServiceStatus", "Publication_of_Latest_Grading", "KQ_Setting")
    ROW = ("CS1", "Care Home Service", "Active", "01/02/2024", "5")

    def test_one_that_explains_itself_is_known_by_its_beginning(self) -> None:
        paragraph = "CareService (note: this is the kind of service as it is registered, and may change with time)"
        head = [paragraph if name == "CareService" else name for name in self.HEAD]
        assert self.read(head, self.ROW).changed[0].type == "care home service"

    @pytest.mark.parametrize(
        ("head", "said"),
        [
            ([*HEAD[:3], "Publication_of_Last_Grading", "KQ_Setting"], "nearest to it: 'Publication_of_Last_Grading'"),
            ([*HEAD, "kq setting"], "two columns are called 'KQ_Setting'"),
            ([*HEAD[:4], "KQ_Surroundings"], "no column 'KQ_Support_Wellbeing' or"),
            (["A", "B"], "no column 'CSNumber'"),
        ],
    )
    def test_what_is_missing_or_there_twice_refuses_the_file_with_names(self, head: list[str], said: str) -> None:
        with pytest.raises(FileRefusedError, match=r"f\.csv, row ") as refused:
            self.read(head, self.ROW)
        assert said in str(refused.value)

    @pytest.mark.parametrize("day", ["1/2/2025 12:00:00 AM", "12/31/2024"])
    def test_dates_with_the_month_first_refuse_the_file(self, day: str) -> None:
        with pytest.raises(FileRefusedError, match="has its month first"):
            self.read(self.HEAD, self.ROW, ("CS2", "Care Home Service", "Active", day, "5"))

    @pytest.mark.parametrize("day", ["2024-02-01T00:00:00", "1/2/2024", "1 February 2024", "01-Feb-2024", "45323"])
    def test_a_date_of_another_form_is_the_same_day(self, day: str) -> None:
        (row,) = self.read(self.HEAD, (*self.ROW[:3], day, "5")).changed
        assert row.published == date(2024, 2, 1)


def test_every_dress_says_the_same() -> None:
    told = [service(number, "5", "2024-02-01") for number in range(1, 4)]
    records = [list(told[0]), *(list(one.values()) for one in told)]
    read = [read_table("f", dress(records), PRESETS["scotland"].wanted, "", TODAY) for dress in DRESSES.values()]
    rows = [[(row.id, row.published, row.grades, row.digest) for row in table.changed] for table in read]
    assert len(rows[0]) == 3
    assert all(other == rows[0] for other in rows)
