"""An alarm goes off once: after its time, or at once where nothing could wake it."""

import threading

from tests.threads import none_left
from watcher.delivery.channels.email.alarm import Alarm


def test_it_goes_off_after_its_time_and_not_where_it_was_stopped() -> None:
    went_off, stopped = threading.Event(), threading.Event()
    other = Alarm(stopped.set)
    other.set(0.05)
    other.stop()
    Alarm(went_off.set).set(0.05)
    assert went_off.wait(20)
    other.set(0.05)
    assert stopped.wait(20)


def test_without_a_thread_it_goes_off_at_once_and_can_be_set_again() -> None:
    times: list[None] = []
    went_off = threading.Event()

    def work() -> None:
        times.append(None)
        went_off.set()

    alarm = Alarm(work)
    with none_left():
        alarm.set(3600)
    assert len(times) == 1
    went_off.clear()
    alarm.set(0.05)
    assert went_off.wait(20)
    assert len(times) == 2
