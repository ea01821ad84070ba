"""What people come for can be done with a keyboard alone."""

import pytest
from playwright.sync_api import Page

from tests.web.browser.keys import Keys
from tests.web.browser.test_checks import served as sample
from tests.web.serving import Served

FORM = (
    '<form action="/"><label>Name <input name="q"></label><label for="area">Area</label><select id="area" name="area">'
    '<option value="">Every area</option><option>Barnet</option><option>Derby</option></select>'
    '<label><input type="checkbox" name="gone">Gone</label><button>Find</button></form>'
)


def test_a_form_is_filled_and_sent_by_keys(page: Page) -> None:
    with sample(FORM) as url:
        page.goto(url + "/")
        Keys(page).to("Name").write("SC1").to("Area").choose("Derb").to("Gone").space().to("Find").enter()
        assert page.url == url + "/?q=SC1&area=Derby&gone=on"
        with pytest.raises(AssertionError, match="no stop is called 'Acknowledge'"):
            Keys(page).to("Acknowledge")


def test_the_pages_are_reached_from_every_page(page: Page, served: Served) -> None:
    page.goto(served.url + "/nowhere")
    Keys(page).to("Homes").enter()
    assert page.url == served.url + "/homes"
    assert page.locator("h1").inner_text()
