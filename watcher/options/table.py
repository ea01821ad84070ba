"""Tables of the configuration: closed to keys that nobody reads, and chosen by their `kind` where there are several."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


def _nothing(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a kind of feed or channel has a secret from; `secret` and `further_secrets` of its options declare them."""

    field: str
    """The field of the table that holds it; refused in the file itself."""
    file: str
    """The key that names a file with it."""
    variable: str
    """Of the environment, used where no file is named."""
    needed_with: str = ""
    """The key without which there is no need of it, unless a file is named; empty if it is always needed."""
    wrong_with: Callable[[str], str] = _nothing
    """What is wrong with a value that is of no use, told after the name of its file and never repeating it."""

    def is_used(self, given: Collection[str]) -> bool:
        """Whether a table with these keys has a use for it: the environment's variable alone gives it none."""
        return not self.needed_with or self.needed_with in given or self.file in given


class Options(BaseModel):
    """A table of the file: frozen, and closed to keys that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    secret: ClassVar[Secret | None] = None
    """What the table has from a file of its own or from the environment, if anything, and can't do without."""
    further_secrets: ClassVar[tuple[Secret, ...]] = ()
    """What else it may have from there."""

    @classmethod
    def secrets(cls) -> tuple[Secret, ...]:
        """All of them."""
        return (*((cls.secret,) if cls.secret is not None else ()), *cls.further_secrets)


Kinds = Callable[[], Mapping[str, type[Options]]]
"""The options of each kind, by what stands for it in the file."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a table as one of several kinds, of which its key `kind` names one: a union that grows by a row."""

    kinds: Kinds
    default: str | None = None
    """The kind of a table that names none."""

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A discriminated union of all kinds."""
        choices = {name: handler.generate_schema(options) for name, options in self.kinds().items()}
        kind = "kind" if self.default is None else self._kind_of
        return core_schema.tagged_union_schema(choices, discriminator=kind)

    def _kind_of(self, value: object) -> str:
        """Of a table as it stands in the file, or of options."""
        kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
        return str(self.default if kind is None else kind)


def one_of(annotation: Any) -> OneOf | None:
    """What marks an annotation as a table of one of several kinds, if anything does."""
    return next((mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, OneOf)), None)
