"""Drawing a timeline. Aims: a picture in 50 ms, 10 MB for the library and its first picture."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from watcher.messages.timeline.drawing import svg
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.raster import png

ROUNDS = 200
_GRADES = ("good", "requires improvement", "inadequate", "outstanding")


def run() -> None:
    """Prints milliseconds for SVG and PNG, bytes of a PNG, and what the first picture adds to the process."""
    before = _resident()
    png(_points(6))
    print(f"the library and its first picture: {_resident() - before:.1f} MB (aim 10 MB)")
    for count in (1, 6, 25):
        points = _points(count)
        took_svg, took_png = _milliseconds(partial(svg, points)), _milliseconds(partial(png, points))
        print(
            f"{count:>2} points: SVG {took_svg:.2f} ms; SVG and PNG {took_png:.1f} ms (aim 50 ms), "
            f"{len(png(points)) / 1000:.0f} kB"
        )


def _points(count: int) -> list[Point]:
    grades = (_GRADES[number % len(_GRADES)] for number in range(count))
    return [Point(date(2014, 1, 1) + timedelta(days=170 * number), grade, grade) for number, grade in enumerate(grades)]


def _milliseconds(draw: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        draw()
        took.append(time.perf_counter() - began)
    return median(took) * 1000


def _resident() -> float:
    """Megabytes that the process holds."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    run()
