"""Every page in a real browser: at three widths, in the light and in the dark, by keyboard alone, without scripts."""

import pytest
from playwright.sync_api import Browser, Page

from tests.web.addresses import PAGES, Address
from tests.web.browser.checks import Conduct, inaccessible, too_wide, unreachable
from tests.web.serving import Served

each_page = pytest.mark.parametrize("address", PAGES, ids=str)


@each_page
def test_a_page_asks_nobody_else_fits_every_screen_and_can_be_read_and_reached_by_all(
    page: Page, served: Served, address: Address
) -> None:
    conduct = Conduct(page, served.url)
    answer = page.goto(served.url + address.path)
    assert answer is not None
    assert answer.status == address.status
    assert conduct.complaints + too_wide(page) + inaccessible(page) + unreachable(page) == []


@each_page
def test_a_page_says_the_same_without_scripts(browser: Browser, served: Served, page: Page, address: Address) -> None:
    page.goto(served.url + address.path)
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(served.url + address.path)
        assert plain.locator("main").inner_text() == page.locator("main").inner_text() != ""
