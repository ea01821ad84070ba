"""The command that writes a first configuration."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.terminal import ConfigFile, err, out

if TYPE_CHECKING:
    from watcher.cli.begin.understood import Known
    from watcher.cli.begin.written import Answers, Destination, Watched

app = typer.Typer()

_WHAT = "Which homes? Areas (local authorities) or owners, with commas between, or a file with a list of homes"
_WHERE = "Where to? A Slack channel's id, an e-mail address, or screen"
_SERVER = "Through which mail server?"
_CONTACT = "Whom may the publisher write to? Your e-mail address or page; it is sent along when the site is read"


@app.command()
def init(
    config: ConfigFile = None,
    area: Annotated[
        list[str] | None, typer.Option("--area", metavar="NAME", help="Watch a local authority; may be repeated.")
    ] = None,
    owner: Annotated[
        list[str] | None, typer.Option("--owner", metavar="NAME", help="Watch an owner's homes; may be repeated.")
    ] = None,
    homes: Annotated[
        str | None, typer.Option("--homes-file", metavar="FILE", help="Watch the homes on a list: CSV, XLSX, ids.")
    ] = None,
    slack: Annotated[str | None, typer.Option("--slack", metavar="ID", help="Tell a Slack channel.")] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help="Tell an e-mail address.")] = None,
    smtp: Annotated[
        str | None, typer.Option("--smtp", metavar="URL", help="The mail server; smtp://localhost:25 unless given.")
    ] = None,
    console: Annotated[bool, typer.Option("--console", help="Tell on the screen.")] = False,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="ADDRESS", help="Whom the publisher can write to.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: for programs.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Write the file and try nothing.")] = False,
) -> None:
    """Asks three questions, writes a short watcher.toml and tries it."""
    from watcher.cli.begin.new_file import ThereAlreadyError, put, why_there
    from watcher.cli.begin.understood import AnswerError
    from watcher.cli.begin.written import written
    from watcher.config.settings import DEFAULT_FILE, load

    path = config or DEFAULT_FILE
    if path.exists() and not force:
        raise typer.BadParameter(why_there(path), param_hint="--config")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent}", param_hint="--config")
    _only_one("--area, --owner, --homes-file", [area or None, owner or None, homes], needed=yes)
    _only_one("--slack, --email, --console", [slack, email, console or None], needed=yes)
    _only_one("--contact", [contact], needed=yes)
    try:
        answers = _answers(path.parent, (area, owner, homes), (slack, email, smtp, console), contact, asks=not yes)
        put(path, written(answers), replaces=force)
    except AnswerError as error:
        raise typer.BadParameter(str(error)) from None
    except ThereAlreadyError as error:
        raise typer.BadParameter(str(error), param_hint="--config") from None
    load(path)
    out.print(f"wrote {path}", markup=False, highlight=False)
    if not no_check and not _tried(path, asks=not yes):
        raise typer.Exit(1)


def _only_one(options: str, given: list[object], *, needed: bool) -> None:
    number = sum(value is not None for value in given)
    if number > 1 or (needed and not number):
        one = "one of them" if "," in options else "it"
        raise typer.BadParameter(f"give {one}{'' if number else ', as --yes asks nothing'}", param_hint=options)


def _answers(
    folder: Path,
    watched: "tuple[list[str] | None, list[str] | None, str | None]",
    place: "tuple[str | None, str | None, str | None, bool]",
    contact: str | None,
    *,
    asks: bool,
) -> "Answers":
    from watcher.cli.begin import understood
    from watcher.cli.begin.questions import ask
    from watcher.cli.begin.written import Answers
    from watcher.cli.history import reading
    from watcher.config.settings import Settings
    from watcher.options.way_out import named_in

    built_in = Settings.built_in()
    with reading(built_in.place) as history:
        known = understood.Known(history.homes())
    return Answers(
        watched=_watched(known, folder, *watched),
        place=_place(*place, asks=asks),
        contact=ask(_CONTACT, understood.contact) if contact is None else understood.contact(contact),
        feed=next(feed.kind for feed in built_in.feeds.values()),
        has_token=bool(os.environ.get("SLACK_BOT_TOKEN", "").strip()),
        proxies=named_in(os.environ),
    )


def _watched(
    known: "Known", folder: Path, areas: list[str] | None, owners: list[str] | None, homes: str | None
) -> "Watched":
    from watcher.cli.begin.questions import ask
    from watcher.cli.begin.understood import homes_file

    if areas:
        return known.areas(areas)
    if owners:
        return known.owners(owners)
    return homes_file(homes, folder) if homes is not None else ask(_WHAT, lambda text: known.anything(text, folder))


def _place(slack: str | None, email: str | None, smtp: str | None, console: bool, *, asks: bool) -> "Destination":
    from watcher.cli.begin import understood
    from watcher.cli.begin.questions import ask
    from watcher.cli.begin.written import LOCAL_SERVER, Destination

    if console:
        return Destination("console")
    if slack is not None:
        return understood.slack(slack)
    place = understood.email(email) if email is not None else ask(_WHERE, understood.place)
    if place.kind != "email":
        return place
    if smtp is not None or not asks:
        return understood.email(place.value, smtp or LOCAL_SERVER)
    return ask(_SERVER, lambda server: understood.email(place.value, server), LOCAL_SERVER)


def _tried(path: Path, *, asks: bool) -> bool:
    """Whether all went well that `check` tries; a test message is sent if somebody wants one."""
    from watcher.cli.begin.questions import agrees
    from watcher.cli.trials import show, trial_messages, tried
    from watcher.config.settings import load
    from watcher.options.mistakes import ConfigError

    try:
        settings = load(path, with_secrets=True)
    except ConfigError as error:
        err.print(f"Still to do: {error}", markup=False, highlight=False, style="yellow")
        err.print("Then try it with `watcher check`, and start it with `watcher run`.", markup=False, highlight=False)
        return False
    found = tried(settings)
    show(found)
    if asks and agrees("Send a test message now?"):
        sent = trial_messages(settings)
        show(sent)
        found = [*found, *sent]
    out.print("`watcher run` starts it.", markup=False, highlight=False)
    return all(finding.ok for finding in found)
