"""Which locations have changed: the time since the last answer, and once more the time before it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from watcher.feeds.cqc_api.calls import Api, WholeList
from watcher.feeds.cqc_api.cursor import ApiProgress, Digests, DueLocation
from watcher.feeds.feed import Problem, Trouble

SHOWN_WITHIN = timedelta(minutes=10)
"""What has changed may come into the list so much later."""


def up_to(now: datetime, answers: Iterable[WholeList]) -> datetime:
    """Up to when the API's answers tell of all changes: neither its clock nor watcher's has got further."""
    moments = (answer.sent for answer in answers)
    return min((now, *filter(None, moments))).replace(microsecond=0)


async def ask_for_changes(api: Api, progress: ApiProgress, now: datetime, look_back: timedelta) -> list[Problem]:
    """Notes as due what has changed, and what the API did not name when it was asked before; what speaks against it.

    Ids come without times. All of the time since the last sound answer are due: one may have changed again. Of the time
    before it, which is asked for again because the API misses some, only those are due that no answer has named yet.
    Raises FetchFailed and UnexpectedAnswerError, and then nothing is noted.
    """
    end = now.replace(microsecond=0)
    read = progress.read or end
    # Where a clock that was ahead has noted the future, nobody knows what was read.
    is_sane = read <= end
    read = read if is_sane else end - look_back
    since = read - look_back if is_sane else read
    earlier = [await api.changed(since, read)] if since < read else []
    recent = [await api.changed(read, end)] if read < end else []
    answers = (*earlier, *recent)
    is_first = not progress.seen
    # Before the first answer all was read that there is: what had changed by then is no news.
    missed = [] if is_first else [one for answer in earlier for one in answer.ids if not progress.has_seen(one)]
    for number in (*missed, *(one for answer in recent for one in answer.ids)):
        if number not in progress.outside:
            before = progress.due.get(number)
            first = before.since if before is not None and before.since is not None else since.date()
            failures = before.failures if before is not None else 0
            progress.due[number] = DueLocation(min(first, since.date()), failures=failures)
    shown = up_to(end, answers)
    progress.seen = progress.seen if is_sane else {}
    progress.seen.setdefault(shown.date().isoformat(), Digests()).add(one for answer in answers for one in answer.ids)
    if lacks := sum(answer.lacks for answer in answers):
        progress.read = read
        what = (
            f"its list of changes lacks {lacks} of those that it claims to have; they are asked for again, and what is "
            "missing may be told late"
        )
        return [Problem(where=f"{api.root}/changes/location", what=what, trouble=Trouble.LIST)]
    progress.read = shown - (SHOWN_WITHIN if read <= shown else look_back)
    progress.forget_before((shown - look_back - timedelta(days=1)).date())
    return []
