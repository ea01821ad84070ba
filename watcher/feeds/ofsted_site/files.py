"""What is remembered of a home's report files: which are missing, and which are looked at once more; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from watcher.feeds.ofsted_site.cursor import MissingFile, Progress, WatchedFile
from watcher.feeds.ofsted_site.plan import LASTING
from watcher.feeds.web.validators import Validators

LOOKS = (timedelta(days=3), timedelta(days=10), timedelta(days=30))
"""So long after it was read, a report is looked at again: it may be replaced under its own number."""
PATIENT_FOR = timedelta(days=21)
"""For so long a missing file is asked for once a day, and after that once a week."""
WEEK = timedelta(days=7)
FORGOTTEN_AFTER = timedelta(days=28)
"""A missing file whose link has gone too is forgotten then, and not before: a page may show an older state for days."""


@dataclass(frozen=True, slots=True)
class HomeFiles:
    """What is remembered of the files of one home at one moment."""

    urn: str
    now: datetime
    missing: Mapping[str, MissingFile] = field(default_factory=dict)
    watched: Mapping[str, WatchedFile] = field(default_factory=dict)

    def is_awaited(self, document: str) -> bool:
        """Whether it was missing, and is not asked for yet."""
        return document in self.missing and self.missing[document].due > self.now

    def is_to_be_looked_at(self, document: str) -> bool:
        """Whether it is time to see if it is still the same, or has come back."""
        if document in self.missing:
            return not self.is_awaited(document)
        return document in self.watched and self.watched[document].due <= self.now

    def lacking(self, document: str, today: date, *, of_baseline: bool, moved: bool) -> "HomeFiles":
        """After the site has said that a file is not there."""
        before = self.missing.get(document)
        since, times = (before.since, before.times + 1) if before else (today, 1)
        wait = LASTING[min(times, len(LASTING)) - 1] if today - since < PATIENT_FOR else WEEK
        of_baseline, moved = (before.of_baseline, before.moved) if before else (of_baseline, moved)
        missing = MissingFile(self.urn, since, times, self.now + wait, of_baseline=of_baseline, moved=moved)
        return replace(self, missing={**self.missing, document: missing})

    def watching(self, document: str, digest: str = "", validators: Validators | None = None) -> "HomeFiles":
        """After a report was read that is to be looked at again; a file that is watched already goes on to its next."""
        before = self.watched.get(document)
        is_another = before is not None and before.digest not in ("", digest)
        looks = before.looks + 1 if before is not None and not is_another else 0
        there = self._without(document)
        if looks >= len(LOOKS):
            return there
        watched = WatchedFile(self.urn, looks, self.now + next_look(looks), digest, validators or Validators())
        return replace(there, watched={**there.watched, document: watched})

    def come(self, document: str) -> "HomeFiles":
        """After a file that was missing has come."""
        return replace(self, missing={name: file for name, file in self.missing.items() if name != document})

    def _without(self, document: str) -> "HomeFiles":
        watched = {name: file for name, file in self.watched.items() if name != document}
        return replace(self.come(document), watched=watched)

    def listed(self, documents: frozenset[str], today: date) -> "HomeFiles":
        """Without those whose links have gone from the page; a missing one is kept for some weeks even then."""
        known = {name: replace(file, is_listed=name in documents) for name, file in self.missing.items()}
        recent = today - FORGOTTEN_AFTER
        return replace(
            self,
            missing={name: file for name, file in known.items() if file.is_listed or file.since > recent},
            watched={name: file for name, file in self.watched.items() if name in documents},
        )

    def put_off(self) -> "HomeFiles":
        """After its page has been asked for: what is still due could not be asked for, and is a day later."""
        later = self.now + timedelta(days=1)
        missing = {name: replace(file, due=later) for name, file in self.missing.items() if file.due <= self.now}
        watched = {name: replace(file, due=later) for name, file in self.watched.items() if file.due <= self.now}
        return replace(self, missing={**self.missing, **missing}, watched={**self.watched, **watched})


def next_look(looks: int) -> timedelta:
    """How long after a report was looked at so many times it is looked at again."""
    return LOOKS[looks] - (LOOKS[looks - 1] if looks else timedelta())


def files_of(progress: Progress, urn: str, now: datetime) -> HomeFiles:
    """What is remembered of the files of one home."""
    missing = {name: file for name, file in progress.missing.items() if file.urn == urn}
    watched = {name: file for name, file in progress.watched.items() if file.urn == urn}
    return HomeFiles(urn, now, missing, watched)


def keep(progress: Progress, files: HomeFiles) -> None:
    """Remembers that of the files of one home, in place of what was remembered of it."""
    missing = {name: file for name, file in progress.missing.items() if file.urn != files.urn}
    watched = {name: file for name, file in progress.watched.items() if file.urn != files.urn}
    progress.missing = {**missing, **files.missing}
    progress.watched = {**watched, **files.watched}
