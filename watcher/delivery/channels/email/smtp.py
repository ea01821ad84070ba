"""An e-mail channel: one connection for messages that follow each other, encrypted before anything is said."""

import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from watcher.delivery.channels.email import answers
from watcher.delivery.channels.email.answers import Step
from watcher.delivery.channels.email.mail import Encodings, mail
from watcher.delivery.channels.email.mould import Moulds
from watcher.delivery.channels.email.rendering import Rendered, render, with_picture
from watcher.delivery.channels.email.talk import KeptTalk, Talk, TlsTalk
from watcher.delivery.preview import Preview
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.messages.template_set import Templates
from watcher.messages.ways import ways_from
from watcher.options.addresses import in_url
from watcher.options.secrets import fingerprint
from watcher.options.values import name_and_address
from watcher.text import inert

TIMEOUT = timedelta(seconds=20)
"""For each wait on the connection."""

DEADLINE = timedelta(seconds=50)
"""For a whole conversation, by whose step its end is judged; a little less than the outbox gives to a call."""

SPACING = timedelta(milliseconds=500)
"""The least time between two connections."""

_LOGGING_IN = "logging in"

_PORTS = {"smtp": 587, "smtps": 465}


class EmailChannel:
    """Sends over one SMTP server; the password appears in nothing that it says, logs or raises.

    A message is for one recipient, so that its verdict is that recipient's. One without a recipient was stored before
    the channel sent e-mail: it goes to all at once, and counts as sent if anybody has it.
    """

    def __init__(
        self,
        name: str,
        *,
        smtp: str,
        sender: str,
        to: Sequence[str],
        zone: ZoneInfo,
        helo: str = "",
        starttls: bool = True,
        username: str = "",
        password: str = "",
        templates: Templates | None = None,
        links: Links | None = None,
        timeout: timedelta = TIMEOUT,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self.name = name
        self._server = urlsplit(smtp)
        self._from = sender
        _, self._sender = name_and_address(sender)
        self._helo = helo or self._sender.rpartition("@")[2]
        self._to = tuple(to)
        self._zone = zone
        self._starttls = starttls
        self._username = username
        self._password = password
        self._templates = templates or Templates()
        self._links = links
        self._timeout = timeout.total_seconds()
        self._deadline = deadline.total_seconds()
        self._kept = KeptTalk()
        is_ours = self._templates.is_built_in  # one of an installation's own may do anything with a reader's links
        self._moulds = Moulds(self._rendered, self._wrapped, links) if is_ours and len(self._to) > 1 else None

    takes_in_a_row = True

    @property
    def spacing(self) -> timedelta:
        """Between two connections; over one that is kept messages follow each other as fast as they are taken."""
        return timedelta() if self._kept else SPACING

    @property
    def way(self) -> str:
        """Another one once the server, the login or the sender is."""
        return fingerprint(self._server.geturl(), self._username, self._password, self._sender)

    def send(self, message: Message) -> Verdict:
        """One attempt; a message that a recipient's server has not refused for good goes again."""
        recipients = (message.recipient,) if message.recipient else self._to
        content, remark = self.content_of(message)
        verdict = self._guarded(
            lambda attempt: attempt.send(self._sender, recipients, content), more_follow=message.more_follow
        )
        return replace(verdict, remark=remark) if verdict.answer is Answer.ACCEPTED else verdict

    def content_of(self, message: Message) -> tuple[bytes, str]:
        """The mail, and what is to be remarked on it; most of one to many readers is made once."""
        return (self._moulds and self._moulds.mail(message)) or self.by_itself(message)

    def by_itself(self, message: Message) -> tuple[bytes, str]:
        """The same, made for its reader alone."""
        rendered = self._rendered(message, self._links)
        return self._wrapped(rendered, message, self._links), rendered.remark

    def _rendered(self, message: Message, links: Links | None) -> Rendered:
        return render(message, self._zone, self._templates, links)

    def _wrapped(
        self, rendered: Rendered, message: Message, links: Links | None, encodings: Encodings = (None, None)
    ) -> bytes:
        recipients = (message.recipient,) if message.recipient else self._to
        stop = ways_from(message, links).why
        return mail(rendered, message, self.name, self._from, recipients, self._zone, stop, encodings)

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """UNKNOWN always: nobody can look into the readers' mailboxes."""
        return Verdict(Answer.UNKNOWN, "e-mail can't be looked up once it is sent")

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """The subject and the text part; the HTML part with its picture within."""
        rendered = render(message, self._zone, self._templates, self._links, was_seen=was_sent)
        return Preview(f"Subject: {rendered.subject}\n\n{rendered.text}", rendered.remark, with_picture(rendered))

    def check(self) -> str | None:
        """What is wrong with the way and what to do, or None; connects, encrypts, logs in, and sends nothing."""
        verdict = self._guarded(lambda attempt: attempt.noop())
        return None if verdict.answer is Answer.ACCEPTED else verdict.detail

    def _guarded(self, work: Callable[["_Attempt"], Verdict], *, more_follow: bool = False) -> Verdict:
        attempt = _Attempt(more_follow=more_follow)
        try:
            with self._connected(attempt):
                verdict = work(attempt)
        except smtplib.SMTPNotSupportedError:
            is_encrypted = attempt.doing == _LOGGING_IN
            why = answers.NO_LOGIN if is_encrypted else answers.NO_STARTTLS
            verdict = Verdict(Answer.REFUSED, why, stops=True)
        except UnicodeEncodeError:
            verdict = Verdict(Answer.REFUSED, answers.NOT_ASCII, stops=True)
        except (smtplib.SMTPException, OSError) as error:
            verdict = answers.verdict_of_exception(
                error, attempt.doing, is_data_out=attempt.is_data_out, step=attempt.step
            )
        return replace(verdict, detail=answers.without(self._password, self._username, verdict.detail))

    @contextmanager
    def _connected(self, attempt: "_Attempt") -> Iterator[None]:
        """A connection that is encrypted and logged in: the one that is kept, or a new one.

        It is kept where more follow at once, else left without minding how the server takes leave.
        """
        smtp = self._kept.take()
        if smtp is None:
            smtp = self._opened(attempt)
        try:
            attempt.smtp = smtp
            yield
        except BaseException:
            smtp.close()
            raise
        if attempt.more_follow:
            self._kept.keep(smtp)
        else:
            smtp.leaves()

    def _opened(self, attempt: "_Attempt") -> Talk:
        host, port = self._server.hostname or "", self._server.port or _PORTS[self._server.scheme]
        context = ssl.create_default_context()
        options: dict[str, Any] = {"timeout": self._timeout, "local_hostname": self._helo, "deadline": self._deadline}
        attempt.doing = f"connecting to {in_url(host)}:{port}"
        if self._server.scheme == "smtps":
            smtp: Talk = TlsTalk(host, port, context=context, **options)
        else:
            smtp = Talk(host, port, **options)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._server.scheme == "smtp" and self._starttls:
                attempt.doing = "encrypting (STARTTLS)"
                smtp.starttls(context=context)
                smtp.ehlo_or_helo_if_needed()
            if self._username:
                attempt.doing = _LOGGING_IN
                smtp.login(self._username, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp


class _Attempt:
    """One conversation, and how far it has come."""

    smtp: smtplib.SMTP

    def __init__(self, *, more_follow: bool) -> None:
        self.doing = ""
        self.step = Step.CHANNEL
        self.is_data_out = False
        self.more_follow = more_follow

    def noop(self) -> Verdict:
        """Whether the server does anything for us."""
        self.doing = "trying the server"
        code, reply = self.smtp.noop()
        return Verdict(Answer.ACCEPTED) if code == 250 else answers.verdict_of_reply(code, reply, self.doing)

    def send(self, sender: str, recipients: Sequence[str], content: bytes) -> Verdict:
        """The verdict on a message; it goes to those whom the server does not refuse, if there are any."""
        self.doing = f"sending from {sender}"
        code, reply = self.smtp.mail(sender)
        if code != 250:
            return answers.verdict_of_reply(code, reply, self.doing)
        refused = [verdict for recipient in recipients if (verdict := self._refusal(recipient))]
        if len(refused) == len(recipients):
            kinds = {verdict.answer for verdict in refused}
            answer = Answer.LATER if Answer.LATER in kinds else Answer.REFUSED
            stops = all(verdict.stops for verdict in refused)
            is_of_recipient = all(verdict.of_recipient for verdict in refused)
            detail = "; ".join(verdict.detail for verdict in refused)
            return Verdict(answer, detail, stops=stops and answer is Answer.REFUSED, of_recipient=is_of_recipient)
        self.doing, self.is_data_out, self.step = "sending the message", True, Step.MESSAGE
        code, reply = self.smtp.data(content)
        if code != 250:
            return answers.verdict_of_reply(code, reply, self.doing, self.step)
        detail = "; ".join(verdict.detail for verdict in refused)
        return Verdict(Answer.ACCEPTED, detail, reference=inert(reply.decode("utf-8", "replace"), 100))

    def _refusal(self, recipient: str) -> Verdict | None:
        self.doing, self.step = f"sending to {recipient}", Step.RECIPIENT
        code, reply = self.smtp.rcpt(recipient)
        return None if code in (250, 251) else answers.verdict_of_reply(code, reply, self.doing, self.step)
