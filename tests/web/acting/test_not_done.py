"""What somebody is told whose deed was not done, or of which nobody knows."""

from watcher.history.failures import CommitFailedError, FateUnknownError
from watcher.web.acting.not_done import page_of_not_done


def test_of_what_may_be_stored_nobody_says_that_it_was_not_done() -> None:
    kinds = (FateUnknownError, CommitFailedError)
    unknown, failed = (bytes(page_of_not_done(kind("planted")).body) for kind in kinds)
    assert b"nobody can tell yet" in unknown
    assert b"nothing was done" not in unknown
    assert b"nothing was done" in failed
