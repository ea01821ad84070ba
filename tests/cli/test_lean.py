"""Texts and paths of commands, which are taken as they are written: all else is refused as the library refuses it."""

from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from watcher.cli.lean import LeanCommand

RUNNER = CliRunner()


def said(cls: type | None, *arguments: str) -> tuple[int, str]:
    """How a small command ends that is called so, and what it prints."""
    app = typer.Typer()

    @app.command(cls=cls)
    def small(
        name: Annotated[str, typer.Argument()],
        file: Annotated[Path | None, typer.Option("--file")] = None,
        there: Annotated[Path | None, typer.Option("--there", exists=True)] = None,
        often: Annotated[int, typer.Option("--often")] = 1,
        flag: Annotated[bool, typer.Option("--flag")] = False,
    ) -> None:
        typer.echo(repr((name, file, there, often, flag)))

    ran = RUNNER.invoke(app, arguments)
    return ran.exit_code, ran.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("a",),
        ("",),
        ("é",),
        (),
        ("a", "--file", "missing.toml"),
        ("a", "--file", "."),
        ("a", "--file", ""),
        ("a", "--there", "missing.toml"),
        ("a", "--often", "x"),
        ("a", "--often", "2", "--flag"),
    ],
)
def test_a_command_takes_and_refuses_what_any_other_does(arguments: tuple[str, ...]) -> None:
    assert said(LeanCommand, *arguments) == said(None, *arguments)
