"""Addresses in messages: of the pages, and signed ones by which a reader may do one thing without signing in.

A token is the first letters of a fingerprint of the key that signed it, and what itsdangerous makes of subject,
recipient and moment, salted by purpose. Who has one may do what it is for, and nothing else.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from itsdangerous import BadData, URLSafeSerializer

GOOD_FOR = timedelta(days=14)
"""From when the message was made; a link by which somebody stops mails never ends."""

SILENCE_FOR = timedelta(days=14)
"""How long a link silences a home, unless its reader says otherwise."""

LONGEST_TOKEN = 1_000
"""Characters; a longer one is refused unread."""

NOT_SIGNED = "this-link-is-made-when-the-message-is-sent"
"""Stands for a token where there is no key: in previews, which are no way to act."""

_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")
_FINGERPRINT = 8
_SIGNATURE = 43
"""Characters of a SHA-256 in base64 without padding."""


class Purpose(StrEnum):
    """The one thing that a link is for."""

    ACKNOWLEDGE = "acknowledge"
    """A change; its reminders end."""
    SILENCE = "silence"
    """A home."""
    STOP_MAILS = "stop mails"
    """To one address."""


class NoLink(StrEnum):
    """Why a link does nothing."""

    FORGED = "forged"
    TRUNCATED = "truncated"
    FOREIGN = "foreign"
    """Another installation signed it, or this one before it got another history."""
    EXPIRED = "expired"

    @property
    def advice(self) -> str:
        """What it means and what to do, for whoever followed the link."""
        return _ADVICE[self]


_ADVICE = {
    NoLink.FORGED: "This link is not as it was sent. Open it from the message itself.",
    NoLink.TRUNCATED: "This link is not complete. Open it from the message itself, or copy all of it.",
    NoLink.FOREIGN: "This link was made by another installation. Open a newer message, or sign in.",
    NoLink.EXPIRED: f"This link was good for {GOOD_FOR.days} days, which are over. Open a newer message, or sign in.",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a good token says."""

    purpose: Purpose
    subject: str
    """The id of a change, the key of a home, or an address."""
    recipient: str
    """Whom it was sent to; empty where that is not known."""
    made: datetime
    """When its message was made, aware."""

    @property
    def until(self) -> datetime | None:
        """When it ends; None if it never does."""
        return None if self.purpose is Purpose.STOP_MAILS else self.made + GOOD_FOR


