"""What could not be read of a home, for its readers: nobody may take silence about it for good news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from watcher.facts.inspection import Home, Inspection


class UnreadPart(StrEnum):
    """What of a home could not be read."""

    REPORT = "report"
    """A report that is there."""
    MISSING = "missing report"
    """A report that is listed, and whose link leads to none."""
    PAGE = "page"
    """Its page, or a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """Something of a home that a machine could not read, with all that a reader needs to read it himself."""

    home: str
    part: UnreadPart
    kind: str | None = None
    """What sort of inspection the report is of, as the page has it; None of a page."""
    inspected: date | None = None
    published: date | None = None
    document: str | None = None
    link: str | None = None
    home_id: str = ""
    type: str | None = None
    name: str | None = None
    owner: str | None = None
    brand: str | None = None
    local_authority: str | None = None
    region: str | None = None
    watches: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the home is called on the list of a watch, by the watch's name; foreign text."""
    is_background: bool = False
    """Whether it is told in digests alone, as what it says would be known silently."""
    is_new: bool = False
    """In a digest: whether it is told for the first time."""

    @classmethod
    def report(cls, inspection: Inspection, *, is_missing: bool = False) -> Self:
        """The report on an inspection."""
        return cls(
            home=inspection.home,
            part=UnreadPart.MISSING if is_missing else UnreadPart.REPORT,
            kind=inspection.kind.value,
            inspected=inspection.inspected,
            published=inspection.published,
            document=inspection.document,
            link=inspection.link,
        )

    @property
    def id(self) -> str:
        """The same for one report for ever: whatever came of it since, it is told once."""
        return f"not read {self.home} {self.document or f'{self.inspected} {self.kind}'}"

    @property
    def day(self) -> date | None:
        """The day by which its readers know the report: published, else inspected."""
        return self.published or self.inspected

    def described(self, home: Home, watches: Sequence[str], labels: Mapping[str, str]) -> Self:
        """With what is known of the home now, the watches that cover it, and what their lists call it."""
        return replace(
            self,
            link=self.link or home.link,
            home_id=home.id,
            type=home.type,
            name=home.name,
            owner=home.owner,
            brand=home.brand,
            local_authority=home.local_authority,
            region=home.region,
            watches=tuple(watches),
            labels=labels,
        )

    def contract(self) -> dict[str, Any]:
        """The JSON object for other programs; dates as YYYY-MM-DD."""
        return {
            "not_read": self.part.value,
            "home": self.home,
            "kind": self.kind,
            "inspected": self.inspected.isoformat() if self.inspected else None,
            "published": self.published.isoformat() if self.published else None,
            "link": self.link,
            "local_authority": self.local_authority,
            "owner": self.owner,
            "type": self.type,
            "watches": list(self.watches),
            **({"labels": dict(self.labels)} if self.labels else {}),
        }
