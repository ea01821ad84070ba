"""One trouble is one message, whatever the number of homes: told on onset, as it grows, and once when all is over."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import MATTER, home, inspection, still_open
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.outbox import Outbox
from watcher.facts.statements import HomeRecord
from watcher.feeds.feed import Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, OpenMatter, Transaction, Untold
from watcher.messages.matter import Matter
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.service.announcements import FEW, GATHERED_FOR, MOST_LISTED, Announcements, announce
from watcher.service.could_not_tell import matters_of_problems
from watcher.service.self_watch import announcements, find_matters
from watcher.timing.clock import SystemClock

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)
SCREEN = {"screen": ConsoleOptions()}
SELECTOR = "no element li.timeline__day (UnexpectedPageError)"


def urn(number: int) -> str:
    return f"SC{number:06}"


def unread(number: int, trouble: Trouble = Trouble.PAGE, tries: int = 2) -> dict[str, Untold]:
    """A trouble of one home, by its place."""
    where = f"page of {urn(number)}" if trouble is Trouble.PAGE else f"https://files.example.org/{number}"
    report = inspection("2026-01-20", home=f"ofsted:{urn(number)}", published="2026-02-27")
    return {
        where: Untold(
            what=SELECTOR,
            home=f"ofsted:{urn(number)}",
            since=NOW,
            trouble=trouble,
            tries=tries,
            unread=report if trouble is Trouble.REPORT else None,
        )
    }


def of_homes(numbers: Iterable[int], trouble: Trouble = Trouble.PAGE, tries: int = 2) -> dict[str, Untold]:
    return {where: problem for number in numbers for where, problem in unread(number, trouble, tries).items()}


class Watched:
    """What the operator is told over time, as the history keeps it."""

    def __init__(self, known: dict[str, OpenMatter] | None = None) -> None:
        self.known: dict[str, OpenMatter] = dict(known or {})

    def found(self, problems: dict[str, Untold], outcome: str) -> list[Matter]:
        state = FeedState(name="ofsted", outcome=outcome, began=NOW, last_good=NOW, problems=problems)
        return matters_of_problems(state, lambda key: home(key.partition(":")[2]), self.known, None)

    def round(
        self,
        problems: dict[str, Untold],
        now: datetime = NOW,
        ended: dict[str, str] | None = None,
        outcome: str = "changed",
    ) -> list[Notice]:
        said: Announcements = announce(SCREEN, self.known, self.found(problems, outcome), now, ended=ended)
        self.known = still_open({**self.known, **said.notices})
        return [delivery.content for delivery in said.deliveries if isinstance(delivery.content, Notice)]


def test_a_renamed_class_on_36_pages_is_one_message_and_one_when_it_is_over() -> None:
    operator = Watched()
    (told,) = operator.round(of_homes(range(36)))
    assert told.title == "ofsted: the pages of 36 homes could not be understood"
    assert (len(told.homes), told.more) == (MOST_LISTED, 36 - MOST_LISTED)
    assert told.homes[0] == f"{urn(0)} (children's home, Derby, Elm Homes Limited)"
    for left in range(35, 0, -1):
        assert operator.round(of_homes(range(left)), LATER) == []
    (over,) = operator.round({}, NOW + timedelta(hours=3))
    assert (over.title, over.text) == (f"over: {told.title}", "It lasted 3h.")
    assert (over.homes, over.more, over.is_over) == (told.homes, told.more, True)
    assert operator.known == {}


def test_the_first_lines_name_the_home_and_no_part_of_the_program() -> None:
    (told,) = Watched().round(unread(1, Trouble.REPORT))
    home_in_words = f"{urn(1)} (children's home, Derby, Elm Homes Limited)"
    assert told.title == f"ofsted: a report on {home_in_words} could not be read"
    when = "inspected 20 January 2026, published 27 February 2026"
    assert told.text == f"I{when[1:]}"
    assert told.link == "https://files.example.org/1"
    assert SELECTOR not in told.title + told.text + "".join(told.homes)
    assert told.details == (SELECTOR,)


@pytest.mark.parametrize("trouble", [Trouble.PAGE, Trouble.LINE, Trouble.LIST])
def test_what_may_pass_by_itself_rings_at_the_second_try(trouble: Trouble) -> None:
    operator = Watched()
    assert operator.round(unread(1, trouble, tries=1)) == []
    assert operator.round({}, LATER) == []
    assert len(operator.round(unread(1, trouble, tries=2), LATER)) == 1


@pytest.mark.parametrize("trouble", [Trouble.REPORT, Trouble.MISSING, Trouble.GRADE, Trouble.RETOLD])
def test_what_matters_rings_at_the_first_reading(trouble: Trouble) -> None:
    assert len(Watched().round(unread(1, trouble, tries=1))) == 1


def test_pages_of_a_reading_that_failed_as_a_whole_are_no_matter_of_their_own() -> None:
    operator = Watched()
    assert operator.round(of_homes(range(36)), outcome="malformed") == []
    assert len(operator.round(of_homes(range(2)), LATER)) == 1
    assert operator.round(of_homes(range(2)), LATER, outcome="malformed") == []  # nor is it over


def sizes(operator: Watched, trouble: Trouble, steps: Sequence[tuple[int, timedelta]]) -> list[int]:
    """How many homes each message listed, as the matter grows to so many after so long."""
    rounds = (operator.round(of_homes(range(size), trouble), NOW + after) for size, after in steps)
    return [max(len(told.homes), 1) for messages in rounds for told in messages]


def test_a_matter_that_grows_is_told_when_it_has_doubled_by_five_and_once_a_day() -> None:
    hour = timedelta(hours=1)
    steps = [(2, 0 * hour), (4, hour), (6, hour), (7, 2 * hour), (13, 3 * hour), (14, 4 * hour), (15, 5 * hour)]
    operator = Watched()
    assert sizes(operator, Trouble.PAGE, steps) == [2, 5, 7]
    assert sizes(operator, Trouble.PAGE, [(15, 26 * hour), (15, 27 * hour), (16, 2 * GATHERED_FOR)]) == [2]
    (last,) = operator.round(of_homes(range(18)), NOW + 3 * GATHERED_FOR)
    assert last.text.startswith("2 more since the last message, 18 in all")
    assert last.title == "ofsted: the pages of 18 homes could not be understood"


def test_each_of_the_first_reports_that_can_not_be_read_is_told_at_once() -> None:
    minutes = [(size, timedelta(minutes=size)) for size in range(1, FEW + 4)]
    assert sizes(Watched(), Trouble.REPORT, minutes) == [1] * FEW


def test_a_report_that_is_unreadable_again_is_told_again_within_the_same_matter() -> None:
    operator = Watched()
    assert len(operator.round(of_homes([1, 2], Trouble.REPORT))) == 1
    assert operator.round(of_homes([2], Trouble.REPORT), LATER) == []
    other = {"https://files.example.org/11": next(iter(unread(1, Trouble.REPORT).values()))}
    (told,) = operator.round(of_homes([2], Trouble.REPORT) | other, LATER)
    assert [line.rpartition("/")[2] for line in told.homes] == ["11"]


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ("channel:desk:unsent", "channel:desk:stopped", False),
        ("channel:desk:stopped", "channel:desk:gone", False),
        ("channel:desk:unsent", "channel:phones:stopped", True),
        ("channel:desk:remark", "channel:desk:stopped", True),
        ("feed:ofsted:stale", "network", False),
        ("feed:ofsted:outcome", "feed:ofsted:stale", False),
        ("feed:ofsted:stale", "feed:ofsted:page", True),
        ("network", "feed:ofsted:stale", True),
    ],
)
def test_what_goes_on_as_another_matter_is_not_over(before: str, after: str, is_told: bool) -> None:
    found = [Matter(after, Topic.STOPPED, "another", "x")]
    said = announce({"night": ConsoleOptions()}, {before: MATTER}, found, NOW)
    titles = [delivery.content.title for delivery in said.deliveries if isinstance(delivery.content, Notice)]
    assert ("over: t" in titles) is is_told
    assert said.notices[before] is None


def test_over_says_what_was_never_mended_and_names_nothing_that_stands_as_another_matter() -> None:
    operator = Watched()
    operator.round(of_homes([1, 2], Trouble.REPORT))
    one, two = of_homes([1, 2], Trouble.REPORT)
    moved = {two: replace(next(iter(unread(2, Trouble.REPORT).values())), trouble=Trouble.MISSING)}
    ended = {one: "gone from the home's page"}
    missing, over = operator.round(moved, LATER, ended)
    assert missing.title.startswith("ofsted: a link to a report")
    home_in_words = f"{urn(1)} (children's home, Derby, Elm Homes Limited)"
    assert over.title == f"over: ofsted: a report on {home_in_words} could not be read"
    assert over.homes == (f"{home_in_words}: gone from the home's page",)
    assert len(operator.round(of_homes([2], Trouble.REPORT), LATER)) == 1  # all of it goes on under its other name


def of_an_older_version(problems: dict[str, Untold]) -> tuple[dict[str, Untold], dict[str, OpenMatter]]:
    """Problems and open matters as the version before kept them: no tries, one matter for each problem."""
    stored = {
        where: replace(problem, tries=0, trouble=Trouble.PAGE, unread=None) for where, problem in problems.items()
    }
    matter = OpenMatter("ofsted: could not tell", "x", NOW - timedelta(days=3), ())
    return stored, {f"feed:ofsted:problem:{where}": matter for where in problems}


def test_the_matters_of_an_older_version_are_gathered_in_silence() -> None:
    reports = {
        where: replace(problem, what="could not tell the grades of the inspection of 2026-01-20: a scan")
        for where, problem in of_homes([1, 2], Trouble.REPORT).items()
    }
    stored, known = of_an_older_version(of_homes(range(3, 39)) | reports)
    known |= {"feed:ofsted:problem:page of SC999999": next(iter(known.values()))}  # it ended while nothing ran
    operator = Watched(known)
    assert operator.round(stored) == []
    assert sorted(operator.known) == ["feed:ofsted:page", "feed:ofsted:report"]
    assert {matter.since for matter in operator.known.values()} == {NOW - timedelta(days=3)}
    assert operator.round(of_homes(range(3, 39)) | reports, LATER) == []
    files, pages = sorted(notice.title for notice in operator.round({}, LATER))
    assert "36 homes" in pages
    assert "2 homes" in files


def test_matters_survive_the_history_and_a_restart_tells_nothing_again(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        feeds={"ofsted": OfstedSiteOptions()},
        channels={"screen": ConsoleOptions()},
        operator=Operator(to=("screen",)),
    )
    state = FeedState(name="ofsted", outcome="changed", began=NOW, last_good=NOW, problems=of_homes(range(3)))
    told = []
    for _ in range(2):
        history = EmbeddedHistory.open(tmp_path, with_bundle=False)
        homes = [HomeRecord.of(home(urn(number))) for number in range(3)]
        history.commit(Transaction(homes=homes, feeds=(state,)))
        for _ in range(2):
            said = announcements(
                settings, history, find_matters(settings, history, Outbox(history, {}, SystemClock()), NOW, NOW), NOW
            )
            history.commit(Transaction(notices=said.notices, deliveries=said.deliveries))
            told.append(len(said.deliveries))
        history.close()
    assert told == [1, 0, 0, 0]