class Links:
    """The addresses of one installation's pages, below `base_url`; signed ones with a key that nobody else has.

    Without a key the signed ones lead nowhere, and none can be read.
    """

    def __init__(self, base_url: str, key: bytes | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key or None
        self._fingerprint = _fingerprint(key) if key else ""

    def __eq__(self, other: object) -> bool:
        """Whether both make the same addresses."""
        return isinstance(other, Links) and (self._base_url, self._key) == (other._base_url, other._key)

    def __hash__(self) -> int:
        """As of what makes them equal."""
        return hash((self._base_url, self._key))

    def home(self, key: str) -> str:
        """The page of a home, by its key."""
        return f"{self._base_url}/homes/{_quoted(key)}"

    def change(self, change_id: str) -> str:
        """The page of a change."""
        return f"{self._base_url}/changes/{_quoted(change_id)}"

    def status(self) -> str:
        """The page that says how the watcher itself is."""
        return f"{self._base_url}/status"

    def page(self, path: str) -> str:
        """The page at a path within them: `/owners/Care`."""
        return f"{self._base_url}{path}"

    def acknowledge(self, change_id: str, recipient: str, made: datetime) -> str:
        """A signed link by which its reader takes a change in hand."""
        return self._act(Purpose.ACKNOWLEDGE, change_id, recipient, made)

    def silence(self, home: str, recipient: str, made: datetime) -> str:
        """A signed link by which its reader has nothing sent about a home for a while."""
        return self._act(Purpose.SILENCE, home, recipient, made)

    def stop_mails(self, address: str, made: datetime) -> str:
        """A signed link that says why mails go to an address, and stops them; it never ends."""
        return self._act(Purpose.STOP_MAILS, address, address, made)

    def standing_in(self, recipient: str) -> "StandIns":
        """The same addresses with a word in place of each token for a recipient."""
        return StandIns(self._base_url, self._key, recipient)

    def read(self, token: str, now: datetime) -> Link | NoLink:
        """What a token says, and for which purpose; or why it says nothing. Never raises."""
        if len(token) > LONGEST_TOKEN or not _TOKEN.fullmatch(token):
            return NoLink.FORGED
        if self._key is None or not hmac.compare_digest(token[:_FINGERPRINT], self._fingerprint):
            return NoLink.FOREIGN if len(token) > _FINGERPRINT + _SIGNATURE else NoLink.TRUNCATED
        found = next((link for purpose in Purpose if (link := self._said(token[_FINGERPRINT:], purpose))), None)
        if found is None:
            said, _, signature = token[_FINGERPRINT:].rpartition(".")
            return NoLink.FORGED if said and len(signature) >= _SIGNATURE else NoLink.TRUNCATED
        return NoLink.EXPIRED if found.until is not None and now >= found.until else found

    def _act(self, purpose: Purpose, subject: str, recipient: str, made: datetime) -> str:
        return f"{self._base_url}/act/{self._token(purpose, subject, recipient, made)}"

    def _token(self, purpose: Purpose, subject: str, recipient: str, made: datetime) -> str:
        if self._key is None:
            return NOT_SIGNED
        whose = "" if purpose is Purpose.STOP_MAILS else recipient  # the address itself
        said = [subject, whose, int(made.timestamp())]
        return f"{self._fingerprint}{_serializer(self._key, purpose).dumps(said)}"

    def _said(self, signed: str, purpose: Purpose) -> Link | None:
        """What is signed for a purpose; None where it is not."""
        if self._key is None:
            return None
        try:
            said: Any = _serializer(self._key, purpose).loads(signed)
            subject, recipient, made = said
            moment = datetime.fromtimestamp(made, UTC)
        except (BadData, TypeError, ValueError, OverflowError, OSError):  # signed by another version, and so unknown
            return None
        return Link(purpose, subject, subject if purpose is Purpose.STOP_MAILS else recipient, moment)


class StandIns(Links):
    """Makes addresses for a reader who stands for others: each token for him is a word that nothing else says."""

    def __init__(self, base_url: str, key: bytes | None, recipient: str) -> None:
        super().__init__(base_url, key)
        self._recipient = recipient
        self._asked: dict[str, tuple[Purpose, str, str, datetime]] = {}

    def _token(self, purpose: Purpose, subject: str, recipient: str, made: datetime) -> str:
        if self._key is None or self._recipient not in (subject, recipient):
            return super()._token(purpose, subject, recipient, made)
        asked = (purpose, subject, recipient, made)
        word = next((word for word, known in self._asked.items() if known == asked), secrets.token_hex(16))
        self._asked[word] = asked
        return word

    def tokens_for(self, recipient: str) -> dict[str, str]:
        """By each word that was given out the token in its place for a recipient."""
        return {
            word: super(StandIns, self)._token(
                purpose,
                recipient if subject == self._recipient else subject,
                recipient if whose == self._recipient else whose,
                made,
            )
            for word, (purpose, subject, whose, made) in self._asked.items()
        }


def stable_name(key: bytes) -> str:
    """A name for an installation that stays as long as its key, and tells nothing of it."""
    return _fingerprint(key) if key else ""


def _quoted(value: str) -> str:
    return quote(value, safe=":", errors="replace")


def _fingerprint(key: bytes) -> str:
    digest = hmac.new(key, b"watcher: which key", hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:6]).decode("ascii")


def _serializer(key: bytes, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(
        key,
        salt=f"watcher.act.{purpose.value}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
