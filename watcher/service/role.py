"""Which part a service has where several share a history, and who leads it: for the pages and the command line."""

from typing import TYPE_CHECKING

from watcher.answers.status import RoleNow
from watcher.errors import TransientError
from watcher.history.protocol import History
from watcher.history.replica import Leader, SharedHistory

if TYPE_CHECKING:
    from watcher.service.service import Service

LEADER, STANDBY = "leader", "standby"


def role_of(service: "Service") -> str:
    """`leader`, or `standby`; one that shares its history with nobody leads."""
    return LEADER if service.leads() else STANDBY


def role_now(service: "Service") -> RoleNow | None:
    """The part of a service, and who leads; None where nobody shares its history."""
    if not service.replica.is_shared:
        return None
    return _role(role_of(service), _leader(service.history))


def role_elsewhere(history: History) -> RoleNow | None:
    """Who leads, for whoever only looks; None where nobody shares the history."""
    return _role("", history.leader()) if isinstance(history, SharedHistory) else None


def _leader(history: History) -> Leader | None:
    try:
        return history.leader() if isinstance(history, SharedHistory) else None
    except TransientError:  # the database is away: that is told elsewhere
        return None


def _role(word: str, leader: Leader | None) -> RoleNow:
    return RoleNow(word, leader.holder if leader else None, leader.since if leader else None)
