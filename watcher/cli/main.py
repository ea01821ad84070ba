"""Which commands there are; what one of them needs is imported when it is called."""

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_group

from watcher import __version__
from watcher.cli import streams
from watcher.cli.lean import LeanGroup
from watcher.errors import WatcherError

FAMILIES = {
    "init": "begin",
    "run": "service",
    "reload": "service",
    "poll": "service",
    "check": "service",
    "import": "imports",
    "history": "homes",
    "homes": "answers",
    "changes": "answers",
    "owners": "answers",
    "areas": "answers",
    "replay": "changes",
    "numbers": "numbers",
    "demo": "about",
    "explain": "homes",
    "preview": "changes",
    "status": "status",
    "backup": "backup",
    "restore": "backup",
    "copy": "copy",
    "version": "about",
    "alerts": "alerts",
    "silence": "silence",
    "watch": "watches",
    "mails": "mails",
    "user": "users",
    "slack": "slack",
}
"""Each command, in the order of the help, and the module of watcher.cli.commands that has it."""


class Commands(LeanGroup):
    """The commands by name; a family is imported when one of its commands is called, none of them for the help."""

    _in_brief: Callable[[str], Any] | None = None
    """Makes what stands for a command in the list of all, while that is written."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The list of all commands."""
        from watcher.cli.in_brief import in_brief

        self._in_brief = in_brief
        try:
            super().format_help(ctx, formatter)
        finally:
            self._in_brief = None

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command's name."""
        return list(FAMILIES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One command; None where there is none of that name."""
        if self._in_brief is not None and cmd_name in FAMILIES:
            return self._in_brief(cmd_name)
        if cmd_name in FAMILIES and cmd_name not in self.commands:
            gc.disable()  # importing makes no garbage, and a fifth of it would be looking for some
            family = import_module(f"watcher.cli.commands.{FAMILIES[cmd_name]}")
            gc.enable()
            self.commands.update(get_group(family.app).commands)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: Any) -> Any:
        """The command that is called; of a mistyped one the nearest are named."""
        if args and args[0] not in FAMILIES:
            for name in FAMILIES:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,  # a traceback with local variables could show a token
)


def _say_version(*, wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{__version__}\n")
        raise typer.Exit


@app.callback()
def watcher(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="The version of watcher.")
    ] = False,
) -> None:
    """Watches what public inspectors publish and tells people when a home drops to inadequate."""


def main() -> None:
    """Runs a command; exit code 0 done, 1 something needs attention, 2 wrong usage or configuration."""
    streams.make_ready()
    try:
        try:
            app(prog_name="watcher")
        finally:
            streams.flush()
    except WatcherError as error:
        from watcher.options.mistakes import ConfigError

        _complain(error, 2 if isinstance(error, ConfigError) else 1)
    except BrokenPipeError:
        streams.give_up()
        sys.exit(1)
    except OSError as error:  # a disk that is full or read-only, below whatever was asked
        streams.give_up()
        _complain(said_of(error), 1)


def said_of(error: OSError) -> str:
    """What the system refused, where, and what to do about it."""
    where = f"{error.filename}: " if error.filename else ""
    advice = "; see to that disk, its free space and its permissions, then try again" if error.filename else ""
    return f"{where}{error.strerror or error}{advice}"


def _complain(error: object, code: int) -> None:
    from watcher.cli.terminal import err

    err.print(f"watcher: {error}", markup=False, highlight=False, style="red")
    sys.exit(code)
