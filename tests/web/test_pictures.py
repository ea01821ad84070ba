"""The pictures of pages in docs/ are there, small, and shown with words for who cannot see them. No browser needed."""

import re
from struct import unpack

import pytest

from tests.checkout import ROOT
from tests.web.addresses import PAGES
from tests.web.pictures import MOST_BYTES, PICTURES

DOCS = ROOT / "docs"
SHOWN = re.compile(r"!\[([^\]]*)\]\((?:docs/)?([a-z-]+)\.png\)")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_there_as_wide_as_its_page_and_small(name: str) -> None:
    content = (DOCS / f"{name}.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert unpack(">II", content[16:24]) == (PICTURES[name].width, PICTURES[name].height), "run make examples"
    assert len(content) <= MOST_BYTES


def test_there_is_no_picture_that_nobody_takes_and_each_is_of_a_page_that_is_tried() -> None:
    assert {file.stem for file in DOCS.glob("*.png")} == set(PICTURES)
    assert {picture.path for picture in PICTURES.values()} <= {address.path for address in PAGES}


def test_each_picture_is_shown_with_its_words() -> None:
    files = (ROOT / "README.md", *DOCS.glob("*.md"))
    shown = [found for file in files for found in SHOWN.findall(file.read_text(encoding="utf-8"))]
    assert {name for _, name in shown} == set(PICTURES)
    assert all(len(words) > 10 for words, _ in shown)
