"""What a font spells in another way is read as it is seen; what it means stays."""

from time import process_time

import pytest

from tests.feeds.ofsted_site.report.drafts import drafted, understood
from watcher.feeds.ofsted_site.report.characters import as_read


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("e\ufb00ectiveness, o\ufb03cer, \ufb01rst, \ufb02at", "effectiveness, officer, first, flat"),
        ("inade\u00adquate", "inadequate"),
        ("inade\u00ad\nquate care", "inadequate care"),
        ("inade\u00ad \r\n quate", "inadequate"),
        ("good\u00ad\n", "good\n"),
        ("aged 8\u00ad17", "aged 8-17"),
        ("the home \u00ad a good one", "the home - a good one"),
        ("well\u2011being and self\u2010harm", "well-being and self-harm"),
        ("requires\u00a0improvement\u202fto", "requires improvement to"),
        ("\uff29\uff4e\uff41\uff44\uff45\uff51\uff55\uff41\uff54\uff45", "Inadequate"),
        ("inad\u200be\u2060q\ufeffuate\u202e", "inadequate"),
        ("cafe\u0301", "café"),
        ("the home\u00b4s", "the home’s"),
        ("children’s ‘views’ “too” – and so on…", "children’s ‘views’ “too” – and so on…"),
        ("3\u00bd hours, 5\u00b2, Board\u00b9", "3\u00bd hours, 5\u00b2, Board\u00b9"),
        ("\uf0b7 one\n\ttwo\x0cthree", "\uf0b7 one\n\ttwo\x0cthree"),
    ],
)
def test_a_character_is_read_as_it_is_seen(printed: str, read: str) -> None:
    assert as_read(printed) == read
    assert as_read(read) == read


def test_a_long_run_of_accents_costs_next_to_nothing() -> None:
    begin = process_time()
    as_read("a" + "\u0300\u0316" * 100_000)
    assert process_time() - begin < 5


SPELLINGS = [
    ("effectiveness", "e\ufb00ectiveness"),
    ("inadequate", "inade\u00adquate"),
    ("inadequate", "\uff49nadequate"),
    ("protected", "pro\u00ad\ntected"),
    ("Full inspection", "Full\u00a0inspection"),
    ("not", "\u200bnot"),
    ("young people", "young\u00a0people"),
]


@pytest.mark.parametrize(("plain", "spelled"), SPELLINGS)
def test_a_report_says_the_same_however_its_font_spells_it(plain: str, spelled: str) -> None:
    usual = drafted()
    other = [page.replace(plain, spelled) for page in usual]
    assert other != usual
    assert understood(other) == understood(usual)


def test_a_quote_is_spelled_plainly_and_keeps_its_apostrophes() -> None:
    found = understood(
        drafted(of_overall="The sta\ufb00 do not o\ufb00er what children’s self\u2011care needs.")
    ).findings
    assert "The staff do not offer what children’s self-care needs." in [quote.text for quote in found.quotes]
