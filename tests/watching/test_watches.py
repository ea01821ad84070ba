"""route() sends a change to each channel that asks for it, once, and says why to no other."""

from datetime import date

import pytest

from tests.builders import home, inspection
from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.judging.changes import Change, What
from watcher.watching.watches import Watch, route, why_not_home

DROP = Change(what=What.DROPPED_TO_INADEQUATE, inspection=inspection("2024-01-10", "inadequate"))
DAY = date(2024, 3, 1)
GROUPS = {"Esland": ("Esland North Limited", "Esland South Limited")}


def watch(**filters: object) -> Watch:
    return Watch.model_validate({"name": "w", "to": ["desk"], **filters})


@pytest.mark.parametrize(
    ("filters", "facts", "expected"),
    [
        ({}, {}, None),
        ({"local_authority": ["Derby"]}, {"local_authority": "Derby"}, None),
        ({"local_authority": ["Derby"]}, {"local_authority": "Derbyshire"}, "its local authority is Derbyshire"),
        ({"local_authority": ["Derby"]}, {"local_authority": None}, "its local authority is not published"),
        ({"owner": "ELM HOMES  LTD."}, {"owner": "Elm Homes Limited"}, None),
        ({"owner": "Elm Homes Limited"}, {"owner": "Oak Homes Limited"}, "its owner is Oak Homes Limited"),
        ({"group": "Esland"}, {"owner": "Esland\u00a0North Ltd"}, None),
        ({"group": "Esland"}, {"owner": None}, "its group is not published"),
        ({"home": "SC000001"}, {}, None),
        ({"home": "ofsted:sc000001"}, {}, None),
        ({"home": "SC000002"}, {}, "its home is ofsted:SC000001"),
        ({"type": "Children’s Home"}, {}, None),
        ({"type": "secure children's home"}, {}, "its type is children's home"),
        ({"constituency": "derby  south"}, {}, "its constituency is not published"),
        ({"regulator": "cqc"}, {}, "its regulator is ofsted"),
        ({"region": "East Midlands", "local_authority": "Leeds"}, {}, "its local authority is Derby"),
    ],
)
def test_every_filter_must_fit(filters: dict[str, object], facts: dict[str, str | None], expected: str | None) -> None:
    assert why_not_home(home(**facts), watch(**filters), GROUPS, DAY) == expected  # type: ignore[arg-type]  # a table of facts


def test_a_group_without_members_covers_no_home() -> None:
    assert why_not_home(home(), watch(group="Empty"), {"Empty": ()}, DAY) == "its group is Elm Homes Limited"


def test_each_channel_is_named_once_and_each_refusal_has_its_reason() -> None:
    watches = [
        watch(name="derby", local_authority="Derby", to=["desk", "screen"]),
        watch(name="owner", owner="Elm Homes Limited", to=["desk", "phone"]),
        watch(name="leeds", local_authority="Leeds", to=["leeds"]),
        watch(name="recoveries", changes=["recovered"], to=["desk"]),
    ]
    routing = route(DROP, home(), watches, {}, DAY)
    assert routing.watches == ("derby", "owner")
    assert routing.channels == ("desk", "screen", "phone")
    assert routing.reasons == {
        "leeds": "its local authority is Derby",
        "recoveries": "it does not ask for 'dropped to inadequate'",
    }


@pytest.mark.parametrize("what", list(What))
def test_a_watch_for_all_gets_every_change(what: What) -> None:
    change = Change(what=what, inspection=inspection("2024-01-10", "good"))
    assert route(change, home(), [watch(changes="all")], {}, DAY).channels == ("desk",)


def test_a_home_that_nobody_described_is_still_covered_by_a_watch_for_everything() -> None:
    assert route(DROP, Home(regulator="ofsted", id="SC000001"), [watch()], {}, DAY).channels == ("desk",)


@pytest.mark.parametrize("name", ["Elm & Oak Ltd", "Elm and Oak Limited", "ELM AND OAK  LIMITED.", "Elm & Oak Ltd "])
def test_owners_are_compared_without_what_changes_in_print(name: str) -> None:
    assert same_owner(name) == "elm and oak limited"
