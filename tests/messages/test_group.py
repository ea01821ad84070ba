"""A group as readers see it: the worst first, within every limit, and nothing published able to do harm."""

from zoneinfo import ZoneInfo

import pytest

from tests.delivery.bursts import WATCH
from tests.messages.messages import SEEN, alert, message
from tests.standins import slack_rules
from watcher.delivery.channels.console.channel import lines_of
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import payload, plain_payload
from watcher.delivery.ledger import Delivery
from watcher.facts.stored import stored
from watcher.judging.changes import What
from watcher.messages.group import Group
from watcher.messages.titles import title
from watcher.messages.wording import word
from watcher.rounds.tell.bursts import group

LONDON = ZoneInfo("Europe/London")
NASTY = "<!channel> <@U123> <https://evil.example|Ofsted> & *bold* `x` @here \u202e"
TEXTS = ["", "Elm", NASTY, "🏚" * 9_000, NASTY * 500, "&" * 5_000, "\n" * 400]


def of(changes: list[What], text: str = "Derby") -> Group:
    """The group of so many homes."""
    alerts = [
        alert(what, id=f"{n:016x}", home=f"ofsted:SC{n}", home_id=f"SC{n:06}", local_authority=text, name=text,
              owner=text, watches=("all",))
        for n, what in enumerate(changes)
    ]  # fmt: skip
    made = [Delivery.of("desk", alert.home, alert, alert.id, SEEN) for alert in alerts]
    content = group(made, [WATCH], {"desk"})[0].content
    assert isinstance(content, Group)
    return content


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ([What.RECOVERED] * 2 + [What.DROPPED_TO_INADEQUATE] * 5, "7 homes: 5 dropped to inadequate, 2 recovered"),
        ([What.FIRST_INADEQUATE] * 6, "6 homes: 6 first inspection inadequate"),
        ([What.LATE] * 117 + [What.STILL_INADEQUATE], "118 homes: 1 still inadequate, 117 late"),
    ],
)
def test_the_title_counts_the_most_serious_first(changes: list[What], line: str) -> None:
    assert title(of(changes)) == line


@pytest.mark.parametrize("count", [6, 20, 118, 5_000])
def test_lines_that_have_no_room_are_counted(count: int) -> None:
    content = of([What.DROPPED_TO_INADEQUATE] * count)
    lines = word(message(content), LONDON).lines
    listed = [line for line in lines if line.startswith("• ")]
    assert len(listed) >= 6
    said = f"… and {count - len(listed)} more in the thread"
    assert lines[len(listed) :] == ((said,) if count > len(listed) else ())
    assert len(str(stored(content))) < 20_000


@pytest.mark.parametrize("count", [6, 118])
@pytest.mark.parametrize("text", TEXTS)
def test_every_group_is_taken_with_its_blocks_and_rings_nobody(count: int, text: str) -> None:
    content = of([*What, *[What.RECOVERED] * count], text)
    one = message(content, possibly_repeated=True)
    wording = word(one, LONDON)
    for sent in (payload(one, wording, "C1"), plain_payload(one, wording, "C1")):
        assert limits.faults(sent) == []
        assert slack_rules.rejection(sent) is None
        assert not slack_rules.rings(sent)
        assert sent["text"].endswith("2018"), "nothing of it is cut off"
    assert "blocks" in payload(one, wording, "C1")
    assert len(payload(one, wording, "C1")["blocks"][0]["text"]["text"]) <= limits.HEADER


def test_a_drop_stands_in_the_first_lines_of_the_text_that_a_notification_shows() -> None:
    content = of([*[What.VISITED] * 100, What.DROPPED_TO_INADEQUATE])
    one = message(content)
    lines = payload(one, word(one, LONDON), "C1")["text"].splitlines()
    assert lines[0].startswith("101 homes: 1 dropped to inadequate")
    assert "drops from good to inadequate (SC000100" in lines[1]


def test_a_group_says_who_asked_for_it_and_when_it_was_seen() -> None:
    footnotes = word(message(of([What.DROPPED] * 6)), LONDON).footnotes
    assert footnotes == (
        "Why you get this: watch all. The details of each home follow in this thread, or in that of its first alert.",
        "Seen 10:05, 3 August 2018",
    )


def test_a_group_is_readable_where_a_channel_became_another_kind() -> None:
    printed = lines_of(word(message(of([What.DROPPED] * 6)), LONDON))
    assert printed.count("• ") == 6
