"""The picture: well formed whatever is printed, the same each time, and told by more than colours."""

import re
import subprocess
import sys
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from struct import unpack
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings

from tests.conftest import SIX_POINT
from tests.messages.timeline.points import ANY_POINTS, FOUNDING_CASE, point
from watcher.facts.grades import scales
from watcher.facts.regulators import FOUR_POINT
from watcher.facts.scales import Scale
from watcher.messages.timeline import raster
from watcher.messages.timeline.drawing import HOLLOW, WIDTH, svg
from watcher.messages.timeline.marks import rows
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.raster import png

SVG = "{http://www.w3.org/2000/svg}"
KNOWN = {"svg", "title", "rect", "path", "text", "polyline", "polygon", "circle"}


def drawn(*points: Point) -> Element:
    return ElementTree.fromstring(svg(points))  # noqa: S314  # of our own drawing


def height(points: Sequence[Point]) -> int:
    return int(drawn(*points).attrib["height"])


def texts(picture: Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


@given(ANY_POINTS)
def test_any_points_give_a_well_formed_picture_of_nothing_but_figures_and_letters(points: list[Point]) -> None:
    picture = drawn(*points)
    assert {str(element.tag).removeprefix(SVG) for element in picture.iter()} <= KNOWN
    assert not any(
        "href" in str(name) or str(name).startswith("on") for element in picture.iter() for name in element.attrib
    )


@given(ANY_POINTS)
@settings(max_examples=15, deadline=None)  # on a busy machine a picture takes its time
def test_any_points_give_a_png_of_twice_the_size(points: list[Point]) -> None:
    picture = png(points)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert unpack(">II", picture[16:24]) == (2 * WIDTH, 2 * height(points))


@pytest.mark.parametrize("points", [FOUNDING_CASE, (replace(FOUNDING_CASE[-1], is_lowest=True),)])
def test_the_card_is_opaque_to_its_corners_and_white_so_that_it_reads_in_the_dark_too(
    points: tuple[Point, ...],
) -> None:
    """A program that shows mails in the dark may invert what it can see through."""
    assert set(alpha(png(points))) == {255}
    rim, card = drawn(*points).findall(f"{SVG}rect")
    assert (card.get("fill"), card.get("width")) == ("#ffffff", str(int(rim.attrib["width"]) - 2))


def alpha(picture: bytes) -> bytes:
    """How opaque each pixel of a PNG is."""
    width, depth, kind = int.from_bytes(picture[16:20], "big"), picture[24], picture[25]
    assert (depth, kind) == (8, 6), "eight bits each of red, green, blue and how opaque it is"
    data, place = b"", 8
    while place < len(picture):
        length = int.from_bytes(picture[place : place + 4], "big")
        data += picture[place + 8 : place + 8 + length] if picture[place + 4 : place + 8] == b"IDAT" else b""
        place += 12 + length
    return b"".join(row[3::4] for row in unfiltered(zlib.decompress(data), 4 * width))


def unfiltered(packed: bytes, width: int) -> Iterator[bytes]:
    """The rows of a PNG of four bytes a pixel: https://www.w3.org/TR/png-3/#9Filters"""
    above = bytearray(width)
    for start in range(0, len(packed), width + 1):
        sort, row = packed[start], bytearray(packed[start + 1 : start + 1 + width])
        for at in range(width):
            left, corner = (row[at - 4], above[at - 4]) if at >= 4 else (0, 0)
            up = above[at]
            nearest = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
            row[at] = (row[at] + (0, left, up, (left + up) // 2, nearest)[sort]) % 256
        yield bytes(row)
        above = row


def test_the_same_points_give_the_same_bytes_in_any_order_and_thread() -> None:
    with ThreadPoolExecutor(8) as threads:
        pictures = set(threads.map(png, [FOUNDING_CASE, FOUNDING_CASE[::-1]] * 8))
    assert len(pictures) == 1


def test_grades_years_and_the_month_of_the_newest_stand_in_it() -> None:
    assert texts(drawn(*FOUNDING_CASE)) == [
        *("Outstanding", "Good", "Requires improvement", "Inadequate"),
        *("2014", "2015", "2016", "2017", "Jul 2018"),
    ]


@pytest.mark.parametrize("scale", scales(), ids=lambda scale: str(scale.name))
def test_each_grade_has_a_level_a_shape_and_a_colour_of_its_own(scale: Scale) -> None:
    levels = rows([point("2018-07-17", grade) for grade in scale.grades])
    assert tuple(row.grade for row in levels) == scale.grades
    for distinct in ({row.label for row in levels}, {row.shape for row in levels}, {row.colour for row in levels}):
        assert len(distinct) == len(scale.grades)


def test_a_word_that_two_scales_have_is_of_the_one_that_has_the_others_too() -> None:
    levels = rows([point("2017-08-23", "excellent"), point("2018-07-17", "good")])
    assert tuple(level.grade for level in levels) == SIX_POINT.grades
    assert [level.grade for level in rows([point("2018-07-17", "good")])] == list(FOUR_POINT.grades)


def test_a_grade_of_the_lowest_area_is_drawn_hollow_and_the_picture_says_what_that_means() -> None:
    overall = Point(date(2018, 7, 17), "inadequate", "Inadequate")
    lowest = replace(overall, inspected=date(2026, 11, 3), is_lowest=True)
    full, hollow = 'fill="#b3261e" stroke="#ffffff"', 'fill="#ffffff" stroke="#b3261e" stroke-width="2"'
    both = svg([overall, lowest])
    assert (both.count(full), both.count(hollow), both.count(HOLLOW)) == (1, 1, 1)
    assert height([overall, lowest]) > height([overall])
    assert HOLLOW not in svg([overall])


def test_a_word_of_no_scale_has_a_level_of_its_own() -> None:
    picture = drawn(point("2017-08-23", "<b>splendid</b>"), point("2018-07-17", "inadequate"))
    assert texts(picture)[:5] == ["Outstanding", "Good", "Requires improvement", "Inadequate", "Other"]


@pytest.mark.parametrize("grade", [grade for scale in scales() for grade in scale.grades])
def test_every_colour_can_be_told_from_the_card(grade: str) -> None:
    for row in rows([point("2018-07-17", grade), point("2018-07-17", "unheard of")]):
        red, green, blue = (int(row.colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        parts = [part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
        assert 1.05 / (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05) >= 3


def test_of_very_many_the_newest_are_drawn_and_the_others_counted() -> None:
    many = [point(f"{2000 + number}-07-17", "good") for number in range(25)]
    assert "5 earlier" in texts(drawn(*many))
    assert len(list(drawn(*many).iter(f"{SVG}circle"))) == 20 + 1  # the newest has a ring


def test_what_is_printed_is_inert() -> None:
    hostile = "</title><script>alert(1)</script>\x00\x1b]8;;\u202e&amp;"
    picture = svg([point("2017-08-23", "good", hostile), point("2018-07-17", hostile, "")])
    assert "<script" not in picture
    assert not re.search("[\x00-\x1f\u202e]", picture)


def test_the_letters_are_those_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    with_letters = png(FOUNDING_CASE)
    monkeypatch.setattr(raster, "_FONT_FILE", str(Path(__file__)))
    assert len(png(FOUNDING_CASE)) < len(with_letters) / 2


def test_the_library_that_draws_is_loaded_by_the_first_picture_only() -> None:
    code = "import sys, watcher.delivery.channels.kinds; print('resvg_py' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "False"


@pytest.mark.parametrize("count", [2, 12, 20])
def test_no_mark_lies_on_another(count: int) -> None:
    same_month = [point(f"2018-07-{1 + number:02}", "good") for number in range(count)]
    *marks, _ring = drawn(*same_month).iter(f"{SVG}circle")
    edges = [(float(mark.attrib["cx"]), float(mark.attrib["r"])) for mark in marks]
    assert len(edges) == count
    assert all(left + radius < right - radius for (left, radius), (right, _) in pairwise(edges))
