"""Each regulator is spoken of in its own words: its homes, its areas, its grades, its days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import message
from tests.nations import (
    AUTHORITY,
    CQC,
    DROPS,
    FORMER,
    KEYS,
    NOW,
    OFSTED,
    SCOTLAND,
    SETTINGS,
    WALES,
    graded,
    home,
    take_all,
)
from tests.shapes.schemas import validator
from watcher.facts.inspection import Kind
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import Change, What
from watcher.judging.context import Drop, Owner, Past, Place
from watcher.messages.alert import Alert
from watcher.messages.digest import DigestGroup, Item, heading_of
from watcher.messages.homes_now import homes_now_line
from watcher.messages.present_state import state_line
from watcher.messages.report import WatchReport, report_title
from watcher.messages.sections import basis
from watcher.messages.timeline.sentences import alt
from watcher.messages.titles import home_title, title
from watcher.messages.wording import Wording, word
from watcher.rounds.readers_homes import country_in_brief, homes_in_brief
from watcher.watching.watches import Watch

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedHistory:
    return EmbeddedHistory.open(tmp_path_factory.mktemp("nations"), with_bundle=False)


@pytest.fixture(scope="module")
def alerts(history: EmbeddedHistory) -> Mapping[str, Alert]:
    return take_all(history)


def worded(alert: Alert) -> Wording:
    return word(message(alert, seen=NOW), LONDON)


def fact(alert: Alert, label: str) -> str:
    return next((fact.value for fact in (*worded(alert).areas, *worded(alert).facts) if fact.label == label), "")


def told(key: str, what: What, **facts: object) -> str:
    """The title of another change of a home."""
    change = Change(what=what, inspection=DROPS[key], before=FORMER[key], **facts)  # type: ignore[arg-type]  # a table of facts
    return title(Alert.of(change, home(key)))


def test_each_drop_is_told_in_its_own_words(alerts: Mapping[str, Alert]) -> None:
    assert {key: title(alerts[key]) for key in KEYS} == {
        OFSTED: "Children's home in Derby drops from good to inadequate (SC000001, Elm Homes Limited)",
        CQC: (
            "Care home Rose Court in Oldham drops from good to inadequate "
            "(1-109570155, Provider Ltd, of the brand HC-One)"
        ),
        SCOTLAND: "Care home Lomond View in Fife drops from good to weak in leadership (CS2003000133, Loch Care)",
        WALES: (
            "Care home Plas Coch in Gwynedd drops from good to requires significant improvement in environment "
            "(SIN-00015562-BTNV, Gofal Cyf)"
        ),
        AUTHORITY: (
            "Local authority Derby drops from good to inadequate for the impact of leaders "
            "with no overall grade (80426)"
        ),
    }
    assert {alert.change for alert in alerts.values()} == {What.DROPPED_TO_INADEQUATE}


def test_where_the_lowest_always_counts_it_says_of_how_many(alerts: Mapping[str, Alert]) -> None:
    assert fact(alerts[SCOTLAND], "Rating") == "Good → Weak, the lowest of five key questions"
    assert fact(alerts[WALES], "Rating") == "Good → Requires significant improvement, the lowest of four themes"
    assert fact(alerts[CQC], "Rating") == ""


def test_a_day_is_called_what_it_is(alerts: Mapping[str, Alert]) -> None:
    labels = {key: [one.label for one in worded(alerts[key]).facts] for key in KEYS}
    assert [("Inspected" in labels[key], "First seen" in labels[key]) for key in (OFSTED, CQC, WALES)] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert fact(alerts[CQC], "Published") == "14 April 2026 (the day of the visit is not published)"
    assert fact(alerts[WALES], "First seen") == "16 April 2026 (its publisher gives no date)"
    assert fact(alerts[SCOTLAND], "Compared with") == "inspection published 20 May 2024 (693 days before this one)"
    assert fact(alerts[WALES], "Compared with") == "inspection first seen 2 November 2025 (165 days before this one)"
    assert state_line(alerts[WALES]).endswith("(first seen 16 April 2026)")


@pytest.mark.parametrize("what", list(What))
def test_no_sentence_calls_another_day_that_of_the_visit_or_another_grade_inadequate(what: What) -> None:
    said = told(WALES, what, days_inadequate=53, superseded_by=FORMER[WALES], was=FORMER[WALES])
    assert "inadequate" not in said
    assert "inspected" not in said
    assert " on 16 April" not in said
    assert " of 16 April" not in said
    assert " is requires" not in said
    assert " while requires" not in said


def test_the_other_changes_in_scotland() -> None:
    assert told(SCOTLAND, What.FIRST_INADEQUATE).split(" (")[0] == (
        "Care home Lomond View in Fife is weak in leadership at the first inspection that we know of"
    )
    low, high = (
        DROPS[SCOTLAND],
        graded(SCOTLAND, dict.fromkeys(("setting", "leadership"), "Good"), published="2026-06-08"),
    )
    recovered = Change(what=What.RECOVERED, inspection=high, before=low, days_inadequate=56)
    assert title(Alert.of(recovered, home(SCOTLAND))).split(" (")[0] == (
        "Care home Lomond View in Fife is now good in both key questions after 56 days as weak"
    )


def test_visits_without_grades_have_their_names() -> None:
    for kind, said in ((Kind.FOCUSED, "a focused visit"), (Kind.UNRATED, "an inspection without a rating")):
        seen = replace(DROPS[CQC], kind=kind, judgements=())
        visited = Alert.of(Change(what=What.VISITED, inspection=seen, before=FORMER[CQC]), home(CQC))
        assert f"which stands good, had {said}, published 14 April 2026" in title(visited)


def test_shares_and_since_are_in_the_regulators_words(alerts: Mapping[str, Alert]) -> None:
    alert = alerts[SCOTLAND]
    assert alert.context is not None
    country = Place(name="Scotland", grades={"good": 90, "weak": 6, "unsatisfactory": 4}, inadequate=7)
    owner = Owner(
        name="Loch Care",
        grades={"good": 9, "weak": 1},
        drops_since=NOW.date(),
        drops=(Drop(home_id="CS1", local_authority="Fife", known=NOW.date(), now="weak"),),
    )
    context = replace(alert.context, owner=owner, country=country, counted_since=NOW.date())
    said = worded(replace(alert, context=context)).plain()
    assert "Weak or unsatisfactory: 10% (Scotland: 10%)" in said
    assert "other homes that dropped to weak or unsatisfactory since" in said
    assert "(16 April 2026, still weak)" in said
    assert "Rated weak or unsatisfactory since 16 April 2026: 7 inspections in Scotland" in said


def test_the_timeline_says_which_days_it_shows(alerts: Mapping[str, Alert]) -> None:
    assert alt(worded(alerts[SCOTLAND]).timeline) == (
        "Graded inspections since 2024, each by its lowest key question, when published, oldest first: "
        "good in May 2024 and weak in April 2026."
    )
    assert worded(alerts[WALES]).strip.endswith("G = good, RSI = requires significant improvement")


def test_programs_are_told_as_the_contract_says(alerts: Mapping[str, Alert]) -> None:
    for alert in alerts.values():
        validator("replay").validate(alert.contract())
    assert alerts[SCOTLAND].contract()["headline"] == {"area": "leadership", "grade": "weak"}
    assert alerts[WALES].contract()["seen"] == "2026-04-16"
    assert "headline" not in alerts[OFSTED].contract()


def test_homes_of_several_regulators_are_never_counted_together(
    history: EmbeddedHistory, alerts: Mapping[str, Alert]
) -> None:
    theirs = Watch(name="care", to=("desk",), owner=("Provider Ltd", "Loch Care"))
    brief = homes_in_brief(history, [theirs], {}, NOW.date())
    assert homes_now_line(brief, NOW.date()) == (
        "Your homes. CQC, England: 1 care home: 1 inadequate: 1-109570155, since 14 April. "
        "Care Inspectorate, Scotland: 1 care home: 1 weak: CS2003000133, since 13 April."
    )
    country = country_in_brief(history, {("wales", "care home")}, NOW.date())
    assert homes_now_line(country, NOW.date()) == "Wales, 1 care home: 1 requires significant improvement."
    report = WatchReport(watch="care", day=NOW.date(), schedule="monthly 1", since=NOW.date(), homes=brief)
    assert report_title(report).endswith(
        ": CQC, England: 1 care home, 1 inadequate; "
        "Care Inspectorate, Scotland: 1 care home, 1 weak or unsatisfactory; 0 changes"
    )


def test_a_digest_has_a_regulators_word_above_its_changes_alone(alerts: Mapping[str, Alert]) -> None:
    def heading(*keys: str) -> str:
        items = tuple(Item(alerts[key], NOW) for key in keys)
        return heading_of(DigestGroup((SETTINGS.watch[0].name,), What.DROPPED_TO_INADEQUATE, items))

    assert heading(SCOTLAND) == "dropped to weak or unsatisfactory"
    assert heading(SCOTLAND, OFSTED) == "dropped to inadequate"


def test_a_home_has_its_name_in_its_heading() -> None:
    assert home_title(home(CQC)) == "1-109570155, Rose Court, a care home in Oldham"
    assert home_title(home(AUTHORITY)) == "80426, Derby, a local authority"


def test_a_home_without_an_area_has_its_number_behind_it() -> None:
    change = Change(what=What.DROPPED_TO_INADEQUATE, inspection=DROPS[SCOTLAND], before=FORMER[SCOTLAND])
    somewhere = replace(home(SCOTLAND), local_authority=None)
    assert title(Alert.of(change, somewhere)) == (
        "Care home Lomond View drops from good to weak in leadership (CS2003000133, Loch Care)"
    )
    unnamed = replace(somewhere, name=None, owner=None)
    assert title(Alert.of(change, unnamed)) == "Care home CS2003000133 drops from good to weak in leadership"


def test_a_home_that_nobody_has_said_the_kind_of_is_called_by_its_name() -> None:
    kitchen = replace(home(SCOTLAND), regulator="example", type=None)
    assert home_title(kitchen) == "CS2003000133, Lomond View in Fife"
    change = Change(what=What.CLOSED, inspection=replace(DROPS[SCOTLAND], home=kitchen.key))
    assert title(Alert.of(change, kitchen)).startswith("Lomond View in Fife has closed")


def test_an_inspection_without_a_rating_moves_none() -> None:
    unrated = graded(CQC, {"overall": "Inspected but not rated"}, published="2026-05-08", kind=Kind.UNRATED)
    visited = Alert.of(Change(what=What.VISITED, inspection=unrated, before=DROPS[CQC]), home(CQC))
    assert fact(visited, "Overall rating") == "Inspected but not rated; inadequate stands"


def test_an_authority_has_no_owner_to_be_told_of() -> None:
    nobodys = [replace(home(key), owner=None) for key in (CQC, AUTHORITY)]
    drops = [Change(what=What.DROPPED_TO_INADEQUATE, inspection=DROPS[one.key]) for one in nobodys]
    told_of = [fact(Alert.of(drop, one), "Owner") for drop, one in zip(drops, nobodys, strict=True)]
    assert told_of == ["not published", ""]


def test_what_is_counted_is_said_where_something_is(alerts: Mapping[str, Alert]) -> None:
    context = alerts[AUTHORITY].context
    assert context is not None
    assert basis(replace(context, area=None, country=Place(name="England", grades={"good": 3}), owner=None)) == ""
    said = basis(replace(context, area=Place(name="Derby", grades={"good": 1}), country=Place(name="England")))
    assert said.startswith("Local authorities are counted, ")


def test_a_home_that_was_weak_and_unsatisfactory_was_both(alerts: Mapping[str, Alert]) -> None:
    context = alerts[SCOTLAND].context
    assert context is not None
    stages = (("2024-05-20", "good"), ("2025-04-13", "unsatisfactory"), ("2026-04-13", "weak"))
    past = tuple(Past(inspected=date.fromisoformat(day), grade=grade) for day, grade in stages)
    high = graded(SCOTLAND, dict.fromkeys(("setting", "leadership"), "Good"), published="2026-06-08")
    recovered = Change(what=What.RECOVERED, inspection=high, before=DROPS[SCOTLAND], days_inadequate=421)
    alert = replace(Alert.of(recovered, home(SCOTLAND)), context=replace(context, past=past))
    assert "after 421 days as weak or unsatisfactory (" in title(alert)


def test_a_day_is_said_once_in_how_a_home_stands_now() -> None:
    again = graded(OFSTED, {"overall": "Inadequate"}, inspected="2026-05-10")
    still = Alert.of(Change(what=What.STILL_INADEQUATE, inspection=again, before=DROPS[OFSTED]), home(OFSTED))
    assert state_line(still) == "still inadequate, inspected again on 10 May 2026"
