"""A part of a message under a heading of its own, such as what the report says."""

from dataclasses import dataclass

from watcher.messages.numbers import counted


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
    more: int = 0
    """How many more there are than have room."""
    of_the_report: str = ""
    """What each paragraph is, where they are the report's: `requirement`."""

    @property
    def shown(self) -> tuple[Paragraph, ...]:
        """The paragraphs, and how many more there are."""
        if not self.more:
            return self.paragraphs
        thing = counted(self.more, f"more {self.of_the_report or 'line'}")
        where = "in the report" if self.of_the_report else "left out for want of room"
        return (*self.paragraphs, Paragraph(f"And {thing} {where}."))

    def plain(self) -> str:
        """The section as lines of plain text, the heading first."""
        return "\n".join([self.heading, *(paragraph.plain() for paragraph in self.shown)])
