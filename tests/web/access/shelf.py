"""Sessions as a history keeps them, in memory."""

from watcher.web.access.sessions import KeptSession


class Shelf:
    """Holds what it is given until it is told to forget it."""

    def __init__(self, key: bytes = b"k" * 32) -> None:
        self.kept: dict[str, KeptSession] = {}
        self._key = key

    def session(self, session_id: str) -> KeptSession | None:
        """One by its id."""
        return self.kept.get(session_id)

    def keep_session(self, session: KeptSession) -> None:
        """Stores one."""
        self.kept[session.id] = session

    def forget_session(self, session_id: str) -> None:
        """Ends one."""
        self.kept.pop(session_id, None)

    def signing_key(self) -> bytes:
        """Always the same."""
        return self._key
