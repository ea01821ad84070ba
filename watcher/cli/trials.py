"""What `check` and `init` try of a configuration, and how they show it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from watcher.cli.check import check
from watcher.cli.finding import Finding
from watcher.cli.history import reading
from watcher.cli.terminal import out, print_json
from watcher.config.settings import Settings
from watcher.timing.clock import SystemClock


def tried(settings: Settings) -> Sequence[Finding]:
    """Everything that is tried without sending or storing anything."""
    today = SystemClock().now().astimezone(settings.timezone).date()
    with reading(settings.place) as history:
        return list(asyncio.run(check(settings, history, today)))


def trial_messages(settings: Settings) -> Sequence[Finding]:
    """What became of a test message to every reader of every channel."""
    from watcher.cli.trial_message import send_to_each
    from watcher.delivery.channels.kinds import open_channels

    channels = open_channels(settings.channels, settings.house_style)
    with reading(settings.place) as history:
        sending = send_to_each(channels, settings.channels, SystemClock().now(), history.stop_of)
        return list(asyncio.run(sending))


def finding_json(finding: Finding) -> dict[str, Any]:
    """One of them, for programs."""
    remark = {"remark": True} if finding.is_remark else {}
    return {"what": finding.what, "ok": finding.ok, "detail": finding.detail, **remark}


def show(findings: Sequence[Finding], *, as_json: bool = False) -> None:
    """Prints them, one a line."""
    for finding in findings:
        if as_json:
            print_json(finding_json(finding))
        else:
            mark, style = ("??", "yellow") if finding.is_remark else ("ok", "green") if finding.ok else ("!!", "red")
            out.print(f"[{style}]{mark}[/] ", end="")
            out.print(f"{finding.what}: {finding.detail}", markup=False, highlight=False)
