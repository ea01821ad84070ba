"""All about one home in words: small histories, each with what a page must say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import HOME, home, inspection
from watcher.answers.kept.kept import Kept
from watcher.answers.told.about_change import AboutChange, about_change
from watcher.answers.told.about_home import AboutHome, about_home
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Told, Transaction, Untold
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.messages.message import Reminder
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.listed import HomeList, ListedHome
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2024, 3, 20, 12, tzinfo=UTC)
SETTINGS = Settings.model_validate(
    {
        "feeds": {"ofsted": {"kind": "ofsted-site"}},
        "channels": {"desk": {"kind": "console"}, "mail": {"kind": "console"}},
        "watch": [{"name": "all", "changes": "all", "to": ["desk", "mail"]}],
    }
)
GOOD = inspection("2023-05-01", "good")
DROP = inspection("2024-01-10", "inadequate/good/inadequate", published="2024-02-20")
FINDINGS = Findings(
    quotes=(Quote(text="Children are at risk.", page=3, area="overall"),),
    requirements=(
        Requirement(text="Keep records.", page=6, due=date(2024, 4, 1)),
        Requirement(text="Assess risks.", page=6, due=date(2024, 3, 1)),
    ),
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def told(known: Sequence[Inspection], new: Inspection, seen: datetime, findings: Findings | None = None) -> Told:
    alert = Alert.of(judge(known, new).changes[0], home(), findings=findings)
    return Told(
        alert=alert.routed(("all",), ("desk", "mail")), seen=seen, feed="ofsted", reasons={"none": "not its area"}
    )


DROPPED = told([GOOD], DROP, NOW - timedelta(days=20), FINDINGS)


def sent(change: Told, channel: str, recipient: str | None = None, *, at: datetime = NOW) -> Delivery:
    made = Delivery.of(channel, HOME, change.alert, change.alert.id, change.seen, recipient=recipient)
    return made.sending(at).settled(Verdict(Answer.ACCEPTED, "250 ok", reference="1.2"), at)


def keep(history: EmbeddedHistory, *inspections: Inspection, of: Home | None = None, **transaction: object) -> None:
    records = [Record((each,), seen=NOW - timedelta(days=20)) for each in inspections]
    homes = [HomeRecord.of(of or home())]
    history.commit(replace(Transaction(homes=homes, records=records), **transaction))  # type: ignore[arg-type]


def about(history: EmbeddedHistory, settings: Settings = SETTINGS, *, with_people: bool = False) -> AboutHome:
    found = Kept(history, lambda: settings).home(HOME, NOW)
    assert found is not None
    return about_home(history, settings, found, NOW, with_people=with_people)


def about_the(history: EmbeddedHistory, change_id: str, *, with_people: bool = False) -> AboutChange | None:
    kept = Kept(history, lambda: SETTINGS)
    return about_change(
        history, SETTINGS, change_id, NOW, lambda text: kept.home_of(text, NOW), with_people=with_people
    )


def test_a_home_that_dropped_says_since_when_what_was_before_and_what_it_must_do(history: EmbeddedHistory) -> None:
    keep(history, GOOD, DROP, changes=[DROPPED], deliveries=[sent(DROPPED, "desk")])
    said = about(history)
    assert said.rating is not None
    assert (said.rating.words, said.rating.step) == ("Inadequate", "worst")
    assert said.rating.since == "for 29 days, since 20 February 2024"
    assert said.rating.before == "good for 8 months, since 10 June 2023; perhaps longer, our history begins there"
    assert {fact.label: fact.value for fact in said.ahead} == {
        "News expected by": "14 April 2024 (the inspectors return within 6 to 8 weeks, and publish some 39 days later)",
        "Requirements due": "1 requirement by 1 April 2024; 1 requirement was to be met by 1 March 2024",
    }
    assert said.found is not None
    assert said.found.sections[0].paragraphs[0].plain() == "‘Children are at risk.’ (page 3, on overall experiences)"
    assert [(act.what, act.subject) for act in said.acts] == [("acknowledge", DROPPED.alert.id), ("silence", HOME)]


def test_what_an_older_report_said_is_not_told_of_the_present(history: EmbeddedHistory) -> None:
    keep(history, GOOD, DROP, inspection("2024-03-01", "good", published="2024-03-19"), changes=[DROPPED])
    said = about(history)
    assert said.found is not None
    assert said.found.is_older
    assert [fact.label for fact in said.ahead] == []


def test_news_that_is_overdue_is_said_first(history: EmbeddedHistory) -> None:
    seen = home(as_of="2024-03-20")
    keep(history, GOOD, inspection("2023-10-01", "inadequate"), of=seen)
    said = about(history)
    assert said.overdue.startswith("News of this home is overdue by 76 days. It was to be expected by 4 January 2024 (")
    assert said.ahead == ()


def test_a_home_of_which_nothing_is_known_says_so_by_having_nothing(history: EmbeddedHistory) -> None:
    keep(history)
    said = about(history)
    assert (said.rating, said.timeline, said.found, said.inspections, said.changes) == (None, (), None, (), ())


def test_inspections_name_the_areas_of_each_grade_and_those_that_were_withdrawn(history: EmbeddedHistory) -> None:
    visit = inspection("2024-02-28", kind=Kind.MONITORING, published=None)
    keep(history, GOOD, DROP, visit)
    (record,) = [record for record in history.records(HOME) if record.inspection.inspected == DROP.inspected]
    history.commit(Transaction(records=[replace(record, withdrawn=date(2024, 3, 2))]))
    last, drop, first = about(history).inspections
    assert (last.kind, last.published, last.gradings) == ("monitoring", "not stated", ())
    assert drop.withdrawn == "2 March 2024"
    assert [(grading.words, grading.areas) for grading in drop.gradings] == [
        ("Inadequate", ("overall experiences", "leadership and management")),
        ("Good", ("help and protection",)),
    ]
    assert [(grading.words, grading.areas) for grading in first.gradings] == [("Good", ())]
    assert first.seen == "12:00, 29 February 2024"


def test_readers_of_one_channel_are_one_line_for_strangers_and_each_has_one_for_the_signed_in(
    history: EmbeddedHistory,
) -> None:
    messages = [sent(DROPPED, "desk"), sent(DROPPED, "mail", "a@b.example"), sent(DROPPED, "mail", "c@d.example")]
    keep(history, GOOD, DROP, changes=[DROPPED], deliveries=messages)
    (line,) = [line for line in about(history).changes if line.id == DROPPED.alert.id]
    assert line.told is not None
    assert [(one.channel, one.readers, one.recipient, one.detail) for one in line.told.sent] == [
        ("desk", 1, "", ""),
        ("mail", 2, "", ""),
    ]
    (line,) = [line for line in about(history, with_people=True).changes if line.id == DROPPED.alert.id]
    assert line.told is not None
    assert [(one.recipient, one.detail) for one in line.told.sent] == [
        ("", "250 ok"),
        ("a@b.example", "250 ok"),
        ("c@d.example", "250 ok"),
    ]
    assert line.told.not_for == (("none", "not its area"),)


def test_an_acknowledgement_settles_an_alert_and_names_nobody_to_strangers(history: EmbeddedHistory) -> None:
    given = Acknowledgement.of(DROPPED.alert.id, by="Ann", why="We call them.", at=NOW)
    keep(history, GOOD, DROP, changes=[DROPPED], deliveries=[sent(DROPPED, "desk")], acknowledgements=[given])
    for with_people, words in ((False, "acknowledged at 12:00, 20 March 2024"), (True, "acknowledged by Ann at 12:00")):
        said = about_the(history, DROPPED.alert.id, with_people=with_people)
        assert said is not None
        assert said.told is not None
        assert said.told.acknowledged.startswith(words)
        assert ("Ann" in str(said)) is with_people
        assert [act.what for act in said.acts] == ["silence"]
    deeds = about(history, with_people=True).deeds
    assert any("acknowledged by Ann" in deed for deed in deeds)
    assert not [deed for deed in deeds if "UTC" in deed], "moments are told as on the whole page"
    (deed,) = about(history).deeds
    assert deed.startswith("acknowledged, ")
    assert "Ann" not in deed


def test_a_reminder_and_a_changed_first_alert_are_told_with_the_change_that_brought_them(
    history: EmbeddedHistory,
) -> None:
    again = replace(
        Delivery.of("desk", HOME, DROPPED.alert, f"{DROPPED.alert.id} 1", NOW), reminder=Reminder(number=1, alert=NOW)
    )
    better = inspection("2024-03-01", "good", published="2024-03-19")
    recovered = told([GOOD, DROP], better, NOW)
    first = sent(DROPPED, "desk")
    keep(history, GOOD, DROP, better, changes=[DROPPED, recovered], deliveries=[first, again])
    drop, recovery = (about_the(history, change.alert.id) for change in (DROPPED, recovered))
    assert drop is not None
    assert drop.told is not None
    assert [one.sort for one in drop.told.sent] == ["", "reminder 1"]
    assert drop.wording.state == "Now: recovered after 28 days, rated good (published 19 March 2024)"
    assert recovery is not None
    assert recovery.wording.state == ""


def test_a_silence_is_said_and_its_reason_to_the_signed_in_alone(history: EmbeddedHistory) -> None:
    silence = Silence.of({"home": [HOME]}, made=NOW, until=NOW + timedelta(days=3), why="It moves.", by="Ann")
    keep(history, GOOD, silences=[silence])
    assert about(history).silences == ("Nothing is sent about this home until 12:00, 23 March 2024",)
    assert about(history, with_people=True).silences == (
        f"Nothing is sent about this home until 12:00, 23 March 2024 (silence {silence.id} by Ann: It moves.)",
    )
    assert [(act.what, act.subject) for act in about(history).acts] == [("end silence", silence.id)]


def test_what_could_not_be_read_is_said_with_who_was_told(history: EmbeddedHistory) -> None:
    unread = Untold(what="its report could not be read", home=HOME, since=NOW - timedelta(hours=1))
    content = NotRead(home=HOME, part=UnreadPart.PAGE, home_id="SC000001", link="https://reports.example/1")
    message = Delivery.of("desk", HOME, content, "not read", NOW)
    keep(history, feeds=[FeedState(name="ofsted", problems={"/1": unread})], deliveries=[message])
    still, was = about(history).unable
    assert (still.words, still.since) == ("Its report could not be read", "11:00, 20 March 2024")
    assert was.link == "https://reports.example/1"
    assert [one.verdict for one in was.sent] == ["waiting after 0 attempts: not sent yet"]


def test_watches_say_what_their_lists_call_a_home(history: EmbeddedHistory) -> None:
    rows = {"SC000001": ListedHome(id="SC000001", row=2, label="Robins", last=date(2024, 3, 1))}
    listed = HomeList("homes.csv", Path("homes.csv"), rows)
    watch = Watch(name="placements", to=("desk",), homes_file=Path("homes.csv"), listed=listed)
    keep(history, GOOD)
    settings = SETTINGS.model_copy(update={"watch": (*SETTINGS.watch, watch)})
    assert [each.words for each in about(history, settings).watching] == [
        "all",
        "placements (“Robins”; its place on the list homes.csv ended on 1 March 2024)",
    ]


def test_an_id_is_found_once_its_inspection_is_known(history: EmbeddedHistory) -> None:
    keep(history, GOOD)
    kept, wanted = Kept(history, lambda: SETTINGS), DROPPED.alert.id
    assert kept.home_of(wanted, NOW) is None
    keep(history, DROP)
    assert kept.home_of(wanted, NOW) == HOME
    assert [kept.home_of(other, NOW) for other in (wanted.upper(), wanted[:-1], "")] == [None] * 3
    said = about_the(history, wanted)
    assert said is not None
    assert said.told is None
    assert said.asked == ("all",)
