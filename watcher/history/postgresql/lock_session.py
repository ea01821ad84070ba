"""One session with the server, of which every question has an end: no answer in time is an answer too."""

import os
import select
from collections.abc import Callable
from contextlib import suppress
from typing import Any, LiteralString, Self

import psycopg
from psycopg import pq

Row = tuple[str | None, ...]


class SessionLostError(Exception):
    """The session is no more, or has not answered in time; in the words of the server, as far as it said any."""


class LockSession:
    """Used by one thread; `wake` may be called by any."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]], within: float) -> None:
        """Connects; raises SessionLostError. Each question may take `within` seconds."""
        self._within = within
        self._said = ""
        """The last thing that the server said unasked: why it ends the session."""
        try:
            self._connection = connect()
        except psycopg.Error as error:
            raise SessionLostError(_words(error)) from None
        self._connection.add_notice_handler(self._hear)
        self._line = self._connection.pgconn
        self._woken, self._waker = os.pipe()

    def _hear(self, said: psycopg.errors.Diagnostic) -> None:
        self._said = said.message_primary or self._said

    def ask(self, statement: LiteralString, *values: str) -> list[Row]:
        """The rows that a statement gives; raises SessionLostError."""
        try:
            return self._asked(statement.encode(), [value.encode() for value in values])
        except psycopg.Error as error:
            raise SessionLostError(self._said or _words(error)) from None

    def _asked(self, statement: bytes, values: list[bytes]) -> list[Row]:
        self._line.send_query_params(statement, values)
        while self._line.flush():
            self._await(select.POLLOUT | select.POLLIN)
        rows: list[Row] = []
        while True:
            while self._line.is_busy():
                self._await(select.POLLIN)
                self._line.consume_input()
            result = self._line.get_result()
            if result is None:
                return rows
            if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
                raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
            rows = [
                tuple(_text(result.get_value(row, column)) for column in range(result.nfields))
                for row in range(result.ntuples)
            ]

    def _await(self, what: int) -> None:
        waiting = select.poll()
        waiting.register(self._line.socket, what)
        if not waiting.poll(self._within * 1000):
            raise SessionLostError(f"no answer within {self._within:g} s")

    def rest(self, seconds: float) -> None:
        """Asks nothing for so long, or until it is woken; raises SessionLostError as soon as the session ends."""
        waiting = select.poll()
        waiting.register(self._line.socket, select.POLLIN)
        waiting.register(self._woken, select.POLLIN)
        for descriptor, _ in waiting.poll(seconds * 1000):
            if descriptor == self._line.socket:
                self._hear_the_server()

    def _hear_the_server(self) -> None:
        """What comes unasked is a remark, or the end."""
        try:
            self._line.consume_input()
            self._line.is_busy()  # has what was read understood
        except psycopg.Error as error:
            raise SessionLostError(self._said or _words(error)) from None
        if self._line.status != pq.ConnStatus.OK:
            raise SessionLostError(self._said or "the server has closed the session")

    def wake(self) -> None:
        """Ends a rest."""
        with suppress(OSError):
            os.write(self._waker, b"\0")

    def close(self) -> None:
        """Ends the session: what it holds is free at once."""
        self._connection.close()
        for descriptor in (self._woken, self._waker):
            os.close(descriptor)

    def __enter__(self) -> Self:
        """Open until the end of the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        self.close()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def _words(error: Exception) -> str:
    """The first line of what was said; an address or a password is in none of psycopg's, but for its hints below."""
    return str(error).strip().partition("\n")[0][:300] or type(error).__name__
