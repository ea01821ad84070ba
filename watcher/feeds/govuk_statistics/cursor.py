"""Where the reading of the statistics stands from one poll to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from watcher import __version__
from watcher.facts.stored import adapter, read
from watcher.feeds.govuk_statistics.document import ContentDocument
from watcher.feeds.web.validators import Validators

MOST_KEPT = 100
"""Of files; those read last are kept."""


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document as it was read, so that an unchanged one is neither sent nor read again."""

    validators: Validators
    says: ContentDocument


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it was read: the same bytes under the same name are not read again, whatever their address."""

    name: str
    digest: str
    validators: Validators
    is_understood: bool
    kind: str = ""
    rows: int = 0
    """How many rows it has, of which a later one of its kind has not many fewer."""
    problem: str = ""
    """What the operator is told as long as it stands there."""
    by: str = __version__
    """The version that read it: a newer one may understand what it did not."""
    not_before: date | None = None
    """The day whose state it tells, where that had not come: from then on it is read again."""

    def is_settled(self, today: date) -> bool:
        """Whether it need not be read again while it is the same."""
        has_come = self.not_before is not None and self.not_before <= today
        return self.is_understood or (self.by == __version__ and not has_come)


@dataclass(slots=True)
class StatisticsProgress:
    """What the cursor holds; a reading works on its own copy."""

    documents: dict[str, KeptDocument] = field(default_factory=dict)
    """By address, as are the next."""
    files: dict[str, KeptFile] = field(default_factory=dict)

    def keep_file(self, address: str, file: KeptFile) -> None:
        """Keeps a file as the one read last."""
        self.files.pop(address, None)
        self.files[address] = file
        self.files = dict(list(self.files.items())[-MOST_KEPT:])

    def same_as(self, name: str, digest: str, today: date) -> KeptFile | None:
        """The file of this name and these bytes that was read before, under whatever address."""
        same = (file for file in self.files.values() if (file.name, file.digest) == (name, digest))
        return next((file for file in same if file.is_settled(today)), None)


def load(cursor: Mapping[str, Any]) -> StatisticsProgress:
    """The progress in a cursor; raises ValueError for one that this version can't read."""
    return read(StatisticsProgress, dict(cursor)) if cursor else StatisticsProgress()


def dump(progress: StatisticsProgress) -> dict[str, Any]:
    """The progress as JSON."""
    dumped: dict[str, Any] = adapter(StatisticsProgress).dump_python(progress, mode="json", exclude_defaults=True)
    return dumped
