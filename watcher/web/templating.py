"""The templates of the pages, with the words that they share with the messages."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from watcher import __version__
from watcher.history.bundled.bundle import ATTRIBUTION
from watcher.messages.numbers import british, british_moment, counted, listed
from watcher.messages.timeline.drawing import inline_svg
from watcher.messages.timeline.point import Point
from watcher.text import capital, inert, web_link
from watcher.web import addresses, assets

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_COMMAND = re.compile(r"`([^`]+)`")

FOLDER = Path(__file__).with_name("templates")


def template(name: str) -> "Template":
    """A template by its file's name; what it is filled with is escaped."""
    return _environment().get_template(name)


def timeline(points: Sequence[Point], name: str) -> Markup:
    """A home's graded inspections as a picture within a page; its drawing escapes what it writes."""
    return Markup(inline_svg(points, name))  # noqa: S704


def commands(text: str) -> Markup:
    """A text with what stands between backticks as commands, which are not broken into lines where they need not."""
    parts = _COMMAND.split(text)
    made = (Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts))
    return Markup("").join(made)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # with the first page

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html", "svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "british": british,
        "capital": capital,
        "moment": british_moment,
        "listed": listed,
        "inert": inert,
        "commands": commands,
        "web_link": web_link,
    }
    shared: dict[str, Any] = {
        "home_page": addresses.home_page,
        "owner_page": addresses.owner_page,
        "area_page": addresses.area_page,
        "watch_page": addresses.watch_page,
        "change_page": addresses.change_page,
        "timeline": timeline,
        "attribution": f"{ATTRIBUTION}.",
        "counted": counted,
        "asset": assets.address,
        "version": __version__,
    }
    environment.globals |= shared
    return environment
