"""The commands: parses, calls, prints."""

import asyncio
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import track

from watcher import __version__, heartbeat, show
from watcher.clock import SystemClock
from watcher.config import Settings, load
from watcher.config_mistakes import ConfigError, did_you_mean
from watcher.durations import format_duration
from watcher.errors import WatcherError
from watcher.history import History
from watcher.history.embedded import EmbeddedHistory
from watcher.inspection import Home

app = typer.Typer(
    help="Watches what public inspectors publish and tells people when a home drops to inadequate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables could show a token
)
alerts_app = typer.Typer(help="Messages and their verdicts.", invoke_without_command=True)
app.add_typer(alerts_app, name="alerts")
silence_app = typer.Typer(help="What is not to be sent for a while.", invoke_without_command=True)
app.add_typer(silence_app, name="silence")

out = Console(soft_wrap=not sys.stdout.isatty())
err = Console(stderr=True, soft_wrap=True)

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", envvar="WATCHER_CONFIG", help="The configuration; watcher.toml if it is there."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
AlertId = Annotated[
    str, typer.Argument(metavar="ID", help="A message's or a change's id; 6 characters of its beginning are enough.")
]
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


def print_json(line: dict[str, Any]) -> None:
    """One object, one line."""
    sys.stdout.write(orjson.dumps(line).decode() + "\n")


@contextmanager
def reading(settings: Settings) -> Iterator[History]:
    """The history for looking only: a running service is not disturbed; without one yet, the bundled inspections."""
    history = EmbeddedHistory.open(settings.data_dir, read_only=True)
    try:
        yield history
    finally:
        history.close()


@contextmanager
def owning(settings: Settings) -> Iterator[EmbeddedHistory]:
    """The history for altering; refused while another process owns it."""
    history = EmbeddedHistory.open(settings.data_dir)
    try:
        yield history
    finally:
        history.close()


def find_home(history: History, key: str) -> Home:
    """A home by its key or its regulator's id; says the nearest where there is none."""
    record = history.home(key) or history.home(f"ofsted:{key}") or history.home(f"ofsted:{key.upper()}")
    if record is None:
        near = did_you_mean(key.upper(), [home.id for home in history.homes()])
        raise WatcherError(f"no home {key!r} is known{near}")
    return record.home


@app.command()
def run(config: ConfigFile = None) -> None:
    """The long-running service."""
    # As a container's first process it would ignore SIGTERM until the service's own handler is there.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from watcher import running

    asyncio.run(running.run(load(config, with_secrets=True)))


@app.command()
def poll(
    feed: Annotated[str | None, typer.Argument(help="Only this feed.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    release: Annotated[bool, typer.Option("--release", help="Believe the reading that the brake holds.")] = False,
) -> None:
    """One reading of each feed, judged, stored and delivered."""
    from watcher import running

    settings = load(config, with_secrets=True)
    if feed is not None and feed not in settings.feeds:
        raise typer.BadParameter(f"there is no feed {feed!r}{did_you_mean(feed, settings.feeds)}")
    if release:
        running.release_held(settings, feed)
    with (
        owning(settings) as history,
        err.status("reading; the first reading of a site takes long, as requests are spaced"),
    ):
        rounds = asyncio.run(running.poll_once(settings, history, feed))
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
    from watcher import checking

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
    from watcher import importing

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
    from watcher.delivery.titles import title
    from watcher.replay import replay as replayed

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
        out.print(f"{count} alerts", highlight=False)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2018-08-03", param_hint=option) from None


@app.command()
def demo() -> None:
    """The founding case: the real service against a small local site that publishes summer 2018 in fast motion."""
    from watcher.demo import show_case

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
    from watcher import provenance

    settings = load(config)
    day = _day(on, "--on") if on else SystemClock().now().astimezone(settings.timezone).date()
    with reading(settings) as known:
        found = find_home(known, home)
        records = known.records(found.key)
        if not as_json:
            show.explanation(out, known, found, records)
            numbers = provenance.counted(found, known.register(), settings.groups, day)
            provenance.print_counted(out, numbers, day, in_full=on is not None)
            return
        for record in records:
            print_json(show.inspection_json(record))
        for told in known.changes(found.key):
            print_json(show.change_json(known, told))


@app.command()
def preview(
    change: Annotated[str, typer.Argument(metavar="CHANGE-ID", help="A change's id, as replay --json prints it.")],
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="A channel of the configuration.")],
    config: ConfigFile = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Writes an e-mail's HTML there.")] = None,
) -> None:
    """Any past change as a channel would send it, without sending it: text, or the JSON that Slack would be sent."""
    from watcher import preview as previews

    settings = load(config)
    with reading(settings) as known, err.status("looking for it"):
        past = previews.find(known, settings, change)
    if html is not None:
        html.write_text(previews.preview_html(settings, channel, past), encoding="utf-8")
    else:
        sys.stdout.write(previews.preview(settings, channel, past))


