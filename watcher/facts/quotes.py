"""What inspectors found, in their own words: quoted exactly from a report, with the page; never rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a report exactly as printed, line breaks apart; it names no person."""

    text: str
    page: int
    """Of the file, 1 is the first."""
    area: str | None = None
    """The judgement in whose section it stands; None outside them."""

    def document(self) -> dict[str, Any]:
        """The quote as the history keeps it."""
        return {"text": self.text, "page": self.page} | ({"area": self.area} if self.area else {})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The quote that `document` made."""
        return cls(text=document["text"], page=document["page"], area=document.get("area"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a home must do by law, as printed, and until when."""

    text: str
    page: int
    due: date | None = None
    """None where the report gives no date that is understood."""

    def document(self) -> dict[str, Any]:
        """The requirement as the history keeps it."""
        return {"text": self.text, "page": self.page} | ({"due": self.due.isoformat()} if self.due else {})

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The requirement that `document` made."""
        due = date.fromisoformat(document["due"]) if document.get("due") else None
        return cls(text=document["text"], page=document["page"], due=due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is quoted of one report, of bounded length."""

    quotes: tuple[Quote, ...] = ()
    """Sentences of the judgements, in the order of the report."""
    requirements: tuple[Requirement, ...] = ()
    """Statutory requirements, in the order of the report."""
    more_requirements: int = 0
    """How many more there are than are quoted."""
    enforcement: Quote | None = None
    """The line on enforcement action since the inspection before."""
    children: Quote | None = None
    """For how many children, and of which age and needs, the home is."""
    unread: str = ""
    """Why nothing could be quoted; empty where something was."""

    def document(self) -> dict[str, Any]:
        """The findings as the history keeps them; `from_document` gives them back."""
        document: dict[str, Any] = {
            "quotes": [quote.document() for quote in self.quotes],
            "requirements": [requirement.document() for requirement in self.requirements],
            "more_requirements": self.more_requirements,
            "enforcement": self.enforcement.document() if self.enforcement else None,
            "children": self.children.document() if self.children else None,
            "unread": self.unread,
        }
        return {name: value for name, value in document.items() if value}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The findings that `document` made."""
        enforcement, children = document.get("enforcement"), document.get("children")
        return cls(
            quotes=tuple(map(Quote.from_document, document.get("quotes", ()))),
            requirements=tuple(map(Requirement.from_document, document.get("requirements", ()))),
            more_requirements=document.get("more_requirements", 0),
            enforcement=Quote.from_document(enforcement) if enforcement else None,
            children=Quote.from_document(children) if children else None,
            unread=document.get("unread", ""),
        )
