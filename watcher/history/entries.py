"""How an entry of the register and a tally look as JSON documents, and the sum that tells what all were made of.

The same in every store: `filed` in the document of an entry has the names that it is to be found under.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from sys import intern
from typing import Any
from zlib import crc32

from watcher.facts import regulators
from watcher.facts.grades import scales_of
from watcher.facts.inspection import Dated, Home
from watcher.facts.regulators import REGULATORS, configured_form
from watcher.facts.stored import stored
from watcher.judging.card import Card
from watcher.judging.filed import filed_under, tallies
from watcher.judging.latest import Latest
from watcher.judging.register import COMMON_WORDS, Entry, Inspected, family

FORM = 2
"""The version of that document; entries of another one are made anew."""
TALLY_FORM = 2
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


def read_card(document: Mapping[str, Any], home: Mapping[str, Any]) -> Card:
    """The card of a home by the document of its entry and that of the table `homes`: no entry is made for it."""
    words = [intern(word) if (word := home.get(name)) else word for name in _ON_CARDS]
    kind, owner, local_authority, region, constituency, status = words
    regulator, latest = intern(home["regulator"]), document.get("latest", {})
    seen = (home.get("registered"), latest.get("confirmed"), latest.get("visit"))
    rating, since, graded_on = _run(document.get("visits", ()))
    return Card(
        key=document["home"],
        regulator=regulator,
        type=kind,
        family=_family(regulator, kind),
        name=home.get("name"),
        owner=owner,
        local_authority=local_authority,
        region=region,
        constituency=constituency,
        status=status,
        listed=_days(tuple(document.get("listed", ()))),
        gone=_known_day(document.get("gone")),
        seen=_known_day(max(filter(None, seen), default=None)),
        rating=rating and intern(rating),
        rating_since=_known_day(since),
        inspected=_known_day(latest.get("inspected")),
        graded_on=_known_day(graded_on),
        page_read=_known_day(latest.get("page_read")),
    )


def card_document(card: Card) -> list[Any]:
    """A card as a list of its fields, in their order."""
    said = (getattr(card, name) for name in _OF_CARDS)
    return [sorted(one) if isinstance(one, frozenset) else one for one in said]


def card_of(said: Sequence[Any]) -> Card:
    """The card that such a list is of."""
    key, regulator, kind, family, name, owner, area, region, constituency, status, listed, *days = said
    gone, seen, rating, since, inspected, graded_on, page_read = days
    return Card(
        key,
        intern(regulator),
        _kept_once(kind),
        intern(family),
        name,
        _kept_once(owner),
        _kept_once(area),
        _kept_once(region),
        _kept_once(constituency),
        _kept_once(status),
        _days(tuple(listed)),
        _known_day(gone),
        _known_day(seen),
        _kept_once(rating),
        _known_day(since),
        _known_day(inspected),
        _known_day(graded_on),
        _known_day(page_read),
    )


def _run(visits: Sequence[Sequence[Any]]) -> tuple[str | None, str | None, str | None]:
    """The present grade, when the first inspection of its unbroken run became known, and the day of the last."""
    graded = {
        (visit[0], at if visit[_DATED:] == [Dated.SEEN] else 0): visit for at, visit in enumerate(visits) if visit[2]
    }
    rating = since = graded_on = None
    for inspected, known, grade, *_ in graded.values():
        rating, since, graded_on = grade, since if grade == rating else known, inspected
    return rating, since, graded_on


def _kept_once(word: str | None) -> str | None:
    """A word that thousands have in common."""
    return intern(word) if word else word


def _known_day(text: str | None) -> date | None:
    return _day(text) if text else None


def _family(regulator: str, kind: str | None) -> str:
    return intern(regulators.of(regulator).family(kind))


_ON_CARDS = ("type", "owner", "local_authority", "region", "constituency", "status")
"""The words of a home that stand on its card and that thousands have in common."""
_OF_CARDS = tuple(field.name for field in fields(Card))
_DATED = 6
"""What the day of a visit is stands there, where it is not that of the inspection."""
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