@alerts_app.callback()
def alerts(
    context: typer.Context,
    config: ConfigFile = None,
    as_json: AsJson = False,
    waiting: Annotated[bool, typer.Option("--open", help="Only those without a final verdict.")] = False,
) -> None:
    """Messages and their verdicts, oldest first."""
    if context.invoked_subcommand is not None:
        return
    settings = load(config)
    with reading(settings) as known:
        deliveries = list(known.deliveries(open_only=waiting))
        if waiting:
            deliveries = sorted([*deliveries, *known.gathered()], key=lambda delivery: delivery.number)
        if as_json:
            for delivery in deliveries:
                print_json(show.delivery_json(delivery, known.acknowledgement))
        elif deliveries:
            out.print(show.deliveries_table(deliveries, known.acknowledgement, SystemClock().now()))
        else:
            out.print("nothing was sent yet, and nothing waits")


@alerts_app.command()
def retry(delivery: AlertId, config: ConfigFile = None) -> None:
    """Sends a refused, silenced or waiting message, now."""
    from watcher import asking, running

    settings = load(config, with_secrets=True)
    with reading(settings) as known:
        meant = asking.delivery_meant(known, delivery)
    out.print(running.retry(settings, meant), markup=False, highlight=False)


@alerts_app.command()
def ack(
    alert: AlertId,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes it in hand.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What is being done.")],
    config: ConfigFile = None,
) -> None:
    """Acknowledges an alert: its reminders and escalations end. The first acknowledgement stays."""
    from watcher import asking

    settings = load(config)
    with reading(settings) as known:
        said = asking.acknowledge(settings, known, alert, by, why, SystemClock().now())
    out.print(said, markup=False, highlight=False)


@silence_app.callback()
def silence(
    context: typer.Context,
    config: ConfigFile = None,
    as_json: AsJson = False,
    ended: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
) -> None:
    """Silences: messages about the homes that they cover are made and kept, and not sent.

    A silence that ends does not release what it held: `watcher alerts` shows it, `watcher alerts retry ID` sends it.
    What watcher tells its operator about itself is never silenced.
    """
    if context.invoked_subcommand is not None:
        return
    now = SystemClock().now()
    with reading(load(config)) as known:
        silences = [one for one in known.silences() if ended or now < one.until]
    if as_json:
        for one in silences:
            print_json({**one.document(), "in_force": now < one.until})
    else:
        out.print(show.silences_table(silences) if silences else "nothing is silenced")


@silence_app.command()
def add(
    until: Annotated[str, typer.Option("--until", metavar="END", help="The last day, as 2026-03-31; or as 14d.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for whoever misses a message.")],
    home: Annotated[list[str] | None, typer.Option("--home", help="A home's id.")] = None,
    owner: Annotated[list[str] | None, typer.Option("--owner", help="An owner's name.")] = None,
    area: Annotated[list[str] | None, typer.Option("--area", help="A local authority's exact name.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="A type of home.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who asks for it.")] = "",
    config: ConfigFile = None,
) -> None:
    """Sends nothing about some homes, for at most a year; a home must fit every filter, each by any of its values.

    A silence that ends does not release what it held: `watcher alerts retry ID` sends it all the same.
    """
    from watcher import asking, running, silences
    from watcher.requests import Request

    settings = load(config)
    filters = dict(zip(silences.FILTERS, (home or (), owner or (), area or (), kind or ()), strict=True))
    wanted = asking.silence(settings, filters, until, why, by, SystemClock().now())
    with reading(settings) as known:
        findings = asking.findings(settings, known, wanted)
    for finding in findings:
        (out if finding.ok else err).print(finding.detail, markup=False, highlight=False)
    said = running.ask(settings, Request("silence", wanted.id, wanted.document()))
    out.print(f"{wanted.id} until {wanted.until:%Y-%m-%d %H:%M} UTC: {said}", markup=False, highlight=False)


@silence_app.command()
def remove(
    silence: Annotated[str, typer.Argument(metavar="ID", help="Its id, or 6 characters of it.")],
    config: ConfigFile = None,
) -> None:
    """Ends a silence now. What it held stays held: `watcher alerts retry ID` sends it."""
    from watcher import prefixes, running
    from watcher.requests import Request

    settings, now = load(config), SystemClock().now()
    with reading(settings) as known:
        ids = {one.id: {one.id} for one in known.silences() if now < one.until}
    meant = prefixes.meaning(silence, ids, "silence")
    said = running.ask(settings, Request("unsilence", meant, {"at": now.isoformat()}))
    out.print(f"{meant}: {said}", markup=False, highlight=False)


@app.command()
def status(
    config: ConfigFile = None,
    as_json: AsJson = False,
    running: Annotated[
        bool, typer.Option("--running", help="Fail only if no service with a fresh heartbeat runs (for HEALTHCHECK).")
    ] = False,
) -> None:
    """Each feed's last good reading, what waits, what is wrong."""
    from watcher import state

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
    from watcher import keeping

    report = keeping.back_up(load(config).data_dir, file, SystemClock().now(), force=force)
    _print_report(report, keeping.backup_lines(report), as_json=as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """A backup becomes the history; the one before is kept aside, and nothing is announced twice."""
    from watcher import keeping

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
