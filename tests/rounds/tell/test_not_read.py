"""The readers of a home learn once that its report could not be read; no digest reassures as long as it is so."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.console import Console

from tests.builders import HOME, home, inspection, visit
from tests.clock import ManualClock
from tests.shapes.schemas import validator
from watcher.cli.explanation import print_explanation
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions
from watcher.delivery.channels.email.rendering import render
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import payload
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.webhook.body import body
from watcher.delivery.ledger import State
from watcher.facts.inspection import Inspection, Kind
from watcher.feeds.feed import Outcome, Problem, Reading, Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.messages.digest import Digest
from watcher.messages.message import Message
from watcher.messages.not_read import NotRead
from watcher.messages.titles import title
from watcher.messages.wording import MOST_NOT_READ, READ_IT, word
from watcher.rounds import digests
from watcher.rounds.poll import Round, poll
from watcher.watching.listed import HomeList, ListedHome
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
LINK = "https://files.ofsted.gov.uk/v1/file/50300001"
REPORT = replace(inspection("2026-10-20", published="2026-11-27", document="50300001"), link=LINK)
GOOD = inspection("2025-05-01", "good", document="1")
SETTINGS = Settings(
    feeds={"ofsted": OfstedSiteOptions.model_validate({"stale_after": "9d"})},
    channels={
        "desk": SlackOptions(channel="C1"),
        "screen": ConsoleOptions(),
        "morning": EmailDigestOptions.model_validate(
            {"smtp": "smtp://mail.invalid", "from": "w@example.org", "to": ["desk@example.org"]}
        ),
    },
    watch=(
        Watch(name="derby", local_authority=("Derby",), to=("desk", "morning")),
        Watch(name="closures", changes=(What.CLOSED,), to=("screen", "desk")),
        Watch(name="elsewhere", local_authority=("Leeds",), to=("screen",)),
    ),
)


class World:
    """A history, and a feed whose next reading is written down."""

    name = "ofsted"

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings, self.clock = folder, SETTINGS, ManualClock(NOW)
        self.history = EmbeddedHistory.open(folder, with_bundle=False)

    async def read(self, *_: Any) -> Reading:
        return self.next

    def reads(self, *problems: Problem, outcome: Outcome = Outcome.CHANGED, **parts: Any) -> Round:
        self.next = Reading(outcome=outcome, homes=(home(),), problems=problems, **parts)
        return asyncio.run(poll(self.history, self, self.settings, self.clock, timedelta(minutes=5)))  # type: ignore[arg-type]

    def told(self) -> list[tuple[str, str]]:
        """Who was told of what could not be read."""
        messages = [delivery for delivery in self.history.deliveries() if isinstance(delivery.content, NotRead)]
        return [(delivery.channel, delivery.state.value) for delivery in messages]

    def digest(self) -> Digest:
        """The next day's."""
        self.clock.advance(timedelta(days=1))
        (transaction,) = digests.due(self.history, self.settings, self.clock.now() + timedelta(hours=6))
        self.history.commit(transaction)
        (made, *_) = (one.content for one in transaction.deliveries if isinstance(one.content, Digest))
        return made


def failed(report: Inspection = REPORT, **parts: Any) -> Problem:
    known = {"where": report.link or LINK, "what": "no text", "trouble": Trouble.REPORT, "home": report.home}
    return Problem(**{**known, "unread": report, **parts})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    one.reads(background=(GOOD,))
    yield one
    one.history.close()


def test_every_channel_of_the_home_is_told_once_whatever_changes_its_watches_ask_for(world: World) -> None:
    world.reads(failed())
    assert world.told() == [("desk", "waiting"), ("morning", "gathered"), ("screen", "waiting")]
    (message, *_) = (one for one in world.history.deliveries() if isinstance(one.content, NotRead))
    assert isinstance(message.content, NotRead)
    assert message.content.watches == ("derby", "closures")
    assert title(message.content) == (
        "Children's home in Derby: its report of 27 November 2026 could not be read by a machine "
        "(SC000001, Elm Homes Limited)"
    )


