"""A real browser: Debian's Chromium by Playwright, on this machine's pages alone."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

WIDTHS = (360, 768, 1280)
"""A telephone, a tablet and a desk, in dots."""
HEIGHT = 800
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")

PROGRAM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
"""Where it is; None where there is none."""

NEEDED = "needs a Chromium: Debian's package chromium, or CHROMIUM for another place"

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # a container's is often too small
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, until the context ends; until then no other loop can run in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
