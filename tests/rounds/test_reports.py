"""A report of a watch: made once a period in one commit, complete, bounded, and of no time before it was asked for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home, inspection
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions, EmailOptions
from watcher.delivery.channels.email.rendering import render
from watcher.delivery.ledger import Delivery, State
from watcher.facts.inspection import Home, Inspection
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.report import WatchReport
from watcher.messages.titles import title
from watcher.messages.wording import word
from watcher.rounds import reports
from watcher.rounds.take_in import absorb, take_in
from watcher.watching.watches import Watch

FEBRUARY = datetime(2026, 2, 10, 12, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MAIL = {"smtp": "smtp://mail.invalid", "from": "watcher@example.org", "to": ["a@example.org", "b@example.org"]}


def configured(report: dict[str, Any] | None = None, **filters: Any) -> Settings:
    given = {"name": "mine", "to": "screen", "report": report or {"to": "board", "day": 1}, **filters}
    return Settings(
        channels={
            "board": EmailOptions.model_validate(MAIL),
            "morning": EmailDigestOptions.model_validate(MAIL),
            "screen": ConsoleOptions(),
        },
        watch=(Watch.model_validate(given),),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def history(folder: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(folder, with_bundle=False)
    yield opened
    opened.close()


def look(history: EmbeddedHistory, known: Settings, now: datetime) -> int:
    """What the service does every few seconds; how many commits that took."""
    transactions = list(reports.due(history, known, now))
    for transaction in transactions:
        history.commit(transaction)
    return len(transactions)


def made(history: EmbeddedHistory) -> list[Delivery]:
    found = (one for one in history.deliveries() if isinstance(one.content, WatchReport))
    return [delivery for delivery in found if delivery.state is not State.LAPSED]


def only(history: EmbeddedHistory) -> WatchReport:
    content = made(history)[0].content
    assert isinstance(content, WatchReport)
    return content


def know(history: EmbeddedHistory, homes: list[Home], *inspections: Inspection) -> None:
    history.commit(absorb(history, homes, inspections, None).transaction())


GOOD = inspection("2025-06-01", "good", home="ofsted:A", published="2025-07-01", document="1")
BAD = inspection("2026-01-12", "inadequate", home="ofsted:A", published="2026-02-20", document="2")


def test_the_first_begins_at_the_next_time_and_then_one_comes_each_month(history: EmbeddedHistory) -> None:
    known = configured()
    assert look(history, known, FEBRUARY) == 1
    (mark,) = history.deliveries()
    assert (mark.state, mark.detail) == (
        State.LAPSED,
        "the reports begin after 1 February 2026; none is made of it",
    )
    assert look(history, known, MARCH - timedelta(minutes=1)) == 0
    assert look(history, known, MARCH) == 1
    assert [(one.channel, one.recipient, one.state) for one in made(history)] == [
        ("board", "a@example.org", State.WAITING),
        ("board", "b@example.org", State.WAITING),
    ]
    assert look(history, known, MARCH + timedelta(seconds=5)) == 0
    assert look(history, known, datetime(2026, 4, 1, 9, 0, tzinfo=UTC)) == 1
    assert len(made(history)) == 4


def test_one_that_was_asked_for_on_its_day_after_its_time_waits_for_the_next(history: EmbeddedHistory) -> None:
    look(history, configured(), MARCH + timedelta(hours=1))
    assert look(history, configured(), MARCH + timedelta(hours=2)) == 0
    assert made(history) == []


def test_another_schedule_begins_anew(history: EmbeddedHistory) -> None:
    look(history, configured(), FEBRUARY)
    look(history, configured({"to": "board", "day": 9}), FEBRUARY)
    assert made(history) == []
    assert look(history, configured({"to": "board", "day": 9}), datetime(2026, 3, 9, 9, 0, tzinfo=UTC)) == 1


def test_what_was_slept_through_is_made_up_once_until_the_next(history: EmbeddedHistory) -> None:
    look(history, configured(), FEBRUARY)
    assert look(history, configured(), datetime(2026, 5, 20, 12, 0, tzinfo=UTC)) == 1
    assert only(history).day == date(2026, 5, 1)


def test_neither_a_restart_nor_a_clock_set_back_makes_one_twice(history: EmbeddedHistory, folder: Path) -> None:
    look(history, configured(), FEBRUARY)
    look(history, configured(), MARCH)
    history.close()
    again = EmbeddedHistory.open(folder, with_bundle=False)
    for now in (MARCH, MARCH - timedelta(days=5), MARCH - timedelta(days=90), MARCH + timedelta(days=2)):
        assert look(again, configured(), now) == 0
    again.close()


def test_it_has_the_table_of_its_homes_what_was_told_of_them_and_the_country(history: EmbeddedHistory) -> None:
    known = configured(home=["A", "B"])
    homes = [home("A"), home("B", owner=None, local_authority=None), home("C")]
    know(history, homes, GOOD, inspection("2025-06-01", "good", home="ofsted:C"))
    look(history, known, FEBRUARY)
    read = Reading(outcome=Outcome.CHANGED, homes=tuple(homes), inspections=(BAD,))
    history.commit(take_in(history, "ofsted", read, known, datetime(2026, 2, 21, 9, 0, tzinfo=UTC)).transaction())
    look(history, known, MARCH)
    report = only(history)
    assert title(report) == "Monthly report on mine, 1 March 2026: 2 homes, 1 inadequate, 1 change"
    mail = render(made(history)[0].message(), known.timezone)
    for said in (
        "Your 2 homes: 1 not graded yet, 1 inadequate: A, since 20 February.",
        "England, 3 homes: 1 good, 1 not graded yet, 1 inadequate.",
        "A (Derby · Elm Homes Limited): Inadequate since 20 Feb 2026; last visit 12 Jan 2026",
        "B: Not graded yet",
        "What changed since 1 February 2026",
        "* 21 February 2026: Children's home in Derby drops from good to inadequate (A, Elm Homes Limited)",
        "Why you get this: watch mine reports every month",
    ):
        assert said in mail.text
    assert "since 20 Feb 2026" in mail.html


def test_of_a_time_without_news_it_says_so(history: EmbeddedHistory) -> None:
    know(history, [home("A")], GOOD)
    look(history, configured(home="A"), FEBRUARY)
    look(history, configured(home="A"), MARCH)
    text = render(made(history)[0].message(), configured().timezone).text
    assert "Nothing changed for these homes since 1 February 2026" in text


def test_other_channels_get_it_in_short_and_a_digest_channel_at_once(history: EmbeddedHistory) -> None:
    known = configured({"to": ["screen", "morning"], "weekday": "sun"}, home="A")
    know(history, [home("A")], GOOD, BAD)
    look(history, known, FEBRUARY)
    look(history, known, MARCH)
    assert {one.channel: one.state for one in made(history)} == {"screen": State.WAITING, "morning": State.WAITING}
    plain = word(made(history)[0].message(), known.timezone).plain()
    assert plain.startswith("Weekly report on mine, 1 March 2026: 1 home, 1 inadequate, 0 changes")
    assert "• A (Derby · Elm Homes Limited): Inadequate since 20 Feb 2026" in plain


def test_a_watch_of_the_whole_country_has_no_country_beside_it(history: EmbeddedHistory) -> None:
    know(history, [home("A")], GOOD)
    look(history, configured(), FEBRUARY)
    look(history, configured(), MARCH)
    assert only(history).country is None


def test_the_mail_stays_below_what_programs_cut_off(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "bundled")
    look(history, configured(), FEBRUARY)
    look(history, configured(), MARCH)
    report = only(history)
    mail = render(made(history)[0].message(), configured().timezone)
    assert report.homes is not None
    assert len(report.rows) + report.more_rows == report.homes.homes
    assert 100 <= len(report.rows) <= reports.MOST_ROWS
    assert all(row.is_inadequate for row in report.rows[:20])
    assert len(mail.html.encode()) < 94_000
    assert "more homes; whoever runs this watcher sees all with: watcher homes --watch mine" in mail.text
    history.close()
