"""Serves the pages in the service's own loop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from watcher.errors import PermanentError
from watcher.options.addresses import in_url
from watcher.web.connections import MOST, REQUEST_SECONDS, Entrance, most_connections

_LONGEST_HEADER = 16_384
"""Bytes of a request's line and headers."""

_BACKLOG = 128
"""Connections that wait to be taken."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to the service, which stops this server itself."""
        yield


class WebServer:
    """The pages on one address, until it is stopped; `most` connections at a time, each with a deadline."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, *, most: int = MOST, request_seconds: float = REQUEST_SECONDS
    ) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="error",  # not a line for each request that is none
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,  # it would believe whoever connects from this machine; `access` knows whom to believe
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=_LONGEST_HEADER,
        )
        config.load()
        self._server = _Server(config)
        self._entrance = Entrance(config, self._server.server_state, most_connections(most), request_seconds)
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._host, self._port = host.removeprefix("[").removesuffix("]"), port
        self.port = port
        """Where it listens, once it does."""

    async def start(self) -> int:
        """Listens, and says on which port; raises PermanentError where the address can't be had."""
        try:
            listening = _listening(self._host, self._port)
        except OSError as error:
            where = f"{in_url(self._host)}:{self._port}"
            what = f"cannot listen on {where} ({error.strerror}): set another host or port under [web]"
            raise PermanentError(what) from None
        listening.setblocking(False)
        # The server is handed no socket: it would take every connection there is.
        serving = asyncio.create_task(self._server.serve(sockets=[]), name="web")
        admitting = asyncio.create_task(self._entrance.admit(listening), name="door")
        admitting.add_done_callback(lambda _: listening.close())  # one that is ended before its first step, too
        self._tasks = (admitting, serving)
        self.port = int(listening.getsockname()[1])
        return self.port

    async def stop(self) -> None:
        """Stops listening, and ends when the answers under way have."""
        self._server.should_exit = True
        if not self._tasks:
            return
        admitting, serving = self._tasks
        admitting.cancel()
        await asyncio.gather(admitting, return_exceptions=True)
        await serving


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens on a host of either sort; `::` takes IPv4 too, where the system can."""
    if ":" not in host:
        return socket.create_server((host, port), backlog=_BACKLOG)
    takes_both = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=socket.AF_INET6, backlog=_BACKLOG, dualstack_ipv6=takes_both)
