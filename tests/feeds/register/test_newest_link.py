"""Which of a page's links is the newest, by every way in which publishers have been seen to write dates."""

from datetime import date

import pytest

from watcher.feeds.register.newest_link import NoSuchLinkError, date_in, newest_link

PAGE = "https://example.org/data/"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("MDSF_data_30%20June%202024.csv", date(2024, 6, 30)),
        ("260331_DatastoreExternal.csv", date(2026, 3, 31)),
        ("2024-02-29_datastore.csv", date(2024, 2, 29)),
        ("/system/files/2026-09/30_september_2026_CQC_directory.csv", date(2026, 9, 30)),
        ("/sites/default/files/2026-05/13_May_2026_CQC_directory.csv", date(2026, 5, 13)),
        ("01_Sept_2026_Latest_ratings.ods", date(2026, 9, 1)),
        ("Ratings as at 1st March 2026 (CSV, 4 MB)", date(2026, 3, 1)),
        ("Ratings 31/03/2026", date(2026, 3, 31)),
        ("Datastore March 2026", date(2026, 3, 31)),
        ("ratings-20260331.csv", date(2026, 3, 31)),
        ("media/1234567/ratings_v2.csv", None),
        ("31_February_2026.csv", date(2026, 2, 28)),
        ("99 99 2026", None),
        ("310326_DatastoreExternal.csv", date(2026, 3, 31)),
        ("300426_DatastoreExternal.csv", date(2026, 4, 30)),
        ("280226_Datastore.csv", date(2026, 2, 28)),
        ("Datastore Apr-26.csv", date(2026, 4, 30)),
        ("Datastore_April_26.csv", date(2026, 4, 30)),
        ("30-Apr-26 datastore.csv", date(2026, 4, 30)),
        ("April 30, 2026", date(2026, 4, 30)),
        ("datastore_202604.csv", date(2026, 4, 30)),
        ("datastore-31-03-26.csv", date(2026, 3, 31)),
        ("Datastore (as at 31/3/26).csv", date(2026, 3, 31)),
        ("datastore 2025-26.csv", None),
    ],
)
def test_a_date_is_found_in_an_address_or_words(words: str, day: date | None) -> None:
    assert date_in(words) == day


def links(*pairs: tuple[str, str]) -> str:
    return "".join(f'<p><a href="{address}">{words}</a></p>' for address, words in pairs)


@pytest.mark.parametrize(
    ("pairs", "newest"),
    [
        ((("a_31_March_2026.csv", "x"), ("b_30_April_2026.csv", "x")), "b_30_April_2026.csv"),
        ((("one.csv", "to 30 April 2026"), ("two.csv", "to 31 March 2026")), "one.csv"),
        ((("first.csv", "x"), ("second.csv", "x")), "first.csv"),
        ((("new.csv", "newest"), ("old_31_March_2019.csv", "x")), "old_31_March_2019.csv"),
        ((("31_May_2026.pdf", "x"), ("31_May_2025.csv", "x")), "31_May_2025.csv"),
        ((("a b.csv", "x"),), "a%20b.csv"),
        ((("310326_data.csv", "March"), ("300426_data.csv", "April")), "300426_data.csv"),
        ((("300426_data.csv", "April"), ("310326_data.csv", "March")), "300426_data.csv"),
        ((("310526_data.csv", "x"), ("300626_data.csv", "x")), "300626_data.csv"),
        ((("260331_data.csv", "x"), ("260430_data.csv", "x")), "260430_data.csv"),
        ((("260315_data.csv", "x"), ("260401_data.csv", "x")), "260401_data.csv"),
        ((("250326_data.csv", "x"), ("010426_data.csv", "x")), "010426_data.csv"),
        ((("Mar-26.csv", "x"), ("Apr-26.csv", "x")), "Apr-26.csv"),
        ((("31_March_2026.csv", "x"), ("31_March_2099.csv", "x")), "31_March_2026.csv"),
    ],
)
def test_the_latest_date_wins_and_without_dates_the_first(pairs: tuple[tuple[str, str], ...], newest: str) -> None:
    assert newest_link(links(*pairs), PAGE, r"\.csv", date(2026, 6, 30)) == PAGE + newest


@pytest.mark.parametrize("pattern", [r"^https://example.org/data/MDSF_data_\d+ \w+ \d{4}\.csv$", r"30%20June"])
@pytest.mark.parametrize("address", ["MDSF_data_30 June 2024.csv", "MDSF_data_30%20June%202024.csv"])
def test_a_pattern_may_have_the_blanks_of_a_file_name_either_way(address: str, pattern: str) -> None:
    page = links(("MDSF_data_31 May 2024.csv", "x"), (address, "x"))
    assert newest_link(page, PAGE, pattern) == PAGE + "MDSF_data_30%20June%202024.csv"


def test_where_none_fits_those_that_are_there_are_told() -> None:
    page = links(("ratings.ods", "Ratings"), ("about.html", "About"), ("javascript:alert(1)", "x.csv"))
    with pytest.raises(NoSuchLinkError, match=r"no link that fits 'x\.csv'; it has https://example\.org/data/ratings"):
        newest_link(page, PAGE, "x.csv")
