"""A message in short: within two text messages, with number, area and grade, and a link that is never cut."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messages.messages import GOOD, SEEN, alert, graded, message
from watcher.cli.trial_message import notice
from watcher.judging.changes import Concern, FoundInadequate, What
from watcher.messages.digest import Digest, Item
from watcher.messages.group import Group
from watcher.messages.message import Notice, PresentState, Reminder
from watcher.messages.morning import Morning, Waited
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.report import WatchReport
from watcher.messages.short import LONGEST, short

LINK = "https://reports.ofsted.gov.uk/provider/5/SC478986"
DAY = date(2018, 8, 3)


def test_a_drop_reads_as_one_sentence_and_its_link() -> None:
    said = short(message())
    assert said.words == ("SC478986, Derby: drops from good to inadequate. Children's home, Esland North Limited")
    assert said.link == LINK
    assert said.size < 160


def test_a_reminder_and_an_escalation_say_so_first() -> None:
    again = short(message(reminder=Reminder(number=2, alert=SEEN)))
    assert again.words.startswith("Reminder 2: SC478986, Derby: drops from good to inadequate.")
    escalated = short(message(reminder=Reminder(after_seconds=12 * 3600, alert=SEEN)))
    assert escalated.words.startswith("Not acknowledged for 12h: SC478986, Derby")
    assert short(message(possibly_repeated=True)).words.startswith("Possibly repeated: SC478986")


UNREAD = NotRead(
    home="ofsted:SC478986", part=UnreadPart.REPORT, home_id="SC478986", local_authority="Derby", link=LINK,
    published=DAY, owner="Esland North Limited", type="children's home",
)  # fmt: skip


def morning(*changes: What) -> Morning:
    items = tuple(
        Waited(id=f"{n}", alert=alert(change, id=f"{n}", home_id=f"SC{n}", days_inadequate=3), seen=SEEN)
        for n, change in enumerate(changes)
    )
    return Morning(day=DAY, items=items, total=len(items))


def test_each_kind_of_content_reads_like_this() -> None:
    drop = Item(alert(), SEEN)
    said = {
        short(message(content)).words
        for content in (
            notice(SEEN),
            UNREAD,
            Digest(day=DAY, items=(drop,), total=1, feeds=1),
            morning(What.IMPROVED, What.VISITED),
            Group(watch="all", homes=7, counts=(("recovered", 7),), lines=("x",) * 7),
            WatchReport(watch="all", day=DAY, schedule="monthly 1", since=DAY),
            PresentState(parent="x", line="good"),
        )
    }
    assert said == {
        "This is a test of watcher",
        (
            "SC478986, Derby: its report of 3 August 2018 could not be read by a machine. Children's home, "
            "Esland North Limited"
        ),
        "Digest of Friday 3 August 2018: 1 change. SC478986, Derby: drops from good to inadequate",
        (
            "From quiet hours, 3 August 2018: 1 improved, 1 visited. SC0, Derby: improves from good to inadequate; "
            "SC1, Derby: which stands good, had a full inspection on 17 July 2018"
        ),
        "7 homes: 7 recovered",
        "Monthly report on all, 3 August 2018: the reports begin after it",
        "On the first alert: now good",
    }


def test_a_long_list_says_how_many_more_there_are() -> None:
    said = short(message(morning(*[What.IMPROVED] * 30)))
    assert said.size <= LONGEST
    assert said.words.endswith("; and 25 more")
    assert "SC4, Derby: improves from good to inadequate; and" in said.words


def test_what_is_too_long_is_cut_at_a_word() -> None:
    said = short(message(alert(owner="Elm Homes " * 7, name="The Old Vicarage " * 4, link=f"{LINK}?{'x' * 120}")))
    assert said.size <= LONGEST
    assert said.words.endswith(" Elm …"), said.words
    assert said.link == f"{LINK}?{'x' * 120}"


@pytest.mark.parametrize("link", [f"{LINK}?{'x' * 400}", "ftp://example.org", None])
def test_no_half_link_is_sent(link: str | None) -> None:
    said = short(message(alert(link=link)))
    assert said.link is None
    assert said.words.startswith("SC478986, Derby: drops from good to inadequate")


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=120).filter(lambda text: bool(text.strip()))
GRADES = st.sampled_from(["inadequate", "good", "requires improvement"])
OTHER = FoundInadequate(home="ofsted:SC000002", inspected=DAY)


@given(
    change=st.sampled_from(list(What)), name=NAMES, owner=NAMES, area=NAMES, label=NAMES, grade=GRADES,
    link=st.sampled_from([LINK, f"{LINK}?{'x' * 120}", None]), number=st.integers(0, 20), repeated=st.booleans(),
)  # fmt: skip
def test_number_area_and_grade_survive_whatever_the_names(
    change: What,
    name: str,
    owner: str,
    area: str,
    label: str,
    grade: str,
    link: str | None,
    number: int,
    repeated: bool,
) -> None:
    grade = "inadequate" if change is What.GROUP_CONCERN else grade  # nothing else brings one
    content = alert(
        change, name=name, owner=owner, local_authority="Derby", type=area, labels={"mine": label}, link=link,
        grades={"overall": grade}, before=graded("2017-08-23", GOOD), was={"overall": "outstanding"},
        days_inadequate=9, concerns=(Concern(group=owner, others=(OTHER,)),),
    )  # fmt: skip
    reminder = Reminder(number=number, after_seconds=None if number else 3600, alert=SEEN) if number % 2 else None
    said = short(message(content, reminder=reminder, possibly_repeated=repeated))
    assert said.size <= LONGEST
    assert said.link == link
    for known in ("SC478986", "Derby"):
        assert known in said.words, said.words
    told = {What.VISITED: "good", What.OVERDUE: grade, What.AREA_INADEQUATE: grade}
    assert told.get(change, grade) in said.words, said.words


@given(area=NAMES, number=NAMES, grade=NAMES)
def test_foreign_text_never_makes_it_longer(area: str, number: str, grade: str) -> None:
    content = alert(home_id=number, local_authority=area, grades={"overall": grade}, words={"overall": grade})
    for one in (content, replace(UNREAD, local_authority=area, home_id=number), Notice(area, number)):
        assert short(message(one)).size <= LONGEST
    many = Morning(day=DAY, items=(Waited(id="1", alert=content, seen=SEEN),) * 20, total=20)
    assert short(message(many)).size <= LONGEST
