"""Every page in a real browser: at three widths, in the light and in the dark, by keyboard alone, without scripts."""

import pytest
from playwright.sync_api import Browser, Page

from tests.web import stage
from tests.web.addresses import ACTING, PAGES, Address
from tests.web.browser.checks import Conduct, inaccessible, too_wide, unreachable
from tests.web.markup import faults
from tests.web.serving import Served
from watcher.messages.links import Purpose

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


@pytest.mark.parametrize("path", ACTING)
def test_a_page_is_as_good_for_somebody_who_may_act(signed_in: Page, served: Served, path: str) -> None:
    conduct = Conduct(signed_in, served.url)
    answer = signed_in.goto(served.url + path)
    assert answer is not None
    assert answer.status == 200
    complaints = conduct.complaints + too_wide(signed_in) + inaccessible(signed_in) + unreachable(signed_in)
    assert complaints + faults(signed_in.content()) == []


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_signed_link_leads_to_a_page_as_good(page: Page, served: Served, purpose: Purpose) -> None:
    links, now = served.links, stage.NOW
    page.goto(
        {
            Purpose.ACKNOWLEDGE: links.acknowledge(stage.FOUNDING_CHANGE, "reader@example.org", now),
            Purpose.SILENCE: links.silence("ofsted:" + stage.hostile_id(3), "reader@example.org", now),
            Purpose.STOP_MAILS: links.stop_mails(stage.SECRET_ADDRESS, now),
        }[purpose]
    )
    conduct = Conduct(page, served.url)
    page.reload()
    complaints = conduct.complaints + too_wide(page) + inaccessible(page) + unreachable(page)
    assert complaints + faults(page.content()) == []
