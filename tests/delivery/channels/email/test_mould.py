"""A mail to many readers is the same, byte for byte, as one that was made for its reader alone."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.messages.messages import SEEN, alert
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.messages.digest import Digest, Item
from watcher.messages.homes_now import HomesInBrief
from watcher.messages.links import Links
from watcher.messages.message import Content, Message, Reminder
from watcher.messages.morning import Morning, Waited
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.report import WatchReport
from watcher.messages.template_set import Templates

DAY = date(2018, 8, 3)
CONTENTS: list[Content] = [
    alert(),
    replace(alert(), name="Søndre hjem: a home whose name would not fit into seven bits, however it were written"),
    Digest(day=DAY, items=(Item(alert(), SEEN),), total=1, feeds=1),
    WatchReport(watch="derby", day=DAY, schedule="monthly 3", since=DAY, homes=HomesInBrief(grades={})),
    NotRead(home="ofsted:SC1", part=UnreadPart.PAGE, home_id="SC1", watches=("derby",)),
    Morning(day=DAY, items=(Waited(id="1", alert=alert(), seen=SEEN),), total=1),
]
LINKS = [None, Links("https://w.example", b"k" * 32), Links("https://watcher.example.org/a-long-path?of=it&more=1")]


def channel(links: Links | None, templates: Templates | None = None) -> EmailChannel:
    return EmailChannel(
        "readers",
        smtp="smtp://127.0.0.1:1",
        sender="Ann <watcher@example.org>",
        to=("a@example.org", "b@example.org"),
        zone=ZoneInfo("Europe/London"),
        links=links,
        templates=templates,
    )


def without_boundaries(mail: bytes) -> bytes:
    return re.sub(rb"={15}\d+==", b"boundary", mail)


readers = st.from_regex(r"[a-z0-9.+_=-]{1,60}@[a-z0-9-]{1,60}\.example", fullmatch=True)
ids = st.from_regex(r"[0-9a-f]{16}", fullmatch=True)


@settings(deadline=None, max_examples=60)
@given(
    content=st.sampled_from(CONTENTS),
    links=st.sampled_from(LINKS),
    to=st.lists(st.tuples(readers, ids, st.none() | ids), min_size=1, max_size=3),
    is_acknowledged=st.booleans(),
    possibly_repeated=st.booleans(),
    reminder=st.sampled_from([None, Reminder(number=2, alert=SEEN)]),
    made=st.none() | st.integers(0, 9_999).map(lambda hours: SEEN + timedelta(hours=hours)),
    term=st.none() | st.integers(1, 9),
)
def test_each_reader_gets_what_would_be_made_for_him_alone(
    content: Content,
    links: Links | None,
    to: list[tuple[str, str, str | None]],
    is_acknowledged: bool,
    possibly_repeated: bool,
    reminder: Reminder | None,
    made: datetime | None,
    term: int | None,
) -> None:
    of_all = channel(links)
    for recipient, message_id, follows in to:
        message = Message(
            id=message_id,
            content=content,
            seen=SEEN,
            made=made,
            recipient=recipient,
            follows=follows,
            thread=follows,
            reminder=reminder,
            is_acknowledged=is_acknowledged,
            possibly_repeated=possibly_repeated,
            term=term,
        )
        alone, remark = of_all.by_itself(message)
        found = of_all.content_of(message)
        assert without_boundaries(found[0]) == without_boundaries(alone)
        assert found[1] == remark


@pytest.mark.parametrize("content", [CONTENTS[0], CONTENTS[2]], ids=["alert", "digest"])
def test_it_is_rendered_once_for_all_readers_and_anew_for_another_message(
    content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_all = channel(LINKS[1])
    rendered: list[Message] = []
    fill = Templates.fill

    def counted(templates: Templates, *arguments: object) -> object:
        rendered.append(first)
        return fill(templates, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Templates, "fill", counted)
    first = Message(id=f"{0:016x}", content=content, seen=SEEN, recipient="a@example.org")
    for number in range(5):
        of_all.content_of(replace(first, id=f"{number:016x}", recipient=f"{number}@example.org"))
    assert len(rendered) == 2  # the text and the HTML
    of_all.content_of(replace(first, possibly_repeated=True))
    of_all.content_of(replace(first, seen=SEEN + timedelta(days=1)))
    assert len(rendered) == 6


def test_templates_of_an_installations_own_are_filled_for_each_reader(tmp_path: Path) -> None:
    (tmp_path / "alert.txt").write_text("{{ wording.title }} {{ ways.why|length }} {{ ways.why|reverse }}")
    own = channel(LINKS[1], Templates(tmp_path))
    message = Message(id="0" * 16, content=CONTENTS[0], seen=SEEN, recipient="a@example.org")
    content, _ = own.content_of(message)
    assert LINKS[1] is not None
    why = LINKS[1].stop_mails("a@example.org", SEEN)
    assert why[::-1].encode() in content.replace(b"=\r\n", b"").replace(b"=3D", b"=")
