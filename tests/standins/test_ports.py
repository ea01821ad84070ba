"""A port is nobody else's, refuses whoever connects, and is free for whoever is told to listen there."""

import socket

import pytest

from tests.standins.ports import unused_port


def test_it_refuses_until_somebody_listens_and_again_afterwards() -> None:
    port = unused_port()
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=20)
        with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port), timeout=20):
            pass


def test_the_system_gives_it_to_nobody_who_asks_for_any() -> None:
    ports = [unused_port() for _ in range(20)]
    others = []
    for _ in range(200):
        one = socket.create_server(("127.0.0.1", 0))
        others.append(one)
        assert one.getsockname()[1] not in ports
    for one in others:
        one.close()
