"""Plain files with text, as small as the format allows (ISO 32000-1, 7.5 and 9.4)."""

from collections.abc import Sequence

LINES_A_PAGE = 58
NEW_PAGE = "\f"


def pdf_of(text: str) -> bytes:
    """A plain file with this text, line by line; `NEW_PAGE` begins another page."""
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
    # An empty line is a space, as word processors have it; without one, text extraction shows no line at all.
    escaped = (line or " ").replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
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
