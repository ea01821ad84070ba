"""The counts of this year and the last ones in the chat: a table as wide as a phone."""

from collections.abc import Iterator, Sequence

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.query import OF_NUMBERS, Question
from watcher.answers.sheet import Column, Row, Sheet, in_words
from watcher.bot.commands.parts import SaidPart, links, note, paragraph, said, table
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.shown import shown
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.facts import regulators
from watcher.text import inert

YEARS = 6
_MOST_REGULATORS = 3
_INADEQUATE = "inadequate"
_COLUMNS = (
    Column("year", "Year"),
    Column("inspections", "Visits", is_number=True),
    Column("inadequate", "Inad.", is_number=True),
    Column("share_inadequate", "Share", is_share=True),
    Column("dropped", "Drops", is_number=True),
)
_MEANING = (
    "Visits: full inspections with a grade. Inad.: those that found a home inadequate, and their share. Drops: "
    "inadequate after a better grade. Years begin in April."
)


def numbers(desk: BotDesk, question: ChatQuestion, written: Words) -> Said:
    """How many inspections found homes inadequate, the newest year first; in any thread."""
    now, pages = desk.now(), desk.links()
    sheet = desk.kept.numbers(Chosen(), ("year",), now).sheet
    by_regulator: dict[str, list[Row]] = {}
    for row in sheet.rows:
        by_regulator.setdefault(row["regulator"], []).append(row)
    shown_ = {key: rows[-YEARS:][::-1] for key, rows in [*by_regulator.items()][:_MOST_REGULATORS]}
    others = {key: regulators.of(key).worst for key in shown_ if regulators.of(key).worst != _INADEQUATE}
    meant = [f"What counts as inadequate, {regulators.of(key).called}: {worst}." for key, worst in others.items()]
    tables = [_table(key if len(by_regulator) > 1 else "", rows) for key, rows in shown_.items()]
    none = None if tables else paragraph("No full inspection with a grade is known yet.")
    remarks = [said for key, rows in shown_.items() for said in _remarks(sheet, key, [row["year"] for row in rows])]
    address = Question(takes=OF_NUMBERS).address("/numbers")
    answer = said(
        "Found inadequate, by year",
        *tables,
        none,
        links(("All years, regions, owners and kinds", pages.page(address) if pages else "")),
        note(_MEANING, *meant, *remarks, desk.kept.known_as_of(now)),
    )
    return shown(answer, question, written)


def _table(regulator: str, rows: Sequence[Row]) -> SaidPart:
    cells = [[in_words(column, column.of(row)) for column in _COLUMNS] for row in rows]
    title = inert(regulators.of(regulator).called, 80) if regulator else ""
    return table(title, [[column.heading for column in _COLUMNS], *cells])


def _remarks(sheet: Sheet, regulator: str, years: Sequence[str]) -> Iterator[str]:
    """What is to be known of these years: that one is counted in part, or not at all."""
    for line in sheet.below:
        if line.removeprefix(f"{regulators.of(regulator).called}: ").startswith(tuple(years)):
            yield inert(line, 300)
