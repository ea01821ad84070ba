"""The statutory requirements of a report: the rows of a table whose lines arrive in more than one order.

A row is prose that ends with the regulation it rests on. Its due date stands behind its first line, behind its last
one or on a line of its own before or after it, one way throughout a report. Where more than one reading is possible, or
none, the rows are cut at the regulations and have no date; nor has a row that may be two of which one has no date.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from watcher.facts.quotes import Requirement
from watcher.feeds.ofsted_site.dates import read_date
from watcher.feeds.ofsted_site.report.text import Line, join
from watcher.text import cut_at_word

LONGEST = 500
"""Characters of one requirement."""
MOST = 6
_LINES_OF_A_NOTE = 4
_LINES_OF_A_CITATION = 4

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DUE = re.compile(
    rf"(?P<text>.*?) ?\b(?P<date>\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}})(?P<star> ?\*)?"
)
_HEAD_OF_TABLE = re.compile(
    r"(?i)(?:Reg\.? )?(?:Requirements? ?)?Due date(?: Requirements?)?|Reg\.?(?: Requirements?)?"
)
_END_OF_PREFACE = re.compile(r"(?i)\bwith(?:in)? the given timescales?\.")
_NOTE = re.compile(r"(?i)\* ?[a-z].*\b(?:compliance|enforcement|restriction)\b.*")
_LONE_STAR = re.compile(r" \*$")
_BEGINS = re.compile(r"[A-Z\d‘“*]")
_REFERS_BACK = re.compile(r"(?:In particular|Specifically|This|These|They|It|In addition|Also)\b")
_ENDS = re.compile(r".*[.)*;\]]['’”]?")
_CITES = re.compile(r"(?i).*\b(?:reg(?:ulation)?s?\.?|NMS|standard) ?\d[^.]*\)\.? ?\*?")


@dataclass(frozen=True, slots=True)
class _Piece:
    """One line of the table, its due date apart."""

    text: str
    page: int
    is_item: bool
    has_date: bool = False
    due: date | None = None


_Row = Sequence[_Piece]


def requirements_of(lines: Sequence[Line], is_refused: Callable[[str], bool]) -> tuple[tuple[Requirement, ...], int]:
    """The first requirements of a section, and how many more there are; what names people counts among the others."""
    body, note = _without_note(_body(lines))
    rows = _rows([_piece(line) for line in body])
    found = [_requirement(row, note) for row in rows if any(map(str.isalpha, _text(row)))]
    quoted = [requirement for requirement in found if not is_refused(requirement.text)][:MOST]
    return tuple(quoted), len(found) - len(quoted)


def _body(lines: Sequence[Line]) -> list[Line]:
    """What stands in the table: behind its head, or behind the preface where it has no head."""
    printed = [line for line in lines if line.text]
    heads = [position for position, line in enumerate(printed) if _HEAD_OF_TABLE.fullmatch(line.text)]
    prefaces = [position for position, line in enumerate(printed) if _END_OF_PREFACE.search(line.text)]
    begin = (heads or prefaces or [-1])[0] + 1
    return [line for line in printed[begin:] if not _HEAD_OF_TABLE.fullmatch(line.text)]


def _without_note(lines: Sequence[Line]) -> tuple[list[Line], str]:
    """The rows, and the footnote that says what a star at some of them means."""
    for position in range(max(len(lines) - _LINES_OF_A_NOTE, 0), len(lines)):
        rest = join(line.text for line in lines[position:])
        if len(rest) <= LONGEST // 2 and _NOTE.fullmatch(rest):
            return list(lines[:position]), rest
    return list(lines), ""


def _piece(line: Line) -> _Piece:
    found = _DUE.fullmatch(line.text)
    if found is None:
        return _Piece(line.text, line.page, line.is_item)
    star = "*" if found["star"] and not found["text"].endswith("*") else ""
    return _Piece(found["text"] + star, line.page, line.is_item, has_date=True, due=read_date(found["date"]))


def _rows(pieces: Sequence[_Piece]) -> list[_Row]:
    if not pieces:
        return []
    cut = {tuple(map(tuple, rows)) for rows in (_dates_first(pieces), _dates_last(pieces)) if _is_sound(rows)}
    if len(cut) == 1:
        return [row if len(list(_at_regulations(row))) == 1 else _undated(row) for row in cut.pop()]
    rows = list(_at_regulations(pieces))
    dates = [sum(piece.has_date for piece in row) for row in rows]
    return rows if set(dates) == {1} and not cut else [_undated(row) for row in rows]


def _dates_first(pieces: Sequence[_Piece]) -> list[_Row]:
    """Cut before each line with a date."""
    begins = [position for position, piece in enumerate(pieces) if piece.has_date]
    ends = [*begins[1:], len(pieces)]
    return [pieces[begin:end] for begin, end in zip(begins, ends, strict=True)] if begins[:1] == [0] else []


def _dates_last(pieces: Sequence[_Piece]) -> list[_Row]:
    """Cut after each line with a date."""
    ends = [position + 1 for position, piece in enumerate(pieces) if piece.has_date]
    begins = [0, *ends[:-1]]
    return [pieces[begin:end] for begin, end in zip(begins, ends, strict=True)] if ends[-1:] == [len(pieces)] else []


def _is_sound(rows: Sequence[_Row]) -> bool:
    texts = [_text(row) for row in rows]
    return bool(rows) and all(_BEGINS.match(text) and _ENDS.fullmatch(text) for text in texts)


def _at_regulations(pieces: Sequence[_Piece]) -> Iterable[_Row]:
    """Cut where a regulation is cited at the end of a line and another sentence begins, and at bullets."""
    row: list[_Piece] = []
    for piece in pieces:
        if row and (piece.is_item or (_cites(row) and _begins(piece.text))):
            yield row
            row = []
        row.append(piece)
    yield row


def _begins(text: str) -> bool:
    """Whether a line may begin a row: with a sentence that doesn't refer to the one before."""
    return text != "*" and bool(_BEGINS.match(text)) and not _REFERS_BACK.match(text)


def _cites(row: _Row) -> bool:
    """Whether a row may end here: with a regulation in brackets that are closed again."""
    text = _text(row[-_LINES_OF_A_CITATION:])
    return bool(_CITES.fullmatch(text)) and text.count("(") <= text.count(")")


def _undated(row: _Row) -> _Row:
    return [_Piece(piece.text, piece.page, piece.is_item) for piece in row]


def _text(row: _Row) -> str:
    return _LONE_STAR.sub("*", join(piece.text for piece in row if piece.text))


def _requirement(row: _Row, note: str) -> Requirement:
    text = _text(row)
    # The star stays, and where it may be cut off the words that explain it are all the same there.
    meaning = f" […] {note}" if note and "*" in text else ""
    due = next((piece.due for piece in row if piece.has_date), None)
    return Requirement(text=cut_at_word(text, LONGEST - len(meaning)) + meaning, page=row[0].page, due=due)
