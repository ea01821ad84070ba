"""What an answer about a location tells of its inspections; all of it invented."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.standins.cqc.payloads import assessed, group, location, once, provider, rated, related
from watcher.feeds.cqc_api.answers import Location, Spot, UnexpectedAnswerError
from watcher.feeds.cqc_api.cursor import ApiProgress, Digests, DueLocation, dump, load
from watcher.feeds.cqc_api.location import read_list, read_location, read_provider

GOOD = rated("2023-05-01", "Good", "aaaaaaaa-1")


def said(**keys: Any) -> list[tuple[str, str, str]]:
    return [(str(one.published), one.event, one.overall) for one in read_location(location(**keys)).said]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"currentRatings": GOOD}, [("2023-05-01", "aaaaaaaa-1", "Good")]),
        (
            {
                "currentRatings": GOOD,
                "historicRatings": [once("2021-01-01", "Inadequate", "h-1"), once("2022-01-01", "", "h-2")],
            },
            [("2021-01-01", "h-1", "Inadequate"), ("2022-01-01", "h-2", ""), ("2023-05-01", "aaaaaaaa-1", "Good")],
        ),
        (  # two on one day both count
            {"historicRatings": [once("2021-01-01", "Good", "h-1"), once("2021-01-01", "Inadequate", "h-2")]},
            [("2021-01-01", "h-1", "Good"), ("2021-01-01", "h-2", "Inadequate")],
        ),
        (  # of one day the assessment counts
            {"currentRatings": GOOD, "assessment": [assessed("2023-05-01", group("AP1", "Inadequate"))]},
            [("2023-05-01", "AP1", "Inadequate")],
        ),
        (  # a rating of the whole stands for its groups
            {"assessment": [assessed("2024-01-01", group("AP1", "Good"), overall={"rating": "Inadequate"})]},
            [("2024-01-01", "AP1", "Inadequate")],
        ),
        (  # one that is current no more is none beside another of its group
            {
                "assessment": [
                    assessed("2024-01-01", group("AP1", "Good"), group("AP0", "Inadequate", status="Archived"))
                ]
            },
            [("2024-01-01", "AP1", "Good")],
        ),
        (
            {"assessment": [assessed("2024-01-01", group("AP1", "Good"), group("AP2", "Inadequate", name="Homecare"))]},
            [("2024-01-01", "AP1", ""), ("2024-01-01", "AP2", "")],
        ),
        (  # a report with a rating is that rating's
            {
                "currentRatings": GOOD,
                "reports": [
                    {"linkId": "aaaaaaaa-1", "reportDate": "2023-05-01"},
                    {"linkId": "r-9", "reportDate": "2024-01-01"},
                ],
            },
            [("2023-05-01", "aaaaaaaa-1", "Good"), ("2024-01-01", "report-r-9", "")],
        ),
        ({"currentRatings": {"reportDate": "2023-05-01", "serviceRatings": []}}, []),
        ({"currentRatings": "Good", "historicRatings": {"a": 1}, "assessment": [3], "reports": None}, []),
    ],
)
def test_every_inspection_is_read_once(keys: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert said(**keys) == expected


def test_a_key_question_that_is_rated_anew_alone_is_an_inspection_of_its_own() -> None:
    current = rated("2023-05-01", "Good", "aaaaaaaa-1")
    current["overall"]["keyQuestionRatings"][0] |= {
        "rating": "Inadequate",
        "reportDate": "2024-02-02",
        "reportLinkId": "k-1",
    }
    first, second = read_location(location(currentRatings=current)).said
    assert (first.event, dict(first.words).get("safe")) == ("aaaaaaaa-1", None)
    assert (second.event, str(second.published), dict(second.words)["safe"]) == ("k-1", "2024-02-02", "Inadequate")


@pytest.mark.parametrize("where", ["overall", "keyQuestionRatings"])
def test_an_inherited_rating_names_its_origin_there_or_there(where: str) -> None:
    current = rated("2023-05-01", "Good", "aaaaaaaa-1", origin="1-500")
    if where == "keyQuestionRatings":
        del current["overall"]["organisationId"]
    assert [one.origin for one in read_location(location(currentRatings=current)).said] == ["1-500"]


def test_an_assessment_says_when_it_was_made_and_carries_what_was_not_assessed() -> None:
    asg = group("AP1", "Good", assessed="2024-01-20")
    asg["keyQuestionRatings"][0] |= {"status": "Not Assessed", "rating": "Outstanding"}
    (one,) = read_location(location(assessment=[assessed("2024-03-01", asg)])).said
    assert (one.spot, one.inspected, one.published) == (Spot.ASSESSMENT, date(2024, 1, 20), date(2024, 3, 1))
    assert dict(one.words)["caring"] == "Outstanding"


def test_what_is_not_understood_is_said_the_same_of_every_location() -> None:
    odd = location(
        assessment=[{"assessmentPlanPublishedDateTime": "2024-01-01", "ratings": {"new": 1}}],
        newRatings=[1],
        historicRatings=[{"overall": {"rating": "Good"}}],
        registrationStatus="Asleep",
    )
    assert [where for where, _ in read_location(odd).doubts] == [
        "status 'asleep'",
        "historicRatings without a date",
        "assessment without ratings",
        "the key newRatings",
    ]


@pytest.mark.parametrize(
    "empty",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00",
        "0001-01-01",
        "0001-01-01T00:00:00+14:00",
        "0001-01-02T03:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-13-01",
        "04/03/2025",
        "2025-W99",
        "",
        20250304,
        ["2025-03-04"],
    ],
)
def test_a_day_that_is_none_is_empty_and_the_rest_of_the_location_is_read(empty: object) -> None:
    current = rated("2023-05-01", "Good", "aaaaaaaa-1")
    current["overall"]["keyQuestionRatings"][0]["reportDate"] = empty
    read = read_location(
        location(
            currentRatings=current,
            historicRatings=[{**once("2021-01-01", "Inadequate", "h-1"), "reportDate": empty}],
            assessment=[
                {**assessed("2024-01-01", group("AP0", "Good")), "assessmentPlanPublishedDateTime": empty},
                assessed("2024-02-01", {**group("AP1", "Inadequate"), "assessmentDate": empty}),
            ],
            reports=[{"linkId": "r-9", "reportDate": empty}],
            registrationStatus="Deregistered",
            registrationDate=empty,
            deregistrationDate=empty,
        )
    )
    assert (read.registered, read.closed_on) == (None, None)
    assert [(one.event, one.inspected) for one in read.said] == [("aaaaaaaa-1", None), ("AP1", None)]


def worded(rating: object, safe: object) -> dict[str, Any]:
    """A group of services, or a whole, with that rating and that of one key question."""
    return {**group("AP1", ""), "rating": rating, "keyQuestionRatings": [{"name": "Safe", "rating": safe}]}


SAFE = [{"name": "Safe", "rating": "Inadequate"}]


@pytest.mark.parametrize(
    "keys",
    [
        {"currentRatings": "Inadequate"},
        {"currentRatings": [rated("2025-03-04", "Inadequate", "x-1")]},
        {"currentRatings": {"reportDate": "2025-03-04", "overallRating": "Inadequate"}},
        {"currentRatings": {"reportDate": "2025-03-04", "overall": "Inadequate"}},
        {"currentRatings": {"reportDate": "2025-03-04", "overall": [{"rating": "Inadequate"}]}},
        {"currentRatings": {"reportDate": "2025-03-04", "overall": {"rating": {"name": "Inadequate"}}}},
        {"currentRatings": {"reportDate": "2025-03-04", "overall": {"rating": 4}}},
        {"currentRatings": {"overall": {"rating": "Inadequate", "reportLinkId": "x-1"}}},
        {"currentRatings": {"overall": {"rating": "Causing concern"}, "reportDate": ""}},
        {"currentRatings": rated("04/03/2025", "Inadequate", "x-1")},
        {"currentRatings": rated("2025-03-04", "", "x-1", questions="Inadequate")},
        {"currentRatings": {"reportDate": "2025-03-04", "overall": {"keyQuestionRatings": SAFE}}},
        {"currentRatings": {"reportDate": "2025-03-04", "keyQuestionRatings": SAFE}},
        {"assessment": assessed("2025-03-04", group("AP1", "Inadequate"))},
        {"assessment": ["Inadequate"]},
        {"assessment": [assessed("04/03/2025", group("AP1", "Inadequate"))]},
        {"assessment": [assessed("2025-03-04", worded("", "Inadequate"))]},
        {"assessment": [assessed("2025-03-04", worded(None, "Inadequate"))]},
        {"assessment": [assessed("2025-03-04", worded({"name": "Inadequate"}, ""))]},
        {
            "assessment": [
                {**assessed("2025-03-04"), "ratings": {"overall": "Inadequate", "asgRatings": [worded("", "")]}}
            ]
        },
        {"assessment": [assessed("2025-03-04", worded("", ""), overall={"rating": ["Inadequate"]})]},
        {"assessment": [{**assessed("2025-03-04"), "ratings": [group("AP1", "Inadequate")]}]},
    ],
)
def test_a_current_rating_that_is_not_understood_is_a_doubt_though_an_old_one_stands(keys: dict[str, Any]) -> None:
    assert len(read_location(location(**keys, historicRatings=[once("2023-05-01", "Good", "h-1")])).doubts) == 1


@pytest.mark.parametrize(
    "keys",
    [
        {"currentRatings": GOOD},
        {"currentRatings": {}},
        {"currentRatings": {"overall": {}, "reportDate": ""}},
        {"currentRatings": {"overall": None, "reportDate": None}},
        {"currentRatings": {"overall": {"rating": None}, "reportDate": "2025-03-04"}},
        {"currentRatings": {"overall": {"rating": "No published rating"}, "reportDate": "2025-03-04"}},
        {"currentRatings": {"overall": {"rating": "No published rating", "keyQuestionRatings": SAFE}}},
        {"currentRatings": rated("2025-03-04", "Inspected but not rated", "b-2")},
        {"currentRatings": rated("2025-03-04", "", "b-2")},
        {"currentRatings": {"reportDate": "2025-03-04", "serviceRatings": [{"name": "old", "rating": "Good"}]}},
        {"assessment": []},
        {"assessment": [assessed("2025-03-04", worded("", "Regulations met"))]},
        {"assessment": [assessed("2025-03-04", worded(None, ""))]},
        {"assessment": [assessed("2025-03-04", worded("", "Good"), overall={"rating": "Good"})]},
        {"assessment": [assessed("2025-03-04", {**worded("", "Good"), "status": "Archived"})]},
    ],
)
def test_a_place_that_is_empty_or_says_that_it_has_no_rating_is_no_doubt(keys: dict[str, Any]) -> None:
    assert read_location(location(**keys, historicRatings=[once("2023-05-01", "Good", "h-1")])).doubts == ()


def test_facts_of_a_location() -> None:
    read = read_location(
        location(
            gacServiceTypes=[
                {"description": "Domiciliary care service"},
                {"description": "Care home service without nursing"},
                {"description": "Care home service with nursing"},
            ],
            region="East",
            brandName="BRAND Oak Homes",
            relationships=[related("1-7", "Predecessor"), related("1-8", "Successor"), related("<b>", "Successor")],
            registrationStatus="Deregistered",
            deregistrationDate="2025-01-01",
        )
    )
    expected = Location(
        id="1-100000001",
        status="deregistered",
        name="Home 1-100000001",
        type="care home service with nursing",
        provider="1-200000001",
        brand="Oak Homes",
        local_authority="Derby",
        region="East of England",
        constituency="Derby South",
        directorate="Adult social care",
        is_care_home=True,
        places=20,
        registered=date(2012, 3, 1),
        closed_on=date(2025, 1, 1),
        predecessors=("cqc:1-7",),
        successors=("cqc:1-8",),
    )
    assert read == expected
    assert "Nobody" not in repr(read)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Organisation", "Oak"), ("NHS Body", "Oak"), ("Individual", None), ("Partnership", None), ("", None)],
)
def test_a_providers_name_is_kept_unless_it_may_be_a_persons(kind: str, name: str | None) -> None:
    assert read_provider(provider(name="Oak", kind=kind)).name == name


@pytest.mark.parametrize("answer", [{}, {"locations": {}}, {"locations": [{"id": "1-1"}]}, {"newlocations": []}])
def test_a_list_that_is_none_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswerError):
        read_list(answer, "locations")


def test_a_cursor_is_compact_and_comes_back_as_it_was() -> None:
    numbers = [f"1-{100_000_000 + 7 * number}" for number in range(27_000)]
    progress = ApiProgress(
        left=numbers, due={"1-1": DueLocation(date(2025, 1, 1), 2)}, providers={"1-2": "Oak Care", "1-3": ""}
    )
    progress.outside.add(numbers[:1000])
    progress.seen["2025-01-01"] = Digests()
    progress.seen["2025-01-01"].add(numbers[:10])
    kept = dump(progress)
    again = load(kept)
    assert (again.left, again.due, again.providers) == (progress.left, progress.due, progress.providers)
    assert numbers[0] in again.outside
    assert numbers[1000] not in again.outside
    assert again.has_seen(numbers[9])
    assert not again.has_seen(numbers[10])
    assert len(str(kept)) < 200_000


def test_a_cursor_of_an_older_version_goes_on_from_what_was_sound() -> None:
    begun = {"read": "2025-03-04T12:00:00+00:00", "sound": "2025-03-03T12:00:00+00:00"}
    assert load(begun).read == datetime(2025, 3, 3, 12, tzinfo=UTC)
    assert load({"read": begun["read"]}).read == datetime(2025, 3, 4, 12, tzinfo=UTC)
