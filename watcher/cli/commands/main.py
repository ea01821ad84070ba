"""The commands: parses, calls, prints."""

import asyncio
import signal
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from watcher import __version__
from watcher.cli import tables as show
from watcher.cli.commands.people import alerts_app, silence_app
from watcher.cli.terminal import AsJson, ConfigFile, err, out, owning, print_json, reading
from watcher.config.settings import load
from watcher.errors import WatcherError
from watcher.facts.inspection import Home
from watcher.facts.regulators import REGULATORS
from watcher.history.protocol import History
from watcher.options.mistakes import ConfigError, did_you_mean
from watcher.service import heartbeat
from watcher.timing.clock import SystemClock
from watcher.timing.durations import format_duration

app = typer.Typer(
    help="Watches what public inspectors publish and tells people when a home drops to inadequate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables could show a token
)
app.add_typer(alerts_app, name="alerts")
app.add_typer(silence_app, name="silence")

HomeKey = Annotated[str, typer.Argument(metavar="HOME", help="A home's id, such as SC478986 or ofsted:SC478986.")]


def main() -> None:
    """Runs a command; exit code 0 done, 1 something needs attention, 2 wrong usage or configuration."""
    try:
        app()
    except WatcherError as error:
        err.print(f"watcher: {error}", markup=False, highlight=False, style="red")
        sys.exit(2 if isinstance(error, ConfigError) else 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:  # a disk that is full or read-only, below whatever was asked
        err.print(f"watcher: {error}", markup=False, highlight=False, style="red")
        sys.exit(1)


def find_home(history: History, key: str) -> Home:
    """A home by its key or its regulator's id; says the nearest where there is none."""
    keys = [f"{regulator.key}:{spelling}" for regulator in REGULATORS for spelling in (key, key.upper())]
    record = next((record for known in (key, *keys) if (record := history.home(known))), None)
    if record is None:
        near = did_you_mean(key.upper(), [home.id for home in history.homes()])
        raise WatcherError(f"no home {key!r} is known{near}")
    return record.home


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
    for one in rounds:
        for told in one.taken.told:
            if as_json:
                print_json(told.alert.contract())
        if not as_json:
            out.print(f"{one.state.name}: {one.reading.outcome}; {one.reading.detail}", markup=False, highlight=False)
        for where, problem in one.state.problems.items():
            err.print(f"could not tell: {where}: {problem['what']}", markup=False, highlight=False)
    if any(not one.reading.outcome.is_good or one.state.problems for one in rounds):
        raise typer.Exit(1)


@app.command()
def check(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Configuration, secrets, feeds and channels tried without sending or storing anything."""
    from watcher.cli import check as checking

    settings = load(config, with_secrets=True)
    with reading(settings) as history:
        findings = asyncio.run(checking.check(settings, history))
    for finding in findings:
        if as_json:
            print_json({"what": finding.what, "ok": finding.ok, "detail": finding.detail})
        else:
            mark, style = ("ok", "green") if finding.ok else ("!!", "red")
            out.print(f"[{style}]{mark}[/] ", end="")
            out.print(f"{finding.what}: {finding.detail}", markup=False, highlight=False)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False)],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """An official file into the history, announcing nothing."""
    from watcher.rounds import imports as importing

    settings = load(config)
    with owning(settings) as history:
        steps = track(files, "reading", console=err, disable=as_json or not err.is_terminal, transient=True)
        imported = importing.import_files(history, steps)
    for one in imported.files:
        if as_json:
            print_json(one.as_json())
        else:
            out.print(one.summary(), markup=False, highlight=False)
            for line in one.untold():
                out.print(f"  {line}", markup=False, highlight=False)
    if not as_json:
        out.print(imported.summary(), markup=False, highlight=False)
    if any(one.needs_attention for one in imported.files):
        raise typer.Exit(1)


@app.command()
def history(home: HomeKey, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """One home's inspections as a timeline."""
    settings = load(config)
    with reading(settings) as known:
        found = find_home(known, home)
        records = known.records(found.key)
    if as_json:
        for record in records:
            print_json(show.inspection_json(record))
    else:
        show.timeline(out, found, records)


@app.command()
def replay(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, as 2018-08-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """The alerts that the present configuration would have sent, by date published, from stored history."""
    from watcher.messages.numbers import counted
    from watcher.messages.titles import title
    from watcher.rounds.replay import replay as replayed

    settings = load(config)
    count = 0
    with reading(settings) as known:
        for alert in replayed(known, settings, _day(first, "--from"), _day(last, "--to")):
            count += 1
            if as_json:
                print_json(alert.contract())
            else:
                when = alert.published or alert.inspected
                out.print(f"{when}  {title(alert)}  → {', '.join(alert.channels)}", markup=False, highlight=False)
    if not as_json:
        out.print(counted(count, "alert"), highlight=False)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2018-08-03", param_hint=option) from None


@app.command()
def demo() -> None:
    """The founding case: the real service against a small local site that publishes summer 2018 in fast motion."""
    from watcher.cli.demo import show_case

    show_case.run(out)


@app.command()
def explain(
    home: HomeKey,
    config: ConfigFile = None,
    as_json: AsJson = False,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Lists what was counted, as known on this day.")
    ] = None,
) -> None:
    """Every inspection of a home: seen, judged, sent, or why not; and where the numbers of an alert come from."""
    from watcher.cli import counted as provenance

    settings = load(config)
    today = SystemClock().now().astimezone(settings.timezone).date()
    day = _day(on, "--on") if on else today
    if day > today:
        raise typer.BadParameter(f"{day} is still to come: name a day until today", param_hint="--on")
    with reading(settings) as known:
        found = find_home(known, home)
        records = known.records(found.key)
        numbers = provenance.counted(found, known.register(), settings.groups, day) if on or not as_json else ()
        if not as_json:
            show.explanation(out, known, found, records)
            provenance.print_counted(out, numbers, day, in_full=on is not None)
            return
        for record in records:
            print_json(show.inspection_json(record))
        for told in known.changes(found.key):
            print_json(show.change_json(known, told))
        for number in numbers:
            print_json({"counted": number.what, "rule": number.rule, "lines": list(number.lines)})


@app.command()
def preview(
    change: Annotated[str, typer.Argument(metavar="CHANGE-ID", help="A change's id, as explain prints it.")],
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="A channel of the configuration.")],
    config: ConfigFile = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Writes an e-mail's HTML there.")] = None,
) -> None:
    """Any past change as a channel would send it, without sending it: text, or the JSON for Slack or a webhook."""
    from watcher.cli import preview as previews

    settings = load(config)
    if html is not None and not html.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {html.parent}", param_hint="--html")
    with reading(settings) as known, err.status("looking for it"):
        past = previews.find(known, settings, change)
    made = (previews.preview if html is None else previews.preview_html)(settings, channel, past)
    if html is not None:
        html.write_text(made.text, encoding="utf-8")
    else:
        sys.stdout.write(made.text)
    if made.remark:
        err.print(made.remark, markup=False, highlight=False, style="red")
        raise typer.Exit(1)


