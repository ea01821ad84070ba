"""What is told of what the API publishes, and what never is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.clock import ManualClock
from tests.feeds.cqc_api.world import LONG_AGO, START, CqcWorld, cqc_world
from tests.standins.cqc.api import CqcTrick
from tests.standins.cqc.payloads import assessed, group, location, once, provider, rated, related
from watcher.facts.inspection import Kind
from watcher.feeds.cqc_api.cursor import DueLocation, dump, load
from watcher.feeds.feed import Outcome
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.judging.judge import newest_graded

pytestmark = pytest.mark.anyio

ONE = "1-100000001"
GOOD = rated("2023-05-01", "Good", "aaaaaaaa-1")
GOOD_ONCE = once("2023-05-01", "Good", "aaaaaaaa-1")
BAD = rated("2025-03-04", "Inadequate", "bbbbbbbb-2")


async def begun(world: CqcWorld, *payloads: dict[str, Any]) -> None:
    for payload in payloads or (location(currentRatings=GOOD),):
        world.api.publish(payload, LONG_AGO)
    await world.poll()


async def publish(world: CqcWorld, payload: dict[str, Any], **later: float) -> list[tuple[str, str]]:
    """What is told once a location has become so, an hour before the next poll."""
    before = len(world.told)
    after = timedelta(**(later or {"days": 2}))
    world.api.publish(payload, world.clock.now() + after - timedelta(hours=1))
    world.clock.advance(after)
    await world.poll()
    return world.told[before:]


PLACES: tuple[dict[str, Any], ...] = (
    {"currentRatings": BAD, "historicRatings": [GOOD_ONCE]},
    {"assessment": [assessed("2025-03-04", group("AP1", "Inadequate"))], "historicRatings": [GOOD_ONCE]},
    {"assessment": [assessed("2025-03-04", group("AP1", "Inadequate"))], "currentRatings": GOOD},
    {
        "assessment": [assessed("2025-03-04", group("AP1", "", name="Dental"), overall={"rating": "inadequate"})],
        "currentRatings": GOOD,
    },
)


async def test_a_drop_is_told_once_wherever_its_rating_stands(tmp_path: Path) -> None:
    for number, new in enumerate(PLACES):
        async with cqc_world(tmp_path / str(number)) as world:
            await begun(world)
            assert world.told == []
            assert await publish(world, location(**new)) == [(ONE, "dropped to inadequate")]
            assert await publish(world, location(**new)) == []


async def test_a_rating_that_comes_up_months_after_its_publication_is_told(tmp_path: Path) -> None:
    late: dict[str, Any] = {
        "currentRatings": rated("2024-11-01", "Inadequate", "late-1"),
        "historicRatings": [GOOD_ONCE],
    }
    async with cqc_world(tmp_path) as world:
        await begun(world)
        assert await publish(world, location(**late)) == [(ONE, "dropped to inadequate")]


@pytest.mark.parametrize(
    "new",
    [
        {"currentRatings": None},
        {"currentRatings": {"reportDate": "2025-03-04"}},
        {"currentRatings": {"overall": {"rating": "No published rating"}, "reportDate": "2025-03-04"}},
        {"currentRatings": rated("2025-03-04", "Inspected but not rated", "b-2"), "historicRatings": [GOOD_ONCE]},
        {"currentRatings": rated("2025-03-04", "", "b-2"), "historicRatings": [GOOD_ONCE]},
        {"currentRatings": GOOD, "assessment": [assessed("2025-03-04", group("AP1", "", name="Dental"))]},
        {
            "historicRatings": [GOOD_ONCE],
            "assessment": [
                assessed("2025-03-04", group("AP1", "Inadequate"), group("AP2", "Good", name="Homecare")),
            ],
        },
        {"currentRatings": rated("2022-01-01", "Inadequate", "old-1")},
        {"currentRatings": rated("2023-05-01", "GOOD ", "aaaaaaaa-1")},
        {"currentRatings": GOOD, "reports": [{"linkId": "r-1", "reportDate": "2025-03-04"}]},
    ],
    ids=str,
)
async def test_what_is_no_new_rating_changes_nothing(tmp_path: Path, new: dict[str, Any]) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        assert await publish(world, location(**new)) == []
        rating = [one for one in world.known(ONE) if one.rating and one.published == START.date().replace(2023, 5, 1)]
        assert [one.rating.value for one in rating if one.rating] == ["good"]


async def test_a_later_report_or_entry_without_a_rating_is_a_visit_of_an_inadequate_home(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        bad = rated("2024-12-01", "Inadequate", "bad-1")
        await begun(world, location(currentRatings=bad))
        report: dict[str, Any] = {
            "reports": [{"linkId": "visit-1", "reportDate": "2025-03-04", "firstVisitDate": "2025-02-02"}]
        }
        assert await publish(world, location(currentRatings=bad, **report)) == [(ONE, "visited")]
        unrated: dict[str, Any] = {"historicRatings": [once("2025-03-06", "Inspected but not rated", "visit-2")]}
        assert await publish(world, location(currentRatings=bad, **report, **unrated)) == [(ONE, "visited")]
        assert [one.kind for one in world.known(ONE)] == [Kind.FULL, Kind.UNRATED, Kind.UNRATED]


async def test_what_is_published_while_the_baseline_is_read_is_told_after_it(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        for number in range(1, 6):
            world.api.publish(location(f"1-10000000{number}", currentRatings=GOOD), LONG_AGO)
        world.budget = timedelta(0)
        assert (await world.poll()).reading.baseline is None
        world.api.publish(location(ONE, currentRatings=BAD, historicRatings=[GOOD_ONCE]), START + timedelta(days=1))
        for _ in range(3):
            assert (await world.poll(days=1)).reading.baseline is None
        world.budget = None
        assert (await world.poll(days=1)).reading.baseline == 5
        await world.poll(days=1)
        assert world.told == [(ONE, "dropped to inadequate")]
        assert len(world.api.asked("locations")) == 6  # each once, and once more what had changed


async def test_the_overlap_is_asked_again_and_of_it_only_what_was_never_named_is_fetched(tmp_path: Path) -> None:
    async with cqc_world(tmp_path, local_authority=("Derby",)) as world:
        outside = location("1-300000001", localAuthority="Leeds")
        await begun(world, location(currentRatings=GOOD), outside)
        assert world.api.asked("locations") == [ONE]
        for _ in range(2):
            await publish(world, dict(outside))
        assert world.api.asked("locations") == [ONE, "1-300000001"]
        world.api.unlisted = {ONE}
        assert await publish(world, location(currentRatings=BAD, historicRatings=[GOOD_ONCE])) == []
        world.api.unlisted = set()
        await world.poll(days=3)
        assert world.told == [(ONE, "dropped to inadequate")]
        await world.poll(days=3)
        assert world.api.asked("locations") == [ONE, "1-300000001", ONE]


async def test_an_inherited_rating_is_told_under_its_own_location_alone(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        new = "1-100000009"
        inherited = rated("2025-03-04", "Inadequate", "bbbbbbbb-2", origin=ONE)
        heir = location(new, currentRatings=inherited, relationships=[related(ONE, "Predecessor")])
        world.api.unlisted = {ONE}
        assert await publish(world, heir) == [(ONE, "dropped to inadequate")]
        world.api.unlisted = set()
        gone: dict[str, Any] = {"registrationStatus": "Deregistered", "deregistrationDate": "2025-03-05"}
        gone |= {"relationships": [related(new, "Successor")], "historicRatings": [GOOD_ONCE]}
        assert await publish(world, location(ONE, currentRatings=BAD, **gone)) == [(ONE, "closed")]
        better: dict[str, Any] = {"currentRatings": rated("2025-03-08", "Good", "cccccccc-3")}
        better |= {"historicRatings": [once("2025-03-04", "Inadequate", "bbbbbbbb-2", origin=ONE)]}
        assert await publish(world, {**heir, **better}) == [(new, "recovered")]
        (closed,) = [alert for alert in world.alerts if alert.change is What.CLOSED]
        assert closed.context is not None
        (successor,) = closed.context.related
        assert (successor.home_id, successor.reasons) == (new, ("its regulator says so",))


async def test_a_location_that_is_gone_when_it_is_first_seen_is_no_news(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        gone = {"registrationStatus": "Deregistered", "deregistrationDate": "2025-03-02"}
        await begun(
            world, location(currentRatings=rated("2025-02-20", "Inadequate", "x-1"), **gone), location("1-1000")
        )
        late = location("1-100000009", currentRatings=rated("2025-03-01", "Inadequate", "y-1"), **gone)
        assert await publish(world, late) == []
        assert len(world.known("1-100000009")) == 1


async def test_what_is_altered_twice_on_a_day_is_read_again_on_the_next(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        bad: dict[str, Any] = {"currentRatings": BAD, "historicRatings": [GOOD_ONCE]}
        assert await publish(world, location(**bad), hours=22) == [(ONE, "dropped to inadequate")]
        gone = {"registrationStatus": "Deregistered", "deregistrationDate": "2025-03-04"}
        await publish(world, location(**bad, **gone), hours=1, minutes=30)
        await world.poll(days=1)
        assert world.told == [(ONE, "dropped to inadequate"), (ONE, "closed")]
        asked = len(world.api.asked("locations"))
        await world.poll(days=1)
        assert len(world.api.asked("locations")) == asked


async def test_a_plan_published_again_is_the_same_inspection_unless_it_says_something_else(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world, location(assessment=[assessed("2024-05-01", group("AP1", "Good"))]))
        again = location(assessment=[assessed("2025-03-04", group("AP1", "Good"))])
        assert await publish(world, again) == []
        worse = location(assessment=[assessed("2025-03-06", group("AP1", "Inadequate"))])
        assert await publish(world, worse) == [(ONE, "dropped to inadequate")]
        once_more = location(assessment=[assessed("2025-03-09", group("AP1", "Inadequate"))])
        assert await publish(world, once_more) == []
        assert [one.event for one in world.known(ONE)] == ["AP1", "AP1-2025-03-06"]


async def test_an_assessment_written_back_to_the_older_place_is_not_told_again(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        assessment = [assessed("2025-03-04", group("AP1", "Inadequate"))]
        new = location(assessment=assessment, historicRatings=[GOOD_ONCE])
        assert await publish(world, new) == [(ONE, "dropped to inadequate")]
        back = rated("2025-03-07", "Inadequate", "dddddddd-4")
        assert await publish(world, {**new, "currentRatings": back}) == []


@pytest.mark.parametrize(("earlier", "later"), [("a-1", "b-2"), ("b-1", "a-2"), ("Z-1", "0-2"), ("0-1", "z-2")])
async def test_of_two_ratings_of_one_day_the_current_one_is_the_later(tmp_path: Path, earlier: str, later: str) -> None:
    day = "2025-03-04"
    former = {"currentRatings": rated(day, "Good", earlier), "historicRatings": [GOOD_ONCE]}
    drop: dict[str, Any] = {
        "currentRatings": rated(day, "Inadequate", later),
        "historicRatings": [once(day, "Good", earlier), GOOD_ONCE],
    }
    alone: dict[str, Any] = {"currentRatings": rated(day, "Inadequate", later), "historicRatings": [GOOD_ONCE]}
    dropped = [(ONE, "dropped to inadequate")]
    for number, states in enumerate(([drop], [former, drop], [alone, drop])):
        async with cqc_world(tmp_path / str(number)) as world:
            await begun(world)
            told = [change for state in states for change in await publish(world, location(**state))]
            assert [one for one in told if one[1] != "late"] == dropped
            newest = newest_graded(world.known(ONE))
            assert newest is not None
            assert newest.event == later
            better = {"currentRatings": rated("2025-04-20", "Good", "c-9")}
            assert await publish(world, location(**drop) | better, days=60) == [(ONE, "recovered")]


UNLINKED = {"overall": {"rating": "Inadequate", "reportDate": "2025-03-04"}}
OF_ASSESSMENT: dict[str, Any] = {
    "assessment": [assessed("2025-03-04", group("AP1", "Inadequate"))],
    "historicRatings": [GOOD_ONCE],
}


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        (OF_ASSESSMENT, {"currentRatings": BAD, "historicRatings": [GOOD_ONCE]}, []),
        (OF_ASSESSMENT, {"currentRatings": rated("2025-03-06", "Inadequate", "c-3")}, []),
        (OF_ASSESSMENT, {"currentRatings": rated("2025-03-02", "Inadequate", "c-3")}, []),
        (
            OF_ASSESSMENT,
            {
                "currentRatings": rated("2025-03-07", "Good", "d-4"),
                "historicRatings": [once("2025-03-05", "Inadequate", "c-3"), GOOD_ONCE],
            },
            ["recovered"],
        ),
        ({"currentRatings": BAD}, {"currentRatings": rated("2025-03-04", "Inadequate", "reissued-3")}, []),
        (
            {"currentRatings": BAD},
            {"currentRatings": UNLINKED},
            [],
        ),
        (
            {"currentRatings": UNLINKED},
            {"currentRatings": BAD},
            [],
        ),
        (
            {"currentRatings": BAD},
            {"currentRatings": BAD, "historicRatings": [once("2025-03-04", "Inadequate", "second-3")]},
            ["late"],
        ),
        (
            {"currentRatings": BAD},
            {
                "currentRatings": rated("2025-03-09", "Inadequate", "d-4"),
                "historicRatings": [once("2025-03-04", "Inadequate", "reissued-3")],
            },
            ["still inadequate"],
        ),
        ({"currentRatings": BAD}, {"currentRatings": rated("2025-03-20", "Inadequate", "d-4")}, ["still inadequate"]),
        (
            {"currentRatings": BAD},
            {"currentRatings": rated("2025-03-04", "Inadequate", "d-4", questions="Good")},
            ["still inadequate"],
        ),
        ({"currentRatings": BAD}, {"currentRatings": rated("2025-03-06", "Good", "d-4")}, ["recovered"]),
    ],
)
async def test_a_rating_that_has_moved_or_is_reissued_is_the_one_that_is_known(
    tmp_path: Path, first: dict[str, Any], then: dict[str, Any], told: list[str]
) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        assert await publish(world, location(**first)) == [(ONE, "dropped to inadequate")]
        assert await publish(world, location(**then), days=30) == [(ONE, what) for what in told]
        assert await publish(world, location(**then)) == []
        assert world.history.feed("cqc").problems == {}


async def test_owners_are_providers_that_are_nobody_in_person(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        person = provider("1-200000002", "Mrs A Nobody", "Individual")
        world.api.providers["1-200000002"] = person
        await begun(
            world,
            location(
                currentRatings=GOOD,
                brandName="BRAND Oak",
                gacServiceTypes=[{"description": "Care home service with nursing"}],
            ),
            location("1-100000002", providerId="1-200000002", brandName="-", region="Yorkshire & Humberside"),
            location("1-100000003"),
        )
        first, second, third = sorted(world.history.homes(), key=lambda home: home.id)
        assert (first.owner, first.brand, first.type) == ("Oak Care Limited", "Oak", "care home service with nursing")
        assert (second.owner, second.brand, second.region) == (None, None, "Yorkshire and The Humber")
        assert third.owner == "Oak Care Limited"
        assert len(world.api.asked("providers")) == 2
        kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        assert b"Oak Care Limited" in kept
        assert b"Nobody" not in kept


async def test_a_location_that_is_not_public_is_no_matter_and_the_others_go_on(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world, location(currentRatings=GOOD), location("1-100000002", currentRatings=GOOD))
        world.api.gone = {ONE}
        world.api.publish(location(currentRatings=BAD), world.clock.now() + timedelta(hours=1))
        drop = location("1-100000002", currentRatings=BAD, historicRatings=[GOOD_ONCE])
        assert await publish(world, drop) == [("1-100000002", "dropped to inadequate")]
        assert world.history.feed("cqc").problems == {}


@pytest.mark.parametrize("status", [500, 403, 429, 200])
async def test_locations_that_are_never_answered_well_hold_no_other_up(tmp_path: Path, status: int) -> None:
    async with cqc_world(tmp_path) as world:
        numbers = [f"1-10000000{number}" for number in range(1, 8)]
        await begun(world, *(location(number, currentRatings=GOOD) for number in numbers))
        world.clock.advance(timedelta(hours=3))
        for number in numbers:
            new = location(number, currentRatings=BAD, historicRatings=[GOOD_ONCE])
            world.api.publish(new, world.clock.now() - timedelta(hours=1))
        poison, others = numbers[:4], numbers[4:]
        world.api.broken = dict.fromkeys(poison, status)
        for _ in range(5 if status in (403, 429) else 2):
            await world.poll(hours=1)
        assert sorted(world.told) == [(number, "dropped to inadequate") for number in others]
        late = location(others[0], currentRatings=rated("2025-03-04", "Good", "c-3"))
        assert await publish(world, late) == [(others[0], "recovered")]
        world.told.clear()
        world.api.broken = {}
        for _ in range(4):
            await world.poll(hours=2)
        assert sorted(world.told) == [(number, "dropped to inadequate") for number in poison]
        assert world.history.feed("cqc").problems == {}


@pytest.mark.parametrize("status", [500, 403])
async def test_a_location_that_is_not_answered_in_three_readings_is_told_until_it_is_read(
    tmp_path: Path, status: int
) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        world.api.broken = {ONE: status}
        new = location(currentRatings=BAD, historicRatings=[GOOD_ONCE])
        world.api.publish(new, world.clock.now() + timedelta(minutes=30))
        for _ in range(2):
            await world.poll(hours=1)
            assert world.history.feed("cqc").problems == {}
        asked: list[int] = []
        for _ in range(24):
            before = len(world.api.asked("locations"))
            await world.poll(hours=1)
            asked.append(len(world.api.asked("locations")) - before)
            (problem,) = world.history.feed("cqc").problems.items()
            assert (problem[0], "times in a row" in problem[1].what) == (f"cqc:{ONE}", True)
        assert asked == [1, 1, 0, 1, *[0, 0, 0, 1] * 5]
        world.api.broken = {}
        for _ in range(4):
            await world.poll(hours=1)
        assert (world.told, world.history.feed("cqc").problems) == ([(ONE, "dropped to inadequate")], {})


async def test_a_location_that_is_refused_holds_no_baseline_up(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        world.api.broken = {ONE: 403}
        await begun(world, *(location(f"1-10000000{number}", currentRatings=GOOD) for number in range(1, 4)))
        assert (await world.poll(hours=1)).reading.baseline == 2
        world.api.broken = {}
        await world.poll(hours=1)
        assert ([one.event for one in world.known(ONE)], world.told) == (["aaaaaaaa-1"], [])


async def test_a_wait_that_a_clock_that_was_ahead_has_noted_is_none(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        new = location(currentRatings=BAD, historicRatings=[GOOD_ONCE])
        world.api.publish(new, world.clock.now() + timedelta(minutes=30))
        world.clock.advance(timedelta(hours=1))
        progress = load(world.history.feed("cqc").cursor)
        again = world.clock.now() + timedelta(days=400)
        progress.due[ONE] = DueLocation(START.date(), failures=5, again=again)
        world.history.commit(Transaction(feeds=(replace(world.history.feed("cqc"), cursor=dump(progress)),)))
        world.api.unlisted = {ONE}
        await world.poll()
        assert world.told == [(ONE, "dropped to inadequate")]


async def test_an_id_in_small_letters_is_asked_for_in_capitals(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world, location("RW603", currentRatings=GOOD))
        progress = load(world.history.feed("cqc").cursor)
        progress.due["rw603"] = DueLocation()
        state = replace(world.history.feed("cqc"), cursor=dump(progress))
        world.history.commit(Transaction(feeds=(state,)))
        assert (await world.poll(days=1)).reading.outcome.is_good
        assert world.api.asked("locations") == ["RW603", "rw603", "RW603"]


TRICKS = {
    CqcTrick.SHELL: Outcome.MALFORMED,
    CqcTrick.LOGIN_PAGE: Outcome.MALFORMED,
    CqcTrick.HALF_JSON: Outcome.MALFORMED,
    CqcTrick.CUT: Outcome.MALFORMED,
    CqcTrick.GZIP_BOMB: Outcome.MALFORMED,
    CqcTrick.KEYS_RENAMED: Outcome.MALFORMED,
    CqcTrick.NOWHERE: Outcome.MALFORMED,
    CqcTrick.CIRCLE: Outcome.MALFORMED,
    CqcTrick.REFUSED: Outcome.REFUSED,
    CqcTrick.REFUSED_KEY: Outcome.REFUSED,
    CqcTrick.FEWER: Outcome.REFUSED,
    CqcTrick.LATER: Outcome.REFUSED,
    CqcTrick.ERROR: Outcome.UNREACHABLE,
}


@pytest.mark.parametrize("where", ["changes", "location"])
async def test_an_api_in_trouble_tells_nothing_false_and_loses_nothing(tmp_path: Path, where: str) -> None:
    async with cqc_world(tmp_path) as world:
        numbers = [f"1-10000000{number}" for number in range(1, 5)]
        await begun(world, *(location(number, currentRatings=GOOD) for number in numbers))
        world.clock.advance(timedelta(hours=3))
        for number in numbers:
            new = location(number, currentRatings=BAD, historicRatings=[GOOD_ONCE])
            world.api.publish(new, world.clock.now() - timedelta(hours=1))
        for trick, outcome in TRICKS.items():
            if where == "location" and trick in (CqcTrick.NOWHERE, CqcTrick.CIRCLE):
                continue
            world.api.play(trick, where)
            reading = (await world.poll(hours=1)).reading
            assert (reading.outcome, reading.inspections) == (outcome, ()), trick
            assert (reading.retry_after is not None) == (trick in (CqcTrick.FEWER, CqcTrick.LATER))
            assert world.api.key not in reading.detail
        assert world.told == []
        world.api.play(None)
        await world.poll(hours=1)
        assert sorted(world.told) == [(number, "dropped to inadequate") for number in numbers]


@pytest.mark.parametrize(
    "trick",
    [CqcTrick.NEW_WORD, CqcTrick.FUTURE, CqcTrick.FALLS_BACK, CqcTrick.NO_RATINGS, CqcTrick.WRONG_CHARSET],
)
async def test_odd_answers_about_locations_are_no_changes_and_what_follows_is_told(
    tmp_path: Path, trick: CqcTrick
) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world, location(currentRatings=rated("2022-01-01", "Requires improvement", "e-1"), name="Café"))
        same: dict[str, Any] = {"historicRatings": [once("2022-01-01", "Requires improvement", "e-1")], "name": "Café"}
        await publish(world, location(currentRatings=GOOD, **same))
        world.told.clear()
        world.api.play(trick, "location")
        odd = dict(same) | {"currentRatings": rated("2025-03-06", "Good", "f-1")}
        assert await publish(world, location(**odd)) == []
        (home,) = world.history.homes()
        assert home.name == "Café"
        told = world.history.feed("cqc").problems
        assert bool(told) == (trick in (CqcTrick.NEW_WORD, CqcTrick.FUTURE, CqcTrick.NO_RATINGS, CqcTrick.FALLS_BACK))
        world.api.play(None)
        bad = {**odd, "currentRatings": rated("2025-03-08", "Inadequate", "g-1")}
        bad["historicRatings"] = [*same["historicRatings"], once("2025-03-06", "Good", "f-1")]
        assert await publish(world, location(**bad)) == [(ONE, "dropped to inadequate")]


async def test_a_list_of_changes_that_lacks_half_is_told_and_made_good(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world, *(location(f"1-10000000{number}", currentRatings=GOOD) for number in (1, 2)))
        world.api.play(CqcTrick.HALF_GONE, "changes")
        world.clock.advance(timedelta(hours=2))
        for number in ("1-100000001", "1-100000002"):
            new = location(number, currentRatings=BAD, historicRatings=[GOOD_ONCE])
            world.api.publish(new, world.clock.now() - timedelta(hours=1))
        came_to = await world.poll(days=1)
        assert [problem.where.rpartition("/")[2] for problem in came_to.reading.problems] == ["location"]
        world.api.play(None)
        await world.poll(days=1)
        assert sorted(world.told) == [(f"1-10000000{number}", "dropped to inadequate") for number in (1, 2)]
        assert world.history.feed("cqc").problems == {}


async def test_what_was_named_before_and_lacks_in_a_list_is_asked_for_again(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        numbers = [f"1-10000000{number}" for number in (1, 2)]
        await begun(world, *(location(number, currentRatings=GOOD) for number in numbers))
        for number in numbers:
            world.api.publish(location(number, currentRatings=GOOD, name="New"), START + timedelta(hours=1))
        await world.poll(hours=2)
        await world.poll(days=1)
        for number in numbers:
            new = location(number, currentRatings=BAD, historicRatings=[GOOD_ONCE])
            world.api.publish(new, world.clock.now() + timedelta(minutes=20))
        world.api.play(CqcTrick.HALF_GONE, "changes")
        await world.poll(hours=1)
        world.api.play(None)
        await world.poll(hours=1)
        assert sorted(world.told) == [(number, "dropped to inadequate") for number in numbers]
        asked = len(world.api.asked("locations"))
        for _ in range(2):
            await world.poll(days=1)
        assert len(world.api.asked("locations")) == asked + len(numbers)  # read twice on a day: once more on the next


@pytest.mark.parametrize(
    ("ahead", "lasts", "date"),
    [
        (timedelta(minutes=10), True, None),
        (timedelta(minutes=10), True, ""),
        (timedelta(minutes=9), True, "Mon, 99 Foo 2025 25:00:00 GMT"),
        (timedelta(hours=1), True, None),
        (timedelta(days=2), True, None),
        (timedelta(hours=1), False, None),
        (timedelta(hours=1), False, ""),
        (timedelta(days=31), False, ""),
        (timedelta(days=400), False, ""),
    ],
)
async def test_a_clock_that_is_ahead_loses_no_change(tmp_path: Path, ahead: timedelta, lasts: bool, date: str) -> None:
    async with cqc_world(tmp_path) as world:
        world.api.clock, world.api.date = (true := ManualClock(START)), date

        async def poll(by: timedelta, wrong: timedelta = ahead if lasts else timedelta(0)) -> None:
            true.advance(by)
            world.clock.step(true.now() + wrong)
            await world.poll()

        world.api.publish(location(currentRatings=GOOD), LONG_AGO)
        await poll(timedelta(0))
        world.api.publish(location(currentRatings=GOOD, name="New"), true.now() + timedelta(minutes=10))
        await poll(timedelta(hours=1))
        await poll(timedelta(days=1), ahead)
        world.api.publish(location(currentRatings=BAD, historicRatings=[GOOD_ONCE]), true.now() + timedelta(minutes=1))
        await poll(timedelta(minutes=30))
        await poll(timedelta(hours=1))
        assert world.told == [(ONE, "dropped to inadequate")]
        asked = len(world.api.asked("locations"))
        for _ in range(3):
            await poll(timedelta(days=1, hours=1))
        assert len(world.api.asked("locations")) <= asked + 1


async def test_a_change_that_comes_into_the_list_a_little_late_is_told(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        await begun(world)
        world.api.publish(location(currentRatings=GOOD, name="New"), START + timedelta(minutes=10))
        await world.poll(hours=1)
        await world.poll(hours=1)
        new = location(currentRatings=BAD, historicRatings=[GOOD_ONCE])
        world.api.publish(new, world.clock.now() - timedelta(minutes=9))
        await world.poll(hours=1)
        assert world.told == [(ONE, "dropped to inadequate")]


async def test_a_baseline_that_is_read_by_a_clock_that_is_ahead_loses_no_change(tmp_path: Path) -> None:
    for number, ahead in enumerate((timedelta(hours=1), timedelta(days=400))):
        async with cqc_world(tmp_path / str(number)) as world:
            world.api.clock = true = ManualClock(START)
            world.clock.step(START + ahead)
            await begun(world)
            new = location(currentRatings=BAD, historicRatings=[GOOD_ONCE])
            world.api.publish(new, START + timedelta(minutes=10))
            true.advance(timedelta(hours=2))
            world.clock.step(true.now())
            await world.poll()
            assert world.told == [(ONE, "dropped to inadequate")]


async def test_half_of_the_locations_is_no_baseline(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        world.api.play(CqcTrick.HALF_GONE, "locations")
        await begun(world, *(location(f"1-10000000{number}", currentRatings=GOOD) for number in range(1, 5)))
        assert world.history.feed("cqc").outcome == Outcome.MALFORMED
        world.api.play(None)
        world.api.per_page = 3
        assert (await world.poll(hours=1)).reading.baseline == 4


async def test_a_rating_that_stands_nowhere_known_is_told_once(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        nowhere = {"assessment": [{"assessmentPlanPublishedDateTime": "2025-03-04 10:00:00", "ratings": {}}]}
        elsewhere = {"frameworkRatings": [{"rating": "Inadequate"}]}
        numbers = ("1-100000001", "1-100000002")
        await begun(world, *(location(number, currentRatings=GOOD, **nowhere, **elsewhere) for number in numbers))
        told = world.history.feed("cqc").problems
        assert sorted(told) == ["assessment without ratings", "the key frameworkRatings"]
        assert "rated nowhere that watcher knows" in told["assessment without ratings"].what


async def test_a_wrong_key_is_said_plainly_and_never_shown(tmp_path: Path) -> None:
    async with cqc_world(tmp_path) as world:
        world.api.key = "another-key-9"
        await begun(world)
        state = world.history.feed("cqc")
        assert state.outcome == Outcome.REFUSED
        assert "does not take the key (401)" in state.detail
        assert "invented-key" not in repr(state)


async def test_other_filters_are_read_as_silently(tmp_path: Path) -> None:
    async with cqc_world(tmp_path, local_authority=("Derby",)) as world:
        leeds = location("1-100000002", localAuthority="Leeds", currentRatings=rated("2025-03-01", "Inadequate", "z-1"))
        await begun(world, location(currentRatings=GOOD), leeds)
        assert len(list(world.history.homes())) == 1
        world.options = world.options.model_copy(update={"local_authority": ("Derby", "Leeds")})
        world.api.publish(location(currentRatings=BAD, historicRatings=[GOOD_ONCE]), START + timedelta(days=1))
        await world.poll(days=2)
        assert world.told == [(ONE, "dropped to inadequate")]
        assert len(list(world.history.homes())) == 2
        assert replace(world.known("1-100000002")[0]).rating is not None
