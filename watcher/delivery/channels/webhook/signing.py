"""What proves to a receiver that a message is ours: Standard Webhooks' headers, and the older signature beside them.

A secret is one line. One that begins with `whsec_` is base64 behind that; of any other its bytes are the key.
"""

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping

PREFIX = "whsec_"

_BROKEN = "begins with whsec_, and what follows is no base64: copy the secret anew, or write one without whsec_"


def secrets_in(text: str) -> tuple[str, ...]:
    """The secrets of a file, each a line; all of them sign, so that one can take the other's place."""
    return tuple(dict.fromkeys(line for given in text.splitlines() if (line := given.strip())))


def wrong_with_secrets(text: str) -> str:
    """What is wrong with the secrets of a file, and none of them; empty if nothing is."""
    secrets = secrets_in(text)
    for number, secret in enumerate(secrets, start=1):
        if not key_of(secret):
            return f"{f'(secret {number} of {len(secrets)}) ' if secrets[1:] else ''}{_BROKEN}"
    return ""


def key_of(secret: str) -> bytes:
    """The key that a secret stands for; empty for a broken one. Its padding may be missing."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    said = secret.removeprefix(PREFIX).rstrip("=")
    try:
        return b64decode(said + "=" * (-len(said) % 4), validate=True)
    except (binascii.Error, ValueError):  # ValueError: a letter that is no ASCII
        return b""


def proof(secrets: tuple[str, ...], message_id: str, moment: int, body: bytes) -> Mapping[str, str]:
    """The headers by which a receiver knows who sent a message, which it is, and when this attempt began."""
    content = f"{message_id}.{moment}.".encode() + body
    signed = (hmac.digest(key_of(secret), content, hashlib.sha256) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(f"v1,{b64encode(digest).decode()}" for digest in signed),
        "X-Watcher-Delivery": message_id,
        "X-Watcher-Signature": _older(secrets[0], moment, body),
    }


def _older(secret: str, moment: int, body: bytes) -> str:
    """As receivers of before know it: by the first secret as it is written, whatever it begins with."""
    digest = hmac.digest(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={digest.hex()}"