@app.command()
def status(
    config: ConfigFile = None,
    as_json: AsJson = False,
    running: Annotated[
        bool, typer.Option("--running", help="Fail only if no service with a fresh heartbeat runs (for HEALTHCHECK).")
    ] = False,
) -> None:
    """Each feed's last good reading, what waits, what is wrong."""
    from watcher.cli import status as state

    settings = load(config)
    now = SystemClock().now()
    if running:  # asked every minute by a container: no need to open the history
        beats = heartbeat.read(settings.data_dir)
        age = heartbeat.age(beats, now) if beats else None
        out.print(
            f"heartbeat {format_duration(age)} ago" if age is not None else "no service is running", highlight=False
        )
        raise typer.Exit(0 if age is not None and age <= heartbeat.STALE_AFTER else 1)
    with reading(settings) as known:
        found = state.of(settings, known, now)
    if as_json:
        print_json(found.as_json())
    else:
        found.print(out)
    if found.needs_attention:
        raise typer.Exit(1)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    config: ConfigFile = None,
    as_json: AsJson = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """The whole history into one checked file, while the service runs or not."""
    from watcher.cli import keeping

    report = keeping.back_up(load(config).data_dir, file, SystemClock().now(), force=force)
    _print_report(report, keeping.backup_lines(report), as_json=as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """A backup becomes the history; the one before is kept aside, and nothing is announced twice."""
    from watcher.cli import keeping

    report = keeping.bring_back(load(config).data_dir, file, SystemClock().now())
    _print_report(report, keeping.restore_lines(report), as_json=as_json)


def _print_report(report: Mapping[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        print_json(dict(report))
    else:
        for line in lines:
            out.print(line, markup=False, highlight=False)


@app.command()
def version() -> None:
    """The version of watcher."""
    out.print(__version__, highlight=False)
