"""A message in short, for SMS and push services: a sentence and a link, together no longer than two text messages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.message import Content, Message, Reminder
from watcher.messages.morning import Morning
from watcher.messages.not_read import NotRead
from watcher.messages.titles import again, called, fact, rated, title, whose
from watcher.text import cut, cut_at_word, inert, web_link

LONGEST = 320
"""Characters of sentence and link together, and what a service puts between them."""
LONGEST_LINK = 180
"""A longer link would leave no room for the sentence: then there is none."""
_BETWEEN = 2
_LONGEST_AREA = 60
_LONGEST_GRADE = 40
_REPEATED = "Possibly repeated: "


@dataclass(frozen=True, slots=True)
class Short:
    """What is sent of a message."""

    words: str
    link: str | None = None

    @property
    def size(self) -> int:
        """Characters in all."""
        return len(self.words) + (len(self.link) + _BETWEEN if self.link else 0)


def short(message: Message) -> Short:
    """The message in at most `LONGEST` characters; what is cut is cut at a word, and the link never."""
    link = web_link(getattr(message.content, "link", None))
    link = link if link and len(link) <= LONGEST_LINK else None
    repeated = _REPEATED if message.possibly_repeated else ""
    room = LONGEST - len(repeated) - (len(link) + _BETWEEN if link else 0)
    return Short(f"{repeated}{_words(message.content, message.reminder, room)}", link)


def _words(content: Content, reminder: Reminder | None, room: int) -> str:
    if isinstance(content, Alert | NotRead):
        return cut_at_word(_with_owner(content, _one(content, reminder, room)), room)
    if isinstance(content, Digest):
        told: list[Alert | NotRead] = [*(item.alert for item in content.items), *content.not_read]
        return _listed(title(content), ((each, None) for each in told), len(told), room)
    if isinstance(content, Morning):
        items = ((item.content, item.reminder) for item in content.items)
        return _listed(title(content), items, len(content.items), room)
    return cut_at_word(title(content), room)


def _one(content: Alert | NotRead, reminder: Reminder | None, room: int) -> str:
    """Which home, where and what, the longest way of saying so that has room; at least its number, area and grade."""
    return next((said for said in _ways(content, reminder) if len(said) <= room), cut(_least(content), room))


def _ways(content: Alert | NotRead, reminder: Reminder | None) -> Iterator[str]:
    before, number = again(reminder), inert(content.home_id, 40)
    area = inert(content.local_authority or "", _LONGEST_AREA)
    for name in (called(content), number):
        yield f"{before}{f'{name}, {area}' if area else name}: {fact(content)}"


def _least(content: Alert | NotRead) -> str:
    area = inert(content.local_authority or "", _LONGEST_AREA)
    grade = cut(rated(content), _LONGEST_GRADE) if isinstance(content, Alert) else "could not be read"
    return ", ".join(part for part in (inert(content.home_id, 40), area, grade) if part)


def _with_owner(content: Alert | NotRead, said: str) -> str:
    more = whose(content)
    return f"{said}. {more}" if more else said


def _listed(heading: str, items: Iterable[tuple[Alert | NotRead, Reminder | None]], total: int, room: int) -> str:
    """The heading and as many of the items as have room, whole; and how many more there are."""
    said, shown = cut_at_word(heading, room), 0
    for content, reminder in items:
        more = f"; and {total - shown - 1} more" if total - shown > 1 else ""
        longer = f"{said}{'; ' if shown else '. '}{_one(content, reminder, room)}"
        if len(longer) + len(more) > room:
            break
        said, shown = longer, shown + 1
    rest = f"; and {total - shown} more" if shown and shown < total else ""
    return f"{said}{rest}"
