"""The pictures of pages in docs/: `python -m tests.web.pictures FOLDER`; no test, for letters differ by machine.

They show the bundled years and the founding case, without the invented homes of the tests' stage.
"""

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tests.chromium import NEEDED, PROGRAM, chromium
from tests.web import stage
from tests.web.serving import pages

MOST_BYTES = 150_000
"""Of one picture: they are downloaded with every clone."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is taken."""

    path: str
    width: int
    height: int
    is_dark: bool = False


PICTURES: Mapping[str, Picture] = {
    "page-area": Picture("/areas/Derby", 1000, 760),
    "page-home": Picture("/homes/ofsted:SC478986", 1000, 760),
    "page-numbers": Picture("/numbers", 1000, 760, is_dark=True),
    "page-status": Picture("/status", 360, 740),
}
"""By the name of the file in docs/, without its ending."""


def take(root: str, folder: Path, browser: Browser) -> None:
    """A PNG of each; raises ValueError for one that is too large."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        view = {"width": picture.width, "height": picture.height}
        with browser.new_context(viewport=view, color_scheme="dark" if picture.is_dark else "light") as context:  # type: ignore[arg-type]  # a TypedDict of the same
            page = context.new_page()
            page.goto(root + picture.path)
            content = page.screenshot(path=folder / f"{name}.png")
        if len(content) > MOST_BYTES:
            raise ValueError(f"{name}.png has {len(content):,} bytes, more than {MOST_BYTES:,}: show less of the page")
        print(f"{folder / name}.png: {len(content):,} bytes")


def taken(folder: Path) -> None:
    """All of them, in a folder; says so where there is no browser, and leaves those that are there."""
    if PROGRAM is None:
        print(f"the pictures of pages are left as they are: {NEEDED}")
        return
    with (
        tempfile.TemporaryDirectory() as data,
        pages(Path(data), stage.plain, stage.plain_settings) as served,
        chromium() as started,
    ):
        take(served.url, folder, started)


if __name__ == "__main__":
    taken(Path(sys.argv[1]))
