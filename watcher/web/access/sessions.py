"""Who has signed in: a random token in a cookie; what the history keeps of it is of no use to whoever reads it."""

import re
import secrets
from datetime import datetime, timedelta

from watcher.history.protocol import History, Transaction
from watcher.watching.sessions import Session, session_id
from watcher.web.access.users import Users

GOOD_FOR = timedelta(hours=12)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Sessions:
    """The sessions of one history's users."""

    def __init__(self, history: History, users: Users) -> None:
        self._history, self._users = history, users

    def begin(self, user: str, proof: str, now: datetime, before: str = "") -> str:
        """A new one in place of that of the token `before`, of a user whose password was right; its cookie's token."""
        token = secrets.token_urlsafe(32)
        session = Session.of(token, user=user, proof=proof, made=now, until=now + GOOD_FOR)
        ended = {session_id(before): None} if _TOKEN.fullmatch(before) else {}
        self._history.commit(Transaction(sessions={**ended, session.id: session}))
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """The one of a cookie's token, if it is good still: its user is in the file, with the same password."""
        found = self._history.session(session_id(token)) if _TOKEN.fullmatch(token) else None
        if found is None or not found.holds(now):
            return None
        return found if secrets.compare_digest(found.proof, self._users.proof(found.user) or "") else None

    def end(self, token: str) -> None:
        """Signs out."""
        if _TOKEN.fullmatch(token):
            self._history.commit(Transaction(sessions={session_id(token): None}))
