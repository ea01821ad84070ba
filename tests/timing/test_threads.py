"""A thread is begun, or said not to have been."""

import threading

from tests.threads import none_left
from watcher.timing.threads import begin_thread


def test_a_thread_that_has_begun_does_its_work_and_holds_no_end_of_the_process() -> None:
    done = threading.Event()
    thread = begin_thread(done.set, "works")
    assert thread is not None
    assert (thread.name, thread.daemon) == ("works", True)
    assert done.wait(20)


def test_where_none_is_to_be_had_that_is_said() -> None:
    with none_left():
        assert begin_thread(lambda: None, "works") is None
