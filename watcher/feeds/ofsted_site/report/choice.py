"""Which sentences of a judgement are quoted: a rule of position and of words of seriousness, without any rewriting.

A sentence of an area that is judged inadequate or requires improvement scores `FOR_A_WORD` for each different word or
phrase of `SERIOUS` in it; of any area, one for the first paragraph and one more for the first sentence. What scores
nothing is not quoted, nor what is too short to say anything or too long for a message, nor what may name somebody. The
best sentences win, of equal ones the earlier; they are shown in the order of the report.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from watcher.facts.grades import read_grade
from watcher.facts.quotes import Quote
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.report.text import Passage

SERIOUS = (
    r"inadequate",
    r"serious(?:ly)?",
    r"widespread",
    r"significant(?:ly)? (?:harm|risks?|failings?|failures?|shortfalls?|weakness(?:es)?|concerns?)",
    r"not (?:\w+ )?protected",
    r"not (?:\w+ )?safe(?:guarded)?",
    r"unsafe",
    r"do(?:es)? not",
    r"did not",
    r"(?:have|has|had) not",
    r"(?:is|are|was|were) not",
    r"fail(?:s|ed|ing|ings|ure|ures)?",
    r"at risk(?: of)?|risk of harm|harm(?:ed|ful)?",
    r"poor(?:ly)?",
    r"weak(?:ness|nesses)?|shortfalls?",
    r"lack(?:s|ed)? (?:of|sufficient|effective)",
    r"ineffective(?:ly)?",
    r"insufficient(?:ly)?",
    r"unlawful(?:ly)?|breach(?:es|ed)?",
    r"exploit(?:ed|ation)",
    r"neglect(?:ed|ful)?|abuse",
    r"urgent(?:ly)?",
)
"""Each entry counts once, however often it stands in a sentence; the entries are patterns of whole words."""

FOR_A_WORD = 2
SHORTEST, LONGEST = 30, 400
"""Characters of a sentence."""
MOST_OF_AN_AREA, MOST = 2, 4
"""Sentences."""

_SERIOUS = tuple(re.compile(rf"(?i)\b(?:{word})\b") for word in SERIOUS)
# "There are no serious or widespread failures" says the opposite.
_DENIED = re.compile(
    r"(?i)\b(?:no|not|without|nor) (?:any )?(?:serious|widespread|significant|poor|urgent)"
    r"(?: (?:or|and|nor|and/or) (?:serious|widespread|significant))?"
    r"(?: (?:fail\w*|weakness\w*|shortfalls?|harm|risks?))?\b"
)


@dataclass(frozen=True, slots=True)
class JudgedArea:
    """What stands in the section of one judgement."""

    name: str
    words: str
    """The grade as printed."""
    paragraphs: Sequence[Sequence[Passage]]
    """The sentences of each paragraph."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: int
    position: tuple[int, int]
    """Of the area in the report, and of the sentence in it."""
    quote: Quote


def chosen(areas: Sequence[JudgedArea], is_refused: Callable[[str], bool]) -> tuple[Quote, ...]:
    """The sentences to quote of the areas that decide, in the order of the report; `is_refused` says what names people.

    Each area's best sentence comes before any area's second.
    """
    best = [_best(area, number, is_refused) for number, area in enumerate(_deciding(areas))]
    firsts = [candidates[0] for candidates in best if candidates]
    seconds = sorted((candidate for candidates in best for candidate in candidates[1:]), key=_merit)
    return tuple(
        candidate.quote for candidate in sorted((firsts + seconds)[:MOST], key=lambda candidate: candidate.position)
    )


def _deciding(areas: Sequence[JudgedArea]) -> Sequence[JudgedArea]:
    """Those judged inadequate; where none is, the worst: `overall` alone if that is one of them."""
    ranks = [read_grade(area.words, OFSTED.key).rank or 0 for area in areas]
    worst = [area for area, rank in zip(areas, ranks, strict=True) if rank == max(ranks)]
    overall = [area for area in worst if area.name == "overall"]
    return worst if not overall or read_grade(worst[0].words, OFSTED.key).is_inadequate else overall


def _best(area: JudgedArea, number: int, is_refused: Callable[[str], bool]) -> list[_Candidate]:
    candidates = [
        _Candidate(score, (number, position), Quote(text=sentence.text, page=sentence.page, area=area.name))
        for position, (sentence, is_in_first_paragraph) in enumerate(_in_order(area.paragraphs))
        if SHORTEST <= len(sentence.text) <= LONGEST
        and (score := score_of(sentence.text, area.words, position == 0, is_in_first_paragraph))
        and _is_whole(sentence.text)
    ]
    ranked = sorted(candidates, key=_merit)
    kept: list[_Candidate] = []
    for candidate in ranked:
        if len(kept) < MOST_OF_AN_AREA and not is_refused(candidate.quote.text):
            kept.append(candidate)
    return kept


def _in_order(paragraphs: Sequence[Sequence[Passage]]) -> Iterable[tuple[Passage, bool]]:
    return ((sentence, number == 0) for number, paragraph in enumerate(paragraphs) for sentence in paragraph)


def score_of(sentence: str, words: str, is_first: bool, is_in_first_paragraph: bool) -> int:
    """What a sentence of an area with this grade is worth quoting."""
    grade = read_grade(words, OFSTED.key)
    affirmed = _DENIED.sub("", sentence)
    serious = sum(bool(word.search(affirmed)) for word in _SERIOUS) if (grade.rank or 0) >= 3 else 0
    return FOR_A_WORD * serious + is_first + is_in_first_paragraph


def _is_whole(text: str) -> bool:
    """Whether it begins and ends as sentences do, not as a line of a table or half a sentence."""
    return text.rstrip("'’”\")]")[-1:] in (".", "!", "?") and (text.lstrip("'‘“\"([")[:1].isupper())


def _merit(candidate: _Candidate) -> tuple[int, tuple[int, int]]:
    return -candidate.score, candidate.position
