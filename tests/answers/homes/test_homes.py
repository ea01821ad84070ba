"""How homes stand now, over the bundled history against the raw official list, and over small ones."""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import day, home, inspection
from tests.shared_data import official
from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.keys import Keys
from watcher.answers.counts.names import areas, owners
from watcher.answers.homes.homes import KEYS, HomesNow, homes_now
from watcher.config.settings import Settings
from watcher.facts.inspection import Inspection
from watcher.facts.quotes import Findings, Requirement
from watcher.facts.regulators import CHILDRENS_HOMES
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Told, Transaction
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.rounds.take_in import absorb
from watcher.watching.listed import HomeList, ListedHome
from watcher.watching.watches import Watch

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SETTINGS = Settings.model_validate({
    "feeds": {"ofsted": {"kind": "ofsted-site"}},
    "channels": {"screen": {"kind": "console"}},
    "groups": {"Esland": ["Esland North Ltd", "Esland South Limited"]},
    "watch": [{"name": "derby", "local_authority": ["Derby"], "to": ["screen"]}],
})  # fmt: skip


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


@pytest.fixture(scope="module")
def all_now(bundled: EmbeddedHistory) -> HomesNow:
    return homes_now(bundled, SETTINGS, Chosen(), NOW)


def official_list() -> list[dict[str, str]]:
    """The rows of the official list of 31 March 2025, read by nothing of watcher."""
    text = gzip.decompress(official("provider_at_march_2025.csv.gz").read_bytes()).decode("utf-8-sig")
    _, _, _, names, *records = csv.reader(io.StringIO(text))
    headings = [" ".join(name.split()).casefold() for name in names]
    return [dict(zip(headings, record, strict=False)) for record in records if any(record)]


KIND, OWNER = "provision type", "organisation which owns the provider"


def test_the_homes_that_stand_are_those_of_the_official_list(all_now: HomesNow) -> None:
    rows = official_list()
    assert {now.home.id for now in all_now.homes} == {row["urn"].strip() for row in rows}
    homes = [row for row in rows if row[KIND].casefold() in CHILDRENS_HOMES.kinds]
    grade = next(name for name in rows[0] if name.startswith("overall experiences"))
    listed = Counter(row[grade].casefold().replace(" to be good", "") for row in homes)
    told = Counter(now.standing.rating or "" for now in all_now.homes if now.family == "children's home")
    assert set(told) == {"outstanding", "good", "requires improvement", "inadequate", ""}
    assert all(abs(told[grade] - listed[grade]) <= 2 for grade in told), (told, listed)


def test_the_official_counts_of_march_2025_stand_below_the_homes(all_now: HomesNow) -> None:
    assert all_now.below[0].startswith("England: 4,009 children's homes: 459 outstanding, 2,636 good, 489 requires ")
    assert "England, boarding school: 51 homes: " in "\n".join(all_now.below)
    assert all("`" not in line for line in all_now.below)  # a page of them goes to people without a shell
    assert all_now.about == "Ofsted: official list of 31 March 2025, not read since"


def test_homes_on_no_list_are_left_out_and_named_so_when_all_are_asked_for(bundled: EmbeddedHistory) -> None:
    everything = homes_now(bundled, SETTINGS, Chosen(), NOW, with_gone=True)
    statuses = Counter(now.standing.status for now in everything.homes)
    assert len(everything.homes) == 7386
    assert statuses["not on the list of 31 March 2025"] == 1146
    assert (statuses["resigned"], statuses["active"]) == (609, 5586)


def test_the_ten_owners_with_most_homes_are_those_of_the_official_list(bundled: EmbeddedHistory) -> None:
    printed = Counter(" ".join(row[OWNER].split()) for row in official_list() if row[KIND] == "Children's home")
    found = owners(bundled, SETTINGS, Chosen(type=("children's home",)), "", NOW).rows[:10]
    of_all_kinds = Counter(
        " ".join(row[OWNER].split()) for row in official_list() if row[KIND].casefold() in CHILDRENS_HOMES.kinds
    )
    assert [row["homes"] for row in found] == [number for _, number in of_all_kinds.most_common(10)]
    assert {row["name"] for row in found[:5]} == {name for name, _ in of_all_kinds.most_common(5)}
    assert printed  # the kind as Ofsted prints it is among the rows at all


