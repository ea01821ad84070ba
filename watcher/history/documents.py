"""How homes, inspections with their statements, changes and feeds look as JSON documents; blanks are left out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from watcher.facts.grades import read_grade
from watcher.facts.inspection import Inspection, Judgement, Kind
from watcher.facts.regulators import Regulator, of_home, stored_sort
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord, Record
from watcher.facts.stored import read, stored
from watcher.history.protocol import FeedState

Document = Mapping[str, Any]


def home_document(record: HomeRecord) -> dict[str, Any]:
    """One document of the table `homes`; `source` stated every fact that `older` does not name.

    A home of which nothing but its number is known has none.
    """
    latest = max((source for _, source in record.facts.values()), default=None)
    values = {
        name: value.isoformat() if isinstance(value, date) else value for name, (value, _) in record.facts.items()
    }
    older = {name: _source(source) for name, (_, source) in record.facts.items() if source != latest}
    return {
        "key": f"{record.regulator}:{record.id}",
        "regulator": record.regulator,
        "id": record.id,
        **values,
        **({"source": _source(latest)} if latest else {}),
        **({"older": older} if older else {}),
    }


_DAYS = frozenset({"registered", "closed_on"})
_LISTS = frozenset({"predecessors", "successors"})
_NOT_FACTS = frozenset({"key", "regulator", "id", "source", "older"})


def home_record(document: Document, feeds: frozenset[str] = frozenset()) -> HomeRecord:
    """The home that a document of the table `homes` keeps; `feeds` are the names of those that the history read."""
    older: Mapping[str, Any] = document.get("older", {})
    facts = {
        name: (
            _fact(name, value),
            _read_source(older.get(name, document["source"]), feeds),
        )
        for name, value in document.items()
        if name not in _NOT_FACTS
    }
    return HomeRecord(document["regulator"], document["id"], facts)


def _fact(name: str, value: Any) -> Any:
    if name in _DAYS:
        return date.fromisoformat(value)
    return tuple(value) if name in _LISTS else value


def record_document(record: Record) -> dict[str, Any]:
    """One document of the table `inspections`."""
    return {
        "home": record.statements[0].home,
        "statements": [_statement_document(statement) for statement in record.statements],
        **({"seen": record.seen.isoformat()} if record.seen else {}),
        **({"withdrawn": record.withdrawn.isoformat()} if record.withdrawn else {}),
    }


def record(document: Document, number: int | None = None, feeds: frozenset[str] = frozenset()) -> Record:
    """The inspection that a document of the table `inspections` keeps; `feeds` as for `home_record`."""
    return Record(
        statements=tuple(_statement(document["home"], statement, feeds) for statement in document["statements"]),
        seen=datetime.fromisoformat(document["seen"]) if "seen" in document else None,
        withdrawn=_day(document.get("withdrawn")),
        id=number,
    )


def _statement_document(statement: Inspection) -> dict[str, Any]:
    said: dict[str, Any] = {
        "source": _source(statement.sources[0]),
        "kind": statement.kind.value,
        "inspected": statement.inspected.isoformat() if statement.inspected else None,
        "inspected_to": statement.inspected_to.isoformat() if statement.inspected_to else None,
        "published": statement.published.isoformat() if statement.published else None,
        "seen": statement.seen.isoformat() if statement.seen else None,
        "turn": statement.turn or None,
        "event": statement.event,
        "document": statement.document,
        "link": statement.link,
        "headline": None if statement.headline == "overall" else statement.headline,
        "judgements": {judgement.area: judgement.grade.words for judgement in statement.judgements} or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _statement(home: str, document: Document, feeds: frozenset[str]) -> Inspection:
    regulator = of_home(home)
    said = document.get
    return Inspection.made(
        home=home,
        kind=_KINDS[document["kind"]],
        inspected=_day(said("inspected")),
        inspected_to=_day(said("inspected_to")),
        published=_day(said("published")),
        seen=_day(said("seen")),
        turn=said("turn", 0),
        event=said("event"),
        document=said("document"),
        link=said("link"),
        judgements=_judgements(regulator, tuple(document["judgements"].items())) if "judgements" in document else (),
        headline=said("headline", "overall"),
        sources=_sources(feeds, *document["source"]),
    )


_KINDS = {kind.value: kind for kind in Kind}
_read_day = lru_cache(maxsize=8192)(date.fromisoformat)


# Tens of thousands of statements share a few hundred sets of grades and a few dozen sources.
@lru_cache(maxsize=4096)
def _judgements(regulator: Regulator, said: tuple[tuple[str, str], ...]) -> tuple[Judgement, ...]:
    return tuple(Judgement(area, read_grade(words, regulator.key)) for area, words in said)


@lru_cache(maxsize=1024)
def _sources(feeds: frozenset[str], as_of: str, name: str, sort: str = "", turn: int = 0) -> tuple[Source, ...]:
    return (Source(date.fromisoformat(as_of), name, Sort(sort) if sort else stored_sort(name, feeds), turn),)


def _source(source: Source) -> list[str | int]:
    """Day and name, and the sort where it is another than a source of that name was taken for before sorts were kept.

    So what was stored before reads as it did, and says the same again when it is stored anew.
    """
    plain: list[str | int] = [source.as_of.isoformat(), source.name]
    if source.turn:
        return [*plain, source.sort.value, source.turn]
    return plain if source.sort is stored_sort(source.name) else [*plain, source.sort.value]


def _read_source(document: Any, feeds: frozenset[str]) -> Source:
    return _sources(feeds, *document)[0]


def _day(text: str | None) -> date | None:
    return _read_day(text) if text else None


def feed_document(state: FeedState) -> dict[str, Any]:
    """One document of the table `feeds`."""
    document = stored(state)
    return {**document, "held": document["held"] or {}}


def without_cursor(state: FeedState) -> dict[str, Any]:
    """The same, where the cursor is a document of its own: it may be large and seldom changes."""
    return {name: said for name, said in feed_document(replace(state, cursor={})).items() if name != "cursor"}


def feed_state(document: Document) -> FeedState:
    """The state of a feed that a document keeps, with its cursor if an older version wrote it; or raises ValueError."""
    return read(FeedState, {**document, "held": document.get("held") or None})
