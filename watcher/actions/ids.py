"""Ids as people write them: whole, or a beginning that is long enough and means one thing."""

from collections.abc import Collection, Mapping

from watcher.errors import WatcherError

SHORTEST = 6


def meaning(text: str, meanings: Mapping[str, Collection[str]], what: str) -> str:
    """The one thing that an id, or the beginning of one, means; `meanings` has the things that each id means.

    Raises WatcherError where there is none, and where there are several lists them.
    """
    ids = [text] if text in meanings else [one for one in meanings if len(text) >= SHORTEST and one.startswith(text)]
    found = sorted({thing for one in ids for thing in meanings[one]})
    if len(found) == 1:
        return found[0]
    if found:
        raise WatcherError(f"{text!r} may mean any of: {', '.join(found)}")
    raise WatcherError(f"there is no {what} {text!r}; write its id or at least {SHORTEST} characters of its beginning")