def test_every_row_is_the_contract_and_says_nothing_of_tomorrow(all_now: HomesNow) -> None:
    for row in all_now.sheet().rows:
        assert set(row) - {"headline"} == set(KEYS)
        known = [row[key] for key in ("rating_since", "inspected", "last_visit", "inadequate_since") if row[key]]
        assert all(said <= "2025-07-01" for said in known), row
        assert (row["inadequate_since"] is not None) == (
            row["rating"] in ("inadequate", "serious or widespread weaknesses")
        )
        assert row["next_due"] is None  # nothing was read since April 2025


def test_while_the_history_is_fresh_every_graded_home_has_a_window(bundled: EmbeddedHistory) -> None:
    spring = homes_now(bundled, SETTINGS, Chosen(type=("children's home",)), datetime(2025, 4, 10, tzinfo=UTC))
    rows = spring.sheet().rows
    assert sum(row["next_due"] is not None for row in rows) == sum(row["rating"] is not None for row in rows) == 3629
    founding = next(row for row in rows if row["id"] == "SC478986")
    assert founding["next_due"]["from"] == "2025-04-14"
    assert "eight of ten children's homes found good" in founding["next_due"]["basis"]


def test_regions_are_the_nine_of_england(all_now: HomesNow) -> None:
    regions = {row["region"] for row in all_now.sheet().rows}
    assert len(regions - {None}) == 9
    assert "North East, Yorkshire and the Humber" not in regions


def test_the_founding_home_and_its_owner(bundled: EmbeddedHistory) -> None:
    found = homes_now(bundled, SETTINGS, Chosen(group=("Esland",), area=("Derby",)), NOW)
    row = next(row for row in found.sheet().rows if row["id"] == "SC478986")
    assert (row["rating"], row["rating_since"], row["previous_rating"]) == (
        "good", "2023-06-14", "requires improvement",
    )  # fmt: skip
    assert row["areas"] == {"overall": "good", "protected": "requires improvement", "leaders": "requires improvement"}
    assert (row["inspected"], row["published"], row["days_since_inspection"]) == ("2024-08-20", "2024-09-20", 831)
    assert (row["group"], row["sector"], row["places"], row["region"]) == ("Esland", "private", 5, "East Midlands")
    assert (row["constituency"], row["read_at"], row["status"]) == ("Mid Derbyshire", "2025-03-31", "active")
    assert found.below[-1].startswith("Esland: 59 homes: ")  # both of its owners together


class Small:
    """A history of three homes of one owner."""

    def __init__(self, folder: Path) -> None:
        self.history = EmbeddedHistory.open(folder, with_bundle=False)
        self.take(inspection("2026-01-10", "good"))
        self.take(inspection("2026-01-10", "inadequate", home="ofsted:SC000002"))
        self.take(home_key="ofsted:SC000003")

    def take(self, *inspections: Inspection, home_key: str = "") -> None:
        key = home_key or inspections[0].home
        described = home(key.partition(":")[2], as_of="2026-02-01")
        self.history.commit(absorb(self.history, [described], inspections, NOW).transaction())

    def now(self, **filters: tuple[str, ...]) -> list[str]:
        return [now.home.id for now in homes_now(self.history, SETTINGS, Chosen(**filters), NOW).homes]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    made = Small(tmp_path / "data")
    yield made
    made.history.close()


def test_the_worst_come_first_and_those_without_a_grade_last(small: Small) -> None:
    assert small.now() == ["SC000002", "SC000001", "SC000003"]


def test_homes_are_chosen_by_how_they_stand(small: Small) -> None:
    assert small.now(rating=("Good",)) == ["SC000001"]
    assert small.now(standing=("inadequate",)) == ["SC000002"]
    assert small.now(standing=("inadequate",), rating=("good",)) == []
    assert small.now(watch=("derby",)) == ["SC000002", "SC000001", "SC000003"]
    assert small.now(area=("Leeds",)) == []


def test_the_last_good_reading_of_the_regulator_stands_on_every_row(small: Small) -> None:
    small.history.commit(Transaction(feeds=[FeedState(name="ofsted", outcome="changed", began=NOW, last_good=NOW)]))
    found = homes_now(small.history, SETTINGS, Chosen(), NOW)
    assert {row["read_at"] for row in found.sheet().rows} == {NOW.isoformat()}
    assert found.about == "Ofsted: no official list, last read 12:00, 29 November 2026"


