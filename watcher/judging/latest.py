"""What the last inspections of a home say beyond what is counted with, and what its own pages say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from watcher.facts.inspection import Dated, Inspection, grade_values
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """As little of the inspection that gives a home its rating, of its last visit and of its pages as is shown."""

    areas: Mapping[str, str] = field(default_factory=dict)
    """The normalised word of each area of the inspection that gives the rating."""
    headline: str = ""
    """The area that is the rating; empty for a home that was never graded."""
    inspected: date | None = None
    published: date | None = None
    seen: date | None = None
    """When that inspection was first seen, where neither day is published."""
    link: str | None = None
    """To the report of that inspection, else to the home's page, else to the report of its last visit."""
    visit: date | None = None
    """The latest visit of any kind."""
    visit_kind: str = ""
    visit_dated: str = Dated.INSPECTED.value
    """What the day of that visit is."""
    confirmed: date | None = None
    """The last day on which a page of its own said that it is there."""
    page_read: date | None = None
    """The last day on which a page of its own was read: everything published until then is known."""
    described: date | None = None
    """The last day on which anything said something of it."""

    @classmethod
    def of(cls, home: HomeRecord, ordered: Sequence[Inspection]) -> Self:
        """Of the inspections that count, in the order of the visits."""
        present = next((inspection for inspection in reversed(ordered) if inspection.rating), None)
        visit = ordered[-1] if ordered else None
        status, sources = home.facts.get("status"), [source for _, source in home.facts.values()]
        link = home.facts.get("link")
        pages = [source.as_of for source in sources if source.sort is Sort.PAGE]
        pages += [source.as_of for inspection in ordered for source in inspection.sources if source.sort is Sort.PAGE]
        links = (present and present.link, link and link[0], visit and visit.link)
        return cls(
            areas=grade_values(present) if present else {},
            headline=present.headline if present else "",
            inspected=present.inspected if present else None,
            published=present.published if present else None,
            seen=present.seen if present and present.dated is Dated.SEEN else None,
            link=next(filter(None, links), None),
            visit=visit.day if visit else None,
            visit_kind=visit.kind.value if visit else "",
            visit_dated=(visit.dated if visit else Dated.INSPECTED).value,
            confirmed=status[1].as_of if status is not None and status[1].sort is Sort.PAGE else None,
            page_read=max(pages, default=None),
            described=max((source.as_of for source in sources), default=None),
        )
