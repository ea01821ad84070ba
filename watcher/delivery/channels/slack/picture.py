"""The picture of a timeline in the thread of its message: an extra, which can fail and never costs the message."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from queue import Empty, SimpleQueue

from watcher.delivery.channels.slack.limits import fit
from watcher.delivery.channels.slack.upload import GIVE_SCOPE, File, UploadFailure, Uploads
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.message import Message
from watcher.messages.picture import WITHOUT, picture_of
from watcher.messages.wording import Wording
from watcher.options.way_out import DIRECTLY, WayOut
from watcher.text import inert
from watcher.timing.clock import Clock
from watcher.timing.threads import begin_thread

WITHIN = timedelta(seconds=12)
"""For a whole upload, from drawing to the last answer."""
REST = timedelta(minutes=5)
"""After an upload that failed and not for good: such a failure holds up one message and not the next."""
NO_SCOPE = f"messages go without pictures of timelines: {GIVE_SCOPE}"
"""What is wrong with a token that lacks the scope."""

_TIMEOUT = timedelta(seconds=5)
_LATEST = timedelta(seconds=40)
"""After a call began: with WITHIN it ends before the outbox leaves a call to itself."""
_LONGEST_ALT = 1_000
_IN_A_THREAD = frozenset({What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.DROPPED, What.RECOVERED})


def is_pictured(message: Message) -> bool:
    """Whether a message is one for a picture: an alert of its own, or a reply that tells of a drop or a recovery.

    One that may have arrived before may have its picture already; those of a burst would wait for each other's.
    """
    content = message.content
    if not isinstance(content, Alert) or message.reminder or message.possibly_repeated or message.is_detail:
        return False
    return message.thread is None or content.change in _IN_A_THREAD


class Pictures:
    """Puts pictures into the threads of one Slack channel, one at a time."""

    def __init__(
        self,
        *,
        channel: str,
        token: str,
        url: str,
        clock: Clock,
        within: timedelta = WITHIN,
        way_out: WayOut = DIRECTLY,
    ) -> None:
        self._clock = clock
        self._within = within.total_seconds()
        timeout = min(_TIMEOUT, within)
        self._uploads = Uploads(channel=channel, token=token, url=url, timeout=timeout, way_out=way_out)
        self._left: threading.Thread | None = None
        self._rests_until = clock.monotonic()

    def latest(self) -> float:
        """Until when the picture of a message that is sent now may be begun, so that the whole call ends in time."""
        return self._clock.monotonic() + _LATEST.total_seconds()

    def add(self, message: Message, wording: Wording, thread: str, latest: float) -> UploadFailure | None:
        """One attempt to put the picture into a thread; returns in time and never raises, whatever Slack does."""
        if not wording.has_timeline:
            return None
        now = self._clock.monotonic()
        if now > latest:
            return _told(UploadFailure("the message itself took too long"))
        if now < self._rests_until or (self._left is not None and self._left.is_alive()):
            return _told(UploadFailure("an upload had failed shortly before"))
        failure = self._in_time(lambda is_over: self._draw_and_upload(message, wording, thread, is_over))
        if failure is not None and not failure.is_for_operator:
            self._rests_until = self._clock.monotonic() + (failure.retry_after or REST).total_seconds()
        return _told(failure) if failure else None

    def _draw_and_upload(
        self, message: Message, wording: Wording, thread: str, is_over: Callable[[], bool]
    ) -> UploadFailure | None:
        picture, why = picture_of(wording, message.id)
        if picture is None:
            return UploadFailure(why, is_for_operator=True)
        home = message.content.home_id if isinstance(message.content, Alert) else ""
        title, alt = f"Graded inspections of {inert(home, 40)}", fit(picture.alt, _LONGEST_ALT)
        file = File(name="timeline.png", title=title, alt=alt, content=picture.content)
        return self._uploads.upload(file, thread, is_over)

    def _in_time(self, work: Callable[[Callable[[], bool]], UploadFailure | None]) -> UploadFailure | None:
        """What the work comes to; after the deadline it is told so and left alone, for its thread can't be ended."""
        ended: SimpleQueue[UploadFailure | None] = SimpleQueue()
        is_over = threading.Event()
        thread = begin_thread(lambda: ended.put(work(is_over.is_set)), "picture")
        if thread is None:
            return UploadFailure("it could not be begun")
        try:
            return ended.get(timeout=self._within)
        except Empty:
            is_over.set()
            self._left = thread
            return UploadFailure("no answer in time", is_unsure=True)


def _told(failure: UploadFailure) -> UploadFailure:
    perhaps = "perhaps " if failure.is_unsure else ""
    return replace(failure, why=f"{perhaps}{WITHOUT}: {failure.why}")