def test_it_is_told_once_for_ever(world: World) -> None:
    world.reads(failed())
    told = world.told()
    assert not world.reads(failed()).taken.deliveries
    world.reads()
    world.history.close()
    world.history = EmbeddedHistory.open(world.folder, with_bundle=False)
    assert not world.reads(failed(replace(REPORT, event="10300001"), what="another reason")).taken.deliveries
    assert world.told() == told


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (failed(is_background=True), Outcome.CHANGED),
        (failed(visit("2026-10-20", document="5")), Outcome.CHANGED),
        (failed(inspection("2026-10-20", kind=Kind.INTERIM, document="5")), Outcome.CHANGED),
        (failed(unread=None), Outcome.CHANGED),
        (failed(trouble=Trouble.MISSING), Outcome.CHANGED),
        (failed(), Outcome.MALFORMED),
    ],
    ids=["baseline", "visit", "interim", "nothing named", "missing for now", "bad reading"],
)
def test_readers_are_told_only_of_what_may_hide_a_grade_from_them(
    world: World, problem: Problem, outcome: Outcome
) -> None:
    world.reads(problem, outcome=outcome)
    assert world.told() == []


def test_a_report_that_is_missing_again_is_told_in_those_words(world: World) -> None:
    world.reads(failed(trouble=Trouble.MISSING))
    world.clock.advance(timedelta(minutes=30))
    world.reads(failed(trouble=Trouble.MISSING))
    (message, *_) = (one.content for one in world.history.deliveries() if isinstance(one.content, NotRead))
    assert "its report of 27 November 2026 is listed, but there is none behind its link" in title(message)


def test_a_kind_that_nobody_knows_may_hide_a_grade(world: World) -> None:
    world.reads(failed(replace(REPORT, kind=Kind.OTHER)))
    assert len(world.told()) == 3


def test_a_silence_of_the_home_holds(world: World) -> None:
    silence = Silence.of({"home": ["SC000001"]}, made=NOW, until=NOW + timedelta(days=30), why="known")
    world.history.commit(Transaction(silences=(silence,)))
    world.reads(failed())
    assert {state for _, state in world.told()} == {State.SILENCED.value}
    assert world.digest().not_read == ()


def test_the_report_is_told_as_ever_once_it_can_be_read(world: World) -> None:
    world.reads(failed())
    read = replace(inspection("2026-10-20", "inadequate", published="2026-11-27", document="50300001"), link=LINK)
    taken = world.reads(inspections=(read,), listings={HOME: (GOOD, REPORT)}).taken
    assert [told.alert.change.value for told in taken.told] == ["dropped to inadequate"]
    assert world.digest().not_read == ()


def mail(world: World) -> str:
    world.digest()
    (*_, delivery) = (one for one in world.history.deliveries() if isinstance(one.content, Digest))
    rendered = render(delivery.message(), world.settings.timezone)
    assert LINK in rendered.html or LINK not in rendered.text
    return f"{rendered.subject}\n{rendered.text}"


def test_a_digest_names_what_could_not_be_read_as_long_as_it_is_so_and_does_not_reassure(world: World) -> None:
    second = replace(failed(inspection("2026-10-27", published="2026-11-28", document="6")), where="second")
    world.reads(failed(), second)
    first = mail(world)
    assert "1 home not read in full" in first
    assert "Could not be read by a machine: 2" in first
    assert "* Children's home in Derby: its report of 27 November 2026 could not be read by a machine (SC" in first
    assert "* Children's home in Derby: its report of 28 November 2026" in first
    assert LINK in first
    world.reads(failed(), listings={HOME: (REPORT,)})  # the second has gone from the page
    later = mail(world)
    assert "Could not be read by a machine: 1" in later
    assert (
        "* Still: SC000001, Derby: its report of 27 November 2026 could not be read by a machine; inspected 20 "
        in later
    )
    assert f"October 2026 (full inspection)\n{LINK}" in later
    for said in (first, later):
        assert "Nothing to tell" not in said
        assert "as planned" not in said
        assert "not all of your homes" in said
    world.reads(listings={HOME: ()})
    assert (
        "Nothing to tell: no change that you asked for since the last digest.\n\nThe feed was read as planned."
        in mail(world)
    )


def test_a_home_whose_page_cannot_be_read_is_named_in_the_digest_alone(world: World) -> None:
    world.next = Reading(
        outcome=Outcome.UNCHANGED,
        problems=(Problem(where="page of SC000001", what="a shell", trouble=Trouble.PAGE, home=HOME),),
    )
    asyncio.run(poll(world.history, world, world.settings, world.clock, timedelta(minutes=5)))  # type: ignore[arg-type]
    assert world.told() == []
    said = mail(world)
    assert "its page could not be read in full by a machine" in said
    assert "as planned" not in said


def test_an_entry_of_no_home_keeps_a_digest_from_reassuring_too(world: World) -> None:
    world.reads(Problem(where="entry 3", what="no number", trouble=Trouble.LIST))
    said = mail(world)
    assert "as planned" not in said
    assert "Read, but for 1 entry of its list that could not be understood. There may be news that is not here." in said


