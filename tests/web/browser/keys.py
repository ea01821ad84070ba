"""A visitor who has a keyboard alone.

keys = Keys(page)
keys.to("Search").write("SC478986").enter()
keys.to("Area").choose("D")  # one key: a browser forgets what was typed a second ago
"""

import re
from typing import Self

from playwright.sync_api import Page

_NAME = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const labels = [...(at.labels ?? [])].map(label => label.innerText).join(' ');
  return at.getAttribute('aria-label') ?? (labels || at.innerText || at.value || '');
}"""

_MOST = 600


class Keys:
    """Presses keys in a page, and nothing else."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def to(self, name: str) -> Self:
        """Tabs on to the next stop whose label, or words, begin so; fails where a whole round has none."""
        passed = []
        for _ in range(_MOST):
            self._page.keyboard.press("Tab")
            words = self._page.evaluate(_NAME)
            if words is not None and re.match(re.escape(name), words.strip(), re.IGNORECASE):
                return self
            passed.append(words)
            if passed.count(None) > 1:
                break
        raise AssertionError(f"no stop is called {name!r}, only {[words for words in passed if words]}")

    def write(self, text: str) -> Self:
        """Writes over what stands in a field."""
        self._page.keyboard.press("ControlOrMeta+a")
        self._page.keyboard.type(text)
        return self

    def choose(self, text: str) -> Self:
        """Chooses from a list by the beginning of its words."""
        self._page.keyboard.type(text)
        return self

    def enter(self) -> Self:
        """Follows a link, sends a form or presses a button; the next page is there when it ends."""
        with self._page.expect_navigation():
            self._page.keyboard.press("Enter")
        return self

    def space(self) -> Self:
        """Ticks a box."""
        self._page.keyboard.press(" ")
        return self
