"""How an entry of the register and a tally look as JSON documents, and the sum that tells what all were made of.

The same in every store: `filed` in the document of an entry has the names that it is to be found under.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from sys import intern
from typing import Any
from zlib import crc32

from watcher.facts.grades import scales_of
from watcher.facts.inspection import Dated, Home
from watcher.facts.regulators import REGULATORS, configured_form
from watcher.facts.stored import stored
from watcher.judging.filed import filed_under, tallies
from watcher.judging.latest import Latest
from watcher.judging.register import COMMON_WORDS, Entry, Inspected, family

FORM = 2
"""The version of that document; entries of another one are made anew."""
TALLY_FORM = 1
"""The version of the tallies, which are made anew as well where they are of another one."""
SOURCES = ("homes", "inspections")
"""The tables that entries are made of."""
ALL = "all homes"
"""Stands in the place of a home in the document that says what the entries were made of."""
LARGEST_SUM = 2**52

_COUNTED = ("listed", "years")
_DAYS = ("inspected", "published", "seen", "visit", "confirmed", "page_read", "described")


def counted_home(document: Mapping[str, Any]) -> Home:
    """The home of a document of the table `homes` as `shared` leaves it: without its link and who says what of it."""
    said = {name: value for name, value in document.items() if name in _OF_HOMES}
    for name in COMMON_WORDS:
        if name in said:
            said[name] = intern(said[name])
    for name in ("registered", "closed_on"):
        if name in said:
            said[name] = _day(said[name])
    for name in ("predecessors", "successors"):
        if name in said:
            said[name] = tuple(said[name])
    return Home(**said)


def entry_document(entry: Entry) -> dict[str, Any]:
    """The document of an entry, which has no word of its home that the table `homes` has."""
    said: dict[str, Any] = {
        "home": entry.home.key,
        "visits": [
            [
                *(str(visit.inspected), str(visit.known), visit.grade, visit.words, visit.delay, int(visit.is_lowest)),
                *(() if visit.dated is Dated.INSPECTED else (visit.dated.value,)),
            ]
            for visit in entry.visits
        ],
        **{name: sorted(map(str, getattr(entry, name))) for name in _COUNTED},
        "gone": str(entry.gone) if entry.gone else None,
        "watched_since": str(entry.watched_since) if entry.watched_since else None,
        "latest": stored(entry.latest),
        "filed": filed_under(entry),
    }
    return {name: value for name, value in said.items() if value}


def read_entry(document: Mapping[str, Any], home: Home) -> Entry:
    """The entry that a document keeps, of a home as the table `homes` has it."""
    latest = document.get("latest", {})
    if "areas" in latest:
        latest = {**latest, "areas": _areas(tuple(latest["areas"].items()))}
    inadequate = frozenset().union(*(scale.inadequate for scale in scales_of(home.regulator)))
    return Entry(
        home=home,
        family=family(home),
        visits=tuple(
            Inspected(
                _day(inspected),
                _day(known),
                intern(grade),
                intern(words),
                delay,
                bool(is_lowest),
                grade in inadequate,
                Dated(*dated) if dated else _INSPECTED,
            )
            for inspected, known, grade, words, delay, is_lowest, *dated in document.get("visits", ())
        ),
        listed=_days(tuple(document.get("listed", ()))),
        years=_days(tuple(document.get("years", ()))),
        gone=_day(document["gone"]) if "gone" in document else None,
        watched_since=_day(document["watched_since"]) if "watched_since" in document else None,
        latest=Latest(**{**latest, **{name: _day(latest[name]) for name in _DAYS if name in latest}}),
    )


_INSPECTED = Dated.INSPECTED
_OF_HOMES = frozenset({"id", "name", "places", "registered", "closed_on", "predecessors", "successors", *COMMON_WORDS})
_day = lru_cache(maxsize=8192)(date.fromisoformat)


@lru_cache(maxsize=4096)
def _days(texts: tuple[str, ...]) -> frozenset[date]:
    return frozenset(map(_day, texts))


@lru_cache(maxsize=4096)
def _areas(said: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """What thousands of homes have in common, kept once."""
    return dict(said)


def weight(table: str, number: int, document: bytes | None) -> int:
    """What one document adds to the sum; nothing where there is none."""
    return 0 if document is None else crc32(document, len(SOURCES) * number + SOURCES.index(table))


def sum_of(tables: Mapping[str, Iterable[tuple[int, bytes]]]) -> int:
    """Differs, but for chance, once any document that entries are made of does; each is told with its number."""
    found = (weight(name, number, document) for name in SOURCES for number, document in tables.get(name, ()))
    return sum(found) % LARGEST_SUM


def sum_document(total: int, described: str | None = None) -> dict[str, Any]:
    """The document beside the entries that says of what, and in which form, they were made.

    `described` is what the configuration said of regulators of its own, by which their homes were read.
    """
    form = configured_form() if described is None else described
    return {"home": ALL, "form": FORM, "sum": total, **({"described": form} if form else {})}


def is_read_alike(home: str) -> bool:
    """Whether no configuration has a say in how a home is read, by its key: its regulator comes with the package."""
    return home.partition(":")[0] in _OURS


_OURS = frozenset(regulator.key for regulator in REGULATORS)


def tally_document(name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """The document of one tally."""
    return {"name": name, "counts": dict(sorted(counts.items()))}


def about_tallies(about: Mapping[str, Any]) -> dict[str, Any]:
    """The document beside the tallies that says of which entries they were made; `about` is that beside these."""
    return {"name": ALL, "tally_form": TALLY_FORM, **{name: said for name, said in about.items() if name != "home"}}


def register_documents(
    entries: Iterable[Entry], about: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All documents of the entries and all of the tallies, those about all homes first."""
    kept = list(entries)
    counted = sorted(tallies(kept).items())
    return (
        [dict(about), *map(entry_document, kept)],
        [about_tallies(about), *(tally_document(name, counts) for name, counts in counted)],
    )
