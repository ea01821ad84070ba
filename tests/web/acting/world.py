"""The pages over a small stage, with who may act: signed in, by a proxy's word, or by a link."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from lxml import html

from tests.clock import ManualClock
from tests.web import stage
from tests.web.serving import app, serving, site
from watcher.config.settings import Settings
from watcher.config.web import Web
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outbox import Outbox
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.inspection import Home
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Held, Told, Transaction
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.links import Links
from watcher.messages.message import Reminder
from watcher.web.site import Site

HOME = "ofsted:SC900100"
HOME_PAGE = f"/homes/{HOME}"
CHANGE = "00000000000dead1"
CHANGE_PAGE = f"/changes/{CHANGE}"
READER = stage.SECRET_ADDRESS
SINCE = stage.NOW - timedelta(hours=2)
PROXIED = {"X-User": "ann"}


@dataclass
class World:
    """Pages that are served, and what they are made of."""

    url: str
    site: Site
    clock: ManualClock
    history: EmbeddedHistory
    messages: Mapping[str, Delivery]
    """One about the change for each way it may stand."""

    def browser(self, **headers: str) -> httpx.Client:
        """Keeps cookies and follows nothing."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Client(base_url=self.url, headers=sent, trust_env=False, timeout=60)

    @property
    def links(self) -> Links:
        """As messages have them, from where the pages are served."""
        return Links(self.url, self.history.signing_key())

    @property
    def outbox(self) -> Outbox:
        """What the pages ask to send."""
        assert isinstance(self.site.outbox, Outbox)
        return self.site.outbox

    def now(self, name: str) -> Delivery:
        """One of the messages as it stands now."""
        found = self.history.delivery(self.messages[name].id)
        assert found is not None
        return found

    def kept(self) -> list[tuple[str, str, str, str, str]]:
        """What people did, in short."""
        return [(deed.what.value, deed.subject, deed.by, deed.why, deed.door) for deed in self.history.deeds()]


def alert(**facts: object) -> Alert:
    """A drop at the home."""
    return stage._alert(
        0, What.DROPPED_TO_INADEQUATE, id=CHANGE, home=HOME, home_id="SC900100", name="Plas", owner="Care", **facts
    )


def _messages(told: Alert) -> dict[str, Delivery]:
    def made(channel: str, name: str, recipient: str | None = None) -> Delivery:
        return Delivery.of(channel, told.home, told, f"{CHANGE}{name}", SINCE, recipient=recipient)

    sent = {name: made("mail", name, READER).sending(SINCE) for name in ("refused", "unknown", "accepted")}
    reminder = replace(made("desk", "reminder"), reminder=Reminder(number=1, alert=SINCE))
    return {
        "refused": sent["refused"].settled(Verdict(Answer.REFUSED, "550 no such user"), SINCE),
        "unknown": replace(sent["unknown"], state=State.UNKNOWN, unsure_since=SINCE, unknowns=3),
        "accepted": sent["accepted"].settled(Verdict(Answer.ACCEPTED), SINCE),
        "waiting": replace(made("screen", "waiting"), due=stage.NOW + timedelta(hours=1)),
        "silenced": replace(made("screen", "silenced"), state=State.SILENCED, silence="0" * 8),
        "declined": made("mail", "declined", READER).declined("not sent: he stopped these mails"),
        "reminder": replace(reminder, due=stage.NOW + timedelta(hours=2)),
    }


def settings(folder: Path, **web: Any) -> Settings:
    """The stage's, with these options of the pages."""
    known = stage.settings(folder)
    return known.model_copy(update={"web": Web.model_validate({**known.web.model_dump(), **web})})


@contextmanager
def world(folder: Path, **web: Any) -> Iterator[World]:
    """A home with a drop that nobody has acknowledged, messages of every fate, and a feed whose reading is held."""
    folder.mkdir(exist_ok=True)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    told = alert()
    messages = _messages(told)
    source = Source(stage.NOW.date(), "ofsted", Sort.PAGE)
    home = Home(regulator="ofsted", id="SC900100", name="Plas", local_authority="Derby", source=source)
    held = FeedState(name="ofsted", began=SINCE, last_good=SINCE, held=Held("412 homes changed at once", SINCE))
    history.commit(
        Transaction(
            homes=[HomeRecord.of(home)],
            changes=[Told(alert=told, seen=SINCE, feed="ofsted")],
            deliveries=list(messages.values()),
            feeds=[held],
        )
    )
    made = site(settings(folder, **web), history)
    assert isinstance(made.clock, ManualClock)
    try:
        with serving(app(made)) as url:
            yield World(url, made, made.clock, history, messages)
    finally:
        history.close()


def sign_in(browser: httpx.Client) -> None:
    """As the user of the stage."""
    page = browser.get("/sign-in").text
    form = {"name": stage.USER, "password": stage.PASSWORD, "csrf": token_in(page)}
    assert browser.post("/sign-in", data=form).status_code == 303


def token_in(page: str) -> str:
    """The token of a page's forms."""
    found = set(re.findall(r'name="csrf" value="([^"]*)"', page))
    assert len(found) == 1
    return str(found.pop())


def form_to(page: str, action: str) -> dict[str, str]:
    """The fields of the one form of a page that leads to an address."""
    (form,) = [form for form in html.fromstring(page).forms if unquote(form.action or "") == action]
    return {name: value or "" for name, value in form.form_values()}


def words(answer: httpx.Response) -> str:
    """What stands on a page, in one line."""
    return " ".join(html.fromstring(answer.text).xpath("string(//main)").split())
