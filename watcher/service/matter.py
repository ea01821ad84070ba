"""The keys of matters: which trouble may go on as another one."""

NETWORK = "network"
"""The key of the matter that no feed at all can be read."""

_NOT_READ = ("stale", "outcome")
_NOT_SENT = ("unsent", "stopped", "gone", "unknown")


def goes_on_as(key: str) -> frozenset[str]:
    """The keys of the matters as which the trouble of this one may go on: while one of them stands, it is not over."""
    subject, _, state = key.rpartition(":")
    states = _NOT_READ if subject.startswith("feed:") else _NOT_SENT
    if state not in states:
        return frozenset()
    others = {f"{subject}:{other}" for other in states if other != state}
    return frozenset(others | {NETWORK} if states is _NOT_READ else others)
