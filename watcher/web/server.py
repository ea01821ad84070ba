"""Serves the health and metrics pages in the service's own loop."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.errors import PermanentError
from watcher.web.health import Health
from watcher.web.metrics import Metrics


def application(health: Callable[[], Health], metrics: Metrics) -> Starlette:
    """The pages; `health` is asked anew for each request."""

    async def healthz(_: Request) -> Response:
        state = health()
        body = orjson.dumps(state.as_json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        return Response(body, status_code=200 if state.alive else 503, media_type="application/json")

    async def metrics_page(_: Request) -> Response:
        return Response(metrics.page(health()), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", metrics_page)])


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to the service, which stops this server itself."""
        yield


class WebServer:
    """The pages on one address, until it is stopped."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None
        self._host, self._port = host, port

    async def start(self) -> int:
        """Listens, and says on which port; raises PermanentError where the address can't be had."""
        try:
            listening = socket.create_server((self._host, self._port))
        except OSError as error:
            what = (
                f"cannot listen on {self._host}:{self._port} ({error.strerror}): set another host or port under [web]"
            )
            raise PermanentError(what) from None
        # Answers go out in several small writes, which would else wait for one another.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]), name="web")
        return int(listening.getsockname()[1])

    async def stop(self) -> None:
        """Stops listening."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
