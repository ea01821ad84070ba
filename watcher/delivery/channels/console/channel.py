"""Messages on standard output: coloured on a terminal, plain lines elsewhere."""

import sys
from datetime import datetime, timedelta
from io import StringIO
from textwrap import indent
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from watcher.delivery.preview import Preview, in_words
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.messages.ways import SEE_CHANGE
from watcher.messages.wording import Wording, unanswered, word


class ConsoleChannel:
    """Prints messages; what the regulator published is never taken for markup or terminal commands."""

    spacing = timedelta()

    def __init__(self, name: str, zone: ZoneInfo, links: Links | None = None, *, is_answered: bool = True) -> None:
        """Without `is_answered`, where nothing is kept that could be acknowledged, no message says how."""
        self.name = name
        self._is_answered = is_answered
        self._zone = zone
        self._links = links

    def send(self, message: Message) -> Verdict:
        """Prints and flushes one message; a closed standard output takes it after the next start."""
        wording = word(message, self._zone, self._links)
        lines = lines_of(wording if self._is_answered else unanswered(wording))
        try:
            encoding = sys.stdout.encoding or "utf-8"
            sys.stdout.write(lines.encode(encoding, "replace").decode(encoding))
            sys.stdout.flush()
        except (OSError, ValueError, AttributeError) as error:  # ValueError: closed; AttributeError: there is none
            reason = getattr(error, "strerror", None) or "it is closed"
            stream = "standard error" if sys.stdout is sys.stderr else "standard output"
            return Verdict(Answer.LATER, f"{stream} takes nothing: {reason}; restart with one that is read")
        return Verdict(Answer.ACCEPTED)

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """UNKNOWN always: nobody can tell what was read on a screen."""
        return Verdict(Answer.UNKNOWN, "what was printed can't be looked up")

    def check(self) -> str | None:
        """What is wrong with standard output, or None."""
        if sys.stdout is None or sys.stdout.closed:
            return "there is no standard output: start watcher with one, or use another channel"
        return None

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """As a terminal of 100 columns would show it, without colours."""
        written = StringIO()
        console = Console(file=written, width=100, highlight=False, soft_wrap=True)
        print_wording(console, in_words(message, self._zone, self._links, was_sent=was_sent))
        return Preview(written.getvalue())


def lines_of(wording: Wording) -> str:
    """The lines, coloured for a terminal; written by rich itself, a broken pipe would end the process."""
    is_terminal = sys.stdout is not None and not sys.stdout.closed and sys.stdout.isatty()
    buffer = StringIO()
    console = Console(file=buffer, force_terminal=is_terminal, highlight=False, soft_wrap=True, emoji=False)
    print_wording(console, wording)
    return buffer.getvalue()


def print_wording(console: Console, wording: Wording) -> None:
    """Prints a message and an empty line after it."""
    console.print(Text(wording.title, style="bold"))
    if wording.consequence:
        console.print(Text(f"  {wording.consequence}", style="bold"))
    if wording.text:
        console.print(Text(f"  {wording.text}"))
    for line in wording.lines:
        console.print(Text(f"  {line}"))
    for one in wording.listed:
        console.print(Text(indent(one.plain(), "  ")))
    for fact in (*wording.areas, *wording.facts):
        console.print(Text.assemble("  ", (f"{fact.label}: ", "dim"), fact.value))
    if wording.link:
        console.print(Text(f"  {wording.link}"))
    if wording.page:
        console.print(Text(f"  {SEE_CHANGE}: {wording.page}"))
    if wording.strip:
        console.print(Text(indent(wording.strip, "  ")))
    for section in wording.sections:
        console.print(Text(f"  {section.heading}", style="bold dim"))
        for paragraph in section.shown:
            console.print(Text(f"    {paragraph.plain()}", style="italic" if paragraph.is_quote else ""))
    if wording.acknowledge:
        console.print(Text(f"  {wording.acknowledge}", style="dim"))
    for command in wording.commands:
        console.print(Text(f"  {command.label}: {command.value}", style="dim"))
    for footnote in wording.footnotes:
        console.print(Text(f"  {footnote}", style="dim"))
    console.print()
