"""What readers read: the fact first, nothing invented, nothing that was published by others able to do harm."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.messages.messages import GOOD, INADEQUATE, SEEN, alert, graded, message
from tests.messages.stories import told
from watcher.judging.changes import What
from watcher.messages.links import Links
from watcher.messages.message import Notice, Reminder
from watcher.messages.numbers import british_span
from watcher.messages.titles import LONGEST, title
from watcher.messages.wording import POSSIBLY_REPEATED, unsent, word
from watcher.text import inert, web_link

AUGUST = date(2018, 8, 20)
LONDON = ZoneInfo("Europe/London")
HOME = "Children's home in Derby"
WHICH = "(SC478986, Esland North Limited)"
RECOVERY = {"grades": GOOD, "before": graded("2018-07-17", INADEQUATE), "inspected": date(2018, 9, 4)}


def said(**facts: Any) -> dict[str, str]:
    """The details of an alert by label."""
    wording = word(message(alert(**facts)), LONDON)
    return {fact.label: fact.value for fact in (*wording.areas, *wording.facts)}


@pytest.mark.parametrize(
    ("change", "facts", "line"),
    [
        (What.DROPPED_TO_INADEQUATE, {}, " drops from good to inadequate"),
        (What.FIRST_INADEQUATE, {"before": None}, " is inadequate at the first inspection that we know of"),
        (
            What.STILL_INADEQUATE,
            {"before": graded("2018-01-01", INADEQUATE)},
            " is still inadequate after another inspection",
        ),
        (What.RECOVERED, {**RECOVERY, "days_inadequate": 53}, " is good again after 53 days as inadequate"),
        (What.RECOVERED, {**RECOVERY, "days_inadequate": 1}, " is good again after 1 day as inadequate"),
        (What.RECOVERED, {**RECOVERY}, " is good again after being inadequate"),
        (
            What.RECOVERED,
            {**RECOVERY, "grades": {"overall": "requires improvement"}, "days_inadequate": 70,
             "words": {"overall": "Requires improvement to be good"}},
            " now requires improvement to be good after 70 days as inadequate",
        ),
        (
            What.DROPPED,
            {"grades": GOOD, "before": graded("2017-08-23", {"overall": "outstanding"})},
            " drops from outstanding to good",
        ),
        (
            What.IMPROVED,
            {"grades": GOOD, "before": graded("2017-08-23", {"overall": "requires improvement"})},
            " improves from requires improvement to good",
        ),
        (
            What.AREA_INADEQUATE,
            {"grades": {"overall": "requires improvement", "protected": "good", "leaders": "inadequate"}},
            " is inadequate for leadership and management, requires improvement overall",
        ),
        (
            What.VISITED,
            {"kind": "monitoring", "grades": {}, "before": graded("2018-07-17", INADEQUATE), "inspected": AUGUST},
            ", which stands inadequate, had a monitoring visit on 20 August 2018",
        ),
        (
            What.LATE,
            {"superseded_by": graded("2018-09-04", GOOD)},
            (
                ": a late report on a full inspection of 17 July 2018 says inadequate, "
                "already superseded by good of 4 September 2018"
            ),
        ),
        (
            What.LATE,
            {"kind": "monitoring", "grades": {}, "superseded_by": graded("2018-09-04", GOOD)},
            ": a late report on a monitoring visit of 17 July 2018, already superseded by good of 4 September 2018",
        ),
        (
            What.CORRECTED,
            {"was": GOOD},
            ": the inspection of 17 July 2018 was corrected from good to inadequate",
        ),
        (
            What.CORRECTED,
            {"was": {**INADEQUATE, "leaders": "good"}},
            ": the inspection of 17 July 2018 was corrected from good to inadequate for leadership and management",
        ),
        (What.CORRECTED, {"was": INADEQUATE}, ": the inspection of 17 July 2018 was corrected"),
        (What.WITHDRAWN, {}, ": the inspection of 17 July 2018 (inadequate) has gone from its page"),
        (What.CLOSED, {}, " has closed or left the register while inadequate"),
        (What.OVERDUE, {}, " is inadequate, and nothing has been published since 3 August 2018"),
    ],
)  # fmt: skip
def test_the_first_line_is_the_fact(change: What, facts: dict[str, Any], line: str) -> None:
    assert title(alert(change, **facts)) == f"{HOME}{line} {WHICH}"


@pytest.mark.parametrize("change", What)
@pytest.mark.parametrize(
    "facts",
    [
        {"before": None, "grades": {}, "published": None, "link": None, "watches": ()},
        {"type": None, "owner": None, "local_authority": None},
        {"words": {}, "headline": "nothing", "before": graded("2017-01-01", {})},
        {"was": {}, "superseded_by": graded("2019-01-01", {}), "kind": "other", "days_inadequate": 0},
        {"grades": {"overall": "urgent improvement", "an_area_that_nobody_knows": "urgent improvement"}},
    ],
)
def test_every_change_can_be_told_whatever_is_missing(change: What, facts: dict[str, Any]) -> None:
    wording = word(message(alert(change, **facts)), LONDON)
    assert "SC478986" in wording.title
    assert "  " not in wording.plain()
    assert "None" not in wording.plain()
    assert all(fact.label and fact.value for fact in (*wording.areas, *wording.facts))


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"owner": None}, "Children's home in Derby drops from good to inadequate (SC478986)"),
        ({"local_authority": None}, "Children's home SC478986 drops from good to inadequate (Esland North Limited)"),
        ({"type": None, "owner": None, "local_authority": None}, "Home SC478986 drops from good to inadequate"),
        ({"name": "Elm House"}, "Children's home Elm House in Derby drops from good to inadequate " + WHICH),
        ({"before": graded("2017-08-23", {"care": "good"})}, "Children's home in Derby drops to inadequate " + WHICH),
    ],
)
def test_what_is_not_published_is_left_out_of_the_first_line(facts: dict[str, Any], line: str) -> None:
    assert title(alert(**facts)) == line


def test_the_details_compare_each_area_in_the_regulators_words() -> None:
    before = graded("2017-08-23", {**GOOD, "leaders": "outstanding"})
    assert [*said(grades={**INADEQUATE, "protected": "good"}, before=before).items()][:3] == [
        ("Overall experiences and progress", "Good → Inadequate"),
        ("How well children and young people are helped and protected", "Good (as before)"),
        ("The effectiveness of leaders and managers", "Outstanding → Inadequate"),
    ]


def test_areas_that_moved_alike_stand_in_one_line() -> None:
    assert said(grades={**INADEQUATE, "protected": "good"}) == {
        "Overall experiences, leadership and management": "Good → Inadequate",
        "How well children and young people are helped and protected": "Good (as before)",
        "Owner": "Esland North Limited",
        "Inspected": "17 July 2018 (full inspection)",
        "Published": "3 August 2018",
        "Compared with": "inspection of 23 August 2017 (328 days before this one)",
    }


def test_a_correction_is_compared_with_what_the_same_inspection_said() -> None:
    details = said(change=What.CORRECTED, was={"overall": "good", "health": "good"}, grades={"overall": "inadequate"})
    assert details["Overall experiences and progress"] == "Good → Inadequate"
    assert details["Health services"] == "Good → Not graded"


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (None, "the source does not say"),
        (date(2018, 8, 3), "3 August 2018"),
        (date(2017, 8, 3), "3 August 2017 (as printed, though before the visit)"),
    ],
)
def test_a_doubtful_date_of_publication_is_shown_as_such(published: date | None, words: str) -> None:
    assert said(published=published)["Published"] == words


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (datetime(2018, 8, 3, 9, 5, tzinfo=UTC), "Seen 10:05, 3 August 2018"),
        (datetime(2018, 8, 5, 22, 59, tzinfo=UTC), "Seen 23:59, 5 August 2018"),
        (datetime(2018, 8, 5, 23, 1, tzinfo=UTC), "Seen 00:01, 6 August 2018, 3 days after publication"),
        (datetime(2018, 12, 1, 9, 5, tzinfo=UTC), "Seen 09:05, 1 December 2018, 120 days after publication"),
        (datetime(2018, 8, 1, 9, 5, tzinfo=UTC), "Seen 10:05, 1 August 2018"),
    ],
)
def test_news_says_when_it_was_seen_in_the_readers_time_and_how_late(seen: datetime, words: str) -> None:
    assert word(message(seen=seen), LONDON).footnotes[-1] == words


@pytest.mark.parametrize("change", [What.OVERDUE, What.CLOSED, What.WITHDRAWN, What.CORRECTED])
def test_what_comes_to_light_long_after_publication_is_not_called_late(change: What) -> None:
    wording = word(message(alert(change), seen=SEEN + timedelta(days=200)), LONDON)
    assert "after publication" not in wording.plain()


@pytest.mark.parametrize(
    ("watches", "line"), [(("derby",), "watch derby"), (("derby", "Esland"), "watches derby, Esland")]
)
def test_the_reader_is_told_why(watches: tuple[str, ...], line: str) -> None:
    assert f"Why you get this: {line}" in word(message(alert(watches=watches)), LONDON).footnotes


def test_a_possible_repetition_is_marked() -> None:
    assert POSSIBLY_REPEATED in word(message(possibly_repeated=True), LONDON).plain()
    assert POSSIBLY_REPEATED not in word(message(), LONDON).plain()


def test_the_plain_text_begins_with_the_fact_and_has_the_link() -> None:
    lines = word(message(), LONDON).plain().splitlines()
    assert lines[0] == f"{HOME} drops from good to inadequate {WHICH}"
    assert "https://reports.ofsted.gov.uk/provider/5/SC478986" in lines


def test_a_notice_says_what_is_wrong() -> None:
    wording = word(message(Notice("ofsted has not been read", "last read well 6h ago\n\x1b[31mtimeout")), LONDON)
    assert wording.title == "ofsted has not been read"
    assert wording.text == "last read well 6h ago [31mtimeout"
    assert wording.footnotes == ("Noticed 10:05, 3 August 2018",)
    assert word(message(Notice("\n", "")), LONDON).title == "A notice without a title"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Elm\r\nHouse\t Ltd", "Elm House Ltd"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("\x1b]0;owned\x07Elm", "]0;owned Elm"),
        ("Elm \u202emitigo\u202c\u2066\u200f\u061c", "Elm mitigo"),
        ("E\u200bl\u00adm\ufeff\U000e0041", "Elm"),
        ("\ud800Elm\ue000", "Elm"),
        ("Tŷ Coed – ‘Elm’ & <b>", "Tŷ Coed – ‘Elm’ & <b>"),
        ("  \n ", ""),
        ("x" * 301, "x" * 299 + "…"),
    ],
)
def test_published_text_becomes_one_inert_line(text: str, line: str) -> None:
    assert inert(text) == line


def test_megabytes_of_published_text_make_short_messages() -> None:
    flood = "\u202e" + "verylong\n" * 20_000
    hostile = alert(
        owner=flood, name=flood, local_authority=flood, type=flood, watches=(flood,),
        grades={f"{flood}{number}": flood for number in range(40)}, headline=f"{flood}0",
    )  # fmt: skip
    wording = word(message(hostile), LONDON)
    assert len(wording.title) <= LONGEST
    assert len(wording.plain()) < 6000
    assert not any(unicodedata.category(letter).startswith("C") for letter in wording.plain().replace("\n", ""))


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "file:///etc/passwd", "https://a b", "https://x.org/|click", "https://x.org/>",
        "https://x.org/\n", "https://user:secret@x.org/", "https://", "http://[::1", "https://x.org/" + "x" * 1000,
        "https://x.org:99999/", "", None,
    ],
)  # fmt: skip
def test_a_link_that_could_mislead_is_left_out(link: str | None) -> None:
    assert web_link(link) is None
    assert word(message(alert(link=link)), LONDON).link is None


def test_a_sound_link_is_kept_as_it_is() -> None:
    link = "https://files.ofsted.gov.uk/v1/file/50011829?a=1&b=%20"
    assert web_link(link) == link


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2018-07-17", None, "17 July 2018"),
        ("2018-07-17", "2018-07-17", "17 July 2018"),
        ("2018-07-17", "2018-07-18", "17 and 18 July 2018"),
        ("2018-07-17", "2018-07-19", "17 to 19 July 2018"),
        ("2018-07-31", "2018-08-01", "31 July to 1 August 2018"),
        ("2018-12-31", "2019-01-02", "31 December 2018 to 2 January 2019"),
    ],
)
def test_the_days_of_a_visit_read_as_people_write_them(first: str, last: str | None, expected: str) -> None:
    assert british_span(date.fromisoformat(first), date.fromisoformat(last) if last else None) == expected


AGAIN = [
    (
        Reminder(number=2, alert=SEEN),
        "Reminder 2: ",
        "Reminder 2 of this alert. To acknowledge it, tell whoever runs this watcher: SC478986",
    ),
    (
        Reminder(after_seconds=12 * 3600, alert=SEEN),
        "Not acknowledged for 12h: ",
        ("Escalated: nobody has acknowledged this alert. To acknowledge it, tell whoever runs this watcher: SC478986"),
    ),
]


@pytest.mark.parametrize(("reminder", "opening", "footnote"), AGAIN)
def test_an_alert_sent_once_more_says_so_first_and_how_to_end_it(
    reminder: Reminder, opening: str, footnote: str
) -> None:
    once, again = word(message(), LONDON), word(message(reminder=reminder), LONDON)
    assert again.title == f"{opening}{once.title}"
    assert again.footnotes == (footnote, *once.footnotes)
    assert (again.areas, again.facts, again.link) == (once.areas, once.facts, once.link)


@pytest.mark.parametrize(("reminder", "_", "footnote"), AGAIN)
def test_readers_who_have_a_button_or_a_page_are_not_sent_to_whoever_runs_it(
    reminder: Reminder, _: str, footnote: str
) -> None:
    alone = footnote.partition(" To acknowledge")[0]
    again = message(reminder=reminder)
    assert word(again, LONDON, is_answered=True).footnotes[0] == alone
    assert word(again, LONDON, Links("https://watcher.example.org", None)).footnotes[0] == alone


@pytest.mark.parametrize("reminder", [None, *(reminder for reminder, *_ in AGAIN)])
def test_what_can_be_done_at_a_shell_is_said_apart_from_what_readers_read(reminder: Reminder | None) -> None:
    wording = word(message(told(), reminder=reminder), LONDON)
    assert [command.value for command in wording.commands] == ["watcher explain SC478986 --on 2018-08-03"]
    assert wording.acknowledge == "Acknowledge: watcher alerts ack SC478986"
    for said in (wording.acknowledge, *(command.value for command in wording.commands)):
        assert said not in wording.plain()
    assert any(footnote.startswith("Homes are counted") for footnote in wording.footnotes)
    assert word(message(reminder=None), LONDON).commands == ()


def test_nobody_is_asked_to_acknowledge_what_was_never_sent() -> None:
    assert unsent(word(message(), LONDON)).acknowledge == ""


def test_the_mark_of_a_reminder_is_what_a_long_title_keeps() -> None:
    long = message(alert(owner="x" * 80, type="y" * 80, local_authority="z" * 80), reminder=AGAIN[0][0])
    title_again = word(long, LONDON).title
    assert title_again.startswith("Reminder 2: Y")
    assert len(title_again) == LONGEST


def test_a_notice_with_a_topic_says_who_how_grave_what_readers_missed_and_what_to_do() -> None:
    about = Notice(
        "pages",
        "x",
        topic="page",
        homes=("SC1", "SC2"),
        more=16,
        next_try=SEEN,
        details=("li.timeline",),
        sender="watcher on desk",
    )
    wording = word(message(about), LONDON)
    assert wording.title == "watcher, look today: pages"
    facts = {fact.label: fact.value for fact in wording.facts}
    assert list(facts) == ["How grave", "Readers", "By itself", "To do", "What it means"]
    assert facts["By itself"].endswith("Next reading: 10:05, 3 August 2018.")
    assert facts["What it means"] == "docs/operating.md#pages-of-homes-could-not-be-understood"
    assert [section.heading for section in wording.sections] == ["Which homes", "Details for whoever mends it"]
    assert wording.sections[0].shown[-1].text == "and 16 more: watcher status"
    assert wording.footnotes[0] == "watcher on desk"
    over = word(message(replace(about, title="over: pages", is_over=True)), LONDON)
    assert (over.title, [fact.label for fact in over.facts]) == ("watcher, over: pages", ["What it means"])
