"""The examples in the documentation: `python -m watcher.demo.examples docs` writes them again.

The founding case as each channel would send it. Grades, dates and counts are the real ones of the bundled inspections;
the report is generated, and each of its sentences says so.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from io import StringIO
from pathlib import Path

import orjson
from rich.console import Console

from watcher.alert import Alert
from watcher.changes import What
from watcher.config import Console as ConsoleSettings
from watcher.config import Settings, Slack, Watch
from watcher.delivery import Message
from watcher.delivery.console import print_wording
from watcher.delivery.digest import Digest, Item
from watcher.delivery.email.rendering import Rendered, render
from watcher.delivery.slack.blocks import payload
from watcher.delivery.timeline import svg
from watcher.delivery.wording import Wording, word
from watcher.demo.picture import WIDTH, terminal_picture
from watcher.demo.report_pdf import report_pdf
from watcher.feeds.ofsted_site.report import CouldNotTell, read_report
from watcher.feeds.ofsted_site.report_worker import read_pages
from watcher.findings import Findings
from watcher.history.embedded import EmbeddedHistory
from watcher.inspection import Home
from watcher.replay import judged

HOME = "ofsted:SC478986"
CHANNEL = "C0123456789"
SETTINGS = Settings(
    channels={"screen": ConsoleSettings(), "desk": Slack(channel=CHANNEL)},
    watch=(Watch(name="derby", local_authority=("Derby",), to=("desk", "screen")),),
)
_TIMELINE = "timeline.svg"


@dataclass(frozen=True, slots=True)
class Case:
    """An alert and when it was seen."""

    alert: Alert
    seen: datetime

    @property
    def message(self) -> Message:
        """The alert as a channel is handed it."""
        return Message(id="example", content=self.alert, seen=self.seen)

    @property
    def wording(self) -> Wording:
        """The alert in words."""
        return word(self.message, SETTINGS.timezone)


@lru_cache(maxsize=1)
def founding_case() -> tuple[Case, Case]:
    """The drop of 3 August 2018 and the recovery of 25 September."""
    history = EmbeddedHistory.open(Path("no such folder"), read_only=True)
    try:
        alerts = [_with_findings(history, alert) for alert in judged(history, SETTINGS, _home(history))]
    finally:
        history.close()
    drop = next(alert for alert in alerts if alert.change is What.DROPPED_TO_INADEQUATE)
    recovery = next(alert for alert in alerts if alert.change is What.RECOVERED)
    return (
        Case(drop, datetime(2018, 8, 3, 8, 41, tzinfo=UTC)),
        Case(recovery, datetime(2018, 9, 25, 8, 41, tzinfo=UTC)),
    )


def examples() -> dict[str, str]:
    """The text of each file by its name."""
    drop, recovery = founding_case()
    mail = render(drop.message, SETTINGS.timezone)
    items = tuple(Item(case.alert, case.seen) for case in (drop, recovery))
    digest = render(
        replace(recovery.message, content=Digest(day=recovery.seen.date(), items=items, total=len(items), feeds=1)),
        SETTINGS.timezone,
    )
    return {
        "alert.svg": terminal_picture(drop.wording),
        "examples/console.txt": _console(drop.wording),
        "examples/slack.json": _slack(drop),
        "examples/slack-recovery.json": _slack(recovery),
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


def _home(history: EmbeddedHistory) -> Home:
    record = history.home(HOME)
    if record is None:
        raise LookupError(f"{HOME} is not among the bundled inspections")
    return record.home


def _with_findings(history: EmbeddedHistory, alert: Alert) -> Alert:
    """The alert with what is read of a generated report of its inspection."""
    records = [record.inspection for record in history.records(HOME)]
    inspection = next(one for one in records if one.key == alert.inspection)
    graded = [one for one in records if one.rating and one.order < inspection.order]
    report = read_report(read_pages(report_pdf(_home(history), inspection, graded[::-1])))
    findings = Findings(unread=report.reason) if isinstance(report, CouldNotTell) else report.findings
    return replace(alert, findings=findings, link=f"https://reports.ofsted.gov.uk/provider/2/{alert.home_id}")


def _console(wording: Wording) -> str:
    console = Console(file=StringIO(), width=WIDTH, highlight=False)
    print_wording(console, wording)
    return console.file.getvalue() if isinstance(console.file, StringIO) else ""


def _slack(case: Case) -> str:
    sent = payload(case.message, case.wording, CHANNEL)
    return orjson.dumps(sent, option=orjson.OPT_INDENT_2).decode() + "\n"


def _html(rendered: Rendered) -> str:
    """The HTML with the timeline's drawing in place of the picture that the mail carries."""
    return rendered.html.replace(f"cid:{rendered.picture.cid}", _TIMELINE) if rendered.picture else rendered.html


if __name__ == "__main__":
    write(examples(), Path(sys.argv[1]))
