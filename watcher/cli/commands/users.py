"""The commands about who may sign in to the pages."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.terminal import ConfigFile, err, out
from watcher.config.settings import DEFAULT_FILE, load

app = typer.Typer()
user_app = typer.Typer(
    help="Who may sign in to the pages, to acknowledge, silence, retry and release.", no_args_is_help=True
)
app.add_typer(user_app, name="user")

NameOfUser = Annotated[
    str, typer.Argument(metavar="NAME", help="1 to 64 letters, digits, dots, underscores, hyphens, at signs.")
]


@user_app.command()
def add(name: NameOfUser, config: ConfigFile = None) -> None:
    """Lets somebody sign in. The password (at least 10 characters) is asked for, or is one line of standard input.

    A running service takes it up by itself.
    """
    from watcher.config.passwords import hashed
    from watcher.config.users_file import put_user, require_user

    file, is_named = _file(config)
    require_user(file, _valid(name), is_new=True)
    put_user(file, name, hashed(_password(name)), is_new=True)
    _say(f"{name} may sign in")
    if not is_named:
        err.print(f'write users_file = "{file.name}" below [web] of the configuration', markup=False, highlight=False)


@user_app.command(name="list")
def list_users(config: ConfigFile = None) -> None:
    """Who may sign in, a name a line."""
    from watcher.config.users_file import read_users

    file, _ = _file(config)
    users = read_users(file)
    for name in sorted(users.hashes):
        _say(name)
    for fault in users.faults:
        err.print(f"{file}, {fault}", markup=False, highlight=False)
    if not users.hashes:
        err.print("nobody may sign in: `watcher user add NAME` lets somebody", markup=False, highlight=False)


@user_app.command()
def remove(name: NameOfUser, config: ConfigFile = None) -> None:
    """Lets somebody sign in no more, and signs him out wherever he is signed in."""
    from watcher.config.users_file import remove_user

    file, _ = _file(config)
    remove_user(file, name)
    _say(f"{name} may sign in no more, and is signed out")


@user_app.command()
def password(name: NameOfUser, config: ConfigFile = None) -> None:
    """Gives somebody another password, and signs him out wherever he is signed in. It is asked for as by `user add`."""
    from watcher.config.passwords import hashed
    from watcher.config.users_file import put_user, require_user

    file, _ = _file(config)
    require_user(file, _valid(name), is_new=False)
    put_user(file, name, hashed(_password(name)), is_new=False)
    _say(f"{name} has another password, and is signed out")


def _file(config: Path | None) -> tuple[Path, bool]:
    """The file with the users, and whether the configuration names it."""
    from watcher.config.users_file import DEFAULT

    named = load(config, with_lists=False).web.users_file
    return named or (config or DEFAULT_FILE).parent / DEFAULT, named is not None


def _valid(name: str) -> str:
    from watcher.config.users_file import NAME, NAME_IN_WORDS

    if not NAME.fullmatch(name):
        raise typer.BadParameter(f"{NAME_IN_WORDS}: {name!r} is none", param_hint="NAME")
    return name


def _password(name: str) -> str:
    """Asked for on a terminal, twice and without showing it; else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(10_000).rstrip("\r\n")
    asked: str = typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True, err=True)
    return asked


def _say(what: str) -> None:
    out.print(what, markup=False, highlight=False)
