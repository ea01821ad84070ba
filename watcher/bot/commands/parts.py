"""The parts that answers are made of: each as blocks, and in plain words where no blocks are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.bot.said import LONGEST_QUESTION, Block, Said, heading, linked, plain, questions
from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import escape
from watcher.delivery.channels.slack.limits import fit, size
from watcher.text import inert

_LONGEST_ADDRESS = 1_000
_LONGEST_WORDS = 150
"""Of one name within a line."""
ROOM = 2_000
"""Characters of one list."""


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One entry of a list: in plain words, and in Slack's mark-up."""

    words: str
    marked: str


@dataclass(frozen=True, slots=True)
class SaidPart:
    """One part of an answer."""

    words: str
    """Empty for what says nothing without its blocks."""
    blocks: tuple[Block, ...]


def said(title: str, *parts: SaidPart | None) -> Said:
    """An answer of these parts; None is left out."""
    shown = [part for part in parts if part is not None]
    words = [title, *(part.words for part in shown if part.words)]
    blocks = (heading(title), *(block for part in shown for block in part.blocks))
    return Said(text="\n".join(words), blocks=blocks[: limits.BLOCKS])


def paragraph(*lines: str) -> SaidPart | None:
    """Lines of plain words; nothing without any."""
    words = "\n".join(line for line in lines if line)
    return SaidPart(words, (plain(words),)) if words else None


def facts(entries: Iterable[tuple[str, str]]) -> SaidPart | None:
    """Labels with what they say, a line each; those that say nothing are left out."""
    lines = [SaidLine(f"{label}: {value}", f"*{label}:* {marked(value, 600)}") for label, value in entries if value]
    return listing("", lines)


def listing(title: str, lines: Sequence[SaidLine], total: int | None = None, *, more: str = "") -> SaidPart | None:
    """Lines below a title, as many as have room, and how many more there are; `more` says where or which.

    Nothing without any.
    """
    shown: list[SaidLine] = []
    room = ROOM
    for line in lines:
        room -= size(line.marked) + 1
        if room < 0:
            break
        shown.append(line)
    left = (len(lines) if total is None else total) - len(shown)
    rest = [SaidLine(said, escape(said)) for said in ([f"and {left:,} more{more}"] if left > 0 else [])]
    if not shown and not rest:
        return None
    top = [SaidLine(title, f"*{escape(title)}*")] if title else []
    every = [*top, *shown, *rest]
    return SaidPart("\n".join(line.words for line in every), (section("\n".join(line.marked for line in every)),))


def table(title: str, rows: Sequence[Sequence[str]]) -> SaidPart:
    """Rows in columns that are as wide as what they hold, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        " ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in enumerate(sized))
        for sized in ([*zip(row, widths, strict=True)] for row in rows)
    ]
    words = "\n".join(lines)
    top = f"*{escape(title)}*\n" if title else ""
    return SaidPart("\n".join(filter(None, (title, words))), (section(f"{top}```\n{fit(words, ROOM, escape)}\n```"),))


def links(*places: tuple[str, str | None]) -> SaidPart | None:
    """Where more can be read: words and addresses; those without an address, or with a huge one, are left out."""
    found = [(words, address) for words, address in places if words and address and len(address) <= _LONGEST_ADDRESS]
    return (
        SaidPart("\n".join(f"{words}: {address}" for words, address in found), tuple(linked(found))) if found else None
    )


def buttons(*asked: tuple[str, str]) -> SaidPart | None:
    """Questions that can be asked instead."""
    short = [(words, question) for words, question in asked if words and len(question) <= LONGEST_QUESTION]
    return SaidPart("", tuple(questions(short))) if short else None


def note(*lines: str, is_ours: bool = False) -> SaidPart | None:
    """Small print; `is_ours` for words without anybody else's in them, in which back-ticks mark what can be typed."""
    kind = {"type": "mrkdwn", "verbatim": True} if is_ours else {"type": "plain_text", "emoji": False}
    elements = [{**kind, "text": fit(line, 500)} for line in lines if line]
    return SaidPart("\n".join(filter(None, lines)), ({"type": "context", "elements": elements},)) if elements else None


def section(words: str) -> Block:
    """Words in Slack's mark-up, in which nobody is rung."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}}


def marked(words: str | None, longest: int = _LONGEST_WORDS) -> str:
    """Foreign words within mark-up, in which they mean nothing."""
    return escape(inert(words or "", longest))


def bullet(words: str, mark_up: str) -> SaidLine:
    """One entry that stands out in a list."""
    return SaidLine(f"• {words}", f"• {mark_up}")


def link(words: str, address: str | None) -> str:
    """Words that lead somewhere, in mark-up; the words alone where nowhere."""
    label = marked(words).replace("|", "¦")
    return f"<{escape(address)}|{label}>" if address and len(address) <= _LONGEST_ADDRESS else label
