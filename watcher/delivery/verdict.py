"""What became of one attempt."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Answer(StrEnum):
    """What a channel made of one attempt."""

    ACCEPTED = "accepted"
    LATER = "refused for now"
    REFUSED = "refused"
    """For good: it fails the same way until somebody changes something."""
    UNKNOWN = "unknown"
    """The request went out and nothing is known of its fate: look before sending again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A channel's answer to one attempt."""

    answer: Answer
    detail: str = ""
    """For the operator: what the channel said and what to do; no secrets."""
    reference: str | None = None
    """The channel's own name of the accepted message, such as Slack's `ts`."""
    retry_after: timedelta | None = None
    stops: bool = False
    """Whether a cure could deliver what was refused: an address, a credential, a right. The channel is stopped and
    keeps its messages, for every other one would be refused too."""
    of_recipient: bool = False
    """Whether it speaks of the message's recipient alone: the others of the channel go on."""
    remark: str = ""
    """What was wrong with a message that was accepted all the same, or why a change that was given up can't be made."""
