"""What a mail server's answers mean: a verdict, and what the operator is to do."""

import base64
import smtplib
import ssl

from watcher.delivery.verdict import Answer, Verdict
from watcher.text import inert

_ADVICE = {
    530: "it wants a login: set username and password_file",
    534: "it does not take this kind of login: give the account a password for programs",
    535: "it does not take the username and password: correct them",
    550: "check the address and that the server may send to it",
    551: "check the address",
    552: "the mailbox is full or the message too large: make room, then `watcher alerts retry`",
    553: "check the addresses in from and to",
}

NO_STARTTLS = (
    "the server offers no STARTTLS, and nothing was sent in clear: use smtps://, another port, or a server that does"
)
NOT_ASCII = "the username or password has letters that can't be sent: choose others"
NO_LOGIN = "the server offers no login that can be used: leave out username, or use its port for submission"


def verdict_of_reply(code: int, reply: bytes | str, doing: str) -> Verdict:
    """The verdict on a reply that is no consent, to what was being done."""
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    detail = f"{doing}: {code} {inert(words, 200)}".strip()
    if not 500 <= code <= 599:  # 421, the server closing, comes in answer to anything; it is for now like all of 4xx
        return Verdict(Answer.LATER, detail)
    advice = _ADVICE.get(code)
    return Verdict(Answer.REFUSED, f"{detail}; {advice}" if advice else detail)


def verdict_of_exception(error: Exception, doing: str, *, is_data_out: bool) -> Verdict:
    """The verdict on a failure; once the message was on its way, a lost connection leaves its fate unknown."""
    if isinstance(error, smtplib.SMTPResponseException):
        return verdict_of_reply(error.smtp_code, error.smtp_error, doing)
    if type(error) is smtplib.SMTPException:  # smtplib knows none of the kinds of login that the server offers
        return Verdict(Answer.REFUSED, NO_LOGIN)
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
