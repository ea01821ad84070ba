"""Commands of typer that import nothing which they do not need."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class _Lean:
    """A command that knows without pydantic that a flag was not given: typer would import it to read that nothing."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters, with every flag off unless it is written: `--help`, and those of the shell's completion."""
        params = super().get_params(ctx)  # type: ignore[misc]  # of the command that this is mixed into
        for option in params:
            if getattr(option, "is_flag", False) and option.default is None:
                option.default = False
        return params


class LeanCommand(_Lean, TyperCommand):
    """One command without options of its own."""


class LeanGroup(_Lean, TyperGroup):
    """A group with no options but flags."""
