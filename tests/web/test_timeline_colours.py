"""The timeline within a page: named for screen readers, and in the dark drawn in the page's own colours."""

import re
from datetime import date
from xml.etree import ElementTree

from watcher.facts.grades import scales
from watcher.messages.timeline.drawing import TITLE, inline_svg, svg
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.sentences import alt
from watcher.web import assets

GRADES = ("good", "inadequate", "adequate")
POINTS = tuple(Point(date(2014 + number, 5, 1), grade) for number, grade in enumerate(GRADES))


def test_it_has_a_title_and_a_description_that_says_what_it_shows() -> None:
    picture = ElementTree.fromstring(inline_svg(POINTS, "a"))  # noqa: S314
    names = [element.text for element in picture if element.get("id") in str(picture.get("aria-labelledby")).split()]
    assert names == [TITLE, alt(POINTS)]


def test_what_is_published_cannot_break_out_of_it() -> None:
    hostile = (Point(date(2014, 5, 1), "<script>", '"><script>alert(1)</script>'), *POINTS)
    assert "<script" not in inline_svg(hostile, "a")
    ElementTree.fromstring(inline_svg(hostile, "a"))  # noqa: S314


def test_every_colour_that_it_is_drawn_in_has_another_one_in_the_dark() -> None:
    sheet = (assets.FOLDER / "watcher.css").read_text(encoding="utf-8")
    dark = sheet[sheet.rindex("@media screen and (prefers-color-scheme: dark)") :]
    for scale in scales():
        points = [Point(date(2014 + n, 5, 1), grade, is_lowest=n == 0) for n, grade in enumerate((*scale.grades, "x"))]
        painted = set(re.findall(r'(?:fill|stroke)="#[0-9a-f]{6}"', svg(points)))
        rims = {'fill="#c4c8cc"'}  # of the card, which has a rule for all rectangles
        assert {paint for paint in painted - rims if f"[{paint}]" not in dark} == set()
