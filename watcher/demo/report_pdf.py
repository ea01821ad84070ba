"""Report files in the layouts of Ofsted's own, with invented prose and without people, for the local site."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from watcher.inspection import Home, Inspection, Kind

LINES_A_PAGE = 58
NEW_PAGE = "\f"


class GradePlace(StrEnum):
    """Where text extraction finds a grade in the judgement table; all three occur."""

    AFTER = "after"
    WITHIN = "within"
    BEFORE = "before"


class DateForm(StrEnum):
    """How a visit of several days is dated; all three occur."""

    AND = "and"
    TO = "to"
    DASH = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What differs from report to report."""

    labels_of_2016: bool = False
    grade: GradePlace = GradePlace.AFTER
    dates: DateForm = DateForm.AND
    curly: bool = False
    missing_s: bool = False
    """Whether the last row's label lacks the s of "managers"."""
    owner_address: bool = True
    headings: bool = True

    @classmethod
    def of(cls, inspection: Inspection) -> "Layout":
        """The layout of the time of an inspection; details vary from one to the next, the same for the same one."""
        turn = inspection.inspected.toordinal()
        if inspection.inspected < date(2017, 4, 1):
            return cls(labels_of_2016=True)
        if inspection.inspected < date(2023, 1, 1):
            return cls(grade=GradePlace.WITHIN if turn % 3 == 0 else GradePlace.AFTER, dates=DateForm.TO)
        return cls(curly=turn % 2 == 0, missing_s=turn % 5 == 0, owner_address=turn % 3 != 0)


_ROWS = (
    ("overall", ("Overall experiences and progress of", "children and young people, taking into", "account")),
    ("protected", ("How well children and young people are", "helped and protected")),
    ("leaders", ("The effectiveness of leaders and", "managers")),
)
_HEADINGS = (
    ("overall", "Overall experiences and progress of children and young people"),
    ("protected", "How well children and young people are helped and protected"),
    ("leaders", "The effectiveness of leaders and managers"),
)
_LABELS_OF_2016 = (
    ("overall", "The overall experiences and progress of", "children and young people living in the home are"),
    ("protected", "How well children and young people are helped and", "protected"),
    ("leaders", "The impact and effectiveness of leaders and", "managers"),
)
_SENTENCES = {
    "outstanding": (
        "The children's home provides highly effective services that consistently exceed the",
        "standards of good. The actions of the children's home contribute to significantly",
        "improved outcomes and positive experiences for children and young people.",
    ),
    "good": ("The children's home provides effective services that meet the requirements for good.",),
    "requires improvement": (
        "The children's home is not yet delivering good help and care for children and young",
        "people. However, there are no serious or widespread failures that result in their",
        "welfare not being safeguarded or promoted.",
    ),
    "inadequate": (
        "There are serious and/or widespread failures that mean children and young people are",
        "not protected or their welfare is not promoted or safeguarded.",
    ),
}


def report_pdf(
    home: Home, inspection: Inspection, previous: Sequence[Inspection] = (), layout: Layout | None = None
) -> bytes:
    """The report file of an inspection; `previous` are the inspections before it, the latest first."""
    layout = layout or Layout.of(inspection)
    draw = _lines_of_2016 if layout.labels_of_2016 else _lines
    text = "\n".join(draw(home, inspection, previous, layout))
    return pdf_of(text.replace("'", "’") if layout.curly else text)


def _lines(home: Home, inspection: Inspection, previous: Sequence[Inspection], layout: Layout) -> Iterator[str]:
    header = f"Inspection report for children's home: {home.id}"
    yield from (header, "1", "", home.id, "", f"Registered provider: {home.owner or 'Example Care Limited'}", "")
    yield from (_title(inspection.kind), "", "Inspected under the social care common inspection framework", "")
    yield from ("Information about this children's home", "", "This home provides care for up to four children.", "")
    yield from (f"Inspection dates: {_dates(inspection, layout.dates)}", "")
    grades = _grades(inspection)
    for area, label in _ROWS:
        if area in grades:
            yield from _row(area, label, grades[area], layout)
    yield from ("", *_SENTENCES.get(_headline(inspection), ()), "")
    yield from _last(previous)
    yield from (NEW_PAGE + header, "2", "", "Recent inspection history", "")
    yield from ("Inspection date  Inspection type  Inspection judgement", "")
    yield from (f"{one.inspected:%d/%m/%Y}  {str(one.kind).capitalize()}  {_words(one)}" for one in previous[:4])
    yield from (NEW_PAGE + header, "3", "", "Inspection judgements", "")
    for area, heading in _HEADINGS if layout.headings else ():
        if area in grades:
            yield from (f"{heading}:", grades[area], "", "Staff know the children well. Records are good.", "")
    yield from (NEW_PAGE + header, "4", "", "Children's home details", "", f"Unique reference number: {home.id}", "")
    yield from ("Provision sub-type: Children's home", "")
    yield from (f"Registered provider: {home.owner or 'Example Care Limited'}", "")
    if layout.owner_address:
        yield from ("Registered provider address: 1 Example Street, Exampleton", "")
    yield from ("Responsible individual: Post vacant", "", "Registered manager: Post vacant")


