"""What is wrong with a page's HTML as far as it can be told at no cost: no browser, no Java."""

from collections import Counter
from html.parser import HTMLParser

from lxml.html import HtmlElement, document_fromstring

_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_FIELDS = frozenset(("input", "select", "textarea"))
_RUNS = frozenset(("script", "iframe", "object", "embed", "base"))


class _Tags(HTMLParser):
    """Whether every element is ended, and in the order in which they began."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a beginning, and attributes that no page of ours has."""
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))
        for name, times in Counter(name for name, _ in attrs).items():
            if times > 1:
                self.faults.append(f"line {self.getpos()[0]}: <{tag}> has {name} {times} times")
        for name, value in attrs:
            if name.startswith("on") or (name in ("href", "src", "action") and (value or "").startswith("javascript:")):
                self.faults.append(f"line {self.getpos()[0]}: <{tag} {name}> runs a script")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of SVG that ends itself."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Notes an end that is none of what was begun last."""
        if self.open and self.open[-1][0] == tag:
            self.open.pop()
        else:
            self.faults.append(f"line {self.getpos()[0]}: </{tag}> ends nothing that was begun last")


def faults(html: str) -> list[str]:
    """What is wrong, in words; nothing for a page that is well."""
    tags = _Tags()
    tags.feed(html)
    tags.close()
    unended = [f"line {line}: <{tag}> is not ended" for tag, line in tags.open]
    page = document_fromstring(html.encode(), parser=None)
    checks = (_frame, _ids, _labels, _headings, _pictures, _tables, _links)
    return tags.faults + unended + [fault for check in checks for fault in check(page)]


def _frame(page: HtmlElement) -> list[str]:
    counts = {path: len(page.xpath(path)) for path in ("//h1", "//main", "//head/title")}
    found = [f"{count} of {path}" for path, count in counts.items() if count != 1]
    found += [] if page.get("lang") else ["no language"]
    found += [] if page.xpath("//meta[@name='viewport']") else ["no viewport"]
    found += [] if (page.findtext(".//title") or "").strip() else ["an empty title"]
    return found + [f"a <{element.tag}>" for element in page.iter(*_RUNS)]


def _ids(page: HtmlElement) -> list[str]:
    ids = Counter(page.xpath("//@id"))
    found = [f"id {name!r} {times} times" for name, times in ids.items() if times > 1]
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"):
        for value in page.xpath(f"//@{attribute}"):
            found += [f"{attribute}={name!r} names nothing" for name in value.split() if name not in ids]
    return found + [
        f"href={name!r} leads nowhere" for name in page.xpath("//a/@href[starts-with(., '#')]") if name[1:] not in ids
    ]


def _labels(page: HtmlElement) -> list[str]:
    named = set(page.xpath("//label/@for"))
    return [
        f"no label for {element.tag} {element.get('name')!r}"
        for element in page.iter(*_FIELDS)
        if element.get("type") not in ("hidden", "submit", "button")
        and element.get("id") not in named
        and not element.get("aria-label")
        and not element.get("aria-labelledby")
        and not any(parent.tag == "label" for parent in element.iterancestors())
    ]


def _headings(page: HtmlElement) -> list[str]:
    levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    jumps = [
        f"h{before} is followed by h{after}"
        for before, after in zip([0, *levels], levels, strict=False)
        if after > before + 1
    ]
    empty = [
        f"an empty {element.tag}" for element in page.iter("h1", "h2", "h3", "h4") if not element.text_content().strip()
    ]
    return jumps + empty


def _pictures(page: HtmlElement) -> list[str]:
    named = "@aria-hidden='true' or @aria-label or @aria-labelledby or *[local-name()='title']"
    unnamed = f"//*[local-name()='svg'][not({named})]"
    return [f"no alt for {element.get('src')!r}" for element in page.iter("img") if element.get("alt") is None] + [
        "an svg without a title" for _ in page.xpath(unnamed)
    ]


def _tables(page: HtmlElement) -> list[str]:
    found = []
    for table in page.iter("table"):
        found += (
            []
            if table.xpath(".//caption") or table.get("aria-labelledby") or table.get("aria-label")
            else ["a table without a caption"]
        )
        found += [] if table.xpath(".//th") else ["a table without headings"]
        found += ["a heading of a table without a scope" for _ in table.xpath(".//th[not(@scope)]")]
    return found


def _links(page: HtmlElement) -> list[str]:
    empty = [
        f"a link to {link.get('href')!r} without words"
        for link in page.iter("a")
        if not link.text_content().strip() and not link.get("aria-label") and not link.xpath(".//img[@alt!='']")
    ]
    return empty + ["a button without words" for button in page.iter("button") if not button.text_content().strip()]
