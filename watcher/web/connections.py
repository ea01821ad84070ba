"""The connections of the pages' server: few at a time, none for long, so that nobody takes the pipeline's descriptors.

When a newcomer finds no room, whoever has waited longest without a whole request makes it. So a crowd of idle
connections keeps nobody from `/healthz`.
"""

import asyncio
import errno
import resource
import socket
from contextlib import suppress

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

MOST = 64
"""Connections at a time; fewer where the process may open few files."""

REQUEST_SECONDS = 10.0
"""How long a connection may take for a request, from its beginning or from the answer before."""

ANSWER_SECONDS = 60.0
"""How long an answer may take, its reading by the other side included."""

RETRY_SECONDS = 1.0
_QUIET_SECONDS = 600.0
"""A trouble is logged again after this long at the earliest."""


def most_connections(wanted: int = MOST) -> int:
    """How many connections leave at least three quarters of the process's descriptors to the pipeline."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft // 4))


class Connection(H11Protocol):
    """One connection, closed when its request or its answer takes too long."""

    def __init__(self, config: uvicorn.Config, state: ServerState, request_seconds: float) -> None:
        super().__init__(config, state, {})
        self._request_seconds = request_seconds
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def is_answering(self) -> bool:
        """Whether a whole request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Begins the time for the first request."""
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends every time."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begins the time for the next request; one that has come already is answered first."""
        super().on_response_complete()
        self._await_request()

    def _await_request(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(self._request_seconds, self._request_is_late)

    def _request_is_late(self) -> None:
        if self.is_answering:
            self._deadline = self.loop.call_later(ANSWER_SECONDS, self.transport.abort)
        else:
            self.transport.abort()


class Entrance:
    """Lets connections in, as many as there is room for, and logs a trouble once rather than at every try."""

    def __init__(self, config: uvicorn.Config, state: ServerState, most: int, request_seconds: float) -> None:
        self._config, self._state, self._most, self._seconds = config, state, most, request_seconds
        self._inside: dict[socket.socket, Connection] = {}
        self._quiet_until: dict[str, float] = {}

    async def admit(self, listening: socket.socket) -> None:
        """Takes connections from a socket that listens without blocking, until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                newcomer, _ = await loop.sock_accept(listening)
            except OSError as error:
                await self._refused(error)
                continue
            await self._let_in(newcomer)

    async def _let_in(self, newcomer: socket.socket) -> None:
        if not self._make_room():
            newcomer.close()
            return
        connection = Connection(self._config, self._state, self._seconds)
        self._inside[newcomer] = connection
        with suppress(OSError):  # it has gone again already
            newcomer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, newcomer)

    def _make_room(self) -> bool:
        """Whether one more may come in, after the one that has waited longest was sent away where it had to be."""
        self._inside = {taken: inside for taken, inside in self._inside.items() if taken.fileno() >= 0}
        if len(self._inside) < self._most:
            return True
        self._say("full", "the pages have more visitors than places: idle connections are closed", most=self._most)
        longest = next((taken for taken, inside in self._inside.items() if not inside.is_answering), None)
        if longest is None:
            return False
        self._inside.pop(longest).transport.abort()
        return True

    async def _refused(self, error: OSError) -> None:
        """A connection that was gone before it was taken is nothing; anything else is waited for."""
        if error.errno == errno.ECONNABORTED:
            return
        self._say("refused", "the pages take no connections for now", error=str(error))
        await asyncio.sleep(RETRY_SECONDS)

    def _say(self, trouble: str, event: str, **facts: object) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._quiet_until.get(trouble, now):
            import structlog  # takes as long to load as it takes to answer for the health

            structlog.get_logger(__name__).warning(event, **facts)
        self._quiet_until[trouble] = now + _QUIET_SECONDS