def test_an_owner_in_several_groups_is_told_by_the_first_of_them_whatever_is_asked(small: Small) -> None:
    owner = home().owner
    settings = Settings.model_validate({"groups": {"first": [owner], "second": [owner, "Another Limited"]}})
    found = homes_now(small.history, settings, Chosen(), NOW)
    assert {row["group"] for row in found.sheet().rows} == {"first"}
    assert found.below[-1].startswith("first: 3 homes")
    assert Keys((), settings.groups).of(("group",)).words(home()) == ("first",)


def test_requirements_with_a_day_stand_with_their_home(small: Small) -> None:
    bad = inspection("2026-06-10", "inadequate")
    (change,) = judge([inspection("2026-01-10", "good")], bad).changes
    due = Requirement(text="The registered person must review staffing.", page=3, due=day("2026-12-05"))
    alert = Alert.of(change, home(), findings=Findings(requirements=(due, replace(due, due=None))))
    small.history.commit(Transaction(changes=[Told(alert=alert, seen=NOW, feed="ofsted")]))
    rows = {
        row["id"]: row["requirements_due"] for row in homes_now(small.history, SETTINGS, Chosen(), NOW).sheet().rows
    }
    assert rows["SC000001"] == [
        {"due": "2026-12-05", "requirement": "The registered person must review staffing.", "page": 3}
    ]
    assert rows["SC000002"] == []


def test_names_are_found_by_any_of_their_words_and_counted_once_however_printed(bundled: EmbeddedHistory) -> None:
    found = owners(bundled, SETTINGS, Chosen(), "esland", NOW)
    assert [(row["name"], row["homes"], row["group"]) for row in found.rows] == [
        ("Esland North Limited", 54, "Esland"),
        ("Esland South Limited", 5, "Esland"),
    ]
    assert found.rows[0]["grades"]["inadequate"] == found.rows[0]["inadequate"] == 1
    (derby, *_) = areas(bundled, SETTINGS, Chosen(type=("children's home",)), "derby", NOW).rows
    assert (derby["name"], derby["region"]) == ("Derbyshire", "East Midlands")


def test_a_home_has_its_label_and_its_days_on_the_list_count(bundled: EmbeddedHistory) -> None:
    gone = ListedHome(id="SC033391", row=3, last=day("2026-11-28"))
    rows = {row.id: row for row in (ListedHome(id="SC478986", row=2, label="Tom"), gone)}
    mine = Watch.model_validate({"name": "mine", "to": ["screen"], "listed": HomeList("m.csv", Path("m.csv"), rows)})
    settings = SETTINGS.model_copy(update={"watch": (*SETTINGS.watch, mine)})
    found = homes_now(bundled, settings, Chosen(watch=("mine",)), NOW, with_gone=True)
    assert [(now.home.id, now.label) for now in found.homes] == [("SC478986", "Tom")]
    assert all(now.label is None for now in homes_now(bundled, settings, Chosen(watch=("derby",)), NOW).homes)


def test_one_owner_is_counted_once_below_its_homes(bundled: EmbeddedHistory) -> None:
    below = homes_now(bundled, SETTINGS, Chosen(group=("Esland",)), NOW).below
    assert [line.partition(":")[0] for line in below] == ["Esland", "England"]


def test_a_number_that_no_home_has_is_named_below_those_that_are_shown(bundled: EmbeddedHistory) -> None:
    listed = [
        ListedHome(id="SC478968", row=2, label="Tom"),
        ListedHome(id="SC478986", row=3),
        ListedHome(id="1", row=4),
    ]
    rows = {row.id: row for row in listed}
    mine = Watch.model_validate({"name": "mine", "to": ["screen"], "listed": HomeList("m.csv", Path("m.csv"), rows)})
    settings = SETTINGS.model_copy(update={"watch": (mine,)})
    first, second, *_ = homes_now(bundled, settings, Chosen(watch=("mine",)), NOW).below
    unknown = "SC478968 (Tom, row 2) and 1 (row 4), on the list mine"
    assert first == f"Not shown, since no known home has the number: {unknown}"
    assert second == "Mine: 1 home: 1 good"
