"""Whether a file tells of an inspection otherwise than the page that told of it; pure."""

from watcher.facts.inspection import Inspection, grade_values
from watcher.facts.sources import Sort
from watcher.facts.statements import Record, precedence


def contradicts_grades(record: Record, statement: Inspection) -> bool:
    """Whether an area has another grade than on the page; an area that only one of them has contradicts nothing."""
    page = _on_page(record)
    if page is None:
        return False
    stated, shown = grade_values(statement), grade_values(page)
    return any(stated[area] != shown[area] for area in stated.keys() & shown.keys())


def contradicts_dates(record: Record, statement: Inspection) -> bool:
    """Whether the visit or its publication has another day than on the page."""
    page = _on_page(record)
    if page is None:
        return False
    days = ((page.inspected, statement.inspected), (page.published, statement.published))
    return any(None not in said and said[0] != said[1] for said in days)


def is_inadequate_on_page(record: Record) -> bool:
    """Whether a page that tells of an inspection has it inadequate too; so it is where no page tells of it."""
    page = _on_page(record)
    return page is None or page.rating is None or page.rating.is_inadequate


def _on_page(record: Record) -> Inspection | None:
    """What a page says of it, the latest of several."""
    pages = (said for said in record.statements if any(source.sort is Sort.PAGE for source in said.sources))
    return max(pages, key=precedence, default=None)
