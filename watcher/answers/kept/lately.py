"""Answers given lately, kept while nothing that they were made from has altered: few of them, and no large ones."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

A = TypeVar("A")

MOST_ROWS = 6_000
"""Rows of all that is kept; a row takes up to a kilobyte."""


class Lately(Generic[A]):
    """The last answers to some questions."""

    def __init__(self, rows_of: Callable[[A], int], most_rows: int = MOST_ROWS) -> None:
        self._rows_of, self._most_rows = rows_of, most_rows
        self._made_from: tuple[object, ...] = ()
        self._answers: dict[Hashable, A] = {}
        self._making = threading.Lock()

    def answer(self, made_from: tuple[object, ...], question: Hashable, make: Callable[[], A]) -> A:
        """The answer that was given before, if all it was made from is still the same objects; else it is made."""
        with self._making:
            if len(made_from) != len(self._made_from) or any(
                one is not other for one, other in zip(made_from, self._made_from, strict=True)
            ):
                self._made_from, self._answers = made_from, {}
            found = self._answers.pop(question) if question in self._answers else make()
            self._answers[question] = found  # the last asked for is the last to go
            while self._answers and sum(map(self._rows_of, self._answers.values())) > self._most_rows:
                del self._answers[next(iter(self._answers))]
            return found
