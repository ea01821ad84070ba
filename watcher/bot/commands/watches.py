"""Watches of people in the chat: made, removed and listed by `/watcher watch`, `unwatch` and `watches`."""

from watcher.actions.sign import signature_of
from watcher.actions.watches import (
    NothingToWatchError,
    Wanted,
    changes_meant,
    looked_up,
    make_watch,
    remove_watch,
    watch_meant,
)
from watcher.answers.told.watched import changes_asked, made_on, watched
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.words import PUBLIC, written
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said, plain, questions, small
from watcher.config.made_watches import called
from watcher.errors import WatcherError
from watcher.history.failures import NOT_NOW
from watcher.judging.changes import What
from watcher.text import capital
from watcher.watching.deeds import Door, Signature
from watcher.watching.made_watches import FILTERS, MadeWatch
from watcher.watching.usual_changes import DEFAULT_CHANGES

HOW = "Write for example: /watcher watch area Derby, or /watcher watch owner Elm Homes Limited all"
NOBODY = "Nobody has made a watch for this channel. " + HOW
_AT_ONCE = 10
"""Watches in one block of a list."""


async def watch(desk: BotDesk, question: ChatQuestion, words: str) -> Said:
    """Makes a watch for this channel: `area|owner|home|group VALUE [changes]`."""
    of, _, rest = words.strip().partition(" ")
    if of.casefold() not in FILTERS or not rest.strip():
        return Said.slip("Watch what?", HOW)
    if why := await question.why_not_allowed():
        return Said.slip("No watch was made", f"{capital(why)}.")
    if why := await question.why_not_there():
        return Said.slip("No watch was made", f"{capital(why)}.")
    value, changes = _value_and_changes(rest)
    asked = Wanted(of=of.casefold(), value=value, changes=changes, to=question.channel, user=question.asked.user)
    try:
        # Beside the loop: the nearest of many names take half a second.
        wanted = await question.in_thread(lambda: looked_up(desk.history, desk.settings(), asked))
        made = make_watch(desk.history, desk.settings(), wanted, _signature(question))
    except NothingToWatchError as error:
        near = [(_label(asked, name), _again(question, asked, name)) for name in error.nearest]
        return Said.slip("No watch was made", _sentence(str(error)), blocks=questions(near))
    except NOT_NOW:
        raise
    except WatcherError as error:
        return Said.slip("No watch was made", f"{capital(str(error))}.")
    desk.watches_altered()
    if not made.is_new:
        return Said.of("There is such a watch already", described(desk, made.watch))
    return Said.of(
        f"Watch {made.watch.number} is made",
        described(desk, made.watch),
        blocks=[small(f"It tells this channel. /watcher unwatch {made.watch.number} removes it.")],
    )


async def unwatch(desk: BotDesk, question: ChatQuestion, words: str) -> Said:
    """Removes a watch by its number: one of this channel."""
    if not words.strip():
        return await watches(desk, question, "")
    if why := await question.why_not_allowed():
        return Said.slip("No watch was removed", f"{capital(why)}.")
    try:
        meant = _just_removed(desk, question, words) or watch_meant(desk.history, words, offered=question.channel)
    except WatcherError as error:
        return Said.slip("No watch was removed", f"{capital(str(error))}.")
    if called(desk.settings(), meant.to) != question.channel:
        return Said.slip("No watch was removed", f"Watch {meant.number} is one of another channel: remove it there.")
    remove_watch(desk.history, meant.number, _signature(question))
    desk.watches_altered()
    return Said.of(f"Watch {meant.number} is removed", described(desk, meant))


def _just_removed(desk: BotDesk, question: ChatQuestion, words: str) -> MadeWatch | None:
    """The watch that this same question has removed, before it was interrupted."""
    asked = question.asked
    known = (watch for watch in desk.history.made_watches() if words.strip().lstrip("#") == str(watch.number))
    return next((watch for watch in known if (watch.ended, watch.ended_by) == (asked.at, asked.by)), None)


async def watches(desk: BotDesk, question: ChatQuestion, _: str) -> Said:
    """The watches for this channel: those that people made, and those of the configuration."""
    settings = desk.settings()
    in_force = [watch for watch in desk.history.made_watches() if watch.is_in_force]
    made = [watch for watch in in_force if called(settings, watch.to) == question.channel]
    configured = [watch.name for watch in settings.watch if question.channel in watch.to and "/" not in watch.name]
    lines = [f"{watch.number}. {described(desk, watch)}" for watch in made]
    blocks = [plain("\n".join(lines[start : start + _AT_ONCE])) for start in range(0, len(lines), _AT_ONCE)]
    if configured:
        lines.append(f"Of the configuration, and removed there: {', '.join(configured)}")
        blocks.append(small(lines[-1]))
    if not lines:
        return Said.of("Watches", NOBODY)
    said = Said.of("Watches for this channel", blocks=blocks)
    return Said(text="\n".join(("Watches for this channel", *lines)), blocks=said.blocks)


def described(desk: BotDesk, watch: MadeWatch) -> str:
    """A watch in one line: what of which changes, who made it when."""
    what, changes = watched(desk.history, watch), changes_asked(watch.changes)
    return f"{what}: {changes}; made by {watch.by}, {made_on(watch, desk.settings().timezone)}"


def _value_and_changes(text: str) -> tuple[str, tuple[What, ...]]:
    """What is to be watched, and the changes that are named behind it: the longest end that is such names."""
    words = text.split()
    for start in range(1, len(words)):
        try:
            return " ".join(words[:start]), changes_meant(" ".join(words[start:]))
        except NothingToWatchError:
            continue
    return " ".join(words), DEFAULT_CHANGES


def _sentence(words: str) -> str:
    return capital(words) if words.endswith("?") else f"{capital(words)}."


def _label(asked: Wanted, name: str) -> str:
    return name.partition(":")[2] if asked.of == "home" else name


def _again(question: ChatQuestion, asked: Wanted, name: str) -> str:
    """The same question about another name: for the same changes, to be seen by the same people."""
    changes = "all" if set(asked.changes) == set(What) else ", ".join(what.value for what in asked.changes)
    named = "" if asked.changes == DEFAULT_CHANGES else changes
    public = PUBLIC if written(question.asked.text).is_public else ""
    return " ".join(filter(None, ("watch", asked.of, name, named, public)))


def _signature(question: ChatQuestion) -> Signature:
    asked = question.asked
    return signature_of(by=asked.by or asked.user, now=asked.at, door=Door.SLACK)
