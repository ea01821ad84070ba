"""Which locations have changed: the time since the last answer, and once more the time before it."""

from datetime import datetime, timedelta

from watcher.feeds.cqc_api.calls import Api
from watcher.feeds.cqc_api.cursor import ApiProgress, Digests, DueLocation
from watcher.feeds.feed import Problem, Trouble


async def ask_for_changes(api: Api, progress: ApiProgress, now: datetime, look_back: timedelta) -> list[Problem]:
    """Notes as due what has changed, and what the API did not name when it was asked before; what speaks against it.

    Ids come without times. All of the time since the last answer are due: one may have changed again. Of the time
    before it, which is asked for again because the API misses some, only those are due that no answer has named yet.
    Raises FetchFailed and UnexpectedAnswerError, and then nothing is noted.
    """
    end = now.replace(microsecond=0)
    read = min(progress.read or end, end)
    sound = min(progress.sound or read, read)
    since = sound - look_back
    earlier = await api.changed(since, read)
    recent = await api.changed(read, end) if read < end else None
    is_first = not progress.seen
    # Before the first answer all was read that there is: what had changed by then is no news.
    missed = [] if is_first else [number for number in earlier.ids if not progress.has_seen(number)]
    for number in (*missed, *(recent.ids if recent else ())):
        if number not in progress.outside:
            before = progress.due.get(number)
            first = before.since if before is not None and before.since is not None else since.date()
            failures = before.failures if before is not None else 0
            progress.due[number] = DueLocation(min(first, since.date()), failures=failures)
    progress.seen.setdefault(end.date().isoformat(), Digests()).add((*earlier.ids, *(recent.ids if recent else ())))
    lacks = earlier.lacks + (recent.lacks if recent else 0)
    progress.read = end
    if lacks:
        what = (
            f"its list of changes lacks {lacks} of those that it claims to have; they are asked for again, and what is "
            "missing may be told late"
        )
        return [Problem(where=f"{api.root}/changes/location", what=what, trouble=Trouble.LIST)]
    progress.sound = end
    progress.forget_before((end - look_back - timedelta(days=1)).date())
    return []
