"""The text of a report file's pages; only the worker reads such files."""

import io

from watcher.errors import CouldNotTellError

PAGES = 60
"""More than any report on a home or an authority has."""
CHARACTERS = 1_000_000
LONGEST_REASON = 200


class UnreadableFileError(CouldNotTellError):
    """A report file of which the text can't be had; the message says why."""


def read_pages(pdf: bytes) -> list[str]:
    """The text of every page; raises UnreadableFileError for a file that isn't to be read."""
    try:
        return _read_pages(pdf)
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:  # over damaged bytes the library may raise anything
        raise UnreadableFileError(f"the PDF is damaged ({type(error).__name__}: {error})"[:LONGEST_REASON]) from error


def _read_pages(pdf: bytes) -> list[str]:
    from pypdf import PdfReader  # here, because the service imports this module too, and never reads a file itself

    reader = PdfReader(io.BytesIO(pdf))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFileError("it is locked with a password")
    if len(reader.pages) > PAGES:
        raise UnreadableFileError(f"it has {len(reader.pages)} pages, more than {PAGES}")
    texts: list[str] = []
    characters = 0
    for page in reader.pages:
        texts.append(page.extract_text())
        characters += len(texts[-1])
        if characters > CHARACTERS:
            raise UnreadableFileError(f"it holds more than {CHARACTERS} characters")
    if not any(text.strip() for text in texts):
        raise UnreadableFileError("it holds no text: perhaps a scan")
    return texts
