"""The picture of an alert in the README: `python -m watcher.demo.picture docs/alert.svg`."""

import re
import sys
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from watcher.alert import Alert
from watcher.config import Console as ConsoleSettings
from watcher.config import Settings, Watch
from watcher.delivery import Message
from watcher.delivery.console import print_wording
from watcher.delivery.wording import word
from watcher.history.embedded import EmbeddedHistory
from watcher.replay import replay

DAY = date(2018, 8, 3)
SETTINGS = Settings(
    channels={"screen": ConsoleSettings()}, watch=(Watch(name="derby", local_authority=("Derby",), to=("screen",)),)
)


def founding_case() -> Alert:
    """The alert of 3 August 2018, from the bundled inspections."""
    with_bundle = EmbeddedHistory.open(Path("no such folder"), read_only=True)
    try:
        (alert,) = replay(with_bundle, SETTINGS, DAY, DAY)
    finally:
        with_bundle.close()
    return alert


def picture() -> str:
    """The alert as a terminal shows it, as SVG; the same at every run."""
    console = Console(record=True, width=100, file=StringIO(), force_terminal=True, highlight=False)
    message = Message(id="example", content=founding_case(), seen=datetime(2018, 8, 3, 8, 41, tzinfo=UTC))
    print_wording(console, word(message, SETTINGS.timezone))
    drawn = console.export_svg(title="watcher", theme=MONOKAI, unique_id="alert", font_aspect_ratio=0.61)
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # no fonts from elsewhere


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(), encoding="utf-8")
