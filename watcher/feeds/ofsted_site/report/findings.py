"""What is quoted of a report on a home; nothing in here decides whether the report is understood."""

import re
from collections.abc import Iterator, Sequence

from watcher.facts.quotes import Findings, Quote
from watcher.feeds.ofsted_site.report.choice import JudgedArea, chosen
from watcher.feeds.ofsted_site.report.people import People
from watcher.feeds.ofsted_site.report.requirements import requirements_of
from watcher.feeds.ofsted_site.report.sections import Part, ReportSection
from watcher.feeds.ofsted_site.report.text import Line, Passage, join, sentences
from watcher.text import cut_at_word

LONGEST_ENFORCEMENT, LONGEST_CHILDREN = 400, 300
"""Characters."""

_ENFORCEMENT = re.compile(r"(?i)Enforcement action since (?:the )?(?:last inspection|registration)\s*:?\s*(?P<text>.*)")
_OTHER_LABEL = re.compile(
    r"(?i)(?:This inspection$|Inspection dates?\b|Date of (?:last|previous)|Overall judgement at|Previous inspection"
    r"|Recent inspection history)"
)
_WHO = re.compile(r"(?i)\b(?:child(?:ren)?|boys?|girls?|young (?:people|persons?|men|women))\b")
_HOW_MANY = re.compile(
    r"(?i)\b(?:up to|for|accommodat\w+|maximum of|registered for|care to|looks? after) (?:\w+ ){0,4}?"
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a) "
)
_WHICH = re.compile(r"(?i)\b(?:aged? |between the ages|ages of|provides? (?:care|accommodation))")
_COMMON = re.compile(r"the|and|of|to|a|in|is|are|that|for|have|with|not|on|their|they|children|staff")
_LEAST_LETTERS = 0.7
_FEW_WORDS = 5
_LEAST_SHARE = 0.12
"""Of the words of English prose, those in `_COMMON` are a third."""


def findings_of(lines: Sequence[Line], sections: Sequence[ReportSection]) -> Findings:
    """The quotes of a report, harmless and of bounded length, without anybody's name; or why there are none."""
    areas = list(_areas(sections))
    if any(_is_nonsense(area) for area in areas):
        return Findings(unread="its text can't be extracted: what comes out is not English")
    people = People(lines)
    requirements, more = requirements_of(_statutory(sections), people.may_be_named_in)
    found = Findings(
        quotes=chosen(areas, people.may_be_named_in),
        requirements=requirements,
        more_requirements=more,
        enforcement=_quote(_enforcement(lines, sections), LONGEST_ENFORCEMENT, people),
        children=_quote(_children(sections), LONGEST_CHILDREN, people),
    )
    return found if found != Findings() else Findings(unread="no sentence was found in it that can be quoted")


def _areas(sections: Sequence[ReportSection]) -> Iterator[JudgedArea]:
    """The sections of the judgements, those of the front page's table apart."""
    after = next((position for position, section in enumerate(sections) if section.part is Part.JUDGEMENTS), 0)
    for section in sections[after:]:
        if section.part is Part.JUDGEMENT and section.area is not None and any(line.text for line in section.lines):
            yield JudgedArea(section.area, section.words, sentences(section.lines))


def _statutory(sections: Sequence[ReportSection]) -> list[Line]:
    """The lines under the heading of requirements, which stands under what needs to improve."""
    after = next((position for position, section in enumerate(sections) if section.part is Part.IMPROVE), 0)
    return [line for section in sections[after:] if section.part is Part.STATUTORY for line in section.lines]


def _is_nonsense(area: JudgedArea) -> bool:
    """Whether a font's letters came out as others: then it isn't English, whatever it is."""
    text = " ".join(sentence.text for paragraph in area.paragraphs for sentence in paragraph)
    words = text.casefold().split()
    letters = sum(character.isalpha() for character in text)
    common = sum(bool(_COMMON.fullmatch(word)) for word in words)
    is_prose = letters >= _LEAST_LETTERS * sum(map(len, words)) and common >= _LEAST_SHARE * len(words)
    return len(words) >= _FEW_WORDS and not is_prose


def _quote(passage: Passage | None, longest: int, people: People) -> Quote | None:
    if passage is None or not passage.text or people.may_be_named_in(passage.text):
        return None
    return Quote(text=cut_at_word(passage.text, longest), page=passage.page)


def _enforcement(lines: Sequence[Line], sections: Sequence[ReportSection]) -> Passage | None:
    """What stands behind its label, up to the end of the page or the next label."""
    for section in sections:
        for position, line in enumerate(section.lines):
            if label := _ENFORCEMENT.fullmatch(line.text):
                below = _until_next_label(section.lines[position + 1 :], line.page)
                return Passage(join(text for text in (label["text"], *below) if text), line.page)
    return None


def _until_next_label(lines: Sequence[Line], page: int) -> Iterator[str]:
    for line in lines:
        if line.page != page or _OTHER_LABEL.match(line.text):
            return
        yield line.text


def _children(sections: Sequence[ReportSection]) -> Passage | None:
    """The sentence that says for how many children or for whom the home is; the next too if it says the other."""
    for section in sections:
        if section.part is not Part.HOME:
            continue
        end = next(
            (position for position, line in enumerate(section.lines) if _OTHER_LABEL.match(line.text)),
            len(section.lines),
        )
        said = [sentence for paragraph in sentences(section.lines[:end]) for sentence in paragraph]
        fitting = [
            position
            for position, sentence in enumerate(said)
            if _WHO.search(sentence.text) and _how_fitting(sentence.text)
        ]
        if fitting:
            first = next((position for position in fitting if _HOW_MANY.search(said[position].text)), fitting[0])
            together = said[first : first + (2 if first + 1 in fitting else 1)]
            return Passage(join(sentence.text for sentence in together), together[0].page)
    return None


def _how_fitting(text: str) -> bool:
    return bool(_HOW_MANY.search(text) or _WHICH.search(text))
