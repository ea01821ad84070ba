"""The commands that do what the service does: run it, read each feed once, try everything."""

import asyncio
import signal
import sys
from typing import Annotated

import typer

from watcher.cli.history import owning, reading
from watcher.cli.terminal import AsJson, ConfigFile, err, out, print_json
from watcher.config.settings import load
from watcher.options.mistakes import did_you_mean

app = typer.Typer()


@app.command()
def run(config: ConfigFile = None) -> None:
    """The long-running service."""
    # As a container's first process it would ignore SIGTERM until the service's own handler is there.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from watcher.service import start

    asyncio.run(start.run(load(config, with_secrets=True)))


@app.command()
def poll(
    feed: Annotated[str | None, typer.Argument(help="Only this feed.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    release: Annotated[bool, typer.Option("--release", help="Believe the reading that the brake holds.")] = False,
) -> None:
    """One reading of each feed, judged, stored and delivered."""
    from watcher.service import start

    settings = load(config, with_secrets=True)
    if feed is not None and feed not in settings.feeds:
        raise typer.BadParameter(f"there is no feed {feed!r}{did_you_mean(feed, settings.feeds)}")
    if release:
        start.release_held(settings, feed)
    with (
        owning(settings) as history,
        err.status("reading; the first reading of a site takes long, as requests are spaced"),
    ):
        rounds = asyncio.run(start.poll_once(settings, history, feed))
    for turn in rounds:
        if as_json:
            for change in turn.taken.told:
                print_json(change.alert.contract())
        else:
            outcome = f"{turn.state.name}: {turn.reading.outcome}; {turn.reading.detail}"
            out.print(outcome, markup=False, highlight=False)
        for where, problem in turn.state.problems.items():
            err.print(f"could not tell: {where}: {problem.what}", markup=False, highlight=False)
    if any(not turn.reading.outcome.is_good or turn.state.problems for turn in rounds):
        raise typer.Exit(1)


@app.command()
def check(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Configuration, secrets, feeds and channels tried without sending or storing anything."""
    from watcher.cli import check as trials

    settings = load(config, with_secrets=True)
    with reading(settings) as history:
        findings = asyncio.run(trials.check(settings, history))
    for finding in findings:
        if as_json:
            print_json({"what": finding.what, "ok": finding.ok, "detail": finding.detail})
        else:
            mark, style = ("ok", "green") if finding.ok else ("!!", "red")
            out.print(f"[{style}]{mark}[/] ", end="")
            out.print(f"{finding.what}: {finding.detail}", markup=False, highlight=False)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
