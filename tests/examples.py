"""The examples in the documentation: `python -m tests.examples docs` writes them again.

The founding case as each channel would send it, and a digest of the days around it. Grades, dates and counts are the
real ones of the bundled inspections; the founding case's reports are generated, and each of their sentences says so.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.terminal_theme import MONOKAI

from tests.standins.reports.report_pdf import report_pdf
from watcher.config.settings import Settings
from watcher.delivery.channels.console.channel import print_wording
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.rendering import Rendered, render
from watcher.delivery.channels.slack.blocks import payload, update_payload
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.facts.inspection import Home
from watcher.facts.quotes import Findings
from watcher.feeds.ofsted_site.report.pages import read_pages
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import CouldNotTell
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import Change, What
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest, Item, in_order
from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.messages.present_state import state_line
from watcher.messages.timeline.drawing import svg
from watcher.messages.wording import Wording, word
from watcher.rounds.replay import judged
from watcher.rounds.tell.threads import SHOWN
from watcher.watching.watches import Watch

WIDTH = 110
"""Characters of a line of the terminal."""
HOME = "ofsted:SC478986"
CHANNEL = "C0123456789"
SETTINGS = Settings(
    channels={"screen": ConsoleOptions(), "desk": SlackOptions(channel=CHANNEL)},
    watch=(Watch(name="derby", local_authority=("Derby",), to=("desk", "screen")),),
)
LINKS = Links("https://watcher.example.org")
"""Of pages that people reach there; without a key, so that no example looks as if it were signed."""
READER = "reader@example.org"
DEED = "Acknowledged by ann, 20:14 on 3 August 2018"
_TIMELINE = "timeline.svg"
_FIRST_TS = "1533285667.000100"
"""What Slack would have called the first alert."""

REGION = "East Midlands"
DIGEST_SETTINGS = Settings(
    channels={"morning": ConsoleOptions()},
    watch=(Watch(name="east midlands", region=(REGION,), changes=tuple(What), to=("morning",)),),
)
DIGEST_DAY = date(2018, 8, 6)
"""A Monday, of a digest that comes on Mondays and Thursdays."""
_GATHERED_ON = (date(2018, 8, 2), date(2018, 8, 3))
"""The days since Thursday's digest on which something was published."""
_READ_AT = time(8, 41, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Example:
    """An alert and when it was seen."""

    alert: Alert
    seen: datetime

    @property
    def message(self) -> Message:
        """The alert as a channel is handed it."""
        return Message(id="example", content=self.alert, seen=self.seen, recipient=READER)

    @property
    def wording(self) -> Wording:
        """The alert in words."""
        return _words(self.message)


@lru_cache(maxsize=1)
def founding_case() -> tuple[Example, Example]:
    """The drop of 3 August 2018 and the recovery of 25 September."""
    with _bundled() as history:
        cases = list(_cases(history, SETTINGS, _home(history)))
    drop = next(case for case in cases if case.alert.change is What.DROPPED_TO_INADEQUATE)
    recovery = next(case for case in cases if case.alert.change is What.RECOVERED)
    return drop, recovery


@lru_cache(maxsize=1)
def morning() -> Digest:
    """What a watch of the whole region gathered over those days."""
    with _bundled() as history:
        cases = [
            case
            for home in history.homes()
            if home.region == REGION
            for case in _cases(
                history, DIGEST_SETTINGS, home, lambda change: change.inspection.published in _GATHERED_ON
            )
        ]
    concerns = {case.alert.inspection: case.alert.concerns for case in cases if case.alert.concerns}
    items = in_order(
        Item(replace(case.alert, concerns=concerns.get(case.alert.inspection, ())), case.seen)
        for case in cases
        if case.alert.change is not What.GROUP_CONCERN  # it goes along with its drop
    )
    return Digest(day=DIGEST_DAY, items=tuple(items), total=len(items), feeds=1)


def examples() -> dict[str, str]:
    """The text of each file by its name."""
    drop, recovery = founding_case()
    mail = render(drop.message, SETTINGS.timezone, links=LINKS)
    digest = render(replace(drop.message, content=morning()), SETTINGS.timezone, links=LINKS)
    reply = replace(recovery.message, thread=_FIRST_TS, is_shown=recovery.alert.change in SHOWN)
    state = state_line(recovery.alert)
    after = replace(drop.message, thread=_FIRST_TS, state=state, deeds=(DEED,), is_acknowledged=True)
    return {
        "alert.svg": _terminal_picture(drop.wording),
        "examples/console.txt": _console(drop.wording),
        "examples/slack.json": _json(payload(drop.message, drop.wording, CHANNEL, is_answered=True)),
        "examples/slack-recovery.json": _json(payload(reply, _words(reply), CHANNEL, is_answered=True)),
        "examples/slack-first-alert-after.json": _json(
            update_payload(after, word(after, SETTINGS.timezone, LINKS), CHANNEL, is_answered=True)
        ),
        "examples/mail.html": _html(mail),
        "examples/mail.txt": f"Subject: {mail.subject}\n\n{mail.text}",
        "examples/digest.html": _html(digest),
        "examples/digest.txt": f"Subject: {digest.subject}\n\n{digest.text}",
        f"examples/{_TIMELINE}": svg(drop.wording.timeline),
    }


def write(files: Mapping[str, str], folder: Path) -> None:
    """Writes the files into a folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@contextmanager
def _bundled() -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(Path("no such folder"), read_only=True)
    try:
        yield history
    finally:
        history.close()


def _home(history: EmbeddedHistory) -> Home:
    record = history.home(HOME)
    if record is None:
        raise LookupError(f"{HOME} is not among the bundled inspections")
    return record.home


def _cases(
    history: EmbeddedHistory, settings: Settings, home: Home, wanted: Callable[[Change], bool] = lambda _: True
) -> Iterator[Example]:
    """The changes of a home as they would have been told, each seen in the morning of its publication."""
    for alert in judged(history, settings, home, wanted):
        seen = datetime.combine(alert.published or alert.day, _READ_AT)
        alert = replace(alert, link=f"https://reports.ofsted.gov.uk/provider/2/{alert.home_id}")
        yield Example(_with_findings(history, home, alert) if home.key == HOME else alert, seen)


def _with_findings(history: EmbeddedHistory, home: Home, alert: Alert) -> Alert:
    """The alert with what is read of a generated report of its inspection."""
    records = [record.inspection for record in history.records(home.key)]
    inspection = next(inspection for inspection in records if inspection.key == alert.inspection)
    graded = [earlier for earlier in records if earlier.rating and earlier.order < inspection.order]
    report = read_report(read_pages(report_pdf(home, inspection, graded[::-1])))
    findings = Findings(unread=report.reason) if isinstance(report, CouldNotTell) else report.findings
    return replace(alert, findings=findings)


def _words(message: Message) -> Wording:
    return word(message, SETTINGS.timezone, LINKS)


def _terminal_picture(wording: Wording) -> str:
    """The message as a terminal shows it, as SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, highlight=False)
    print_wording(console, wording)
    drawn = console.export_svg(title="watcher", theme=MONOKAI, unique_id="alert", font_aspect_ratio=0.61)
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # no fonts from elsewhere


def _console(wording: Wording) -> str:
    console = Console(file=StringIO(), width=WIDTH, highlight=False)
    print_wording(console, wording)
    return console.file.getvalue() if isinstance(console.file, StringIO) else ""


def _json(sent: Mapping[str, Any]) -> str:
    return orjson.dumps(sent, option=orjson.OPT_INDENT_2).decode() + "\n"


def _html(rendered: Rendered) -> str:
    """The HTML with the timeline's drawing in place of the picture that the mail carries."""
    return rendered.html.replace(f"cid:{rendered.picture.cid}", _TIMELINE) if rendered.picture else rendered.html


if __name__ == "__main__":
    write(examples(), Path(sys.argv[1]))
