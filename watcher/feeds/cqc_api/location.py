"""The API's answers as values: a location, a provider, a page of a list; contacts and people's names are left out."""

from collections.abc import Mapping
from typing import Any

from watcher.facts.inspection import GONE
from watcher.facts.regulators import CQC
from watcher.feeds.cqc_api.answers import ListPage, Location, Provider, UnexpectedAnswerError
from watcher.feeds.cqc_api.payload import day, identity, number, rows, table, text
from watcher.feeds.cqc_api.ratings import Doubts, read_ratings
from watcher.text import squash

_REGIONS = {squash(region): region for region in CQC.regions} | {
    "yorkshire & humberside": "Yorkshire and The Humber",
    "yorkshire and humberside": "Yorkshire and The Humber",
    "yorkshire & the humber": "Yorkshire and The Humber",
    "east": "East of England",
}
_CARE_HOMES = ("care home service with nursing", "care home service without nursing")
"""The more particular first."""
_NAMED = frozenset({"organisation", "nhs body"})
"""The kinds of provider whose name is nobody's own."""
_STATUSES = frozenset({"registered", "deregistered"})


def read_location(answer: Mapping[str, Any]) -> Location:
    """One location; raises UnexpectedAnswerError for an answer that is none."""
    number_, status = identity(answer.get("locationId")), squash(text(answer.get("registrationStatus")))
    if not number_ or not status:
        missing = "locationId" if not number_ else "registrationStatus"
        raise UnexpectedAnswerError(f"has no {missing}: its keys may have other names now")
    doubts: Doubts = []
    if status not in _STATUSES:
        doubts.append((f"status {status!r}", f"its registration has the status {status!r}, which no list knows"))
    is_care_home = squash(text(answer.get("careHome"))) == "y"
    beds = number(answer.get("numberOfBeds"))
    return Location(
        id=number_,
        status=status,
        name=text(answer.get("name")) or None,
        type=_type(answer),
        provider=identity(answer.get("providerId")) or None,
        brand=_brand(text(answer.get("brandName"))),
        local_authority=text(answer.get("localAuthority")) or None,
        region=_region(text(answer.get("region"))),
        constituency=text(answer.get("constituency")) or None,
        directorate=text(answer.get("inspectionDirectorate")),
        is_care_home=is_care_home,
        places=beds if beds or is_care_home else None,
        registered=day(answer.get("registrationDate")),
        closed_on=day(answer.get("deregistrationDate")) if status in GONE else None,
        predecessors=_related(answer, "predecessor"),
        successors=_related(answer, "successor"),
        said=read_ratings(answer, doubts),
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _type(answer: Mapping[str, Any]) -> str | None:
    """What sort of care it is, in CQC's words: of several the most particular sort of care home, else the first."""
    kinds = [squash(text(kind.get("description"))) for kind in rows(answer.get("gacServiceTypes"))]
    kinds = [kind for kind in kinds if kind]
    return next((kind for kind in _CARE_HOMES if kind in kinds), kinds[0] if kinds else None)


def _brand(printed: str) -> str | None:
    name = printed.removeprefix("BRAND ").strip()
    return name if name not in ("", "-") else None


def _region(printed: str) -> str | None:
    return _REGIONS.get(squash(printed), printed) or None


def _related(answer: Mapping[str, Any], how: str) -> tuple[str, ...]:
    """The keys of the registrations that this one continues, or that continue it."""
    found = (
        identity(relation.get("relatedLocationId"))
        for relation in rows(answer.get("relationships"))
        if squash(text(relation.get("type"))).endswith(how)
    )
    return tuple(sorted({f"{CQC.key}:{other}" for other in found if other}))


def read_provider(answer: Mapping[str, Any]) -> Provider:
    """A provider; raises UnexpectedAnswerError for an answer that is none."""
    number_ = identity(answer.get("providerId"))
    if not number_:
        raise UnexpectedAnswerError("has no providerId: its keys may have other names now")
    is_named = squash(text(answer.get("ownershipType"))) in _NAMED
    return Provider(number_, (text(answer.get("name")) or None) if is_named else None)


def read_list(answer: Mapping[str, Any], key: str) -> ListPage:
    """One page of a list; raises UnexpectedAnswerError for an answer that is none."""
    found = answer.get(key)
    if not isinstance(found, list):
        raise UnexpectedAnswerError(f"has no list of {key}: its keys may have other names now")
    named = [identity(table(one).get("locationId")) if isinstance(one, dict) else identity(one) for one in found]
    if found and not any(named):
        raise UnexpectedAnswerError(f"lists {key} without ids: its keys may have other names now")
    following = answer.get("nextPageUri")
    return ListPage(
        ids=tuple(one for one in named if one),
        total=number(answer.get("total")),
        next=following if isinstance(following, str) and following else None,
    )