def test_a_home_that_nobody_described_is_covered_by_a_watch_of_all_homes(world: World) -> None:
    world.settings = SETTINGS.model_copy(update={"watch": (Watch(name="all", to=("morning",)),)})
    stranger = Problem(where="page of SC9", what="a shell", trouble=Trouble.PAGE, home="ofsted:SC000009")
    world.reads(stranger)
    assert [said.home for said in world.digest().not_read] == ["ofsted:SC000009"]


def test_homes_of_others_are_no_matter_of_a_digest(world: World) -> None:
    world.settings = SETTINGS.model_copy(
        update={"watch": (Watch(name="leeds", local_authority=("Leeds",), to=("morning",)),)}
    )
    world.reads(failed())
    assert world.digest().not_read == ()


def test_each_channel_says_it_with_kind_days_and_link(world: World) -> None:
    world.reads(failed())
    (message, *_) = (one.message() for one in world.history.deliveries() if isinstance(one.content, NotRead))
    plain = word(message, world.settings.timezone).plain()
    assert plain.splitlines()[1:] == [
        READ_IT,
        "Inspected: 20 October 2026 (full inspection)",
        "Published: 27 November 2026",
        LINK,
        "Why you get this: watches derby, closures",
        "Seen 06:00, 30 November 2026",
    ]
    validator("webhook").validate(orjson.loads(body(message)))
    assert orjson.loads(body(message)) == {
        "type": "not_read",
        "version": 1,
        "sentence": plain.splitlines()[0],
        "not_read": "report",
        "home": HOME,
        "kind": "full",
        "inspected": "2026-10-20",
        "published": "2026-11-27",
        "link": LINK,
        "local_authority": "Derby",
        "owner": "Elm Homes Limited",
        "home_type": "children's home",
        "region": "East Midlands",
        "watches": ["derby", "closures"],
    }


def test_slack_takes_it_and_nobody_is_rung_by_a_name(world: World) -> None:
    loud = replace(home(owner="<!channel> & Sons " * 20), local_authority="<@U1>")
    content = NotRead.report(REPORT).described(loud, ["derby"], {})
    message = Message(id="0" * 16, content=content, seen=NOW)
    whole = payload(message, word(message, world.settings.timezone), "C1")
    assert limits.faults(whole) == []
    assert whole["blocks"][0]["text"]["type"] == "plain_text"
    assert "<!channel>" not in whole["text"]


def test_a_digest_with_more_than_there_is_room_for_says_how_many_more_and_where(world: World) -> None:
    many = [
        NotRead.report(replace(REPORT, document=str(number))).described(home(), ["derby"], {}) for number in range(25)
    ]
    digest = Digest(day=NOW.date(), items=(), total=0, feeds=1, not_read=tuple(many))
    rendered = render(Message(id="0" * 16, content=digest, seen=NOW), world.settings.timezone)
    assert "Could not be read by a machine: 25" in rendered.text
    assert rendered.text.count("* Still: ") == MOST_NOT_READ
    assert "… and 5 more, which whoever runs this watcher can list" in rendered.text
    assert "… and 5 more" in rendered.html
    later = replace(digest, part=2, parts=2)
    assert "Still: " not in render(Message(id="0" * 16, content=later, seen=NOW), world.settings.timezone).text


def test_explain_says_who_was_told(world: World) -> None:
    world.reads(failed())
    console = Console(record=True, width=120)
    print_explanation(console, world.history, home(), world.history.records(HOME))
    said = console.export_text()
    assert "its report of 27 November 2026 could not be read by a machine" in said
    assert "to desk: waiting after 0 attempts" in said


def test_a_label_is_told_to_those_alone_whose_watch_has_it(world: World) -> None:
    rows = {"SC000001": ListedHome(id="SC000001", row=2, label="Tom")}
    derby = SETTINGS.watch[0].model_copy(update={"listed": HomeList("mine.csv", Path("mine.csv"), rows)})
    world.settings = SETTINGS.model_copy(update={"watch": (derby, *SETTINGS.watch[1:])})
    world.reads(failed())
    told = {one.channel: one.content for one in world.history.deliveries() if isinstance(one.content, NotRead)}
    assert {channel: "(SC000001 “Tom”, " in title(said) for channel, said in told.items()} == {
        "desk": True,
        "morning": True,
        "screen": False,
    }
    assert (told["desk"].contract()["labels"], "labels" in told["screen"].contract()) == ({"derby": "Tom"}, False)
    (said,) = world.digest().not_read
    assert said.labels == {"derby": "Tom"}
