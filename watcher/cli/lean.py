"""Commands of typer that import nothing which they do not need."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class _Lean:
    """A command that knows without pydantic that no `--help` was given: typer would import it to read that nothing."""

    def get_help_option(self, ctx: Any) -> Any:
        """The option `--help`, which is off unless it is written."""
        option = super().get_help_option(ctx)  # type: ignore[misc]  # of the command that this is mixed into
        if option is not None and option.default is None:
            option.default = False
        return option


class LeanCommand(_Lean, TyperCommand):
    """One command without options of its own."""


class LeanGroup(_Lean, TyperGroup):
    """A group without options of its own."""
