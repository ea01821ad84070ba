"""`/watcher`: the words are read here, and handed to what answers them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from watcher.bot.commands.guide import guide, no_such_command
from watcher.bot.commands.home import EXAMPLE, home
from watcher.bot.commands.named import area, owner
from watcher.bot.commands.numbers import numbers
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.recent import recent
from watcher.bot.commands.shown import shown
from watcher.bot.commands.status import status
from watcher.bot.commands.watches import unwatch, watch, watches
from watcher.bot.commands.words import Words, written
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said

Answers = Callable[[BotDesk, ChatQuestion, Words], Awaitable[Said]]


@dataclass(frozen=True, slots=True)
class ChatCommand:
    """Something that can be asked."""

    example: str
    what: str
    """What it answers, in a line."""
    answers: Answers


def _reading(told: Callable[[BotDesk, ChatQuestion, Words], Said]) -> Answers:
    """What only reads, done beside the loop."""

    async def answers(desk: BotDesk, question: ChatQuestion, asked: Words) -> Said:
        said: Said = await question.in_thread(lambda: told(desk, question, asked))
        return said

    return answers


def _doing(does: Callable[[BotDesk, ChatQuestion, str], Awaitable[Said]]) -> Answers:
    """What alters something, and says itself what came of it."""

    async def answers(desk: BotDesk, question: ChatQuestion, asked: Words) -> Said:
        said = await does(desk, question, asked.undressed)
        return shown(said, question, asked) if asked.is_public and not said.is_slip else said

    return answers


async def _help(_: BotDesk, question: ChatQuestion, asked: Words) -> Said:
    return shown(guide(_explained()), question, asked)


COMMANDS: Mapping[str, ChatCommand] = {
    "home": ChatCommand(EXAMPLE, "how a home stands", _reading(home)),
    "owner": ChatCommand("owner Esland North Limited", "its homes", _reading(owner)),
    "area": ChatCommand("area Derby", "its homes", _reading(area)),
    "recent": ChatCommand("recent Derby", "the latest changes", _reading(recent)),
    "numbers": ChatCommand("numbers", "counts by year", _reading(numbers)),
    "status": ChatCommand("status", "whether the watcher is well", _reading(status)),
    "watch": ChatCommand("watch area Derby", "alerts this channel", _doing(watch)),
    "unwatch": ChatCommand("unwatch 3", "ends a watch", _doing(unwatch)),
    "watches": ChatCommand("watches", "this channel’s watches", _doing(watches)),
    "help": ChatCommand("help", "this list", _help),
}
"""Every command, in the order in which they are explained."""


def _explained() -> list[tuple[str, str]]:
    return [(command.example, command.what) for command in COMMANDS.values()]


async def answer(desk: BotDesk, question: ChatQuestion) -> Said:
    """The answer to what somebody wrote behind `/watcher`, or pressed a button to ask."""
    asked = written(question.asked.text)
    command = COMMANDS.get(asked.command or "help")
    if command is not None:
        return await command.answers(desk, question, asked)
    said: Said = await question.in_thread(lambda: no_such_command(desk, asked, COMMANDS, _explained()))
    return said
