"""A conversation with a mail server that ends in time, and one that is kept for a moment for the next message."""

import smtplib
import socket
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

from watcher.delivery.channels.email.alarm import Alarm

KEPT_FOR = timedelta(seconds=2)
"""How long a connection waits for the next message before it takes leave."""

_CLOSING = 421
"""Said in answer to anything, and then the server hangs up."""


class Talk(smtplib.SMTP):
    """A conversation in which a server that takes leave is heard: smtplib would go on, and find the line dead.

    It is cut off at its deadline, where a timeout would begin anew with each byte.
    """

    def __init__(self, *where: Any, deadline: float, **options: Any) -> None:
        self._seconds = deadline
        self._alarm = Alarm(self._cut_off)
        super().__init__(*where, **options)

    def rests(self) -> None:
        """No time runs for it until it goes on."""
        self._alarm.stop()

    def goes_on(self) -> bool:
        """Whether it can be gone on with, as if it began now; a server that has hung up meanwhile says so here."""
        self._alarm.set(self._seconds)
        with suppress(smtplib.SMTPException, OSError):
            return self.rset()[0] == 250
        return False

    def leaves(self) -> None:
        """Ends it with a word, without minding how the server takes leave."""
        with suppress(smtplib.SMTPException, OSError):
            self.quit()
        self.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """The connection; the time runs from now on."""
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # its stub leaves it out
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each mail's end waits for an acknowledgement
        self._alarm.set(self._seconds)
        return line

    def _cut_off(self) -> None:
        with suppress(OSError, AttributeError):
            # The system's own call: SSLSocket.shutdown would take the TLS state from under the waiting thread.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # type: ignore[arg-type]  # None is suppressed

    def close(self) -> None:
        """Ends it."""
        self._alarm.end()
        super().close()

    def getreply(self) -> tuple[int, bytes]:
        """The answer to a command; raises SMTPResponseException where it is that the server closes."""
        code, words = super().getreply()
        if code == _CLOSING:
            self.close()
            raise smtplib.SMTPResponseException(code, words)
        return code, words

    def send(self, s: Any) -> None:
        """Sends; raises SMTPResponseException where the server has said why it takes no more."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the server has closed the connection")
        try:
            self.sock.sendall(s.encode(self.command_encoding) if isinstance(s, str) else s)
        except TimeoutError:
            raise
        except OSError:
            raise smtplib.SMTPResponseException(*self.getreply()) from None


class TlsTalk(Talk, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


class KeptTalk:
    """The conversation that waits for the next message, if one does; for any thread."""

    def __init__(self, kept_for: timedelta = KEPT_FOR) -> None:
        self._lock = threading.Lock()
        self._seconds = kept_for.total_seconds()
        self._talk: Talk | None = None
        self._alarm = Alarm(self.let_go)

    def __bool__(self) -> bool:
        """Whether one waits."""
        return self._talk is not None

    def keep(self, talk: Talk) -> None:
        """Has one wait, in place of another that does."""
        talk.rests()
        former = self._take()
        with self._lock:
            self._talk = talk
        self._alarm.set(self._seconds)
        if former is not None:
            former.leaves()

    def take(self) -> Talk | None:
        """The one that waits, if it can still be gone on with; it waits no more."""
        talk = self._take()
        if talk is not None and not talk.goes_on():
            talk.close()
            return None
        return talk

    def let_go(self) -> None:
        """Has the one that waits take leave."""
        if (talk := self._take()) is not None:
            talk.leaves()

    def _take(self) -> Talk | None:
        with self._lock:
            talk, self._talk = self._talk, None
        self._alarm.stop()
        return talk
