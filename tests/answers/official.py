"""Counts from the official files by plain code of its own: nothing of the product reads or counts here."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import pairwise

from tests.shared_data import IN_YEAR, SNAPSHOTS, official

_OVERALL = ("overall experiences and progress of children and young people", "overall effectiveness")
_BETTER: tuple[str, ...] = (
    "outstanding",
    "good",
    "requires improvement",
    "requires improvement to be good",
    "adequate",
    "satisfactory",
)
_BETTER += ("require improvement", "require improvement to be good")
_BETTER += ("consistently strong service delivery", "inconsistent quality of service delivery")
_INADEQUATE = ("inadequate", "serious or widespread weaknesses")


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file by its headers in lower case, cells as they stand."""
    raw = gzip.decompress(official(name).read_bytes())
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    records = iter(csv.reader(text.splitlines(keepends=True)))
    header = next(record for record in records if "URN" in [cell.strip() for cell in record])
    names = [" ".join(cell.split()).lower() for cell in header]
    for record in records:
        if record and any(record):
            yield {name: cell.strip() for name, cell in zip(names, record, strict=False)}


def day_of(text: str) -> date | None:
    """A date as the files write it."""
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d %b %Y", "%d-%b-%y", "%d-%b-%Y", "%d %B %Y"):
        try:
            return datetime.strptime(text.split(" 00:00")[0], form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _first(row: dict[str, str], *names: str) -> str:
    return next((row[name] for name in names if row.get(name)), "")


@cache
def graded() -> dict[str, list[tuple[date, str]]]:
    """By URN: the day and the grade of each full inspection in any of the files, in order; a number counts once."""
    found: defaultdict[str, dict[str, tuple[date, str]]] = defaultdict(dict)
    for name in (*IN_YEAR, *SNAPSHOTS):
        for row in rows(name):
            for kind, day, number, grade in (_latest(row), _previous(row)):
                if "full" in kind.lower() and day and grade in (*_BETTER, *_INADEQUATE):
                    found[row["urn"].upper()].setdefault(number, (day, grade))
    return {urn: sorted(inspections.values()) for urn, inspections in found.items()}


def _latest(row: dict[str, str]) -> tuple[str, date | None, str, str]:
    """Kind, day, number and grade of the inspection that a row is about."""
    said = {name.removeprefix("latest full inspection ").removeprefix("inspection "): row[name] for name in row}
    kind = _first(said, "event type", "type") or row.get("inspection type", "")
    grade = _first(said, *_OVERALL) or row.get("supported accommodation outcome", "")
    return kind, day_of(_first(said, "date")), _first(said, "event number", "id"), grade.lower()


def _previous(row: dict[str, str]) -> tuple[str, date | None, str, str]:
    """The same of the one before it, which the files of 2024 tell too."""
    said = {name.replace("previous full inspection", "previous"): row[name] for name in row if "previous" in name}
    grade = next((cell for name, cell in said.items() if name.startswith("previous overall")), "")
    day = day_of(_first(said, "previous inspection date", "previous event date", "previous date"))
    return _first(said, "previous event type"), day, _first(said, "previous event number"), grade.lower()


@cache
def described() -> dict[str, dict[str, str]]:
    """By URN: region and owner as the newest file that names the home says them."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    in_order = sorted((*IN_YEAR, *SNAPSHOTS), key=lambda name: (_year(name), "provider_at" in name))
    for name in in_order:
        for row in rows(name):
            region = _first(row, "government office region", "ofsted region", "region")
            owner = _first(row, "organisation which owns the provider", "organisation")
            found[row["urn"].upper()] |= {key: said for key, said in (("region", region), ("owner", owner)) if said}
    return dict(found)


def _year(name: str) -> int:
    """The year in which a file's own ends: its last two digits."""
    digits = "".join(c for c in name.removesuffix("_fin.csv.gz") if c.isdigit())
    return int(digits[-2:])


def year_of(day: date) -> str:
    """`2024-25`."""
    begins = day.year if (day.month, day.day) >= (4, 1) else day.year - 1
    return f"{begins}-{str(begins + 1)[2:]}"


def drops_by_region_and_year() -> Counter[tuple[str, str]]:
    """Inadequate after something better, of the same home."""
    counts: Counter[tuple[str, str]] = Counter()
    for urn, inspections in graded().items():
        region = described().get(urn, {}).get("region", "")
        for (_, former), (day, grade) in pairwise(inspections):
            if grade in _INADEQUATE and former in _BETTER:
                counts[region, year_of(day)] += 1
    return counts


def homes_by_owner() -> Counter[str]:
    """How many homes with a graded full inspection each owner has."""
    return Counter(
        " ".join(owner.lower().replace(".", " ").replace("limited", "ltd").split())
        for urn in graded()
        if (owner := described().get(urn, {}).get("owner"))
    )
