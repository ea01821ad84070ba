"""The operator's channels are tried past the outbox, each by itself, and the log says what became of it."""

import structlog

from tests.delivery.scripted import REFUSED, Scripted
from tests.messages.messages import SEEN
from tests.threads import none_left
from watcher.messages.message import Message, Notice
from watcher.service.past_the_outbox import LastResort

NOTICE = Notice("The history cannot be stored", "There is no room.")


def test_each_channel_is_tried_whatever_the_others_do() -> None:
    def fails(_: Message, __: int) -> None:
        raise ValueError("planted")

    channels = {
        "fails": Scripted("fails", answer=fails),  # type: ignore[arg-type]  # what no channel does
        "refuses": Scripted("refuses", answer=lambda *_: REFUSED),
        "desk": Scripted("desk"),
    }
    with structlog.testing.capture_logs() as lines:
        for thread in LastResort(channels).tell(NOTICE, SEEN):
            thread.join(20)
    assert [len(channel.sent) for channel in channels.values()] == [1, 1, 1]
    said = {(line["event"], line.get("channel")) for line in lines}
    title = ("The history cannot be stored", None)
    assert said == {title, ("channel failed", "fails"), ("the operator could not be told", "refuses")}


def test_where_no_thread_is_to_be_had_the_log_says_who_was_not_told() -> None:
    channels = {name: Scripted(name) for name in ("desk", "phone")}
    with structlog.testing.capture_logs() as lines, none_left():
        assert LastResort(channels).tell(NOTICE, SEEN) == []
    untold = [line["channel"] for line in lines if line["event"] == "the operator could not be told"]
    assert untold == ["desk", "phone"]
    assert {line.get("detail") for line in lines} == {"There is no room.", "this machine has no thread left to give"}
