"""The morning's message as each channel shows it: a sentence for each thing that waited, with its links."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.messages.messages import alert
from tests.standins.slack_rules import rejection, rings
from watcher.delivery.channels.console.channel import lines_of
from watcher.delivery.channels.email.rendering import render
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import payload
from watcher.delivery.channels.webhook.body import body
from watcher.facts.stored import read, stored
from watcher.judging.changes import What
from watcher.messages.links import Links
from watcher.messages.message import Message, Reminder
from watcher.messages.morning import Morning, Waited, in_order
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.ways import READ_IT, SEE_CHANGE
from watcher.messages.wording import morning_parts, word

LONDON = ZoneInfo("Europe/London")
LINKS = Links("https://watcher.example.org", b"k" * 32)
SEEN = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
SOURCE = "https://reports.ofsted.gov.uk/provider/5/SC478986"
DROP = alert(id="d" * 16)
UNREAD = NotRead(home="ofsted:SC2", home_id="SC2", part=UnreadPart.PAGE, watches=("derby",))
ITEMS = (
    Waited(id="1", not_read=UNREAD, seen=SEEN),
    Waited(id="2", alert=alert(What.IMPROVED, id="a" * 16), seen=SEEN, since="drops from good to inadequate"),
    Waited(id="3", alert=DROP, seen=SEEN, reminder=Reminder(number=2, alert=SEEN)),
    Waited(id="4", alert=DROP, seen=SEEN, reminder=Reminder(number=2, alert=SEEN)),
)
MORNING = Morning(day=SEEN.date(), items=tuple(in_order(ITEMS)), total=3)
TITLE = "From quiet hours, 29 November 2026: 1 reminder, 1 improved, 1 could not be read"


def sent(morning: Morning = MORNING) -> Message:
    return Message(id="f" * 16, content=morning, seen=SEEN, recipient="desk@example.org")


def test_on_a_screen_each_is_a_sentence_with_its_links_below() -> None:
    lines = [line.strip() for line in lines_of(word(sent(), LONDON, LINKS)).splitlines()]
    assert lines[:7] == [
        TITLE,
        ("• Reminder 2: Children's home in Derby drops from good to inadequate (SC478986, Esland North Limited). "
        "Seen 22:00, 29 November 2026."),
        SOURCE,
        f"https://watcher.example.org/changes/{'d' * 16}",
        ("• Children's home in Derby improves from good to inadequate (SC478986, Esland North Limited). "
        "Seen 22:00, 29 November 2026. Since then: drops from good to inadequate."),
        SOURCE,
        f"https://watcher.example.org/changes/{'a' * 16}",
    ]  # fmt: skip
    assert lines[8].startswith("Why you get this now: it waited for the end of your quiet hours (watch derby).")


def test_in_slack_it_is_a_list_with_links() -> None:
    made = payload(sent(), word(sent(), LONDON, LINKS), "C1")
    assert rejection(made) is None
    assert not limits.faults(made)
    (listed,) = (block for block in made["blocks"] if block["type"] == "rich_text")
    items = listed["elements"][0]["elements"]
    links = [[part["url"] for part in item["elements"] if part["type"] == "link"] for item in items]
    assert [part["text"] for part in items[0]["elements"][1:]] == [
        " ", READ_IT, " · ", SEE_CHANGE,
    ]  # fmt: skip
    assert links == [[SOURCE, f"https://watcher.example.org/changes/{'d' * 16}"],
                     [SOURCE, f"https://watcher.example.org/changes/{'a' * 16}"], []]  # fmt: skip


def test_in_a_mail_both_parts_have_each_and_how_to_stop_it() -> None:
    mail = render(sent(), LONDON, links=LINKS)
    assert mail.subject == TITLE
    for part in (mail.text, mail.html):
        assert part.count("SC478986, Esland North Limited") >= 2
        assert part.count(SOURCE) == 2
        assert "Why do I get this, and how to stop it" in part


def test_a_program_is_posted_each_as_it_would_have_been() -> None:
    reminded = Message(id="3", content=DROP, seen=SEEN, reminder=Reminder(number=2, alert=SEEN))
    posted = body(sent())
    assert posted.startswith(b'{"type":"morning","version":1,"sentence":"From quiet hours, 29 November 2026: ')
    assert b'"morning":"2026-11-29","part":1,"parts":1,"alerts":[' in posted
    assert body(reminded) in posted
    assert b'"not_read":"page"' in posted


def test_it_is_stored_and_read_again() -> None:
    assert read(Morning, stored(MORNING)) == MORNING


NAMES = st.text(st.characters(codec="utf-8"), max_size=80)


@given(owner=NAMES, area=NAMES, number=st.integers(1, 60))
def test_whatever_the_names_slack_takes_every_part_as_blocks_and_rings_nobody(
    owner: str, area: str, number: int
) -> None:
    one = alert(What.IMPROVED, owner=owner, local_authority=area)
    items = tuple(Waited(id=str(each), alert=one, seen=SEEN) for each in range(number))
    parts = morning_parts(Morning(day=SEEN.date(), items=items, total=number), LONDON)
    assert [item for part in parts for item in part.items] == list(items)
    for part in parts:
        made = payload(sent(part), word(sent(part), LONDON, LINKS), "C1")
        assert "blocks" in made, limits.faults(made)
        assert rejection(made) is None
        assert not rings(made)
