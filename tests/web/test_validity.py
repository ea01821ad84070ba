"""Every page is valid HTML, by the checker of those who write the standard."""

import re
from pathlib import Path

import httpx
import pytest

from tests.web.addresses import MORE, PAGES
from tests.web.nu import JAVA, NEEDED, faults
from tests.web.serving import pages

pytestmark = pytest.mark.skipif(JAVA is None, reason=NEEDED)

_SOUND = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body>{}</body></html>'


def test_pages_and_their_style_sheets_are_valid(tmp_path: Path) -> None:
    files = {"sound.html": _SOUND.format("<h1>Sound</h1>"), "unsound.html": _SOUND.format("<p id=a><p id=a>")}
    (tmp_path / "data").mkdir()
    with pages(tmp_path / "data") as served, httpx.Client(base_url=served.url, timeout=60) as client:
        for address in (*PAGES, *MORE):
            files[f"{address.name.replace(' ', '-')}.html"] = client.get(address.path).text
        for sheet in {link for text in files.values() for link in re.findall(r'rel="stylesheet" href="([^"]+)"', text)}:
            files[Path(sheet.partition("?")[0]).name] = client.get(sheet).text
    found = faults(files, tmp_path)
    assert [fault for fault in found if fault.startswith("unsound.html") and "Duplicate ID “a”" in fault], (
        "the checker checks"
    )
    assert [fault for fault in found if not fault.startswith("unsound.html")] == []
