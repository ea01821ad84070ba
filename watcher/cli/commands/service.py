"""The commands that do what the service does: run it, read each feed once, try everything."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.given_to_all import AsJson, ConfigFile
from watcher.cli.lean import LeanCommand
from watcher.cli.signing import By, Why

app = typer.Typer()


@app.command()
def run(config: ConfigFile = None) -> None:
    """The long-running service."""
    import asyncio
    import signal

    from watcher.service.hangups import Hangups

    # As a container's first process it would ignore SIGTERM until the service's own handler is there.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Hangups.noted() as hangups:
        from watcher.config.proven import content_of, keep_proof
        from watcher.config.source import ConfigSource
        from watcher.service import first_page

        source = ConfigSource(config)
        before = content_of(config)
        settings = source.load()
        keep_proof(settings, config, before)
        was_interrupted = asyncio.run(first_page.begin(settings, source, hangups))
    if was_interrupted:
        raise typer.Exit(130)


@app.command()
def reload(config: ConfigFile = None) -> None:
    """Has the running service read its configuration again; fails, with every mistake, if that was not taken up."""
    from watcher.cli.terminal import err, out
    from watcher.config.settings import folder_of
    from watcher.options.mistakes import ConfigError
    from watcher.service import asking
    from watcher.timing.clock import SystemClock

    try:
        folder = folder_of(config)
    except ConfigError as error:
        err.print(f"not taken up: {error}", markup=False, highlight=False)
        raise typer.Exit(2) from None
    said = asking.reload(folder, SystemClock())
    for line in said.lines:
        (out if said.done else err).print(line, markup=False, highlight=False)
    if not said.done:
        raise typer.Exit(2 if said.is_mistaken else 1)


@app.command(cls=LeanCommand)
def poll(
    feed: Annotated[str | None, typer.Argument(metavar="FEED", help="Only this feed.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    release: Annotated[bool, typer.Option("--release", help="Believe the reading that the brake holds.")] = False,
    by: By = None,
    why: Why = "",
) -> None:
    """One reading of each feed, judged, stored and delivered; beside a running service, that one does it now."""
    if feed is None and not (release or by or why):
        from watcher.service.quiet import same_again
        from watcher.timing.clock import SystemClock

        lines = same_again(config, SystemClock())
        if lines is not None:
            _print_lines(() if as_json else lines)
            return
    _poll(feed, config, by, why, as_json=as_json, release=release)


def _print_lines(lines: Sequence[str]) -> None:
    """What a poll says; a terminal's width is its library's business."""
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        return
    from watcher.cli.terminal import out

    for line in lines:
        out.print(line, markup=False, highlight=False)


def _poll(feed: str | None, config: Path | None, by: str | None, why: str, *, as_json: bool, release: bool) -> None:
    """A poll with all that it may need."""
    from watcher.actions.release import feeds_meant
    from watcher.actions.release import release as believe
    from watcher.cli.history import owning, reading
    from watcher.cli.polled import show_asked, show_polled, shown_on
    from watcher.cli.signed import signed
    from watcher.cli.terminal import err, messages_beside
    from watcher.config.contact import require_contact
    from watcher.config.proven import content_of, keep_proof
    from watcher.config.settings import load
    from watcher.history.failures import HistoryLockedError
    from watcher.options.mistakes import did_you_mean
    from watcher.service.quiet import AsRead
    from watcher.timing.clock import SystemClock

    before = content_of(config)
    settings = load(config, with_secrets=True)
    read = AsRead.by(settings, before)
    if feed is not None and feed not in settings.feeds:
        raise typer.BadParameter(f"there is no feed {feed!r}{did_you_mean(feed, settings.feeds)}")
    require_contact(settings, config)
    signature = signed(by, why, SystemClock().now())
    try:
        with (
            owning(settings.place) as history,
            err.status("reading; the first reading of a site takes long, as requests are spaced") as line,
        ):
            from watcher.service.once import poll_now  # of no use to who finds a running service
            from watcher.service.quiet_note import leave_note

            if release:
                for name in feeds_meant(settings.feeds, feed):
                    believe(history, name, signature)
            with messages_beside(as_json=as_json):
                polled = poll_now(settings, history, feed, shown_on(line, SystemClock().now))
            keep_proof(settings, config, before)
            if feed is None:
                leave_note(settings, config, read, history, polled, SystemClock().now())
    except HistoryLockedError as locked:
        from watcher.service import beside
        from watcher.service.standing import stored_standing

        with err.status("the running service is asked to read now"):
            asked = beside.poll_beside(settings, feed, released=signature if release else None)
        if not asked.is_taken_up:
            raise locked from None
        with reading(settings.place) as known:
            standing = stored_standing(settings, known, SystemClock().now())
        raise typer.Exit(0 if show_asked(asked, standing, as_json=as_json) else 1) from None
    show_polled(polled, as_json=as_json)
    if polled.needs_attention:
        raise typer.Exit(1)


@app.command()
def check(
    config: ConfigFile = None,
    as_json: AsJson = False,
    send: Annotated[bool, typer.Option("--send", help="Send a test message to every reader of every channel.")] = False,
) -> None:
    """Configuration, secrets, feeds and channels tried; stores nothing, and sends nothing unless asked to."""
    from watcher.cli.terminal import messages_beside
    from watcher.cli.trials import show, trial_messages, tried
    from watcher.config.contact import require_contact
    from watcher.config.settings import load

    settings = load(config, with_secrets=True)
    require_contact(settings, config)
    findings = list(tried(settings))
    if send:
        with messages_beside(as_json=as_json):
            findings += trial_messages(settings)
    show(findings, as_json=as_json)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
