"""The 229 locations of Oldham, cut to earlier days: every drop is found and no other, however they are polled."""

import gzip
import json
from collections.abc import Iterator, Sequence
from csv import DictReader
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.feeds.cqc_api.cut import as_of, days_of
from tests.feeds.cqc_api.world import CqcWorld, cqc_world
from tests.feeds.ofsted_site.world import Known
from tests.shared_data import FOLDER
from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Standing
from watcher.facts.sources import Sort, Source
from watcher.feeds.cqc_api.location import read_location
from watcher.feeds.cqc_api.news import Sifter
from watcher.judging.changes import What
from watcher.judging.judge import judge

pytestmark = pytest.mark.anyio

GRADES = ("outstanding", "good", "requires improvement", "inadequate")
BEGINS = date(2016, 1, 1)


@cache
def oldham() -> Sequence[dict[str, Any]]:
    file = FOLDER / "cqc" / "locations" / "oldham_2025-03.ndjson"
    if not file.exists():
        pytest.skip("the answers about Oldham are not beside this checkout: no cqc/locations in ../shared/data")
    return tuple(map(json.loads, file.read_text(encoding="utf-8").splitlines()))


def drops(payload: dict[str, Any], since: date) -> Iterator[tuple[str, str, str]]:
    """Straight from the answer: each rating Inadequate after another grade, or as the first one, by its day."""
    current = payload.get("currentRatings", {}).get("overall", {})
    assessed = [
        {"reportDate": one["assessmentPlanPublishedDateTime"][:10], "rating": group["rating"]}
        for one in payload.get("assessment", ())
        for group in one["ratings"]["asgRatings"]
    ]
    past = [
        {**entry, "rating": entry.get("overall", {}).get("rating", "")} for entry in payload.get("historicRatings", ())
    ]
    questions = current.get("keyQuestionRatings", ())
    inherited = {
        one.get("organisationId") for one in questions if one.get("reportLinkId") == current.get("reportLinkId")
    }
    current = {**current, "organisationId": current.get("organisationId") or next(iter(inherited - {None}), None)}
    told = sorted(
        (entry["reportDate"], entry["rating"].casefold(), entry.get("organisationId"))
        for entry in (*past, current, *assessed)
        if entry.get("reportDate") and entry["rating"].casefold() in GRADES
    )
    before = ""
    for day, grade, origin in told:
        own = origin in (None, payload["locationId"])
        if (
            grade == "inadequate"
            and before != grade
            and own
            and day > max(since.isoformat(), payload["registrationDate"])
        ):
            what = What.DROPPED_TO_INADEQUATE if before else What.FIRST_INADEQUATE
            yield payload["locationId"], day, what.value
        before = grade


class Polled:
    """What one way of polling a location comes to."""

    def __init__(self) -> None:
        self.known, self.told = Known(), set[tuple[str, str, str]]()

    def poll(self, payloads: Sequence[dict[str, Any]], day: date, since: date | None) -> None:
        sifter = Sifter(self.known.inspections, Source(day, "cqc", Sort.PAGE))
        found = [sifter.sift(read_location(payload), None, since) for payload in payloads]
        read, stated = {one.home.key for one in found}, set[str]()
        for one in found:
            sifter.pass_on(one, since, read, stated)
        for one in found:
            for inspection in one.background:
                self.known.add(inspection)
        for inspection in sorted((new for one in found for new in one.news), key=lambda new: new.order):
            self._judge(inspection)

    def _judge(self, inspection: Inspection) -> None:
        others = [other for other in self.known.inspections(inspection.home) if other.key != inspection.key]
        was = [other for other in self.known.inspections(inspection.home) if other.key == inspection.key]
        for change in judge(others, inspection, was[0] if was else None).changes:
            number = inspection.home.partition(":")[2]
            self.told.add((number, str(inspection.published), change.what.value))
        self.known.add(inspection)

    def state(self) -> dict[str, list[tuple[str, str, str]]]:
        return {
            home: sorted(
                (one.key, str(one.day), one.rating.value if one.rating else "") for one in self.known.inspections(home)
            )
            for home in self.known.records
        }


def follow(payloads: Sequence[dict[str, Any]], days: Sequence[date]) -> Polled:
    """Polls on those days; the first is the baseline, and what changed since the last one is read."""
    polled, last = Polled(), None
    for day in days:
        changed = [one for one in payloads if last is None or any(last < at <= day for at in days_of(one))]
        cut = [answer for one in changed if (answer := as_of(one, day)) is not None]
        polled.poll(cut, day, None if last is None else last - timedelta(days=30))
        last = day
    return polled


