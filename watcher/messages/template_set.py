"""Fills in the templates of messages: the built-in ones, or an installation's own where they work.

An installation's `alert.html` replaces the built-in one; with `{% extends "built-in/alert.html" %}` it replaces only
the blocks that it names. Whatever goes wrong in a template of its own, the built-in one is used: no message is lost.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from traceback import extract_tb
from types import FrameType

import css_inline
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined, TemplateSyntaxError, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape

from watcher.errors import panics_as_errors
from watcher.text import inert

BUILT_IN = Path(__file__).with_name("templates")

LONGEST = timedelta(seconds=5)
"""Of processor time, for a template of an installation's own."""

TraceFunction = Callable[[FrameType, str, object], "TraceFunction"]

_PREFIX = "built-in"
_HEAD = re.compile(r"<title>.*?</title>", re.DOTALL | re.IGNORECASE)
"""What is not shown in the message itself."""

# The style sheet stays beside the inlined styles: only there can it say what holds in the dark.
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values."""

    text: str
    fault: str = ""
    """Why it is not the installation's own template that was used."""


class Templates:
    """The templates by their file names; HTML is escaped and has its styles inlined, text is tidied."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own

    @property
    def is_built_in(self) -> bool:
        """Whether no installation's own are asked."""
        return self._own is None

    def fill(self, name: str, title: str, values: Mapping[str, object]) -> Filled:
        """A template filled in; an installation's own that fails, or does not show the title, gives way."""
        if self._own is None:
            return Filled(_filled(None, name, title, values))
        try:
            with _within(LONGEST, (self._own, BUILT_IN)):
                return Filled(_filled(self._own, name, title, values))
        except Exception as error:  # noqa: BLE001  # the boundary to somebody else's templates: anything can be raised
            return Filled(_filled(None, name, title, values), fault=fault_of(error, self._own, name))


@contextmanager
def _within(longest: timedelta, folders: tuple[Path, ...]) -> Iterator[None]:
    """Ends a template of these folders once this thread has taken so much processor time; raises TimeoutError in it.

    In its own lines alone: in what the collector calls meanwhile nobody would hear of the error, and a look that has
    raised one is not asked again.
    """
    until, before = time.thread_time() + longest.total_seconds(), sys.gettrace()
    ours = tuple(f"{folder}{os.sep}" for folder in folders)

    def look(frame: FrameType, event: str, argument: object) -> TraceFunction:
        if time.thread_time() > until and frame.f_code.co_filename.startswith(ours):
            raise TimeoutError(f"it takes longer than {longest.total_seconds():.0f} seconds: look for a loop")
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)


@cache
def environment(own: Path | None) -> ImmutableSandboxedEnvironment:
    """Where templates are looked for: an installation's own first, the built-in ones always as `built-in/...`."""
    built_in = FileSystemLoader(BUILT_IN)
    folders = [FileSystemLoader(own), built_in] if own else [built_in]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([PrefixLoader({_PREFIX: built_in}), *folders]),
        autoescape=select_autoescape(enabled_extensions=(), disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fault_of(error: Exception, own: Path, name: str) -> str:
    """What is wrong with an installation's template: its file, its line as far as it is known, and the reason."""
    file, line = own / name, None
    if isinstance(error, TemplateSyntaxError):
        file, line = Path(error.filename or file), error.lineno
    else:
        for frame in extract_tb(error.__traceback__):
            if Path(frame.filename).is_relative_to(own):
                file, line = Path(frame.filename), frame.lineno
    if isinstance(error, UnicodeDecodeError):
        return f"{file}: is not UTF-8 text: save it as UTF-8"
    reason = inert(str(error), 200) or type(error).__name__
    return f"{file}{f':{line}' if line else ''}: {reason}"


def _filled(own: Path | None, name: str, title: str, values: Mapping[str, object]) -> str:
    text = environment(own).get_template(name).render(values)
    is_html = name.endswith(".html")
    if own and (escape(title) if is_html else title) not in _HEAD.sub("", text):
        raise ValueError("the message's title is nowhere in its text")
    if not is_html:
        return _tidy(text)
    with panics_as_errors():
        return _INLINER.inline(text)


def _tidy(text: str) -> str:
    """Without trailing spaces, and with one empty line where there are several."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"
