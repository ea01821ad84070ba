"""A file is known by its own name where that says what it holds, and else by what its reader adds to it."""

import pytest

from watcher.facts.regulators import stored_sort
from watcher.facts.sources import Sort
from watcher.feeds.statistics.file import source_name


@pytest.mark.parametrize(
    ("file", "sort", "is_sheet", "name"),
    [
        ("All_SocCare_inspec_1819.csv", Sort.YEAR, False, "All_SocCare_inspec_1819.csv"),
        ("provider_at_march_2018.csv", Sort.LISTING, False, "provider_at_march_2018.csv"),
        ("release.ods", Sort.YEAR, True, "release.ods (inspections in year)"),
        ("release.ods", Sort.LISTING, True, "release.ods (providers at that day)"),
        ("a.csv", Sort.YEAR, False, "a.csv (inspections in year)"),
        ("a.csv", Sort.LISTING, False, "a.csv (providers at that day)"),
        ("provider_at_march_2026.ods", Sort.LISTING, True, "provider_at_march_2026.ods (providers at that day)"),
        ("All_SocCare_inspec_2526.xlsx", Sort.LISTING, False, "All_SocCare_inspec_2526.xlsx (providers at that day)"),
    ],
)
def test_a_source_is_named_after_its_file_and_what_that_holds(
    file: str, sort: Sort, name: str, *, is_sheet: bool
) -> None:
    assert source_name(file, sort, is_sheet=is_sheet) == name
    assert stored_sort(name) is sort or file.startswith("All_SocCare")
