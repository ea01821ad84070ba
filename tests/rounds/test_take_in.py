"""A reading becomes history, changes and messages in one transaction, and nothing twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.builders import HOME, RETOLD, SITE, home, inspection, visit
from tests.rounds.readings import DROP, GOOD, NOW, SETTINGS, reading, take, whats
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.facts.sources import Sort
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.messages.alert import Alert
from watcher.messages.group import Group
from watcher.messages.present_state import state_line
from watcher.messages.wording import word
from watcher.rounds.take_in import absorb, take_in
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


AGAIN = inspection("2024-03-10", "good", document="3")


def test_a_baseline_tells_nobody_and_is_compared_with(history: EmbeddedHistory) -> None:
    baseline = Reading(
        outcome=Outcome.CHANGED, homes=(home(),), background=(GOOD, inspection("2022-01-10", "inadequate"))
    )
    assert whats(take(history, baseline)) == []
    assert [record.inspection.day.year for record in history.records(HOME)] == [2022, 2023]
    assert whats(take(history, reading(DROP))) == ["dropped to inadequate"]


def test_the_report_of_an_inspection_that_was_only_retold_is_told_late_and_never_as_a_correction(
    history: EmbeddedHistory,
) -> None:
    take(history, reading(GOOD))
    full = inspection("2023-10-08", "inadequate", document="4", published="2024-04-25")
    retold = replace(
        inspection("2023-10-07", "inadequate", source=RETOLD, as_of="2024-02-19"),
        judgements=full.judgements[:1],
        published=None,
    )
    again = inspection("2024-01-10", "good", document="2")
    assert whats(take(history, reading(again, background=(retold,)))) == []
    assert len(history.records(HOME)) == 3
    taken = take(history, reading(full))
    assert whats(taken) == ["late"]
    (record,) = (record for record in history.records(HOME) if record.inspection.day.month == 10)
    assert (record.inspection.inspected, len(record.inspection.judgements)) == (full.inspected, 3)
    assert whats(take(history, reading(full))) == []


def test_one_change_is_one_message_a_channel_however_many_watches_ask(history: EmbeddedHistory) -> None:
    taken = take(history, reading(GOOD, DROP))
    assert [delivery.channel for delivery in taken.deliveries] == ["desk", "screen"]
    assert taken.told[0].alert.watches == ("derby", "all")
    assert [delivery.channel for delivery in history.deliveries()] == ["desk", "screen"]


def test_the_same_reading_again_changes_nothing(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    again = take_in(history, SITE, reading(GOOD, DROP), SETTINGS, NOW + timedelta(hours=1))
    assert (again.records, again.told, again.deliveries, again.problems) == ((), (), (), ())


def test_inspections_of_one_reading_are_judged_in_the_order_of_the_visits(history: EmbeddedHistory) -> None:
    taken = take(history, reading(AGAIN, DROP, GOOD))
    assert whats(taken) == ["dropped to inadequate", "recovered"]
    assert taken.told[1].alert.days_inadequate == 60


def test_a_statistics_file_of_a_known_inspection_fills_blanks_and_announces_nothing(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    official = inspection("2024-01-12", "Inadequate", event="10300001", source="in-year 2023-24", as_of="2024-03-31")
    taken = absorb(history, [], [official], None)
    history.commit(taken.transaction())
    assert (taken.told, taken.deliveries) == ((), ())
    merged = history.records(HOME)[-1].inspection
    assert (merged.event, merged.document, len(merged.sources)) == ("10300001", "2", 2)
    assert len(history.records(HOME)) == 2
    assert whats(take(history, reading(DROP), NOW + timedelta(days=300))) == []


def test_a_correction_is_told_and_its_repetition_is_the_operators(history: EmbeddedHistory) -> None:
    settings = SETTINGS.model_copy(
        update={"watch": (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)}
    )
    good_again = inspection("2024-01-10", "good", document="2", as_of="2024-03-02")
    bad_again = inspection("2024-01-10", "inadequate", document="2", as_of="2024-03-03")
    good_thrice = inspection("2024-01-10", "good", document="2", as_of="2024-03-04")
    found = []
    for day, statement in enumerate((GOOD, DROP, good_again, bad_again, good_thrice)):
        taken = take_in(history, SITE, reading(statement), settings, NOW + timedelta(days=day))
        history.commit(taken.transaction())
        found.append((whats(taken), len(taken.problems)))
    assert found == [
        ([], 0),
        (["dropped to inadequate"], 0),
        (["corrected"], 0),
        (["corrected"], 0),
        ([], 1),
    ]
    assert len(history.records(HOME)[-1].statements) == 4


def test_what_is_gone_from_a_completely_read_page_moves_no_rating_any_more(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    assert history.standing_inadequate() == [HOME]
    taken = take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (GOOD,)}))
    assert whats(taken) == ["withdrawn"]
    assert history.records(HOME)[-1].withdrawn == NOW.date()
    assert history.standing_inadequate() == []


def test_a_withdrawn_inspection_that_comes_back_is_no_drop_again(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (GOOD,)}))
    taken = take(history, reading(DROP, listings={HOME: (GOOD, DROP)}))
    assert [told.alert.gone for told in taken.told] == [NOW.date()]
    assert whats(taken) == ["corrected"]
    assert history.standing_inadequate() == [HOME]


def test_a_withdrawn_inspection_that_is_only_listed_again_counts_again(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (GOOD,)}))
    taken = take(history, Reading(outcome=Outcome.CHANGED, homes=(home(),), listings={HOME: (GOOD, DROP)}))
    assert whats(taken) == ["corrected"]
    assert history.standing_inadequate() == [HOME]


def test_a_home_that_closes_while_inadequate_is_told_once(history: EmbeddedHistory) -> None:
    settings = SETTINGS.model_copy(
        update={"watch": (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)}
    )
    take(history, reading(GOOD, DROP))
    gone = Reading(outcome=Outcome.CHANGED, homes=(home(status="closed", as_of="2024-04-02"),))
    results = []
    for _ in range(2):
        taken = take_in(history, SITE, gone, settings, NOW)
        history.commit(taken.transaction())
        results.append(whats(taken))
    assert results == [["closed"], []]


def test_two_changes_that_one_inspection_brings_are_one_message(history: EmbeddedHistory) -> None:
    settings = SETTINGS.model_copy(
        update={"watch": (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)}
    )
    taken = take_in(
        history, SITE, reading(GOOD, inspection("2024-01-10", "requires improvement/good/inadequate")), settings, NOW
    )
    assert whats(taken) == ["dropped", "area inadequate"]
    assert len(taken.deliveries) == 1


EVERYTHING = SETTINGS.model_copy(
    update={"watch": (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)}
)


def told_and_sent(history: EmbeddedHistory, read: Reading) -> tuple[list[str], list[str]]:
    taken = take_in(history, SITE, read, EVERYTHING, NOW)
    history.commit(taken.transaction())
    sent = [delivery.content.change.value for delivery in taken.deliveries if isinstance(delivery.content, Alert)]
    return whats(taken), sent


def test_a_closing_in_the_reading_that_brings_the_drop_has_a_message_of_its_own(history: EmbeddedHistory) -> None:
    gone = replace(reading(GOOD, DROP), homes=(home(status="closed", as_of="2024-04-02"),))
    both = ["dropped to inadequate", "closed"]
    assert told_and_sent(history, gone) == (both, both)


def test_what_is_corrected_and_gone_in_one_reading_is_told_twice(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    corrected = inspection("2024-01-10", "good", document="2", as_of="2024-03-02")
    both = ["corrected", "withdrawn"]
    assert told_and_sent(history, reading(corrected, listings={HOME: (GOOD,)})) == (both, both)


VISIT = visit("2024-02-10", document="4")
AFTER_AN_OUTAGE = datetime(2024, 7, 1, 12, 0, tzinfo=UTC)


def test_each_alert_of_an_outage_tells_its_own_moment_and_what_superseded_it(history: EmbeddedHistory) -> None:
    taken = take_in(history, SITE, reading(GOOD, DROP, VISIT, AGAIN), EVERYTHING, AFTER_AN_OUTAGE)
    drop, visited, recovered = (change.alert for change in taken.told)
    assert [alert.change for alert in (drop, visited, recovered)] == ["dropped to inadequate", "visited", "recovered"]
    assert [alert.superseded_by and alert.superseded_by.inspected for alert in (drop, visited)] == [AGAIN.inspected] * 2
    assert recovered.superseded_by is None
    said = [word(delivery.message(), SETTINGS.timezone) for delivery in taken.deliveries]
    assert [[point.inspected for point in wording.timeline] for wording in said] == [
        [GOOD.inspected, DROP.inspected],
        [GOOD.inspected, DROP.inspected],
        [GOOD.inspected, DROP.inspected, AGAIN.inspected],
    ]
    labels = [{fact.label: fact.value for fact in wording.facts} for wording in said]
    assert all("Expect news by" not in values for values in labels)
    assert [values.get("Superseded by") for values in labels] == ["inspection of 10 March 2024"] * 2 + [None]
    assert "which stood inadequate, had a monitoring visit" in said[1].title
    assert drop.context is not None
    assert (drop.context.day, drop.context.country) != (AFTER_AN_OUTAGE.date(), None)
    assert drop.context.day == DROP.published


def test_what_was_published_on_one_day_is_told_apart(history: EmbeddedHistory) -> None:
    again = replace(AGAIN, published=DROP.published)
    drop, recovered = take_in(history, SITE, reading(GOOD, DROP, again), EVERYTHING, NOW).told
    assert [change.alert.context and len(change.alert.context.past) for change in (drop, recovered)] == [2, 3]


def test_of_two_that_came_together_the_one_published_after_the_newer_is_late(history: EmbeddedHistory) -> None:
    slow = replace(DROP, published=AGAIN.became_known + timedelta(days=10))
    taken = take_in(history, SITE, reading(GOOD, slow, AGAIN), EVERYTHING, AFTER_AN_OUTAGE)
    assert whats(taken) == ["late"]


def test_an_unknown_grade_is_a_problem_and_no_change(history: EmbeddedHistory) -> None:
    taken = take(history, reading(GOOD, inspection("2024-01-10", "splendid")))
    assert whats(taken) == []
    assert taken.problems[0].home == HOME
    assert "splendid" in taken.problems[0].what


def test_the_reason_why_a_watch_was_not_told_is_kept(history: EmbeddedHistory) -> None:
    elsewhere = reading(GOOD, DROP)
    taken = take(history, replace(elsewhere, homes=(home(local_authority="Leeds"),)))
    assert taken.told[0].reasons == {"derby": "its local authority is Leeds"}


def test_an_ungraded_visit_of_an_inadequate_home_is_a_visit(history: EmbeddedHistory) -> None:
    take(history, reading(GOOD, DROP))
    assert whats(take(history, reading(visit("2024-02-20", document="4")))) == ["visited"]


def test_the_brake_holds_a_flood_of_drops(history: EmbeddedHistory) -> None:
    homes = [f"ofsted:SC{number:06}" for number in range(12)]
    flood = [inspection("2024-01-10", "inadequate", home=key) for key in homes]
    taken = take_in(history, SITE, Reading(outcome=Outcome.CHANGED, inspections=tuple(flood)), SETTINGS, NOW)
    assert taken.why_held(0.2) is not None
    busy = [inspection("2024-01-10", "good", home=f"ofsted:SC9{number:05}") for number in range(20)]
    taken = take_in(history, SITE, Reading(outcome=Outcome.CHANGED, inspections=(*flood, *busy)), SETTINGS, NOW)
    assert taken.why_held(0.2) is None


@pytest.mark.parametrize(
    ("area", "ends", "state"), [("Derby", 1, "silenced"), ("Derby", -1, "waiting"), ("Leeds", 1, "waiting")]
)
def test_what_is_told_of_a_silenced_home_is_made_and_held(
    history: EmbeddedHistory, area: str, ends: int, state: str
) -> None:
    until = NOW + timedelta(hours=ends)
    silence = Silence.of({"local_authority": [area]}, made=NOW - timedelta(days=1), until=until, why="known")
    history.commit(Transaction(silences=(silence,)))
    taken = take(history, reading(GOOD, DROP))
    assert len(taken.told) == 1
    assert [delivery.state.value for delivery in taken.deliveries] == [state, state]
    assert [delivery.state.value for delivery in history.deliveries()] == [state, state]


def test_many_alerts_of_one_reading_are_a_group_and_its_details_for_slack_alone(history: EmbeddedHistory) -> None:
    settings = SETTINGS.model_copy(
        update={"channels": {"desk": SlackOptions(channel="C1"), "screen": ConsoleOptions()}}
    )
    homes = [f"ofsted:SC{number:06}" for number in range(8)]
    before = Reading(
        outcome=Outcome.CHANGED, background=tuple(inspection("2023-05-01", "good", home=key) for key in homes)
    )
    absorb(history, (), before.background, None)
    drops = tuple(inspection("2024-01-10", "inadequate", home=key) for key in homes)
    taken = take_in(history, SITE, Reading(outcome=Outcome.CHANGED, inspections=drops), settings, NOW)
    history.commit(taken.transaction())
    stored = list(history.deliveries())
    groups = [delivery for delivery in stored if isinstance(delivery.content, Group)]
    assert [delivery.channel for delivery in groups] == ["desk"]
    assert {delivery.thread for delivery in stored if delivery.channel == "desk" and delivery not in groups} == {
        groups[0].id
    }
    assert {delivery.thread for delivery in stored if delivery.channel == "screen"} == {None}
    assert len(stored) == 17


def test_a_closing_names_who_may_carry_on_and_says_why(history: EmbeddedHistory) -> None:
    everything = (Watch.model_validate({"name": "w", "changes": "all", "to": ["desk"]}),)
    settings = SETTINGS.model_copy(update={"watch": everything})
    new = replace(home("SC000002"), registered=NOW.date() - timedelta(days=10))
    history.commit(absorb(history, [home(), new], [GOOD, DROP], None).transaction())
    gone = Reading(outcome=Outcome.CHANGED, homes=(home(status="closed", as_of="2024-06-30"),))
    (told,) = take_in(history, SITE, gone, settings, NOW).told
    (offered,) = told.alert.contract()["possible_successors"]
    assert (offered["home"], offered["registered"]) == ("SC000002", "2024-02-20")
    assert "same owner" in offered["reasons"]
    assert state_line(told.alert).endswith("; possibly carried on as SC000002")


@pytest.mark.parametrize("feed", ["ofsted", "ofsted_inspections_2026", "provider_at_derby"])
def test_what_a_feed_is_called_changes_no_number(tmp_path: Path, feed: str) -> None:
    """However much like a file's name it is: the statements of a page are no complete year, and no list of all."""
    page = partial(inspection, source=feed, as_of="2024-02-19", sort=Sort.PAGE)
    before, drop = page("2023-05-01", "good", document="1"), page("2024-01-10", "inadequate", document="2")
    described = home(source=feed, as_of="2024-02-19", sort=Sort.PAGE)
    found = Reading(outcome=Outcome.CHANGED, homes=(described,), inspections=(drop,))
    for is_stored in (False, True):  # as it is read, and as it was stored
        opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
        if not is_stored:
            opened.commit(absorb(opened, (described,), (before,), NOW).transaction())
        (told,) = take_in(opened, feed, found, SETTINGS, NOW).told
        opened.close()
        context = told.alert.context
        assert context is not None
        assert context.country is not None
        assert (context.counted_since, context.listed, context.country.inadequate) == (None, None, None)
