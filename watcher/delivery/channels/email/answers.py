"""What a mail server's answers mean: a verdict, and what the operator is to do."""

import base64
import re
import smtplib
import ssl
from enum import Enum

from watcher.delivery.verdict import Answer, Verdict
from watcher.text import inert

_ADVICE = {
    530: "it wants a login: set username and password_file",
    534: "it does not take this kind of login: give the account a password for programs",
    535: "it does not take the username and password: correct them",
    550: "check the address and that the server may send to it",
    551: "check the address",
    552: "the mailbox is full or the message too large: make room",
    553: "check the addresses in from and to",
    554: "ask whoever runs the server why it does not take it: a login may be missing, or this sender be unwanted",
}


class Step(Enum):
    """How far a conversation has come, and so whom a refusal concerns."""

    CHANNEL = "channel"
    """Greeting, encryption, login, sender: no message would get further."""
    RECIPIENT = "recipient"
    MESSAGE = "message"


_LOGINS = (530, 534, 535, 538)
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
"""https://www.rfc-editor.org/rfc/rfc3463 and the registry of its codes."""
_SENDER_UNPROVEN = range(20, 31)
"""5.7.20 to 5.7.30: signatures, SPF, reverse names: of whoever sends, whatever the message says."""

NO_STARTTLS = (
    "the server offers no STARTTLS, and nothing was sent in clear: use smtps://, another port, or a server that does"
)
NOT_ASCII = "the username or password has letters that can't be sent: choose others"
NO_LOGIN = "the server offers no login that can be used: leave out username, or use its port for submission"


def verdict_of_reply(code: int, reply: bytes | str, doing: str, step: Step = Step.CHANNEL) -> Verdict:
    """The verdict on a reply that is no consent, to what was being done."""
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    detail = f"{doing}: {code} {inert(words, 200)}".strip()
    is_of_recipient = step is Step.RECIPIENT
    if not 500 <= code <= 599:  # 421, the server closing, comes in answer to anything; it is for now like all of 4xx
        return Verdict(Answer.LATER, detail, of_recipient=is_of_recipient and code != 421)
    advice = _ADVICE.get(code)
    detail = f"{detail}; {advice}" if advice else detail
    stops = _stops(code, words, step)
    of_recipient = is_of_recipient or (stops and _is_mailbox(code, words))
    if code in _LOGINS:
        of_recipient = False
    return Verdict(Answer.REFUSED, detail, stops=stops, of_recipient=of_recipient)


def _stops(code: int, words: str, step: Step) -> bool:
    """Whether a cure could deliver what was refused; else the address or the message alone is at fault."""
    subject, number = _enhanced(words)
    if step is Step.CHANNEL or code in _LOGINS or code == 553:
        return True
    if step is Step.RECIPIENT:
        is_address = subject in (1, 5, 6) or (subject, number) == (2, 1)
        return not (is_address or (subject in (None, 0) and code in (500, 501, 503, 550, 551)))
    return subject == 2 or (subject == 7 and number in _SENDER_UNPROVEN)


def _is_mailbox(code: int, words: str) -> bool:
    """Whether it is the recipient's mailbox that takes nothing, though it may be said of the message."""
    return code == 552 and _enhanced(words)[0] in (None, 2)


def _enhanced(words: str) -> tuple[int | None, int | None]:
    """Subject and detail of an enhanced status code, if there is one."""
    match = _ENHANCED.search(words)
    return (int(match[1]), int(match[2])) if match else (None, None)


def verdict_of_exception(error: Exception, doing: str, *, is_data_out: bool, step: Step = Step.CHANNEL) -> Verdict:
    """The verdict on a failure; once the message was on its way, a lost connection leaves its fate unknown."""
    if isinstance(error, smtplib.SMTPResponseException):
        return verdict_of_reply(error.smtp_code, error.smtp_error, doing, step)
    if type(error) is smtplib.SMTPException:  # smtplib knows none of the kinds of login that the server offers
        return Verdict(Answer.REFUSED, NO_LOGIN, stops=True)
    if is_data_out:
        return Verdict(Answer.UNKNOWN, f"the connection was lost while {doing}: {_words(error)}")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Verdict(Answer.LATER, f"the server's certificate is not to be trusted: {inert(error.verify_message)}")
    return Verdict(Answer.LATER, f"{doing}: {_words(error)}")


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    said = getattr(error, "strerror", None) or str(error)
    return inert(str(said), 200) or type(error).__name__


def without(secret: str, username: str, text: str) -> str:
    """The text with a password blotted out, in each form in which a login sends it."""
    forms = (secret, _coded(secret), _coded(f"\0{username}\0{secret}"))
    for form in forms if secret else ():
        text = text.replace(form, "[password]")
    return text


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
