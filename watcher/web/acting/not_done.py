"""What somebody is shown whose deed could not be done, through whichever door he came."""

from http import HTTPStatus

from starlette.responses import Response

from watcher.errors import WatcherError
from watcher.history.failures import CommitFailedError, FateUnknownError, HistoryAwayError
from watcher.text import capital
from watcher.web.acting.asked import NotAnsweredError
from watcher.web.acting.deeds import NotThereError
from watcher.web.errors import page_of_away, page_of_error

NOT_YET = "Another watcher does it, and has not said yet what came of it: look again in a minute. Once is enough."
NOT_STORED = (
    "It could not be stored, so nothing was done. /status says more: its disk may be full, or its database away."
)

PERHAPS_STORED = (
    "The database went away as it was being stored, and nobody can tell yet whether it was. "
    "Look again in a minute, and ask once more if it was not."
)


def page_of_not_done(error: WatcherError, back: str = "") -> Response:
    """The page for what was raised; `back` is a path of this site from which it was asked for."""
    if isinstance(error, HistoryAwayError):
        return page_of_away(back=back)
    if isinstance(error, FateUnknownError):
        return page_of_error(HTTPStatus.SERVICE_UNAVAILABLE, PERHAPS_STORED, back=back)
    if isinstance(error, CommitFailedError):  # what it says of the disk is for the log
        return page_of_error(HTTPStatus.SERVICE_UNAVAILABLE, NOT_STORED, back=back)
    if isinstance(error, NotAnsweredError):
        return page_of_error(HTTPStatus.ACCEPTED, NOT_YET, "It is asked for", back=back)
    said = f"{capital(str(error))}."
    if isinstance(error, NotThereError):
        return page_of_error(HTTPStatus.NOT_FOUND, said, "There is nothing to do", back=back)
    return page_of_error(HTTPStatus.BAD_REQUEST, said, "That could not be done", back=back)
