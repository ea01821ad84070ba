"""What it means for a message that a receiver points elsewhere; no channel follows, for what it says is secret."""

from datetime import timedelta

from watcher.delivery.verdict import Answer, Verdict

_FOR_GOOD = (301, 308)
_FOR_NOW = (302, 303, 307)


def verdict_of_redirect(who: str, status: int, cure: str, retry_after: timedelta | None = None) -> Verdict | None:
    """The verdict on a status that leads elsewhere, with what the operator does about a move; None for any other."""
    if status in _FOR_GOOD:
        return Verdict(Answer.REFUSED, f"{who} has moved (status {status}): {cure}", stops=True)
    if status in _FOR_NOW:
        detail = f"{who} points elsewhere for now (status {status}), which is not followed"
        return Verdict(Answer.LATER, detail, retry_after=retry_after)
    return None
