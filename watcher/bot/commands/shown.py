"""How an answer ends: who sees it, and what else can be asked."""

from watcher.bot.commands.parts import note
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.words import PUBLIC, Words
from watcher.bot.said import Said, small
from watcher.delivery.channels.slack import limits
from watcher.text import inert

ONLY_YOU = f"Only you see this; add `{PUBLIC}` to show it to the channel."


def shown(said: Said, question: ChatQuestion, written: Words) -> Said:
    """An answer with who sees it: whoever asked alone, or all of the channel, who are told who asked for it."""
    if written.is_public:
        asked = inert(f"{question.asked.by or 'Somebody'} asked: /watcher {written.command} {written.argument}", 200)
        return _with(said, small(asked.strip())).publicly()
    end = note(ONLY_YOU, is_ours=True)
    return _with(said, *(end.blocks if end else ()))


def _with(said: Said, *blocks: dict[str, object]) -> Said:
    return Said(text=said.text, blocks=(*said.blocks[: limits.BLOCKS - len(blocks)], *blocks))
