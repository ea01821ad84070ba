"""Pages too much to read: each a sound one with what a publisher's mistake or malice could put into it."""

from tests.checkout import FIXTURES
from watcher.feeds.web.page import Page

PROVIDER = (FIXTURES / "site/provider.html").read_text(encoding="utf-8")
URN = "9990002"
RESULTS = (FIXTURES / "site/results.html").read_text(encoding="utf-8")


def page(content: str | bytes) -> Page:
    """An answer of the site."""
    address = "https://reports.ofsted.gov.uk/somewhere"
    return Page(url=address, final_url=address, body=content.encode() if isinstance(content, str) else content)


def times(sound: str, number: int = 30_000) -> str:
    """With empty elements in a day of its time line."""
    end = sound.index("</li>", sound.index("timeline__date"))
    return sound[:end] + "<time></time>" * number + sound[end:]


def nested(sound: str, number: int = 30_000) -> str:
    """With details in each other, the words of each of which are those of all in it."""
    return sound.replace("<ol", "<li><span>a</span><span>" * number + "<ol", 1)


def deep(sound: str, number: int = 900_000) -> str:
    """With elements in each other around its time line."""
    return sound.replace("<ol", "<div>" * number + "<ol", 1)


def counts(sound: str, number: int = 8_000) -> str:
    """With elements in each other that each count the results."""
    return sound.replace("<strong", '<strong class="js-results-count">' * number + "<strong", 1)
