"""What people ask in a chat, and the watches that they make, are kept and outlive restarts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.history.kinds import HistoryKind
from watcher.history.protocol import History, Transaction
from watcher.watching.asked import KNOWN_AT_LEAST, KNOWN_FOR, Asked, Asking
from watcher.watching.made_watches import MadeWatch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PRESS = Asked(
    id="e1", trigger="t1", way="desk", asking=Asking.BUTTON, what="history", subject="0a1b", user="U1", by="ann",
    place="C1", reply_to="https://hooks.slack.com/actions/T1/2/3", at=NOW,
)  # fmt: skip
WATCH = MadeWatch(number=1, of="area", value="Derby", to="desk/C1", by="ann", user="U1", made=NOW, door="slack")


def test_what_was_asked_is_open_until_it_is_done_and_recognised_after(
    history: History, history_kind: HistoryKind
) -> None:
    other = replace(PRESS, id="e2", trigger="", asking=Asking.COMMAND)
    history.commit(Transaction(asked=(PRESS, other)))
    history.close()
    history = history_kind.open()
    assert history.asked() == [PRESS, other]
    history.commit(Transaction(asked=(PRESS.ended(NOW),)))
    assert history.asked() == [other]
    assert history.was_asked("e1", "")
    assert history.was_asked("e9", "t1")
    assert not history.was_asked("e9", "")
    assert not history.was_asked("e9", "t9")
    assert history_kind.kept("asked").count(b"hooks.slack.com") == 1  # of the other alone
    history.close()


def test_what_was_done_is_forgotten_after_a_day_but_for_the_newest_and_what_is_open_never(
    history: History,
) -> None:
    history.commit(Transaction(asked=(PRESS.ended(NOW), replace(PRESS, id="e2", trigger="t2"))))
    later = NOW + KNOWN_FOR + timedelta(minutes=1)
    history.commit(Transaction(asked=(replace(PRESS, id="e3", trigger="t3", at=later),)))
    assert history.was_asked("e1", "t1")  # the clock may have jumped
    more = [replace(PRESS, id=f"m{number}", trigger="").ended(NOW) for number in range(KNOWN_AT_LEAST)]
    history.commit(Transaction(asked=more))
    history.commit(Transaction(asked=(replace(PRESS, id="e4", trigger="t4", at=later),)))
    assert not history.was_asked("e1", "t1")
    assert history.was_asked("m0", "")
    assert [asked.id for asked in history.asked()] == ["e2", "e3", "e4"]


def test_watches_that_people_made_are_kept_by_number_removed_ones_too(
    history: History, history_kind: HistoryKind
) -> None:
    second = replace(WATCH, number=2, of="home", value="ofsted:SC1")
    history.commit(Transaction(made_watches=(second, WATCH)))
    history.commit(Transaction(made_watches=(WATCH.removed(by="bob", at=NOW, door="slack"),)))
    history.close()
    history = history_kind.open()
    assert [(made.number, made.is_in_force, made.ended_by) for made in history.made_watches()] == [
        (1, False, "bob"),
        (2, True, ""),
    ]
    history.close()
