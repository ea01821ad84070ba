"""The parts of a message below its facts: a heading, and paragraphs that are ours or quoted from a report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph; inert and not empty."""

    text: str
    is_quote: bool = False
    """Whether these are a report's words and not ours."""
    source: str = ""
    """Where a quotation stands: `page 3`."""

    def plain(self) -> str:
        """One line of plain text; a quotation in quotation marks, its source behind it."""
        return f"{f'‘{self.text}’' if self.is_quote else self.text}{f' ({self.source})' if self.source else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some paragraphs under one heading."""

    heading: str
    paragraphs: tuple[Paragraph, ...]

    def plain(self) -> str:
        """The section as lines of plain text."""
        return "\n".join((self.heading, *(f"  {paragraph.plain()}" for paragraph in self.paragraphs)))
