"""The names of the hosts that a database is at, looked up in bounded time: a resolver may answer late, or never."""

import os
import socket
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from functools import partial
from ipaddress import ip_address
from threading import Lock
from typing import Any

import psycopg

from watcher.timing.threads import NONE_LEFT, begin_thread


class Names:
    """Of any thread; whoever asks for a name that somebody waits for already waits with him."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: dict[str, Future[list[str]]] = {}

    def resolved(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        """The parts of an address with those of every host, as libpq tries them: one after the other.

        Raises psycopg.OperationalError for a name that is not known within `connect_timeout`. What libpq takes from a
        service file is left to it.
        """
        hosts, ports = _of(parts, "host"), _of(parts, "port")
        within = _seconds(parts["connect_timeout"])
        ports = ports * len(hosts) if len(ports) == 1 else ports
        is_sound = len(ports) == len(hosts) and all(not port or port.isdecimal() for port in ports)
        if hosts == [""] or _of(parts, "hostaddr") != [""] or within is None or not is_sound:
            return dict(parts)  # what makes no sense is refused by libpq, in its own words
        found = [
            (name, address, port)
            for name, port in zip(hosts, ports, strict=True)
            for address in ([""] if _is_no_name(name) else self._addresses(name, within))
        ]
        names, addresses, of_ports = (",".join(column) for column in zip(*found, strict=True))
        return {**parts, "host": names, "hostaddr": addresses, "port": of_ports}

    def _addresses(self, name: str, within: float) -> list[str]:
        with self._lock:
            asked = self._asked.get(name)
            if asked is None:
                asked = Future()
                if begin_thread(partial(self._look_up, name, asked), "looks up a host") is None:
                    raise psycopg.OperationalError(f"the name of its host was not looked up: {NONE_LEFT}")
                self._asked[name] = asked
        try:
            return asked.result(within or None)
        except TookTooLong:
            raise psycopg.OperationalError(f"the name of its host was not looked up within {within:g} s") from None
        except OSError as error:
            raise psycopg.OperationalError(f"the name of its host is not known: {error.strerror}") from None

    def _look_up(self, name: str, asked: "Future[list[str]]") -> None:
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            asked.set_result(list(dict.fromkeys(str(each[4][0]) for each in found)))
        except OSError as error:
            asked.set_exception(error)
        except UnicodeError:
            asked.set_exception(OSError(0, "it cannot be a name"))
        finally:
            with self._lock:
                self._asked.pop(name, None)


_VARIABLES = {"host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT"}


def _of(parts: Mapping[str, Any], name: str) -> list[str]:
    """What is said for each host: by the address, else by the environment, as libpq takes it."""
    usual = "" if "service" in parts or "PGSERVICE" in os.environ else os.environ.get(_VARIABLES[name], "")
    return str(parts.get(name) or usual).split(",")


def _seconds(said: object) -> float | None:
    """How long is waited, 0 for without end; None for what is no number."""
    try:
        return max(0.0, float(str(said)))
    except ValueError:
        return None


def _is_no_name(host: str) -> bool:
    """Whether it is an address, or the folder of a socket, or nothing."""
    if not host or host.startswith(("/", "@")):
        return True
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
