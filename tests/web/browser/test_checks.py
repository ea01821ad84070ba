"""Every check of this folder finds what it is for: a page with all faults, each named by its check, and one without."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.web.browser.checks import Conduct, inaccessible, too_wide, unreachable
from tests.web.serving import serving

POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'"}
_HTML = (
    '<!DOCTYPE html><html lang="en"><title>A page</title>'
    "<style>:focus {{ outline: 3px solid }} a, button {{ display: inline-block; margin: 12px }} {style}</style>"
    '<body><a href="#main">Skip to main content</a><main id="main"><h1>A page</h1>{main}</main></html>'
)
GOOD = '<p>Well.</p><form><label>Name <input name="name"></label><button>Find</button></form>'


@contextmanager
def served(main: str, style: str = "") -> Iterator[str]:
    """A page with something in it."""

    async def answer(request: Request) -> HTMLResponse:
        if request.url.path != "/":
            return HTMLResponse("nothing here", 404)
        return HTMLResponse(_HTML.format(main=main, style=style), headers=POLICY)

    with serving(Starlette(routes=[Route("/{rest:path}", answer)])) as url:
        yield url


def test_nothing_is_said_of_a_page_that_is_well(page: Page) -> None:
    with served(GOOD) as url:
        conduct = Conduct(page, url)
        page.goto(url + "/")
        assert [*conduct.complaints, *too_wide(page), *inaccessible(page), *unreachable(page)] == []


@pytest.mark.parametrize(
    ("main", "complaint"),
    [
        ('<img src="https://other.example/a.png" alt="">', "other.example"),
        ('<img src="/missing.png" alt="">', "status 404"),
        ("<script>document.title = 'run'</script>", "Content Security Policy"),
        ('<p onclick="a()">x</p><iframe src="/"></iframe>', "Content Security Policy"),
    ],
)
def test_what_a_page_may_not_ask_for_is_complained_of(page: Page, main: str, complaint: str) -> None:
    with served(main) as url:
        conduct = Conduct(page, url)
        page.goto(url + "/", wait_until="networkidle")
        assert complaint in "\n".join(conduct.complaints)


def test_a_page_that_is_too_wide_is_complained_of_at_the_width_where_it_is(page: Page) -> None:
    with served('<p style="width: 700px">wide</p>') as url:
        page.goto(url + "/")
        (complaint,) = too_wide(page)
        assert complaint.startswith("at 360 dots")
        assert 'style="width: 700px"' in complaint


def test_a_colour_that_is_bad_in_the_dark_alone_is_complained_of(page: Page) -> None:
    with served(
        "<p>Hard to read</p>", "@media (prefers-color-scheme: dark) { p { color: #999; background: #888 } }"
    ) as url:
        page.goto(url + "/")
        (complaint,) = inaccessible(page)
        assert complaint.startswith("1280 dots, dark: color-contrast: <p>")


@pytest.mark.parametrize(
    ("main", "style", "complaint"),
    [
        ('<a href="/" tabindex="-1">x</a>', "", "comes by [0] of 2"),
        ('<a href="/" tabindex="2">x</a>', "", "comes by [1, 0] of 2"),
        ('<a href="/">x</a>', ":focus { outline: none }", "focus is not marked"),
        ('<a href="/" style="position: absolute; left: -999px">x</a>', "", "out of sight"),
    ],
)
def test_what_the_keyboard_cannot_do_is_complained_of(page: Page, main: str, style: str, complaint: str) -> None:
    with served(main, style) as url:
        page.goto(url + "/")
        assert complaint in "\n".join(unreachable(page))


def test_a_page_without_a_link_to_its_main_part_is_complained_of(page: Page) -> None:
    with served("<p>x</p>") as url:
        page.goto(url + "/")
        page.evaluate("() => document.querySelector('main').removeAttribute('id')")
        assert "the first stop leads to #main" in "\n".join(unreachable(page))