def test_every_drop_is_found_and_no_other() -> None:
    end = date(2025, 3, 31)
    days = [BEGINS + timedelta(days=number) for number in range(0, (end - BEGINS).days + 1, 7)]
    found = follow(oldham(), days)
    named = (What.DROPPED_TO_INADEQUATE.value, What.FIRST_INADEQUATE.value)
    wanted = {drop for payload in oldham() for drop in drops(payload, BEGINS)}
    assert len(wanted) > 10
    assert {told for told in found.told if told[2] in named} == wanted


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(data=st.data())
def test_any_order_and_spacing_of_polls_tells_the_same_and_ends_in_the_same_history(data: st.DataObject) -> None:
    rated = [one for one in oldham() if len(days_of(one)) > 3 and not _may_be_missed(one)]
    numbers = data.draw(st.sets(st.integers(0, len(rated) - 1), min_size=3, max_size=8))
    payloads = [rated[number] for number in sorted(numbers)]
    events = sorted({at for one in payloads for at in days_of(one) if at > BEGINS})
    every = follow(payloads, [BEGINS, *events, date(2025, 4, 1)])
    some = [day for day in events if data.draw(st.booleans())]
    shuffled = data.draw(st.permutations(payloads))
    few = follow(shuffled, [BEGINS, *some, date(2025, 4, 1)])
    assert few.told == every.told
    assert few.state() == every.state()


def _may_be_missed(payload: dict[str, Any]) -> bool:
    """Whether it may come and go between two polls: then it is gone when it is first seen, and no news."""
    return "deregistrationDate" in payload and payload["registrationDate"] > BEGINS.isoformat()


async def test_the_whole_way_from_the_api_to_what_is_told(tmp_path: Path) -> None:
    wanted = {drop for one in oldham() for drop in drops(one, BEGINS)}
    some = [one for one in oldham() if any(drop[0] == one["locationId"] for drop in wanted)]
    async with cqc_world(tmp_path) as world:
        begin = datetime.combine(BEGINS, time(12), UTC)
        world.clock.step(begin)
        for payload in some:
            _publish(world, payload)
        await world.poll()
        for _ in range(10):
            await world.poll(days=350)
        named = (What.DROPPED_TO_INADEQUATE.value, What.FIRST_INADEQUATE.value)
        told = {(alert.home_id, str(alert.published), alert.change.value) for alert in world.alerts}
        assert {one for one in told if one[2] in named} == wanted
        assert world.history.feed("cqc").problems == {}


def _publish(world: CqcWorld, payload: dict[str, Any]) -> None:
    for day in days_of(payload):
        if (answer := as_of(payload, day)) is not None:
            world.api.publish(answer, datetime.combine(day, time(1), UTC))


def test_every_rating_word_in_the_data_is_understood_or_listed() -> None:
    words = {word for payload in oldham() for word in _words(payload)}
    file = FOLDER / "cqc" / "latest_ratings_2021-02.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as rows:
        words |= {row["Latest Rating"] for row in DictReader(rows)}
    with (FOLDER / "cqc" / "Locations-head.csv").open(encoding="utf-8", newline="") as rows:
        words |= {said for row in DictReader(rows) for key, said in row.items() if key.casefold().endswith("rating")}
    assert len(words) > 8
    assert {word for word in words if read_grade(word, "cqc").standing is Standing.UNKNOWN} == set()


def test_each_location_is_read_without_a_doubt() -> None:
    read = [read_location(payload) for payload in oldham()]
    assert len(read) == 229
    assert {doubt for location in read for doubt in location.doubts} == set()
    assert {location.region for location in read} == {"North West"}
    rated = {one.id for one in read if any(read_grade(said.overall, "cqc").is_graded for said in one.said)}
    assert rated == {
        payload["locationId"] for payload in oldham() if set(map(str.casefold, _overall(payload))) & set(GRADES)
    }


def _overall(payload: dict[str, Any]) -> Iterator[str]:
    for entry in (payload.get("currentRatings", {}), *payload.get("historicRatings", ())):
        yield entry.get("overall", {}).get("rating", "")
    for one in payload.get("assessment", ()):
        yield from (group["rating"] for group in one["ratings"]["asgRatings"])


def _words(payload: object) -> Iterator[str]:
    if isinstance(payload, dict):
        if isinstance(payload.get("rating"), str):
            yield payload["rating"]
        payload = list(payload.values())
    if isinstance(payload, list):
        for part in payload:
            yield from _words(part)
