"""What `/watcher` answers on a phone: nothing runs out of it, and a table needs no scrolling, as a browser measures."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.bot.commands.asking import asker
from tests.chromium import NEEDED, PROGRAM, chromium
from tests.phone import HEIGHT, WIDTH, page
from tests.web import stage

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=NEEDED)

SCREENS = {
    "help": 1,
    "numbers": 1,
    "home SC478986": 1,
    "owner Esland North Limited": 2,
    "area Derby": 2,
    "recent": 2,
    "owner Esland": 1,
    "xyz": 1,
}
"""On how many screens each stands at most."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("phone")
    history, settings = stage.small(folder), stage.settings(folder)
    ask = asker(history, lambda: settings)
    said = {words: ask(words).payload() for words in (*SCREENS, "status", f"owner {stage.HOSTILE[7]}")}
    history.close()
    return said


@pytest.fixture(scope="module")
def phone(answers: dict[str, dict[str, Any]]) -> Iterator[Page]:
    """A page as wide as a phone; opened once everything is answered, for no other loop runs beside it."""
    assert answers
    with chromium() as browser:
        yield browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})


def test_every_answer_fits_the_phone(phone: Page, answers: dict[str, dict[str, Any]]) -> None:
    for words, payload in answers.items():
        phone.set_content(page(payload))
        tall = phone.evaluate("document.querySelector('.message').getBoundingClientRect().height")
        assert phone.evaluate("document.documentElement.scrollWidth") == WIDTH, words
        assert tall <= SCREENS.get(words, 3) * HEIGHT, words
        tables = phone.evaluate("[...document.querySelectorAll('pre')].map(e => [e.scrollWidth, e.clientWidth])")
        assert all(needed <= there for needed, there in tables)
        assert bool(tables) == (words == "numbers")
