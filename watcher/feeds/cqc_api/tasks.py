"""What the worker is asked for by this feed: each answer from its bytes to values, in one piece."""

from watcher.feeds.cqc_api.answers import ListPage, Location, Provider, UnexpectedAnswerError
from watcher.feeds.cqc_api.location import read_list, read_location, read_provider
from watcher.feeds.cqc_api.payload import object_of
from watcher.feeds.worker.task import MEGABYTE, Limits, Task

_LIMITS = Limits(seconds=20, memory=512 * MEGABYTE, answer=4 * MEGABYTE)


def listed(body: bytes, charset: str | None, key: str) -> ListPage:
    """See `read_list`."""
    return read_list(object_of(body, charset), key)


def location(body: bytes, charset: str | None, asked: str) -> Location:
    """See `read_location`; raises UnexpectedAnswerError too if it is another's."""
    found = read_location(object_of(body, charset))
    if found.id.upper() != asked.upper():
        raise UnexpectedAnswerError(f"is about {found.id}, where {asked} was asked for")
    return found


def provider(body: bytes, charset: str | None, asked: str) -> Provider:
    """See `read_provider`; raises UnexpectedAnswerError too if it is another's."""
    found = read_provider(object_of(body, charset))
    if found.id.upper() != asked.upper():
        raise UnexpectedAnswerError(f"is about {found.id}, where {asked} was asked for")
    return found


LISTED = Task(listed, UnexpectedAnswerError, _LIMITS)
LOCATION = Task(location, UnexpectedAnswerError, _LIMITS)
PROVIDER = Task(provider, UnexpectedAnswerError, _LIMITS)
