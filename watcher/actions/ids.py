"""Ids as people write them: whole, or a beginning that is long enough and means one thing."""

from collections.abc import Collection, Mapping

from watcher.errors import WatcherError

SHORTEST = 6


def meaning(text: str, meanings: Mapping[str, Collection[str]], what: str) -> str:
    """The one thing that an id, or the beginning of one, means; `meanings` has the things that each id means.

    Raises WatcherError where there is none, and where there are several lists them.
    """
    ids = (
        [text]
        if text in meanings
        else [known for known in meanings if len(text) >= SHORTEST and known.startswith(text)]
    )
    things = sorted({thing for known in ids for thing in meanings[known]})
    if len(things) == 1:
        return things[0]
    if things:
        raise WatcherError(f"{text!r} may mean any of: {', '.join(things)}")
    raise WatcherError(f"there is no {what} {text!r}; write its id or at least {SHORTEST} characters of its beginning")
