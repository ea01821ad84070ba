"""Lines become paragraphs and sentences without a character being altered, and each knows its page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.ofsted_site.report.text import Line, Passage, join, lines_of, paragraphs, sentences

HEADER = "Inspection report for children’s home: SC123456"


def said(*pages: str) -> list[tuple[str, int]]:
    return [(sentence.text, sentence.page) for paragraph in sentences(lines_of(pages)) for sentence in paragraph]


@pytest.mark.parametrize(
    "furniture",
    [
        f"{HEADER}\n3\n\n",
        "Inspection report for children's home\n3\n",
        "Inspection report for children's home: 1234567 \n 3 \n",
        "Inspection report for secure children's home: SC123456\n3 of 12\n",
        "Page 3 of 12\n",
        "Inspection report for children's home SC123456 3\n",
    ],
)
def test_running_headers_and_page_numbers_are_no_text(furniture: str) -> None:
    assert said(f"{furniture}The text of the page.") == [("The text of the page.", 1)]


def test_a_number_within_the_text_stays() -> None:
    page = "\n".join(["The home has so many children,", "namely", "as", "was said,", "12", "or so.", "More.", "More."])
    assert "12 or so." in said(page)[0][0]


def test_a_sentence_goes_on_over_a_page_break_and_belongs_to_the_page_where_it_begins() -> None:
    first, second = "One sentence. Another begins here \n\n", f"{HEADER}\n2\n\nand ends here. A third one.\n"
    assert said(first, second) == [
        ("One sentence.", 1),
        ("Another begins here and ends here.", 1),
        ("A third one.", 2),
    ]


def test_a_paragraph_that_ends_with_its_page_goes_on_nowhere() -> None:
    assert paragraphs(lines_of(["The end.\n\n", "The beginning."])) == [
        Passage("The end.", 1),
        Passage("The beginning.", 2),
    ]


def test_blank_lines_and_bullets_begin_paragraphs() -> None:
    text = "One\nand the same.\n \nTwo.\n\uf0b7 Three\nand the same.\n• Four."
    assert [paragraph.text for paragraph in paragraphs(lines_of([text]))] == [
        "One and the same.",
        "Two.",
        "Three and the same.",
        "Four.",
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["key decision-", "making"], "key decision-making"),
        (["the years 2018 -", "2020"], "the years 2018 - 2020"),
        (["the home –", "and"], "the home – and"),
        (["one", "two"], "one two"),
        ([], ""),
    ],
)
def test_wrapped_lines_come_together(lines: list[str], text: str) -> None:
    assert join(lines) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Staff are kind. Children thrive.", 2),
        ("A child said, ‘It is good.’ Staff agree.", 2),
        ("Records (see above.) Staff agree.", 2),
        ("Is it safe? It is not! So.", 3),
        ("Some, e.g. Records, are poor.", 1),
        ("There were 3.5 staff a day.", 1),
        ("Mr. Anybody came to St. Anywhere with J. Else.", 1),
        ("It has 12 places. 11 are taken.", 2),
    ],
)
def test_sentences_end_where_they_end(text: str, number: int) -> None:
    assert len(said(text)) == number


@given(st.lists(st.text(alphabet="abC .\n•-’\u202e\x00", max_size=80), max_size=4))
def test_nothing_printable_is_lost_added_or_moved(pages: list[str]) -> None:
    lines = lines_of(pages)
    together = "".join(sentence.text for paragraph in sentences(lines) for sentence in paragraph)
    assert together.replace(" ", "") == "".join(line.text for line in lines).replace(" ", "")


def test_a_line_remembers_its_bullet() -> None:
    assert lines_of(["• item"]) == [Line("item", 1, is_item=True)]
