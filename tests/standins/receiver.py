"""The scriptable HTTP server of `http_server`, in a thread of its own: for callers that block."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.standins.http_server import Handler, HttpServer


@contextmanager
def receiving(handler: Handler, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[HttpServer]:
    """A server that answers as the handler says; its `requests` tell what came."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = HttpServer(handler, tls=tls, host=host)
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(60)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_leave(server), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


async def _leave(server: HttpServer) -> None:
    for _ in range(3):  # what was accepted a moment ago becomes a connection that the server can close
        await asyncio.sleep(0)
    await server.__aexit__()
    for _ in range(3):  # and a closed connection lets go of its socket
        await asyncio.sleep(0)
