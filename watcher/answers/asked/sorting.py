"""In which order a list can be shown, as an address says it: a word, with a minus before it for the other way round."""

from collections.abc import Mapping
from dataclasses import dataclass

HOMES: Mapping[str, str] = {
    "worst": "Worst first",
    "number": "Number",
    "area": "Area",
    "owner": "Owner",
    "rating": "Rating",
    "rating_since": "Since",
    "inspected": "Inspected",
    "next_due": "Next inspection",
    "requirements_due": "Requirements due",
}
"""By what homes can be sorted, and what that is called; what is not known stands last both ways round."""

LOG: Mapping[str, str] = {"newest": "Newest first", "oldest": "Oldest first"}
"""By what changes can be sorted."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order: by what, and whether from the end."""

    by: str
    backwards: bool = False

    def __str__(self) -> str:
        """As an address has it."""
        return f"-{self.by}" if self.backwards else self.by

    @property
    def reversed(self) -> "Sorting":
        """The same the other way round."""
        return Sorting(self.by, not self.backwards)


WORST_FIRST = Sorting("worst")
NEWEST_FIRST = Sorting("newest")
