"""As little of a home as it is chosen, sorted and counted by among thousands: its card in the register."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from watcher.judging.entry import Entry, present_run


@dataclass(frozen=True, slots=True)
class Card:
    """One home without its visits; what thousands have in common is the same object in all of their cards."""

    key: str
    """`regulator:id`."""
    regulator: str
    type: str | None
    family: str
    """What it is counted with."""
    name: str | None
    owner: str | None
    local_authority: str | None
    region: str | None
    constituency: str | None
    status: str | None
    listed: frozenset[date]
    """The days of the lists that name it."""
    gone: date | None
    """The day of the statement that it has closed or left the register."""
    seen: date | None
    """The last day on which it was registered, visited, or said on a page of its own to be there."""
    rating: str | None
    rating_since: date | None
    """When the first inspection of the unbroken run of this rating became known."""
    inspected: date | None
    """The first day of the inspection that gave the rating, where it is published."""
    graded_on: date | None
    """The day that this inspection is ordered by."""
    page_read: date | None
    """The last day on which a page of its own was read."""

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The card of an entry."""
        home, run = entry.home, present_run(entry.graded)
        return cls(
            key=home.key,
            regulator=home.regulator,
            type=home.type,
            family=entry.family,
            name=home.name,
            owner=home.owner,
            local_authority=home.local_authority,
            region=home.region,
            constituency=home.constituency,
            status=home.status,
            listed=entry.listed,
            gone=entry.gone,
            seen=entry.seen,
            rating=run[-1].grade if run else None,
            rating_since=run[0].known if run else None,
            inspected=entry.latest.inspected,
            graded_on=run[-1].inspected if run else None,
            page_read=entry.latest.page_read,
        )

    @property
    def id(self) -> str:
        """The home's number."""
        return self.key.partition(":")[2]


def stands(home: Entry | Card, listed: date | None) -> bool:
    """Whether a home is on the newest list or was registered or seen since, and is not known to be gone."""
    if home.gone is not None:
        return False
    return listed is None or listed in home.listed or (home.seen is not None and home.seen > listed)


def status_of(home: Entry | Card, listed: date | None) -> str | None:
    """Its registration status, or that it is not on the newest list, where that is why it does not stand."""
    if home.gone is not None or listed is None or stands(home, listed):
        return home.status
    return f"not on the list of {listed.day} {listed:%B} {listed.year}"
