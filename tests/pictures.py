"""Pictures of messages, to be looked at; no test: `python -m tests.pictures FOLDER [FILE...]`.

HTML files are mails, as a browser shows them; JSON files are what Slack is sent, as its phone shows it. Without files
it shows an alert, an alert without more than its facts, and a digest, as mails. It needs a Chromium: Debian's package
of that name, or CHROMIUM for another place.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from tests import phone
from tests.chromium import NEEDED, PROGRAM, SCHEMES, chromium
from tests.messages.messages import GOOD, INADEQUATE, SEEN, alert, graded, message
from tests.messages.stories import told
from tests.messages.wordings import founding_case
from watcher.delivery.channels.email.rendering import render, render_wording, with_picture
from watcher.judging.changes import What
from watcher.messages.digest import Digest, Item

WIDTHS = (360, 700)
LONDON = ZoneInfo("Europe/London")


def examples() -> dict[str, str]:
    """Pages by name, each with its picture inside."""
    recovered = alert(What.RECOVERED, grades=GOOD, before=graded("2018-07-17", INADEQUATE), days_inadequate=53)
    items = (Item(told(), SEEN), Item(alert(owner="Plas & Sons Cyf"), SEEN), Item(recovered, SEEN))
    digest = Digest(day=date(2018, 8, 3), items=items, total=3, feeds=1)
    return {
        "alert": with_picture(render_wording(founding_case(), "example")),
        "facts": with_picture(render(message(possibly_repeated=True), LONDON)),
        "digest": with_picture(render(message(digest), LONDON)),
    }


def take(pages: Mapping[str, str | Path], folder: Path, widths: Sequence[int] = WIDTHS) -> None:
    """A PNG of each page at each width, in the light and in the dark."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for scheme in SCHEMES:
            for width in widths:
                view = browser.new_page(
                    viewport={"width": width, "height": 400}, color_scheme=scheme, device_scale_factor=2
                )
                for name, page in pages.items():
                    if isinstance(page, Path):  # by its address, so that it finds what lies beside it
                        view.goto(page.resolve().as_uri())
                    else:
                        view.set_content(page)
                    view.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                    print(folder / f"{name}-{width}-{scheme}.png")


if __name__ == "__main__":
    if PROGRAM is None:
        sys.exit(NEEDED)
    given = [Path(file) for file in sys.argv[2:]]
    mails = {file.stem: file for file in given if file.suffix != ".json"}
    posted = {file.stem: phone.page(json.loads(file.read_bytes())) for file in given if file.suffix == ".json"}
    if mails or not posted:
        take(mails or examples(), Path(sys.argv[1]))
    if posted:
        take(posted, Path(sys.argv[1]), (phone.WIDTH,))
