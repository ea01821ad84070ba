"""The timeline as PNG, drawn by resvg with the font of this package alone: the same on every machine."""

from collections.abc import Sequence
from pathlib import Path

from watcher.errors import panics_as_errors
from watcher.messages.timeline.drawing import FONT, svg
from watcher.messages.timeline.point import Point

_FONT_FILE = str(Path(__file__).parent / "font" / "DejaVuSansCondensed-Latin.ttf")


def png(points: Sequence[Point], scale: float = 2) -> bytes:
    """The picture with `scale` pixels to a CSS pixel; the same points give the same bytes."""
    import resvg_py  # 3 MB that only those pay who send pictures

    with panics_as_errors():
        return resvg_py.svg_to_bytes(
            svg_string=svg(points), zoom=scale, skip_system_fonts=True, font_files=[_FONT_FILE], font_family=FONT
        )
