"""A content that lies in the history is read when somebody asks for it, once, and is the same as ever."""

from tests.messages.messages import delivery
from watcher.delivery.ledger import Enclosed
from watcher.messages.message import Content, Notice

NOTICE = Notice("a title", "a text")


def test_it_is_read_once_and_not_before_it_is_asked_for() -> None:
    reads = []

    def read() -> Content:
        reads.append(1)
        return NOTICE

    enclosed = Enclosed(read)
    assert reads == []
    assert [enclosed.open(), enclosed.open()] == [NOTICE, NOTICE]
    assert reads == [1]


def test_two_that_say_the_same_are_equal_wherever_they_lie() -> None:
    assert Enclosed(lambda: NOTICE) == Enclosed.of(NOTICE) != Enclosed.of(Notice("a title", "another text"))
    assert hash(Enclosed(lambda: NOTICE)) == hash(Enclosed.of(NOTICE))
    assert repr(Enclosed(lambda: NOTICE)) == repr(NOTICE)


def test_a_delivery_keeps_its_content_unread_through_its_attempts() -> None:
    reads = []

    def read() -> Content:
        reads.append(1)
        return made.content

    made = delivery(1)
    stored = type(made).from_document(made.document(), 1, read)
    marked = stored.sending(stored.due).interrupted()
    assert reads == []
    assert marked.content == made.content
    assert marked.document()["alert"] == made.document()["alert"]
    assert reads == [1]


def test_a_delivery_is_kept_again_without_its_content_being_read() -> None:
    made = delivery(1)
    marked = made.sending(made.due).interrupted()
    unread = type(made).from_document(made.document(), 1, _never).sending(made.due).interrupted()
    assert list(unread.document(made.document()).items()) == list(marked.document().items())


def _never() -> Content:
    raise AssertionError("what it says was read")
