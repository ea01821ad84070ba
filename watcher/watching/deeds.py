"""What people do to what watcher tells: who did it, when, why, and through which door they came."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from watcher.text import inert
from watcher.timing.zones import require_zone

LONGEST_NAME = 80
LONGEST_REASON = 300
"""Characters; a longer name or reason is refused, for half of one might say something else."""


class Door(StrEnum):
    """Through which door somebody came."""

    COMMAND_LINE = "command line"
    PAGE = "page"
    LINK = "link"
    """A signed link in a message."""
    MAIL = "mail"
    """The button of a mail program that stops a list's mails."""
    SLACK = "slack"


class Act(StrEnum):
    """What somebody did."""

    ACKNOWLEDGE = "acknowledge"
    SILENCE = "silence"
    END_SILENCE = "end silence"
    RETRY = "retry"
    RETRY_CHANNEL = "retry channel"
    DROP = "drop"
    RELEASE = "release"
    STOP_MAILS = "stop mails"
    RESUME_MAILS = "resume mails"
    WATCH = "watch"
    UNWATCH = "unwatch"


_DONE = {
    Act.ACKNOWLEDGE: "acknowledged",
    Act.SILENCE: "silenced",
    Act.END_SILENCE: "silence ended",
    Act.RETRY: "sent again",
    Act.RETRY_CHANNEL: "channel sent again",
    Act.DROP: "given up",
    Act.RELEASE: "reading released",
    Act.STOP_MAILS: "mails stopped",
    Act.RESUME_MAILS: "mails resumed",
    Act.WATCH: "watch made",
    Act.UNWATCH: "watch removed",
}

_THROUGH = {
    Door.COMMAND_LINE: "on the command line",
    Door.PAGE: "on the page",
    Door.LINK: "through a link",
    Door.MAIL: "from a mail program",
    Door.SLACK: "in Slack",
}


def through(door: str) -> str:
    """Where somebody did something, in words, with a comma before; empty where that was not kept."""
    words = next((said for known, said in _THROUGH.items() if known == door), inert(door, LONGEST_NAME))
    return f", {words}" if words else ""


def _why_unsigned(by: str, why: str) -> str:
    """What is wrong with the name or the reason that somebody gives, and what to write; empty if nothing is."""
    if not inert(by).strip():
        return "who does it? Write a name"
    if len(by) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters, and this one has {len(by):,}"
    if len(why) > LONGEST_REASON:
        return f"a reason has at most {LONGEST_REASON} characters, and this one has {len(why):,}"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who does something, why, when, and through which door."""

    by: str
    """Empty where an older version's request did not say it."""
    why: str = ""
    at: datetime
    door: str = ""

    @classmethod
    def of(cls, *, by: str, why: str = "", at: datetime, door: Door) -> Self:
        """Somebody's own; raises ValueError, with what to write, without a name or with more than can be kept."""
        if wrong := _why_unsigned(by, why):
            raise ValueError(wrong)
        return cls(by=inert(by, LONGEST_NAME), why=inert(why, LONGEST_REASON), at=at, door=door.value)

    def deed(self, what: Act, subject: str) -> "Deed":
        """What is kept of it."""
        return Deed(what=what, subject=subject, by=self.by, why=self.why, at=self.at, door=self.door)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that somebody did."""

    what: Act
    subject: str
    """Of what: a message's, change's or silence's id; a feed's, channel's or watch's name; an address, case folded."""
    by: str
    why: str = ""
    at: datetime
    door: str = ""
    """A `Door`; empty where that was not kept."""

    def __post_init__(self) -> None:
        """Raises ValueError for a moment that could be compared with no other."""
        require_zone(self.at)

    def __str__(self) -> str:
        """For people: what was done, by whom, when, where and why."""
        return self.told(f"{self.at:%Y-%m-%d %H:%M} UTC")

    def told(self, when: str) -> str:
        """The same with its moment in the words of whoever shows it."""
        why = f": {self.why}" if self.why else ""
        who = self.by or "somebody whose name was not kept"
        return f"{_DONE[self.what]} by {who}, {when}{through(self.door)}{why}"

    def what_and_when(self, when: str) -> str:
        """The same for everybody, with its moment in words: nothing of who, why and where."""
        return f"{_DONE[self.what]}, {when}"

    def json(self) -> dict[str, str | None]:
        """What `--json` prints of it."""
        return {
            "deed": self.what.value,
            "subject": self.subject,
            "by": self.by or None,
            "why": self.why,
            "at": self.at.isoformat(),
            "door": self.door or None,
        }
