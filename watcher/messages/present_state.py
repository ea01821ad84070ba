"""How a home stands by now, shown on the first message about it: that message is changed, and nobody is notified."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentState:
    """What the first message of a thread is to say of the present, once the reply that tells it has been sent."""

    parent: str
    """The id of the delivery that is changed."""
    reply: str | None = None
    """The id of the delivery that tells the news: not before that one has a final verdict. None if none does."""
    line: str
    """The present state in words, without "Now: "."""

    def document(self) -> dict[str, str]:
        """The state as the history keeps it; `from_document` gives it back."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_document(cls, document: Mapping[str, str]) -> Self:
        """The state that `document` made."""
        return cls(parent=document["parent"], reply=document.get("reply"), line=document["line"])
