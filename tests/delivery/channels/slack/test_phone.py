"""An alert on a phone: what happened first, all of it on two screens, as a browser measures it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.chromium import NEEDED, PROGRAM, chromium
from tests.delivery.channels.slack.sorts import sorts, worded
from tests.phone import HEIGHT, WIDTH, page
from watcher.delivery.channels.slack import screens
from watcher.delivery.channels.slack.blocks import payload
from watcher.messages.message import Message

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=NEEDED)
SORTS = dict(sorts())


@pytest.fixture(scope="module")
def phone() -> Iterator[Page]:
    """A page as wide as a phone."""
    with chromium() as browser:
        yield browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})


@pytest.mark.parametrize("one", SORTS.values(), ids=SORTS)
def test_an_alert_of_every_sort_stands_on_two_screens(phone: Page, one: Message) -> None:
    sent = payload(one, worded(one), "C1", is_answered=True)
    phone.set_content(page(sent))
    tall = phone.evaluate("document.querySelector('.message').getBoundingClientRect().height")
    assert "blocks" in sent
    assert tall <= 2 * HEIGHT
    assert tall <= screens.height(sent["blocks"]), "reckoned too short: it will not stand on two screens some day"
    assert phone.evaluate("document.documentElement.scrollWidth") == WIDTH
