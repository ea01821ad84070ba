"""What the worker can be asked for: a function of a feed, called with foreign bytes, and its limits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_type_hints

from watcher.errors import CouldNotTellError
from watcher.facts.stored import adapter

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one thing may cost."""

    seconds: int
    """Of processor time; what a busy machine makes it wait for counts for nothing."""
    memory: int
    """Bytes of address space, those of the program itself among them."""
    answer: int
    """Bytes of what comes back."""


@dataclass(frozen=True, slots=True)
class Task(Generic[P, T_co]):
    """A function on the top level of a module of the feeds, whose annotation says what comes back.

    It is given the bytes and small arguments that JSON can say, and returns a value of dataclasses, tuples and plain
    values. It may raise `error`, or a kind of it that can be made of a message alone, and that is raised here too.
    """

    function: Callable[Concatenate[bytes, P], T_co]
    error: type[CouldNotTellError]
    """Also raised for what breaks the limits or what no reading was prepared for."""
    limits: Limits

    @property
    def name(self) -> str:
        """Where the function is found."""
        return f"{self.function.__module__}:{self.function.__qualname__}"

    def value(self, answer: Any) -> T_co:
        """The value that JSON was made of; raises ValueError for what the function can't have returned."""
        value: T_co = adapter(get_type_hints(self.function)["return"]).validate_python(answer)
        return value

    def refusal(self, error: str, message: str) -> CouldNotTellError:
        """The error of that name that the function raised."""
        return next((kind for kind in _kinds(self.error) if kind.__name__ == error), self.error)(message)


def _kinds(error: type[CouldNotTellError]) -> list[type[CouldNotTellError]]:
    return [error, *(kind for below in error.__subclasses__() for kind in _kinds(below))]
