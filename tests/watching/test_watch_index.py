"""Watches are found by an index as by asking each of them; of very many those that do not cover a home are counted."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.builders import home, inspection
from watcher.facts.inspection import Home
from watcher.judging.changes import Change, What
from watcher.watching.listed import HomeList, ListedHome
from watcher.watching.watch_index import MOST_NAMED, WatchIndex, reason_of_others
from watcher.watching.watches import Watch, route, why_not_home

DAY = date(2024, 3, 1)
GROUPS = {"Esland": ("Esland North Limited", "ESLAND SOUTH LTD"), "Empty": ()}
DROP = Change(what=What.DROPPED_TO_INADEQUATE, inspection=inspection("2024-01-10", "inadequate"))
_VALUES = {
    "home": ["SC000001", "ofsted:sc000002", "OFSTED:SC000003"],
    "owner": ["elm homes ltd.", "Esland North Limited", "Oak  Homes Limited"],
    "group": ["Esland", "Empty"],
    "type": ["Children’s Home", "secure children's home"],
    "region": ["East Midlands", "north west"],
    "regulator": ["Ofsted", "cqc"],
    "local_authority": ["DERBY", "Derbyshire", "Leeds"],
    "constituency": ["Derby  South"],
}
_LISTED = [
    ListedHome(id="SC000001", row=1, last=date(2024, 2, 1)),
    ListedHome(id="ofsted:SC000002", row=2, label="Two"),
    ListedHome(id="cqc:SC000003", row=3),
]


def _watch(number: int, chance: random.Random) -> Watch:
    filters: dict[str, object] = {
        name: chance.sample(values, chance.randint(1, min(2, len(values))))
        for name, values in _VALUES.items()
        if chance.random() < 0.2
    }
    if chance.random() < 0.2:
        listed = chance.sample(_LISTED, 2)
        filters["listed"] = HomeList("homes.csv", Path("homes.csv"), {one.id: one for one in listed})
    changes = "all" if chance.random() < 0.5 else ["recovered"]
    to = [f"channel{chance.randrange(5)}"]
    return Watch.model_validate({"name": f"w{number}", "changes": changes, "to": to, **filters})


def _home(chance: random.Random) -> Home:
    facts: dict[str, str | None] = {
        name: chance.choice([*_VALUES[name], None])
        for name in ("owner", "type", "region", "local_authority", "constituency")
    }
    place = {"id": f"SC00000{chance.randint(1, 4)}", "regulator": chance.choice(["ofsted", "cqc"])}
    return replace(home(), **place, **facts)  # type: ignore[arg-type]  # a table of facts


def test_random_watches_are_found_as_by_asking_each() -> None:
    chance = random.Random(3)
    some_covered = 0
    for count in [MOST_NAMED + 30, MOST_NAMED, 3] * 8:
        watches = [_watch(number, chance) for number in range(count)]
        index = WatchIndex(watches, GROUPS)
        for subject in [_home(chance) for _ in range(15)]:
            asked = route(DROP, subject, watches, GROUPS, DAY)
            covering = [watch for watch in watches if why_not_home(subject, watch, GROUPS, DAY) is None]
            found = index.route(DROP.what, subject, DAY)
            assert index.covering(subject, DAY) == covering
            assert (found.watches, found.channels) == (asked.watches, asked.channels)
            if count <= MOST_NAMED:
                assert found.reasons == asked.reasons
            else:
                named = {watch.name: asked.reasons[watch.name] for watch in covering if watch.name in asked.reasons}
                assert found.reasons == {**named, **reason_of_others(count - len(covering))}
            some_covered += bool(0 < len(covering) < count)
    assert some_covered > 200  # else it would say nothing


def test_many_watches_that_all_cover_a_home_leave_no_others() -> None:
    watches = [Watch.model_validate({"name": f"w{number}", "to": ["desk"]}) for number in range(MOST_NAMED + 1)]
    routing = WatchIndex(watches, {}).route(What.LATE, home(), DAY)
    assert len(routing.reasons) == len(watches)
    assert not any("other" in name for name in routing.reasons)
