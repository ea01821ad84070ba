"""The rule by which sentences are chosen: position, words of seriousness, length, and nobody's name."""

import pytest

from watcher.facts.quotes import Quote
from watcher.feeds.ofsted_site.report.choice import LONGEST, MOST, SHORTEST, JudgedArea, chosen, score_of
from watcher.feeds.ofsted_site.report.text import Passage

MILD = "The garden of the home has a pond in it."
MILD_TOO = "The kitchen of the home was painted in spring."
GRAVE = "Serious and widespread failures leave the children at risk."
POOR = "Some of the records of the home are poor."


def area(*paragraphs: str, name: str = "overall", words: str = "inadequate") -> JudgedArea:
    """Each text a paragraph, its sentences divided by a bar."""
    return JudgedArea(name, words, [[Passage(text, 3) for text in paragraph.split("|")] for paragraph in paragraphs])


def texts(*areas: JudgedArea) -> list[str]:
    return [quote.text for quote in chosen(areas, lambda _: False)]


@pytest.mark.parametrize(
    ("sentence", "words", "score"),
    [
        (MILD, "inadequate", 0),
        (POOR, "inadequate", 2),
        (POOR, "Requires improvement to be good", 2),
        (POOR, "adequate", 2),
        (POOR, "good", 0),
        (GRAVE, "inadequate", 8),
        ("Serious things are serious.", "inadequate", 2),
        ("There are no serious or widespread failures here.", "requires improvement to be good", 0),
        ("Children are not protected.", "inadequate", 4),
        ("Children are not always protected.", "inadequate", 4),
        ("Staff do not write.", "inadequate", 2),
        ("A harmless seriousness of harmony.", "inadequate", 0),
    ],
)
def test_each_different_word_of_seriousness_counts_once(sentence: str, words: str, score: int) -> None:
    assert score_of(sentence, words, is_first=False, is_in_first_paragraph=False) == score


def test_position_counts() -> None:
    assert score_of(MILD, "inadequate", is_first=True, is_in_first_paragraph=True) == 2
    assert score_of(MILD, "inadequate", is_first=False, is_in_first_paragraph=True) == 1


@pytest.mark.parametrize(
    ("areas", "quoted"),
    [
        ([area(MILD + "|" + GRAVE, POOR)], [MILD, GRAVE]),
        ([area(MILD, MILD_TOO, GRAVE, POOR)], [MILD, GRAVE]),
        ([area(MILD, MILD_TOO)], [MILD]),
        ([area(POOR, MILD_TOO + "|" + GRAVE)], [POOR, GRAVE]),
        ([area("Too short.|" + GRAVE)], [GRAVE]),
        ([area("x" * LONGEST + "y.|" + GRAVE)], [GRAVE]),
        ([area("a heading without a full stop that is long enough|" + GRAVE)], [GRAVE]),
        ([area(";and the rest of a row of some table, poor and serious.")], []),
        ([area()], []),
        ([], []),
    ],
)
def test_the_best_two_of_an_area_are_quoted_in_the_order_of_the_report(
    areas: list[JudgedArea], quoted: list[str]
) -> None:
    assert texts(*areas) == quoted


def test_only_inadequate_areas_are_quoted_where_there_are_any() -> None:
    good, bad = area(MILD, words="good"), area(GRAVE, name="leaders")
    assert texts(good, bad) == [GRAVE]


def test_where_none_is_inadequate_the_worst_is_quoted_or_overall_if_it_is_among_the_worst() -> None:
    good, worse = area(MILD, words="good"), area(POOR, name="leaders", words="requires improvement to be good")
    assert texts(good, worse) == [POOR]
    assert texts(area(MILD, words="good"), area(MILD_TOO, name="protected", words="good")) == [MILD]


def test_every_area_is_heard_before_any_is_heard_twice() -> None:
    areas = [area(f"{GRAVE}|{GRAVE}", name=name) for name in ("overall", "protected")]
    areas.append(area(MILD, name="leaders"))
    quotes = chosen(areas, lambda _: False)
    assert len(quotes) == MOST
    assert [quote.area for quote in quotes].count("leaders") == 1
    assert [quote.area for quote in quotes] == ["overall", "overall", "protected", "leaders"]


def test_what_is_refused_makes_way_for_the_next_best() -> None:
    assert chosen([area(f"{GRAVE}|{POOR}")], lambda text: "Serious" in text) == (
        Quote(text=POOR, page=3, area="overall"),
    )


@pytest.mark.parametrize(
    ("length", "is_quoted"), [(SHORTEST - 1, False), (SHORTEST, True), (LONGEST, True), (LONGEST + 1, False)]
)
def test_the_limits_of_length(length: int, is_quoted: bool) -> None:
    assert bool(texts(area("P" + "o" * (length - 2) + "."))) is is_quoted
