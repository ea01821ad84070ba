"""A label stands beside the number of its home for the readers of its watch in every message, and for no others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.builders import HOME, SITE, home, inspection
from tests.messages.messages import alert
from tests.rounds.readings import DROP, GOOD, NOW, reading
from watcher.cli.preview import PastChange, preview
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.said import content_in
from watcher.facts.stored import read, stored
from watcher.feeds.feed import Outcome, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.group import Group
from watcher.messages.message import PresentState
from watcher.messages.titles import LONGEST, title
from watcher.messages.wording import word
from watcher.rounds import digests
from watcher.rounds.reminders import Case, reminders_due
from watcher.rounds.replay import replay
from watcher.rounds.take_in import Taken, take_in
from watcher.watching.listed import HomeList, ListedHome
from watcher.watching.watches import Watch

LABEL = "Tom <!channel>"
MORNING = EmailDigestOptions.model_validate(
    {"smtp": "smtp://mail.invalid", "from": "w@example.org", "to": "desk@example.org"}
)


def listed(label: str = LABEL, *, number: int = 1, **days: date) -> HomeList:
    homes = [ListedHome(id=f"SC{n:06}", row=n, label=label, **days) for n in range(1, number + 1)]  # type: ignore[arg-type]  # two days
    return HomeList("placements.csv", Path("placements.csv"), {row.id: row for row in homes})


def configured(lists: HomeList) -> Settings:
    mine = Watch.model_validate(
        {"name": "mine", "to": ["desk", "morning"], "escalate_to": "duty", "repeat": "4h", "listed": lists}
    )
    return Settings(
        feeds={SITE: OfstedSiteOptions()},
        channels={
            "desk": SlackOptions(channel="C1"),
            "screen": ConsoleOptions(),
            "duty": ConsoleOptions(),
            "hall": ConsoleOptions(),
            "morning": MORNING,
        },
        watch=(mine, Watch(name="derby", local_authority=("Derby",), to=("screen", "desk"), escalate_to=("hall",))),
    )


class World:
    """A history and who is told of what is read."""

    def __init__(self, folder: Path) -> None:
        self.history = EmbeddedHistory.open(folder, with_bundle=False)
        self.settings, self.now = configured(listed()), NOW

    def reads(self, read: Reading) -> Taken:
        self.now += timedelta(hours=1)
        taken = take_in(self.history, SITE, read, self.settings, self.now)
        self.history.commit(taken.transaction())
        return taken


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    one = World(tmp_path)
    yield one
    one.history.close()


def titles(deliveries: tuple[Delivery, ...]) -> dict[str, str]:
    return {delivery.channel: title(delivery.content, delivery.reminder) for delivery in deliveries}


def test_only_the_readers_of_its_watch_see_it(world: World) -> None:
    taken = world.reads(reading(GOOD, DROP))
    (told,) = taken.told
    assert (told.alert.labels, told.alert.contract()["labels"]) == ({"mine": LABEL}, {"mine": LABEL})
    said = titles(taken.deliveries)
    assert f"(SC000001 “{LABEL}”, Elm Homes Limited)" in said["desk"]
    assert f"SC000001 “{LABEL}”" in said["morning"]
    assert said["screen"].endswith("(SC000001, Elm Homes Limited)")
    (unknowing,) = (delivery for delivery in taken.deliveries if delivery.channel == "screen")
    assert isinstance(unknowing.content, Alert)
    assert "labels" not in unknowing.content.contract()
    assert "Tom" not in "".join(map(repr, (unknowing.document(), word(unknowing.message(), world.settings.timezone))))


def test_reminders_and_escalations_have_it_for_those_who_know_it(world: World) -> None:
    (told,) = world.reads(reading(GOOD, DROP)).told
    messages = world.history.messages_about(told.alert.id)
    sent = tuple(replace(message, state=State.ACCEPTED, attempted=world.now) for message in messages)
    due = reminders_due(Case(told=told, deliveries=sent), world.settings, world.now + timedelta(hours=12))
    assert {delivery.channel: "Tom" in title(delivery.content) for delivery in due} == {
        "desk": True,
        "morning": True,
        "duty": True,
        "hall": False,
    }


def test_the_lines_of_a_group_have_it(world: World) -> None:
    world.settings = configured(listed(number=6))
    homes = tuple(home(f"SC{n:06}") for n in range(1, 7))
    graded = (("2023-10-10", "good"), ("2024-01-10", "inadequate"))
    found = tuple(inspection(day, words, home=one.key) for one in homes for day, words in graded)
    taken = world.reads(Reading(outcome=Outcome.CHANGED, homes=homes, inspections=found))
    (group,) = (delivery.content for delivery in taken.deliveries if isinstance(delivery.content, Group))
    assert all(f"“{LABEL}”" in line for line in group.lines)


def test_a_digest_has_it(world: World) -> None:
    world.reads(reading(GOOD, DROP))
    (due,) = digests.due(world.history, world.settings, world.now + timedelta(days=1))
    (digest, *_) = due.deliveries
    assert f"SC000001 “{LABEL}”" in word(digest.message(), world.settings.timezone).text


def test_a_row_counts_from_its_first_day_to_its_last(world: World) -> None:
    today = (NOW + timedelta(hours=1)).astimezone(world.settings.timezone).date()
    world.settings = configured(listed(last=today - timedelta(days=1)))
    (told,) = world.reads(reading(GOOD, DROP)).told
    assert told.alert.watches == ("derby",)
    assert str(told.reasons["mine"]).startswith("its place on the list placements.csv ended on ")
    assert "labels" not in told.alert.contract()


def test_a_replay_asks_the_list_of_the_day_on_which_it_became_known(world: World) -> None:
    world.reads(Reading(outcome=Outcome.CHANGED, homes=(home(),), background=(GOOD, DROP)))
    known = DROP.became_known
    for last, watches in ((known, {"mine", "derby"}), (known - timedelta(days=1), {"derby"})):
        found = list(replay(world.history, configured(listed(last=last)), known, known))
        assert [set(alert.watches) for alert in found] == [watches]
        assert [bool(alert.labels) for alert in found] == ["mine" in watches]


def test_a_preview_shows_each_channel_its_own(world: World) -> None:
    (told,) = world.reads(reading(GOOD, DROP)).told
    past = PastChange(told.alert, told.seen)
    assert "Tom" in preview(world.settings, "duty", past).text
    assert "Tom" not in preview(world.settings, "screen", past).text


def test_a_long_label_is_cut_and_the_line_keeps_to_its_length() -> None:
    long = alert(labels={"a": "x" * 500 + "\n", "b": "y\u202e" * 500, "c": "z" * 70}, owner="Oak " * 100)
    assert len(title(long)) <= LONGEST
    assert "“xxxx" in title(long)
    assert "\u202e" not in title(long)


def test_what_an_older_version_stored_has_no_labels() -> None:
    document = stored(alert())
    assert "labels" not in document
    assert read(Alert, document).labels == {}
    labelled = alert(labels={"mine": "Tom"})
    assert read(Alert, stored(labelled)) == labelled
    kept = Delivery.of("desk", HOME, labelled, labelled.id, NOW).document()
    Delivery.prove(kept)
    assert content_in(kept) == labelled
    assert not isinstance(content_in(kept), PresentState)


def test_other_homes_that_a_message_names_have_theirs(world: World) -> None:
    world.settings = configured(listed(number=2))
    second = home("SC000002")
    graded = (("2023-10-10", "good"), ("2024-02-10", "inadequate"))
    found = tuple(inspection(day, words, home=second.key) for day, words in graded)
    world.reads(reading(GOOD, DROP))
    watch = world.settings.watch[0].model_copy(update={"changes": tuple(What)})
    plain = world.settings.watch[1].model_copy(update={"changes": tuple(What)})
    world.settings = world.settings.model_copy(update={"watch": (watch, plain)})
    taken = world.reads(Reading(outcome=Outcome.CHANGED, homes=(second,), inspections=found))
    said = {
        delivery.channel: repr(word(delivery.message(), world.settings.timezone))
        for delivery in taken.deliveries
        if isinstance(delivery.content, Alert)
    }
    other = f"SC000001 “{LABEL}” (Derby"
    assert other in said["desk"]
    assert "SC000001 (Derby" in said["screen"]
    assert "Tom" not in said["screen"]
