"""What people come for can be done with a keyboard alone."""

import pytest
from playwright.sync_api import Page

from tests.web import stage
from tests.web.browser.keys import Keys
from tests.web.browser.test_checks import served as sample
from tests.web.serving import Served
from watcher.judging.changes import What

FORM = (
    '<form action="/"><label>Name <input name="q"></label><label for="area">Area</label><select id="area" name="area">'
    '<option value="">Every area</option><option>Barnet</option><option>Derby</option></select>'
    '<label><input type="checkbox" name="gone">Gone</label><button>Find</button></form>'
)


def test_a_form_is_filled_and_sent_by_keys(page: Page) -> None:
    with sample(FORM) as url:
        page.goto(url + "/")
        Keys(page).to("Name").write("SC1").to("Area").choose("D").to("Gone").space().to("Find").enter()
        assert page.url == url + "/?q=SC1&area=Derby&gone=on"
        with pytest.raises(AssertionError, match="no stop is called 'Acknowledge'"):
            Keys(page).to("Acknowledge")


def test_the_pages_are_reached_from_every_page(page: Page, served: Served) -> None:
    page.goto(served.url + "/nowhere")
    Keys(page).to("Homes").enter()
    assert page.url == served.url + "/homes"
    assert page.locator("h1").inner_text()


def test_somebody_signs_in_and_out(signed_in: Page, served: Served) -> None:
    signed_in.goto(served.url + "/sign-out")
    assert stage.USER in signed_in.locator("main").inner_text()
    Keys(signed_in).to("Sign out").enter()
    signed_in.goto(served.url + "/sign-in")
    assert stage.USER not in signed_in.locator("main").inner_text()


def test_an_alert_is_acknowledged_by_who_is_signed_in(signed_in: Page, served: Served) -> None:
    change = stage.change_id(What.DROPPED)
    signed_in.goto(f"{served.url}/changes/{change}")
    Keys(signed_in).to("Reason").write("Seen to.").to("Acknowledge").enter()
    kept = served.history.acknowledgement(change)
    assert kept is not None
    assert (kept.by, kept.why) == (stage.USER, "Seen to.")


def test_an_alert_is_acknowledged_by_its_link(page: Page, served: Served) -> None:
    page.goto(served.links.acknowledge(stage.OPEN_CHANGE, "reader@example.org", stage.NOW))
    assert served.history.acknowledgement(stage.OPEN_CHANGE) is None
    with page.expect_request(lambda request: request.method == "POST") as sent:
        Keys(page).to("Acknowledge").enter()
    assert sent.value.all_headers()["origin"] == served.url  # by plain HTTP a browser says nothing else of where it is
    assert served.history.acknowledgement(stage.OPEN_CHANGE) is not None
    assert page.locator("h1").inner_text()
