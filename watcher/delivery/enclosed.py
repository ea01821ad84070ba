"""What a message says, read when somebody first asks: at a start with thousands waiting nobody asks for most."""

from collections.abc import Callable
from typing import Self

from watcher.delivery import Content


class Enclosed:
    """A content that is there, or lies where it was stored; equal to another that says the same."""

    __slots__ = ("_content", "_read")

    def __init__(self, read: Callable[[], Content]) -> None:
        self._content: Content | None = None
        self._read: Callable[[], Content] | None = read

    @classmethod
    def of(cls, content: Content) -> Self:
        """A content that is there."""
        made = cls(lambda: content)
        made.open()
        return made

    def open(self) -> Content:
        """The content; it is read once."""
        if self._content is None:
            if self._read is None:
                raise RuntimeError("neither a content nor a way to read it")
            self._content = self._read()
            self._read = None  # with it goes what it would be read from
        return self._content

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        return isinstance(other, Enclosed) and self.open() == other.open()

    def __hash__(self) -> int:
        """As of the content, which some kinds of content have not."""
        return hash(self.open())

    def __repr__(self) -> str:
        """As the content."""
        return repr(self.open())
