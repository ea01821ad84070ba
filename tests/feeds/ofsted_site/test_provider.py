"""A home's page, in the markup reported of the real one with invented facts."""

from datetime import date

import pytest

from tests.checkout import FIXTURES
from watcher.facts.inspection import Kind
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.provider import read_provider
from watcher.feeds.ofsted_site.timeline import ListedReport

PAGE = (FIXTURES / "site/provider.html").read_text(encoding="utf-8")
URN = "9990002"
FILES = "https://files.ofsted.gov.uk/v1/file/"


def test_a_page_is_read() -> None:
    page = read_provider(PAGE, URN)
    assert (page.urn, page.name, page.status, page.type) == (URN, "Elm House", "open", "children's home")
    assert (page.local_authority, page.registered) == ("Exampleshire", date(2024, 10, 4))
    assert (page.rating, page.not_understood) == (None, ())
    assert page.documents == (
        ListedReport(
            "50311430", FILES + "50311430", "Full inspection", Kind.FULL, date(2026, 7, 28), None, date(2026, 9, 8)
        ),
        ListedReport(
            "50293150",
            FILES + "50293150",
            "Monitoring visit",
            Kind.MONITORING,
            date(2025, 11, 27),
            None,
            date(2025, 12, 31),
        ),
    )


def test_a_number_in_small_letters_is_that_of_the_same_home() -> None:
    assert read_provider(PAGE.replace(URN, "sc999002"), "SC999002") == read_provider(
        PAGE.replace(URN, "SC999002"), "SC999002"
    )


def test_the_address_of_a_home_is_nowhere() -> None:
    assert "Elm Road" not in repr(read_provider(PAGE, URN))


@pytest.mark.parametrize("name", [URN, "REDACTED", "Redacted"])
def test_a_withheld_name_is_none(name: str) -> None:
    assert read_provider(PAGE.replace("Elm House", name), URN).name is None


@pytest.mark.parametrize(("word", "status"), [("Closed", "closed"), ("Resigned", "resigned"), ("Open ", "open")])
def test_the_status_is_the_word_in_the_title(word: str, status: str) -> None:
    assert read_provider(PAGE.replace("- Open -", f"- {word} -"), URN).status == status


def test_a_dash_in_the_name_does_not_become_the_status() -> None:
    page = read_provider(PAGE.replace("Elm House", "Elm - Closed - House"), URN)
    assert (page.name, page.status) == ("Elm - Closed - House", "open")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("URN: 9990002", "URN: 9990003"),
        ("URN: 9990002", "URN: 99900021"),
        ("title-block__subheading", "subheading"),
        ("title-block__heading", "heading"),
        ("Find an Inspection Report - Ofsted", "Sign in"),
        ('<ol class="timeline">', '<ol class="events">'),
        ("Local authority: ", "Type: "),
        ("</title>", "</title><title>Another</title>"),
    ],
)
def test_a_page_that_is_not_that_of_the_home_is_refused(old: str, new: str) -> None:
    assert old in PAGE
    with pytest.raises(UnexpectedPageError):
        read_provider(PAGE.replace(old, new), URN)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Full inspection, PDF - 08", "Full inspection (PDF) 08", "kind, PDF - date"),
        ("PDF - 08 September 2026", "PDF - tomorrow", "kind, PDF - date"),
        ("PDF - 08 September 2026", "PDF - 18 September 2026", "two dates of publication differ"),
        ("/v1/file/50311430", "/v1/folder/x", "kind, PDF - date"),
        ("<time>28 July 2026</time>", "<time>summer</time>", "date of inspection"),
        ("<time>28 July 2026</time>", "", "date of inspection"),
        ('<span class="nonvisual">Full', '<span class="visual">Full', "description of a document"),
        ('class="publication-link" href="https://files.ofsted.gov.uk/v1/file/50311430"', "", "link to a document"),
    ],
)
def test_a_line_in_another_form_is_named_and_the_others_are_read(old: str, new: str, why: str) -> None:
    assert old in PAGE
    page = read_provider(PAGE.replace(old, new), URN)
    assert [document.id for document in page.documents] == ["50293150"]
    assert len(page.not_understood) == 1
    assert why in page.not_understood[0]


def test_the_kind_is_read_from_the_right() -> None:
    page = read_provider(PAGE.replace("Full inspection, PDF -", "Full inspection, revised, PDF -"), URN)
    assert (page.documents[0].words, page.documents[0].kind) == ("Full inspection, revised", Kind.OTHER)


def test_the_same_document_twice_is_one() -> None:
    begin = PAGE.index('<li class="timeline__day">')
    line = PAGE[begin : PAGE.index("</li>", begin) + len("</li>")]
    page = read_provider(PAGE.replace(line, line + line), URN)
    assert ([document.id for document in page.documents], page.not_understood) == (["50311430", "50293150"], ())


@pytest.mark.parametrize(
    "block",
    [
        '<ol class="rating-scale"><li class="rating--selected"><span>Good</span></li></ol>',
        '<h2 class="latest-rating__title">Latest <span class="nonvisual">Good</span></h2>',
    ],
)
def test_a_grade_on_the_page_is_read(block: str) -> None:
    rating = read_provider(PAGE.replace("<ol class", block + "<ol class", 1), URN).rating
    assert rating is not None
    assert rating.value == "good"


def test_text_is_cleaned_and_cut() -> None:
    name = "Elm\u202e\u0007 House\u200b" + "x" * 1000
    page = read_provider(PAGE.replace("Elm House", name), URN)
    assert page.name is not None
    assert page.name.startswith("Elm Housex")
    assert (len(page.name), page.name[-1]) == (300, "…")
