"""Commands of typer that import nothing which they do not need."""

import os
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup


class _Lean:
    """A command that takes flags, texts and paths without pydantic: typer would import it to read each of them."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters, with every flag off unless it is written: `--help`, and those of the shell's completion."""
        params = super().get_params(ctx)  # type: ignore[misc]  # of the command that this is mixed into
        for option in params:
            if getattr(option, "is_flag", False) and option.default is None:
                option.default = False
            if _is_plain(option):
                option._runtime_param = _AsWritten(option)
        return params


class _AsWritten:
    """Takes a text or a path as it is written; what is unusual is read, and refused, as typer does."""

    def __init__(self, option: Any) -> None:
        self._option = option

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value of the option."""
        kind = self._option.type_descriptor.annotation
        if value is None or (type(value) is kind is str and value.isascii()):
            return value
        if kind is Path and isinstance(value, str) and value.isascii() and _may_be_read(value):
            return Path(value)
        from typer._coercion import build_runtime_param

        return build_runtime_param(self._option.type_descriptor).coerce(value, param=param, ctx=ctx)


_USUAL = {
    "exists": False,
    "file_okay": True,
    "dir_okay": True,
    "readable": True,
    "writable": False,
    "resolve_path": False,
    "allow_dash": False,
    "path_type": None,
    "parser": None,
    "click_type": None,
}
"""What an option says of its text or path that asks nothing more of it."""


def _is_plain(option: Any) -> bool:
    """Whether a text or a path is wanted, one and of no further kind; never of a typer that does otherwise."""
    kind = getattr(option, "type_descriptor", None)
    if kind is None or kind.annotation not in (str, Path) or not hasattr(option, "_runtime_param"):
        return False
    is_one = option.nargs == 1 and not getattr(option, "multiple", False)
    return is_one and all(getattr(kind.parameter_info, name, usual) == usual for name, usual in _USUAL.items())


def _may_be_read(path: str) -> bool:
    return "\0" not in path and (os.access(path, os.R_OK) or not os.path.lexists(path))


class LeanCommand(_Lean, TyperCommand):
    """One command that imports nothing for its options."""


class LeanGroup(_Lean, TyperGroup):
    """A group with no options but flags."""
