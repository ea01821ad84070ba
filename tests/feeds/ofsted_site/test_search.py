"""The search form and the result pages, in the real markup with invented entries."""

import re
from datetime import date

import pytest

from tests.checkout import FIXTURES
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.remit import AUTHORITIES, HOMES
from watcher.feeds.ofsted_site.search import SearchEntry, form_address, read_categories, read_results, results_address

PAGE = (FIXTURES / "site/results.html").read_text(encoding="utf-8")
EMPTY = re.sub(r'<li class="search-result">.*</li>', "", PAGE, flags=re.DOTALL).replace(">5</strong>", ">0</strong>")


def test_the_entries_of_a_page_are_read() -> None:
    results = read_results(PAGE)
    assert (results.count, results.rows, results.illegible) == (5, 5, 0)
    assert results.entries[:2] == (
        SearchEntry("SC999001", "2", "Children's Home", date(2023, 1, 23)),
        SearchEntry("9990002", "2", "Children's Home", date(2022, 4, 8)),
    )


def test_schools_and_local_authorities_are_no_homes_whatever_was_asked_for() -> None:
    entries = read_results(PAGE).entries
    assert [entry.urn for entry in entries if entry.is_of(HOMES)] == ["SC999001", "9990002", "SC999003"]
    assert [entry.category for entry in entries if entry.is_of(AUTHORITIES)] == ["44"]


def test_no_entry_is_of_two_remits_whatever_words_stand_in_it() -> None:
    entry = SearchEntry("9990002", "44", "Children's home", date(2024, 1, 2))
    assert (entry.is_of(HOMES), entry.is_of(AUTHORITIES)) == (False, True)
    by_words = entry._replace(category="", kind="Local authority children’s services")
    assert (by_words.is_of(HOMES), by_words.is_of(AUTHORITIES)) == (False, True)


def test_the_category_of_authorities_is_read_from_the_same_form() -> None:
    assert read_categories(PAGE, [AUTHORITIES.label]) == ("12",)


@pytest.mark.parametrize("page", [EMPTY, re.sub(r'<ul class="results-list.*?</ul>', "", EMPTY, flags=re.DOTALL)])
def test_a_count_of_nothing_is_an_empty_result(page: str) -> None:
    assert read_results(page).entries == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("js-results-count", "count"),
        ('js-results-count">5', 'js-results-count">many'),
        ("results-list list-unstyled", "cards"),
        ('class="search-result"', 'class="card"'),
        ('name="level_1_types"', 'name="kind"'),
        ("Latest report: ", "Most recent: "),
        ("<time>", "<time>on "),
    ],
)
def test_a_page_without_its_landmarks_is_none(old: str, new: str) -> None:
    page = PAGE.replace(old, new)
    assert page != PAGE
    with pytest.raises(UnexpectedPageError):
        read_results(page)


def test_a_page_whose_homes_are_all_illegible_is_none() -> None:
    with pytest.raises(UnexpectedPageError):
        read_results(PAGE.replace("URN: ", "Reference: ").replace('href="/provider/', 'href="/setting/'))


@pytest.mark.parametrize("page", ["", "<html></html>", "\0" * 50, "<title>Slim Application Error</title>", EMPTY[:900]])
def test_something_else_is_never_an_empty_result(page: str) -> None:
    with pytest.raises(UnexpectedPageError):
        read_results(page)


@pytest.mark.parametrize(
    ("old", "new", "odd"),
    [
        ("<li>URN: <strong>SC999001</strong></li>", "", "0 of URN"),
        ('href="/provider/2/SC999001"', 'href="javascript:alert(1)"', "0 of link"),
        ("23 January 2023", "soon", "a date that is none: 'soon'"),
        ("<li>Latest report: <strong><time>23 January 2023</time></strong></li>", "", "0 of date"),
    ],
)
def test_an_entry_in_another_form_says_so_and_keeps_its_home(old: str, new: str, odd: str) -> None:
    first = read_results(PAGE.replace(old, new, 1)).entries[0]
    assert (first.urn, first.odd) == ("SC999001", odd)


def test_an_entry_that_names_two_homes_is_illegible() -> None:
    results = read_results(PAGE.replace("/provider/2/SC999001", "/provider/2/SC999777"))
    assert (len(results.entries), results.illegible) == (4, 1)


@pytest.mark.parametrize("old", ["/provider/2/SC999001", "URN: <strong>SC999001", "SC999001"])
def test_a_number_in_small_letters_is_that_of_the_same_home(old: str) -> None:
    results = read_results(PAGE.replace(old, old.replace("SC", "sc")))
    assert results.entries == read_results(PAGE).entries


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("Children&#039;s homes", "children's home"),
        ("Children’s Home", "children's home"),
        ("CHILDRENS HOMES", "Children's homes"),
        ("Children&#039;s homes (all types)", "children's home"),
    ],
)
def test_the_category_is_found_by_its_label_however_it_is_written(label: str, wanted: str) -> None:
    assert read_categories(PAGE.replace("Children&#039;s homes<", f"{label}<"), [wanted]) == ("9",)


def test_several_categories_may_be_wanted() -> None:
    assert read_categories(PAGE, ["children's home", "Adoption and fostering"]) == ("9", "8")


@pytest.mark.parametrize("label", ["Residential care", "Fostering"])
def test_a_form_without_the_category_says_which_it_offers(label: str) -> None:
    with pytest.raises(UnexpectedPageError, match=f"it offers: .*{label}.*report it"):
        read_categories(PAGE.replace("Children&#039;s homes<", f"{label}<"), ["children's home"])


def test_two_like_categories_are_not_guessed_between() -> None:
    page = PAGE.replace("Adoption and fostering", "Secure children&#039;s home").replace(
        "Children&#039;s homes<", "Open children&#039;s homes<"
    )
    with pytest.raises(UnexpectedPageError, match="2 categories"):
        read_categories(page, ["children's home"])
    exact = page.replace("Open children&#039;s homes<", "Children&#039;s homes<")
    assert read_categories(exact, ["children's home"]) == ("9",)


def test_addresses_ask_as_the_site_does() -> None:
    assert form_address("https://r.example") == "https://r.example/search?level_1_types=3"
    address = results_address("https://r.example", ["9"], date(2024, 1, 2), 100)
    assert (
        "level_2_types%5B%5D=9&latest_report_date_start=02-01-2024&sort=date&order=desc&start=100&rows=100" in address
    )
