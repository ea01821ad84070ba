"""Ports of loopback that nobody else of this machine is given as long as this process lives.

A port that is looked for, let go and taken up again later may be another's by then: a server's, or the own end of a
connection. So each is held by a socket that takes no connection: whoever connects is refused, and whoever is told to
listen there still can.
"""

import socket

_held: list[socket.socket] = []


def unused_port() -> int:
    """A port on which nobody listens, until somebody is told to."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", 0))
    _held.append(taken)
    port: int = taken.getsockname()[1]
    return port
