"""An alert on a phone: what happened first, all of it on two screens, as a browser measures it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from tests.chromium import NEEDED, PROGRAM, chromium
from tests.delivery.channels.slack.sorts import sorts, worded
from tests.messages.messages import message
from tests.messages.stories import CONTEXT, RELATED, told
from tests.phone import HEIGHT, WIDTH, page
from tests.standins.slack_rules import texts
from watcher.delivery.channels.slack import screens
from watcher.delivery.channels.slack.blocks import payload
from watcher.judging.changes import What
from watcher.messages.message import Message

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=NEEDED)
SORTS = dict(sorts())
_BOTH_LETTERS = "<span style=\"font-family: 'Liberation Sans', monospace\">iiii</span><br><tt><span>iiii</span></tt>"


@pytest.fixture(scope="module")
def phone() -> Iterator[Page]:
    """A page as wide as a phone, with letters as wide as the app's."""
    with chromium() as browser:
        view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        view.set_content(_BOTH_LETTERS)
        given, usual = view.evaluate("[...document.querySelectorAll('span')].map(one => one.offsetWidth)")
        if given == usual:
            pytest.skip("needs the letters Liberation Sans: Debian's package fonts-liberation")
        yield view


@pytest.mark.parametrize("one", SORTS.values(), ids=SORTS)
def test_an_alert_of_every_sort_stands_on_two_screens(phone: Page, one: Message) -> None:
    sent = payload(one, worded(one), "C1", is_answered=True)
    phone.set_content(page(sent))
    tall = phone.evaluate("document.querySelector('.message').getBoundingClientRect().height")
    assert "blocks" in sent
    assert tall <= 2 * HEIGHT
    assert tall <= screens.height(sent["blocks"]), "reckoned too short: it will not stand on two screens some day"
    assert phone.evaluate("document.documentElement.scrollWidth") == WIDTH


def test_what_can_be_done_stands_on_the_first_screen(phone: Page) -> None:
    for name, one in SORTS.items():
        phone.set_content(page(payload(one, worded(one), "C1", is_answered=True)))
        ends = phone.evaluate("document.querySelector('.actions').getBoundingClientRect().bottom")
        assert ends <= HEIGHT, name


def test_a_successor_of_a_closed_home_is_named() -> None:
    one = message(told(context=replace(CONTEXT, related=(RELATED,)), findings=None, change=What.CLOSED))
    sent = payload(one, worded(one), "C1", is_answered=True)
    assert any(RELATED.home_id in text for text in texts(sent["blocks"]))
