"""A message as a terminal shows it, as a picture: SVG, the same at every run."""

import re
from io import StringIO

from rich.console import Console
from rich.terminal_theme import MONOKAI

from watcher.delivery.channels.console.channel import print_wording
from watcher.messages.wording import Wording

WIDTH = 110


def terminal_picture(wording: Wording) -> str:
    """The message as a terminal shows it, as SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, highlight=False)
    print_wording(console, wording)
    drawn = console.export_svg(title="watcher", theme=MONOKAI, unique_id="alert", font_aspect_ratio=0.61)
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # no fonts from elsewhere
