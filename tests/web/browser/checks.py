"""What a browser finds wrong with a page; each check gives complaints in words, and none for a page that is well."""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.chromium import HEIGHT, SCHEMES, WIDTHS

_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

_RUN_AXE = "options => axe.run(options).then(found => found.violations)"

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const held = element => {
    for (let up = element.parentElement; up; up = up.parentElement)
      if (up !== document.body && getComputedStyle(up).overflowX !== 'visible') return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')]
    .filter(element => element.getBoundingClientRect().right > width + 1 && !held(element))
    .map(element => element.outerHTML.slice(0, 160));
  return [`${document.scrollingElement.scrollWidth} of ${width} dots`, ...wide.slice(-3)];
}"""

_ABOUT_FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  if (at === document.body) return null;
  const box = at.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return {
    place: at.dataset.place ?? '', html: at.outerHTML.slice(0, 120),
    isSeen: box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0 && box.top < innerHeight,
    isMarked: outlined || style.boxShadow !== 'none',
  };
}"""

_NUMBER_STOPS = """() => {
  const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const stops = [...document.querySelectorAll(can)].filter(element =>
    !element.disabled && element.checkVisibility({visibilityProperty: true})
    && !(element.type === 'radio' && !element.checked
         && document.querySelector(`input[type=radio][name="${CSS.escape(element.name)}"]`) !== element));
  stops.forEach((element, place) => { element.dataset.place = place; });
  return stops.length;
}"""

_SHORTEN = """() => document.querySelectorAll('tbody tr:nth-child(n+16), main li:nth-child(n+40)')
  .forEach(row => row.remove())"""
"""The hundredth row of a table is like the tenth, and costs as much."""


@cache
def _axe() -> str:
    """axe-core itself; what the browser is told to run is not held back by a page's own policy."""
    return (files("axe_playwright_python") / "axe.min.js").read_text()


class Conduct:
    """What a page does while it loads: everything it asks for, and everything the browser complains of."""

    def __init__(self, page: Page, root: str) -> None:
        self._root = root
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._root + "/", "data:")):
            self.complaints.append(f"asks another server: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # of a page that was left before it had everything
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"status {response.status}: {response.url}")


def too_wide(page: Page) -> list[str]:
    """Where it has to be scrolled sideways, at any width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if complaint := page.evaluate(_TOO_WIDE):
            found.append(f"at {width} dots it is wider than the screen: {' | '.join(complaint)}")
    return found


def inaccessible(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA: as on a telephone in the light, and as on a desk in the dark."""
    found = []
    page.evaluate(_SHORTEN)
    page.evaluate(_axe())
    for width, scheme in zip((WIDTHS[0], WIDTHS[-1]), SCHEMES, strict=True):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        violations: list[Any] = page.evaluate(_RUN_AXE, {"runOnly": _WCAG, "resultTypes": ["violations"]})
        found += [
            f"{width} dots, {scheme}: {violation['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
            for violation in violations
            for node in violation["nodes"][:3]
        ]
    return found


def unreachable(page: Page) -> list[str]:
    """What the Tab key alone does not come by, in the order of the page, seen and marked; the skip link first."""
    page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    page.evaluate(_SHORTEN)
    count = page.evaluate(_NUMBER_STOPS)
    found: list[str] = []
    places: list[int] = []
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    for _ in range(3 * count + 10):  # a field for a date has several stops of its own
        page.keyboard.press("Tab")
        at = page.evaluate(_ABOUT_FOCUS)
        if at is None or len(places) == count:
            break
        if not at["place"] or (places and places[-1] == int(at["place"])):
            continue  # a table that scrolls, or the next part of a date
        places.append(int(at["place"]))
        if not at["isSeen"]:
            found.append(f"focus is out of sight: {at['html']}")
        if not at["isMarked"]:
            found.append(f"focus is not marked: {at['html']}")
    if places != list(range(count)):
        found.append(f"the Tab key comes by {places} of {count} stops")
    return found + _without_skip_link(page)


def _without_skip_link(page: Page) -> list[str]:
    first = page.locator("a[href], button, input, select").first
    target = first.get_attribute("href") if first.count() else None
    if not target or not target.startswith("#") or not page.locator(f"main{target}, {target} main, {target}").count():
        return [f"the first stop leads to {target}, not to the page's main part"]
    return []
