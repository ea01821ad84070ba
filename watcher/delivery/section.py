"""A part of a message under a heading of its own, such as what the report says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; inert, not empty and of bounded length."""

    text: str
    is_quote: bool = False
    """Whether these are somebody's words exactly as printed, without quotation marks of our own."""
    source: str = ""
    """Where it stands, such as `page 3`; may be empty."""

    @property
    def quoted(self) -> str:
        """The text, in quotation marks if it is a quote."""
        return f"‘{self.text}’" if self.is_quote else self.text

    def plain(self) -> str:
        """The paragraph as a line of plain text, with its source."""
        return f"{self.quoted} ({self.source})" if self.source else self.quoted


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs and what they are about; both inert."""

    heading: str
    paragraphs: tuple[Paragraph, ...]

    def plain(self) -> str:
        """The section as lines of plain text, the heading first."""
        return "\n".join([self.heading, *(paragraph.plain() for paragraph in self.paragraphs)])