def _row(area: str, label: Sequence[str], grade: str, layout: Layout) -> Iterator[str]:
    if area == "leaders" and layout.missing_s:
        label = (label[0], label[1].removesuffix("s"))
    if layout.grade is GradePlace.BEFORE:
        yield from (f" {grade}", *label)
    elif layout.grade is GradePlace.WITHIN:
        yield from (f"{label[0]} {grade}", *label[1:])
    else:
        yield from (*label, f" {grade}", "   ")


def _last(previous: Sequence[Inspection]) -> Iterator[str]:
    if not previous:
        yield "Date of last inspection: this is the first inspection"
    else:
        yield f"Date of last inspection: {_day(previous[0].inspected)}"
        yield from ("", f"Overall judgement at last inspection: {_words(previous[0]).lower() or 'not judged'}")
    yield from ("", "Enforcement action since last inspection: none")


def _lines_of_2016(home: Home, inspection: Inspection, _: Sequence[Inspection], __: Layout) -> Iterator[str]:
    yield from ("Inspection report for children's home", "", "Inspection dates", f"{inspection.inspected:%d/%m/%Y}")
    yield from ("Unique reference number", home.id, "Type of inspection", str(inspection.kind).capitalize())
    yield from ("Provision subtype", "Children's home", "Registered manager", "Post vacant", "")
    yield from (f"Registered provider: {home.owner or 'Example Care Limited'}", "Responsible individual: Post vacant")
    grades = _grades(inspection)
    for area, *label in _LABELS_OF_2016:
        if area in grades:
            yield from (*label, grades[area].capitalize())
        if area == "overall":
            yield from _SENTENCES.get(_headline(inspection), ())
    yield from (NEW_PAGE + "What does the children's home need to do to improve?", "Staff have good records." * 8)


def _title(kind: Kind) -> str:
    return "Monitoring visit" if kind is Kind.MONITORING else f"{str(kind).capitalize()} inspection"


def _grades(inspection: Inspection) -> dict[str, str]:
    return {one.area: one.grade.words.lower() for one in inspection.judgements if one.grade.words}


def _headline(inspection: Inspection) -> str:
    grade = inspection.grade(inspection.headline)
    return grade.value if grade else ""


def _words(inspection: Inspection) -> str:
    grade = inspection.grade(inspection.headline)
    return grade.words if grade else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _dates(inspection: Inspection, form: DateForm) -> str:
    """`6 and 7 September 2023`, `31 January to 1 February 2024`, `30 December 2024–2 January 2025`, or one day."""
    first, last = inspection.inspected, inspection.inspected_to or inspection.inspected
    if first == last:
        return _day(first)
    begin = _day(first) if first.year != last.year else f"{first.day} {first:%B}"
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    return f"{begin}{form}{_day(last)}" if form is DateForm.DASH else f"{begin} {form} {_day(last)}"


def pdf_of(text: str) -> bytes:
    """A plain file with this text, line by line; `NEW_PAGE` begins another page (ISO 32000-1, 7.5 and 9.4)."""
    pages = [page.splitlines() for page in text.split(NEW_PAGE)]
    pages = [page[at : at + LINES_A_PAGE] for page in pages for at in range(0, max(len(page), 1), LINES_A_PAGE)]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        resources = "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {5 + 2 * number} 0 R >>".encode("ascii"))
        content = b"BT /F1 11 Tf 60 800 Td 13 TL\n" + b"".join(_shown(line) for line in page) + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _shown(line: str) -> bytes:
    escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"(" + escaped.encode("cp1252", "replace") + b") Tj T*\n"


def _file(objects: Sequence[bytes]) -> bytes:
    body = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end
