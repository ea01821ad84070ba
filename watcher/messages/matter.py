"""What needs the operator's attention, as a value."""

from dataclasses import dataclass
from datetime import datetime

from watcher.messages.topics import Topic


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the things that a matter is about: a home's page, a report, an entry of a list."""

    where: str
    """The page or file; the same from reading to reading."""
    label: str
    """Its home in words: number, type, area and owner, never a name that is withheld."""
    line: str
    """That, and what of it the operator should know, in plain words."""
    link: str | None = None
    """Where a person can read it."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs attention for as long as it is found again."""

    key: str
    """The same for the same trouble, whatever its details."""
    topic: Topic
    title: str
    text: str
    not_through: frozenset[str] = frozenset()
    """Channels that are the trouble."""
    subjects: tuple[Subject, ...] = ()
    """What it is about, where that is a list that grows and shrinks."""
    details: tuple[str, ...] = ()
    """What the program found, for whoever mends it."""
    next_try: datetime | None = None
    """When it is tried again by itself."""
