"""Foreign text becomes one printable line; what is cut says so."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text import capital, cut_at_word, harmless, printable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\n lines\tand  more ", "two lines and more"),
        ("left\u202eright", "leftright"),
        ("zero\u200bwidth and \ufeffmark", "zerowidth and mark"),
        ("bell\x07 and \x00nothing", "bell and nothing"),
        ("private \uf0b7 use", "private use"),
        ("children’s – £5", "children’s – £5"),
    ],
)
def test_what_can_not_be_seen_is_gone(text: str, line: str) -> None:
    assert harmless(text) == line


@given(st.text())
def test_nothing_but_printable_characters_and_single_spaces_is_left(text: str) -> None:
    line = harmless(text)
    assert not [c for c in line if unicodedata.category(c)[0] == "C" or (c.isspace() and c != " ")]
    assert "  " not in line


@given(st.text(alphabet="ab ", max_size=60).map(harmless), st.integers(min_value=3, max_value=60))
def test_a_text_that_is_cut_keeps_to_its_length_and_ends_with_an_ellipsis(text: str, longest: int) -> None:
    short = cut_at_word(text, longest)
    assert len(short) <= longest
    assert short == text or (short.endswith("…") and text.startswith(short[:-1].rstrip()))


def test_words_stay_whole_where_there_are_several() -> None:
    assert cut_at_word("one two three", 10) == "one two …"
    assert cut_at_word("x" * 20, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Café – “good”", "Café – “good”"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\r\nb", "a\\r\\nb"),
        ("a\u202eb", "a\\u202eb"),
        ("a" * 201, "a" * 200 + "..."),
    ],
)
def test_quoted_foreign_text_is_one_visible_line(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(("words", "begun"), [("", ""), ("good", "Good"), ("seen by CQC", "Seen by CQC")])
def test_a_sentence_begins_with_a_large_letter_and_leaves_the_others(words: str, begun: str) -> None:
    assert capital(words) == begun
