"""Photographs of any addresses, to be looked at; no test: `python -m tests.web.look ADDRESS... --out FOLDER`.

An address is one of a watcher that runs (`http://127.0.0.1:8080/homes`) or a file; a path alone (`/homes?q=x`) is shown
over the stage of the tests. Each is taken at three widths, in the light and in the dark.
"""

import argparse
import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser

from tests.chromium import HEIGHT, NEEDED, PROGRAM, SCHEMES, WIDTHS, chromium
from tests.web.serving import pages

_TALLEST = 8_000
"""Dots of a picture; the rest of a longer page looks like its beginning."""


def look(addresses: Sequence[str], folder: Path, browser: Browser) -> None:
    """A PNG of each address, width and scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    for address in addresses:
        for width in WIDTHS:
            with browser.new_context(viewport={"width": width, "height": HEIGHT}, bypass_csp=True) as context:
                page = context.new_page()
                page.goto(Path(address).resolve().as_uri() if Path(address).is_file() else address)
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    taken = folder / f"{_name(address)}-{width}-{scheme}.png"
                    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), _TALLEST)
                    page.screenshot(path=taken, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall})
                    print(taken)


def _name(address: str) -> str:
    """What of an address can stand in a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", re.sub(r"^https?://[^/]+", "", address)).strip("-")[:80] or "start"


def main() -> None:
    """Takes the addresses and the folder from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.web.look", description=(__doc__ or "").split(":")[0])
    parser.add_argument("address", nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    if PROGRAM is None:
        parser.error(NEEDED)
    with ExitStack() as stack:
        root = ""
        if any(address.startswith("/") and not Path(address).is_file() for address in given.address):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            root = stack.enter_context(pages(Path(folder))).url
        browser = stack.enter_context(chromium())
        whole = [root + address if address.startswith("/") and root else address for address in given.address]
        look(whole, given.out, browser)


if __name__ == "__main__":
    main()
