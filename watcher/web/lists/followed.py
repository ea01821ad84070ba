"""How to hear of some homes without coming back: their changes in a feed reader, what is due of them in a calendar."""

from collections.abc import Iterator

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.query import OF_CHANGES, OF_HOMES, Question

ATOM = "Follow in a feed reader (Atom)"


def ways_to_follow(chosen: Chosen, text: str = "") -> Iterator[tuple[str, str]]:
    """What each way is called, and its address; homes found by a `text` have no feed, as the log has no such search."""
    if not text:
        yield ATOM, Question(takes=OF_CHANGES, chosen=chosen).address("/changes.atom")
    due = Question(takes=OF_HOMES, chosen=chosen, text=text)
    yield "Add what is due to a calendar (iCalendar)", due.address("/calendar.ics")
