"""A history for the pages to show: twelve real years with the founding case told, and invented homes of every trouble.

Names that hurt, long words, a home of every state; messages with every verdict, silences, acknowledgements, findings
with quotes and requirements, the operator's open matters, feeds that are well, ill, held and never read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from pydantic import SecretStr

from tests.builders import inspection
from tests.messages.messages import GOOD, INADEQUATE, graded
from tests.messages.stories import told
from tests.standins.slack import CHANNEL, TOKEN
from watcher.config.settings import Operator, Settings
from watcher.config.web import Web
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import MOST_UNKNOWN, Delivery, State
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.inspection import Home
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord, Record
from watcher.feeds.feed import Trouble
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Held, OpenMatter, Told, Transaction, Untold
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.made_watches import MadeWatch
from watcher.watching.silences import Silence
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FOUNDING_DAY = datetime(2018, 8, 3, 9, 5, tzinfo=UTC)

SECRET_ADDRESS = "reader.nobody.may.see@example.org"
"""A recipient: on no page but for who is signed in."""
SECRET_PERSON = "Zebedee Unseen"
"""Somebody who acted: on no page but for who is signed in."""

USER = "night.shift"
PASSWORD = "correct horse battery staple"
"""Of somebody who may act."""

FOUNDING_CHANGE = "00000000000c1890"
"""The id of the change that the drop of August 2018 is."""
OPEN_CHANGE = "00000000000ac0de"
"""The id of a drop that nobody has acknowledged."""

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=https://evil.example/x onerror=alert(1)>',
    "{{ 7*7 }}{% endblock %}",
    "\u202egnp.exe\u2066 Care",
    "Plas & Sons\r\nSet-Cookie: a=b",
    "]]>--></style></title>",
    '=HYPERLINK("https://evil.example";"Click")',
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3,
    "../../etc/passwd%00?a=b#c",
    "<!channel> @everyone 👩‍👩‍👧‍👦 ﷽ Z̸̧̢̛͍",
)
"""What a home, its owner and its area may be called; each is one invented home."""


def settings(folder: Path) -> Settings:
    """Three channels, four watches and somebody who may act; nothing that is sent would leave the machine."""
    users = folder / "users"
    users.write_text(f"{USER}:{PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)}\n")
    users.chmod(0o600)
    return Settings(
        data_dir=folder,
        web=Web(users_file=users),
        contact="test@localhost",
        feeds={
            "ofsted": OfstedSiteOptions(url="http://127.0.0.1:9", hosts=()),
            "wales": OfstedSiteOptions(url="http://127.0.0.1:9", hosts=()),
        },
        channels={
            "desk": SlackOptions(channel=CHANNEL, url="http://127.0.0.1:9", token=SecretStr(TOKEN)),
            "mail": EmailOptions.model_validate(
                {
                    "smtp": "smtp://127.0.0.1:9",
                    "starttls": False,
                    "from": "watcher@localhost",
                    "to": [SECRET_ADDRESS, "other@example.org"],
                }
            ),
            "screen": ConsoleOptions(),
        },
        watch=(
            Watch.model_validate({"name": "derby", "local_authority": ["Derby"], "to": ["desk", "mail"]}),
            Watch.model_validate({"name": "everything", "changes": "all", "to": ["screen"]}),
            Watch.model_validate({"name": "Esland . and others", "owner": ["Esland North Limited"], "to": ["desk"]}),
            Watch.model_validate({"name": "nothing", "local_authority": ["Nowhere"], "to": ["desk"]}),
        ),
        operator=Operator(to=("screen",)),
    )


def plain_settings(folder: Path) -> Settings:
    """Those of somebody who watches one city, for pictures."""
    full = settings(folder)
    watches = tuple(watch for watch in full.watch if watch.name == "derby")
    return full.model_copy(update={"watch": watches, "feeds": {"ofsted": full.feeds["ofsted"]}})


def filled(folder: Path) -> EmbeddedHistory:
    """The history, in a new folder; whoever asks closes it."""
    return _with_troubles(EmbeddedHistory.open(folder))


def small(folder: Path) -> EmbeddedHistory:
    """The same with the real homes of one place alone, so that a page costs next to nothing."""
    bundled = EmbeddedHistory.open(folder / "none", read_only=True)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    keys = [home.key for home in bundled.homes() if home.local_authority == "Derby"]
    homes = [home for key in keys if (home := bundled.home(key)) is not None]
    records = [replace(record, id=None) for key in keys for record in bundled.records(key)]
    bundled.close()
    history.commit(Transaction(homes=homes, records=records))
    return _with_troubles(history)


def _with_troubles(history: EmbeddedHistory) -> EmbeddedHistory:
    changes = tuple(_changes())
    history.commit(
        Transaction(
            homes=[HomeRecord.of(_home(number)) for number, _ in enumerate(HOSTILE)],
            records=[record for number, _ in enumerate(HOSTILE) for record in _records(number)],
            changes=changes,
            deliveries=[*_deliveries([change.alert for change in changes]), _notice()],
            feeds=tuple(_feeds()),
            notices=_matters(),
            silences=tuple(_silences()),
            made_watches=tuple(_made_watches()),
            acknowledgements=[
                Acknowledgement.of(FOUNDING_CHANGE, by=SECRET_PERSON, why="The council <b>knows</b>.", at=NOW - HOUR)
            ],
        )
    )
    return history


def _made_watches() -> Iterator[MadeWatch]:
    """One that tells, one that is paused, one without its channel, one that was removed, and what hurts."""
    known = MadeWatch(number=1, of="area", value="Derby", to="desk/C0456", by=SECRET_PERSON, made=NOW, door="slack")
    yield known
    yield replace(known, number=2, of="home", value="ofsted:SC478986", to="desk/C0457", paused=NOW - HOUR)
    yield replace(known, number=3, to="gone/C0458", changes=tuple(What))
    yield replace(known, number=4).removed(by=SECRET_PERSON, at=NOW, door="page")
    for number, name in enumerate(HOSTILE, start=5):
        yield replace(known, number=number, of="owner", value=name, by=SECRET_PERSON, to="screen")


def plain(folder: Path) -> EmbeddedHistory:
    """The same for pictures: the real years, the founding case told and a feed that is well; nothing invented."""
    history = EmbeddedHistory.open(folder)
    alert = told(id=FOUNDING_CHANGE)
    made = Delivery.of("desk", alert.home, alert, alert.id, FOUNDING_DAY)
    sent = made.sending(FOUNDING_DAY).settled(Verdict(Answer.ACCEPTED, reference="1533287100.000100"), FOUNDING_DAY)
    feed = FeedState(name="ofsted", began=NOW - HOUR, outcome="unchanged", last_good=NOW - HOUR, newest=NOW.date())
    told_of = Told(alert=alert, seen=FOUNDING_DAY, feed="ofsted")
    history.commit(Transaction(changes=[told_of], deliveries=[sent], feeds=[feed]))
    return history


def hostile_id(number: int) -> str:
    """The id of an invented home."""
    return f"SC9{number:05}"


def change_id(what: What) -> str:
    """The id of the invented change of that sort."""
    return f"{1000 + list(What).index(what):016x}"


def _home(number: int) -> Home:
    name = HOSTILE[number]
    return Home(
        regulator="ofsted",
        id=hostile_id(number),
        type="children's home",
        name=name,
        owner=name,
        local_authority="Derby" if number % 2 else name,
        region="East Midlands",
        sector="private",
        status="closed" if number == 2 else "active",
        registered=date(2019, 5, 1),
        places=number,
        link="javascript:alert(1)" if number == 1 else "https://reports.ofsted.gov.uk/provider/2/" + hostile_id(number),
        source=Source(date(2026, 2, 1), "ofsted", Sort.PAGE),
    )


def _records(number: int) -> Iterator[Record]:
    home = f"ofsted:{hostile_id(number)}"
    yield Record((inspection("2024-05-01", "good", home=home),))
    if number % 3 == 0:
        yield Record((inspection("2026-01-20", "inadequate", home=home, document="50000001"),), seen=NOW - HOUR)
    elif number % 3 == 1:
        yield Record((inspection("2025-02-01", "inadequate/good/good", home=home),), withdrawn=date(2025, 9, 1))


def _changes() -> Iterator[Told]:
    """The founding case, and one change of every sort at homes that hurt."""
    yield Told(alert=told(id=FOUNDING_CHANGE), seen=FOUNDING_DAY, feed="ofsted")
    yield Told(alert=_alert(0, What.DROPPED_TO_INADEQUATE, id=OPEN_CHANGE), seen=NOW - 30 * HOUR, feed="ofsted")
    for number, what in enumerate(What):
        if what is not What.GROUP_CONCERN:  # which needs a concern of its own
            seen = NOW - timedelta(days=3 * number)
            reasons = {"derby": "its area is <Nottingham>"} if number % 2 else {}
            yield Told(alert=_alert(number % len(HOSTILE), what), seen=seen, feed="ofsted", reasons=reasons)


def _alert(number: int, what: What, **facts: object) -> Alert:
    name = HOSTILE[number]
    home = hostile_id(number)
    past = {What.WITHDRAWN: {"was": INADEQUATE}, What.CORRECTED: {"was": GOOD}}.get(what, {})
    return told(
        **{
            "id": change_id(what),
            "change": what,
            "home": f"ofsted:{home}",
            "home_id": home,
            "name": name,
            "owner": name,
            "local_authority": name,
            "inspection": f"ofsted:{home}:2026-01-20:full",
            "event": None,
            "inspected": date(2026, 1, 20),
            "published": date(2026, 3, 1),
            "before": graded("2024-05-01", GOOD),
            "days_inadequate": 53 if what is What.RECOVERED else None,
            **past,
            **facts,
        }
    )


def _deliveries(alerts: Sequence[Alert]) -> Iterator[Delivery]:
    """Messages with every verdict there is; each alert has one of them, and the next alert the next."""
    for number, alert in enumerate(alerts):
        channel, recipient = (("desk", None), ("mail", SECRET_ADDRESS), ("screen", None))[number % 3]
        made = Delivery.of(channel, alert.home, alert, alert.id, NOW - 2 * HOUR, recipient=recipient)
        states = list(_states(made))
        yield states[number % len(states)]


def _states(made: Delivery) -> Iterator[Delivery]:
    sent = made.sending(NOW - HOUR)
    yield sent.settled(Verdict(Answer.ACCEPTED, reference="1533287100.000100"), NOW)
    yield sent.settled(Verdict(Answer.ACCEPTED, remark="the picture was <left> out"), NOW)
    yield made
    yield sent
    yield sent.settled(Verdict(Answer.LATER, "503 Service <b>Unavailable</b>"), NOW + HOUR)
    yield sent.settled(Verdict(Answer.REFUSED, "550 no such user: " + SECRET_ADDRESS), NOW)
    yield sent.settled(Verdict(Answer.REFUSED, "invalid_auth", stops=True), NOW + HOUR, "way")
    yield replace(sent, state=State.UNKNOWN, unsure_since=NOW - HOUR, unknowns=MOST_UNKNOWN)
    yield replace(sent.settled(Verdict(Answer.UNKNOWN, "timed out"), NOW + HOUR))
    yield replace(made, state=State.GATHERED)
    yield next(_silences()).holds(made)
    yield made.lapsed("the home stands otherwise by now")


def _notice() -> Delivery:
    notice = Notice("ofsted has not been read", "For <26> hours.", topic=Topic.STALE.key, since=NOW - 26 * HOUR)
    return Delivery.of("screen", "stale:ofsted", notice, "stale:ofsted", NOW - HOUR)


def _feeds() -> Iterator[FeedState]:
    unread = Untold(what="its report <could> not be read", home="ofsted:" + hostile_id(0), since=NOW - 5 * HOUR)
    missing = Untold(what="the link leads to nothing", home=None, since=NOW - HOUR, trouble=Trouble.MISSING, tries=4)
    yield FeedState(
        name="ofsted",
        began=NOW - HOUR,
        outcome="unchanged",
        last_good=NOW - HOUR,
        problems={"/provider/2/" + hostile_id(0): unread, "/v1/file/50": missing},
        newest=date(2026, 3, 1),
        unread=("ofsted:" + hostile_id(0),),
        held=Held("412 of 7,386 homes <changed> at once", NOW - HOUR),
    )
    yield FeedState(
        name="wales",
        began=NOW - HOUR,
        outcome="failed",
        detail="HTTP 503 from <site>",
        last_good=NOW - timedelta(days=3),
        failures=71,
        not_before=NOW + HOUR,
    )


def _matters() -> dict[str, OpenMatter]:
    """One of every topic."""
    return {
        f"{topic.key}:{number}": OpenMatter(
            f"<{topic.key}> of ofsted",
            f"It began & lasts. {HOSTILE[number % len(HOSTILE)]}",
            NOW - number * HOUR,
            ("desk",) if number % 2 else (),
            topic.key,
            {"/provider/2/" + hostile_id(number % len(HOSTILE)): hostile_id(number % len(HOSTILE))},
            told_of=1,
            told=NOW - number * HOUR,
        )
        for number, topic in enumerate(Topic)
    }


def _silences() -> Iterator[Silence]:
    made = NOW - timedelta(days=2)
    home = {"home": ["ofsted:" + hostile_id(4)]}
    yield Silence.of(home, made=made, until=NOW + timedelta(days=12), why="Known <and> seen to.", by=SECRET_PERSON)
    yield Silence.of({"local_authority": ["Derby"]}, made=made, until=NOW - HOUR, why="It is over.", by="Somebody")
