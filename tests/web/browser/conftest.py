"""One browser and one service for all tests of this folder.

Both end with the folder's last test: while Playwright is started no other loop can run in its thread, which every test
marked `anyio` needs.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import HEIGHT, NEEDED, PROGRAM, WIDTHS, chromium
from tests.web import stage
from tests.web.browser.keys import Keys
from tests.web.serving import Served, pages


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, where there is one."""
    if PROGRAM is None:
        pytest.skip(NEEDED)
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The pages over the stage."""
    with pages(tmp_path_factory.mktemp("pages")) as there:
        yield there


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that nobody has used."""
    with browser.new_context(viewport={"width": WIDTHS[-1], "height": HEIGHT}, reduced_motion="reduce") as context:
        yield context.new_page()


@pytest.fixture
def signed_in(page: Page, served: Served) -> Page:
    """The same for somebody who may act; signed in by keys alone."""
    page.goto(served.url + "/sign-in")
    Keys(page).to("Name").write(stage.USER).to("Password").write(stage.PASSWORD).enter()
    return page
