"""The text of a report as lines, paragraphs and sentences, each with the page on which it begins."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from watcher.text import harmless

_RUNNING = re.compile(
    r"(?i)inspection report for (?:secure )?children['’]s home(?: ?[:–-]? ?[A-Z]{0,2}\d{5,8})?(?: \d+)?"
)
_PAGE_NUMBER = re.compile(r"(?i)(?:page )?\d{1,2}(?: of \d{1,2})?")
_HEAD, _FOOT = 3, 2
"""So many lines from the top and the bottom of a page a lone number is its number."""
_BULLET = re.compile(r"^\s*[\uf0b7\uf0a7•◼■▪●○◦]\s*")
# Not after an abbreviation or an initial, which end with a full stop as well.
_END_OF_SENTENCE = re.compile(
    r"(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\be\.g\.)(?<!\bi\.e\.)"
    r"(?<![ (][A-Za-z]\.)(?<=[.!?])(?P<closing>['’”\")\]]{0,3}) (?=[A-Z0-9‘“'\"(\[])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, harmless; empty where a blank one separates paragraphs."""

    text: str
    page: int
    is_item: bool = False
    """Whether it begins with a bullet, which is left out."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a sentence, and the page on which it begins."""

    text: str
    page: int


def lines_of(pages: Sequence[str]) -> list[Line]:
    """The lines of all pages, without running headers and page numbers, and without blank ones where a page breaks."""
    return [line for number, page in enumerate(pages, start=1) for line in _lines_of_page(page, number)]


def _lines_of_page(page: str, number: int) -> list[Line]:
    lines = [Line(harmless(_BULLET.sub("", raw)), number, bool(_BULLET.match(raw))) for raw in page.splitlines()]
    printed = [position for position, line in enumerate(lines) if line.text]
    edges = {*printed[:_HEAD], *printed[-_FOOT:]}
    kept = [
        line
        for position, line in enumerate(lines)
        if not _RUNNING.fullmatch(line.text) and not (position in edges and _PAGE_NUMBER.fullmatch(line.text))
    ]
    texts = [position for position, line in enumerate(kept) if line.text]
    return kept[texts[0] : texts[-1] + 1] if texts else []


def paragraphs(lines: Iterable[Line]) -> list[Passage]:
    """The paragraphs of some lines; one that a page breaks in mid-sentence goes on."""
    return [_joined(group) for group in _groups(lines)]


def _groups(lines: Iterable[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        new_page = bool(group) and line.page != group[-1].page and group[-1].text[-1:] in tuple(".!?:;’”)")
        if group and (not line.text or line.is_item or new_page):
            yield group
            group = []
        if line.text:
            group.append(line)
    if group:
        yield group


def _joined(group: Sequence[Line]) -> Passage:
    return Passage(join(line.text for line in group), group[0].page)


def join(texts: Iterable[str]) -> str:
    """Wrapped lines as one; a word that is broken after its own hyphen comes together again."""
    return "".join(_pieces(texts))


def _pieces(texts: Iterable[str]) -> Iterator[str]:
    before = ""
    for text in texts:
        is_one_word = before[-2:-1].isalpha() and before.endswith("-") and text[:1].islower()
        yield text if is_one_word or not before else f" {text}"
        before = text


def sentences(lines: Iterable[Line]) -> list[list[Passage]]:
    """The sentences of each paragraph, with the page on which each of them begins."""
    return [_sentences(group) for group in _groups(lines)]


def _sentences(group: Sequence[Line]) -> list[Passage]:
    pieces = list(_pieces(line.text for line in group))
    ends = list(accumulate(map(len, pieces)))
    joined = "".join(pieces)
    found: list[Passage] = []
    begin = 0
    for end in [*(match.end("closing") for match in _END_OF_SENTENCE.finditer(joined)), len(joined)]:
        found.append(Passage(joined[begin:end], group[bisect_right(ends, begin)].page))
        begin = end + 1
    return found
