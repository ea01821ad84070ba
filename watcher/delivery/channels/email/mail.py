"""A message as an e-mail: its headers, its parts and its picture, in seven bits and short lines for any server."""

import re
from collections.abc import Sequence
from email import quoprimime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import formataddr
from typing import Any
from zoneinfo import ZoneInfo

from watcher.delivery.channels.email.rendering import Rendered
from watcher.messages.message import Message
from watcher.messages.picture import Picture
from watcher.options.values import name_and_address
from watcher.text import inert

_OURS = frozenset(
    {
        "subject",
        "from",
        "to",
        "message-id",
        "in-reply-to",
        "references",
        "auto-submitted",
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
    }
)


class _Policy(EmailPolicy):
    """The e-mail package's own policy, except that our headers are sent as we write them.

    It would take a regulator's text of the form `=?utf-8?q?=0D=0ABcc=3A...?=` for encoded and decode it into a header
    of its own, lose spaces beside letters that are not ASCII, and encode the half of a long address.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """The header as the message keeps it."""
        return (name, value) if name.lower() in _OURS else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header as it is sent."""
        if name.lower() in _OURS:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


LONGEST_LINE = 78

Encodings = tuple[str | None, str | None]
"""Of the plain text and of the HTML."""

_POLICY = _Policy(linesep=SMTP.linesep, cte_type="7bit", max_line_length=LONGEST_LINE)


def mail(
    rendered: Rendered,
    message: Message,
    channel: str,
    sender: str,
    recipients: Sequence[str],
    zone: ZoneInfo,
    stop: str = "",
    encodings: Encodings = (None, None),
) -> bytes:
    """The whole e-mail as it goes over the wire; the same message gives the same bytes but for MIME boundaries.

    `stop` is the address that ends mails to its reader at one click (RFC 8058), if there is one. The Message-ID is made
    from the delivery's id: many servers drop the second of two with the same one. A text without an encoding of
    its own is given the one that suits it.
    """
    name, address = name_and_address(sender)
    domain = address.rpartition("@")[2]
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = _encoded("Subject", inert(rendered.subject))
    mail["From"] = _named(inert(name), address)
    mail["To"] = ", ".join(recipients)
    mail["Date"] = (message.made or message.seen).astimezone(zone)
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    if message.follows is not None:
        for name in ("In-Reply-To", "References"):
            mail[name] = f"<{message.follows}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.term is not None:
        mail["X-Watcher-Term"] = str(message.term)
    mail["List-Id"] = f"<{re.sub(r'[^a-z0-9]+', '-', channel.lower()).strip('-')}.watcher.{domain}>"
    if stop:
        mail["List-Unsubscribe"] = f"<{stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(rendered.text, cte=encodings[0])
    mail.add_alternative(rendered.html, subtype="html", cte=encodings[1])
    if rendered.picture:
        _show(rendered.picture, mail)
    return mail.as_bytes()


def encoding_of(text: str) -> str:
    """The encoding that suits a text."""
    part = EmailMessage(policy=_POLICY)
    part.set_content(text)
    return str(part["Content-Transfer-Encoding"])


def quoted(line: str) -> bytes:
    """One line of a text that is encoded as quoted-printable, as it is sent."""
    encoded = quoprimime.body_encode(line.encode().decode("latin-1") + "\n", LONGEST_LINE)
    return encoded.replace("\n", "\r\n").encode("ascii")


def _show(picture: Picture, mail: EmailMessage) -> None:
    """Puts a picture beside the HTML part that names it, not among the attachments."""
    html = mail.get_body(("html",))
    if html is not None:
        html.add_related(
            picture.content, "image", "png", cid=f"<{picture.cid}>", filename="timeline.png", disposition="inline"
        )


def _named(name: str, address: str) -> str:
    """An address with the name of whose it is, quoted or encoded where it needs to be; bare without a name."""
    if _is_plain(name):
        return formataddr((name, address))
    return f"{_encoded('From', name)}\r\n <{address}>"


def _encoded(header: str, line: str) -> str:
    """One inert line as a header's value: folded, and encoded if it is not plain or only looks encoded."""
    return Header(line, "us-ascii" if _is_plain(line) else "utf-8", header_name=header).encode(linesep="\r\n")


def _is_plain(line: str) -> bool:
    return line.isascii() and "=?" not in line
