"""The regulators' whole files, which lie beside a checkout of the project and are no part of it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "shared" / "data"
IN_YEAR = (
    "All_SocCare_inspec_1415.csv.gz",
    "All_SocCare_inspec_1516.csv.gz",
    "All_SocCare_inspec_1617.csv.gz",
    "All_SocCare_inspec_1718.csv.gz",
    "All_SocCare_inspec_1819.csv.gz",
    "All_SocCare_inspec_1920.csv.gz",
    "All_SocCare_inspec_2122_fin.csv.gz",
    "All_SocCare_inspec_2223.csv.gz",
    "All_SocCare_inspec_2324.csv.gz",
    "Provider_level_in_year_2024-25.csv.gz",
)
SNAPSHOTS = tuple(f"provider_at_march_{year}.csv.gz" for year in (2018, 2019, 2024, 2025))
WORKBOOK = "provider_at_march_2025.ods"


def report(name: str) -> Path:
    """One of the real report files; skips the test where they are not supplied."""
    folder = "reports_la" if name.startswith(("local_", "focused_")) else "reports"
    file = FOLDER / "ofsted" / folder / name
    if not file.exists():
        pytest.skip(f"the real reports are not beside this checkout: no {name} in ../shared/data/ofsted/{folder}")
    return file


def official(name: str) -> Path:
    """One of Ofsted's whole files; skips the test where they are not supplied."""
    folder = FOLDER / "ofsted" / ("inspections" if name in IN_YEAR else "snapshots")
    if not (folder / name).exists():
        pytest.skip(f"the whole official files are not beside this checkout: no {name} in ../shared/data/ofsted")
    return folder / name
