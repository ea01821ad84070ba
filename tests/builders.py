"""Facts for tests, short to write: only what a test is about needs to be named."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from watcher.facts.grades import headline_among, read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.regulators import stored_sort
from watcher.facts.sources import Sort, Source
from watcher.history.protocol import OpenMatter
from watcher.watching.deeds import Door, Signature

HOME = "ofsted:SC000001"
SITE = "ofsted"
RETOLD = "ofsted report history"


def day(text: str) -> date:
    return date.fromisoformat(text)


def signed(at: datetime, by: str = "Ann", why: str = "seen to", door: Door = Door.PAGE) -> Signature:
    """Who does something."""
    return Signature.of(by=by, why=why, at=at, door=door)


def judgements(words: str, regulator: str = "ofsted") -> tuple[Judgement, ...]:
    """`good` for all three areas, or `good/inadequate/good` one by one; nothing for an empty text."""
    said = words.split("/") if "/" in words else [words] * 3
    areas = ("overall", "protected", "leaders")
    return (
        tuple(Judgement(area, read_grade(word, regulator)) for area, word in zip(areas, said, strict=True))
        if words
        else ()
    )


def inspection(
    inspected: str,
    words: str = "",
    *,
    home: str = HOME,
    kind: Kind = Kind.FULL,
    published: str | None = "",
    event: str | None = None,
    document: str | None = None,
    source: str = SITE,
    as_of: str | None = None,
    sort: Sort | None = None,
) -> Inspection:
    """An inspection; published 40 days after the visit unless a date, or None for unknown, is given."""
    out = day(inspected) + timedelta(days=40) if published == "" else day(published) if published else None
    return Inspection(
        home=home,
        kind=kind,
        inspected=day(inspected),
        published=out,
        event=event,
        document=document,
        judgements=judgements(words, home.partition(":")[0]),
        sources=(said(day(as_of) if as_of else out or day(inspected), source, sort),),
    )


def without_overall(inspection: Inspection) -> Inspection:
    """The same with its areas alone, as its feed would state it."""
    areas = tuple(judgement for judgement in inspection.judgements if judgement.area != "overall")
    return replace(inspection, judgements=areas, headline=headline_among(areas, "overall"))


def said(as_of: date, name: str, sort: Sort | None = None) -> Source:
    """A source of the sort that its name had told, unless another is named."""
    return Source(as_of, name, sort or stored_sort(name))


def visit(inspected: str, **facts: Any) -> Inspection:
    """A monitoring visit without grades."""
    return inspection(inspected, "", kind=Kind.MONITORING, **facts)


def home(
    identity: str = "SC000001",
    *,
    owner: str | None = "Elm Homes Limited",
    local_authority: str | None = "Derby",
    type: str | None = "children's home",  # noqa: A002 - the fact's own name
    status: str | None = "active",
    as_of: str = "2024-03-31",
    source: str = SITE,
    sort: Sort | None = None,
) -> Home:
    return Home(
        regulator="ofsted",
        id=identity,
        type=type,
        owner=owner,
        local_authority=local_authority,
        region="East Midlands",
        status=status,
        source=said(day(as_of), source, sort),
    )


MATTER = OpenMatter("t", "", datetime(2026, 3, 2, tzinfo=UTC), ())
"""Something that the operator was told of."""


def still_open(notices: Mapping[str, OpenMatter | None]) -> dict[str, OpenMatter]:
    """What the history knows of the operator's matters once these were stored."""
    return {key: matter for key, matter in notices.items() if matter is not None}
