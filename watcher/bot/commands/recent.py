"""The latest changes in the chat, of the country or of one area."""

from datetime import date

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.given import FIRST_YEAR
from watcher.answers.asked.query import OF_CHANGES, Question
from watcher.bot.commands.change_line import change_line
from watcher.bot.commands.chosen_name import AREA, name_meant, nearest_to
from watcher.bot.commands.parts import links, listing, note, paragraph, said
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.shown import shown
from watcher.bot.commands.unclear import nothing_so_called
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.messages.numbers import british
from watcher.text import inert

MOST = 10


def recent(desk: BotDesk, question: ChatQuestion, written: Words) -> Said:
    """The latest changes, the newest first; in any thread."""
    if not written.argument:
        return shown(_told(desk, question, Chosen()), question, written)
    meant = name_meant(desk, AREA, written)
    if meant is None:
        near = [(name, written.again("recent", name)) for name in nearest_to(desk, AREA, written)]
        return nothing_so_called("area", written, near, "Without an area it is the whole country.")
    return shown(_told(desk, question, meant.chosen, f" in {inert(meant.name, 100)}", meant.column), question, written)


def _told(desk: BotDesk, question: ChatQuestion, chosen: Chosen, where: str = "", without: str = "") -> Said:
    now, pages = desk.now(), desk.links()
    day = now.astimezone(desk.settings().timezone).date()
    found = desk.kept.log(chosen, (date(FIRST_YEAR, 1, 1), day), now, most=MOST)
    every = Question(takes=OF_CHANGES, chosen=chosen).address("/changes")
    return said(
        f"What changed last{where}",
        listing("", [change_line(desk, row, question.channel, without=without) for row in found.sheet.rows]),
        None if found.total else paragraph(_none_since(desk)),
        links((f"All {found.total:,} changes" if found.total > 1 else "", pages.page(every) if pages else "")),
        note(desk.kept.known_as_of(now)),
    )


def _none_since(desk: BotDesk) -> str:
    """Since when nothing has changed: since the first day of which anything is known."""
    now = desk.now()
    first = desk.kept.log(Chosen(), (date(FIRST_YEAR, 1, 1), now.date()), now, most=1, newest_first=False).sheet.rows
    days = [date.fromisoformat(row["published"] or row["inspected"]) for row in first]
    return f"None since {british(days[0])}, when what is known here begins." if days else "None is known yet."
