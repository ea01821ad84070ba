"""One owner, or one area, in the chat: its homes now, what was found inadequate, the country beside it."""

from collections.abc import Iterator, Mapping, Sequence
from shlex import quote
from typing import Any

from watcher.answers.homes.compared import compared
from watcher.answers.homes.home_now import HomeNow
from watcher.answers.log.changes import DROPS_WITHIN, FOUND_INADEQUATE
from watcher.answers.sheet import per_cent
from watcher.bot.commands.change_line import change_line
from watcher.bot.commands.chosen_name import AREA, OWNER, ChosenName, NamedSort, name_meant, nearest_to
from watcher.bot.commands.parts import (
    SaidLine,
    SaidPart,
    bullet,
    link,
    links,
    listing,
    marked,
    note,
    paragraph,
    said,
)
from watcher.bot.commands.question import ChatQuestion
from watcher.bot.commands.shown import shown
from watcher.bot.commands.unclear import nothing_so_called, what_to_write
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.facts import regulators
from watcher.messages.numbers import british_short, counted
from watcher.text import inert
from watcher.watching.watches import readers_names

MOST_HOMES = 10
MOST_DROPS = 5
_NONE_STANDS = "None of its homes stands any more."


def owner(desk: BotDesk, question: ChatQuestion, written: Words) -> Said:
    """One owner, or a group of the configuration; in any thread."""
    return _named(desk, question, written, OWNER)


def area(desk: BotDesk, question: ChatQuestion, written: Words) -> Said:
    """One local authority, or a region; in any thread."""
    return _named(desk, question, written, AREA)


def _named(desk: BotDesk, question: ChatQuestion, written: Words, sort: NamedSort) -> Said:
    if not written.argument:
        return what_to_write(sort.command, sort.example)
    meant = name_meant(desk, sort, written)
    if meant is None:
        near = [(name, written.again(sort.command, name)) for name in nearest_to(desk, sort, written)]
        return nothing_so_called(sort.command, written, near, "Write some words of its name.")
    return shown(_told(desk, question, meant), question, written)


def _told(desk: BotDesk, question: ChatQuestion, meant: ChosenName) -> Said:
    pages = desk.links()
    return said(
        inert(meant.name, 140),
        listing("", [*_beside(desk, meant)]),
        _homes(desk, question, meant),
        _drops(desk, question, meant),
        links(("All of it, with numbers by year", pages.page(meant.page) if pages else "")),
        note(desk.kept.known_as_of(desk.now())),
    )


def _beside(desk: BotDesk, meant: ChosenName) -> Iterator[SaidLine]:
    """How its homes stand beside those of the country, a line each."""
    every = desk.kept.every(desk.now())
    keys = every.facets.fitting(meant.chosen, desk.settings(), None) or frozenset()
    rows = compared(every, inert(meant.name, 60), keys).rows
    yield from map(_compared, rows)
    if not rows:
        yield SaidLine(_NONE_STANDS, _NONE_STANDS)


def _compared(row: Mapping[str, Any]) -> SaidLine:
    words = _counted(row)
    return SaidLine(f"{row['name']}: {words}", f"*{marked(row['name'])}:* {marked(words, 300)}")


def _counted(row: Mapping[str, Any]) -> str:
    homes = counted(row["homes"], inert(row["kind"], 60))
    if not row["graded"]:
        return f"{homes}, not graded yet"
    graded = f"; of {row['graded']:,} graded" if row["graded"] != row["homes"] else ""
    bad, good = (
        f"{row['inadequate']:,} {regulators.of(row['regulator']).worst} ({per_cent(row['share_inadequate'])})",
        row["share_good"],
    )
    return f"{homes}{graded}, {bad}{f', {per_cent(good)} good or better' if good is not None else ''}"


def _homes(desk: BotDesk, question: ChatQuestion, meant: ChosenName) -> SaidPart | None:
    """Its homes now, the worst first."""
    found = desk.kept.homes(meant.chosen, desk.now(), most=MOST_HOMES)
    labels = readers_names([now.home.key for now in found.homes], question.channel, desk.settings().watch)
    lines = [_home(desk, now, labels.get(now.home.key, ""), meant) for now in found.homes]
    title = "Homes now, the worst first" if found.total > 1 else "Its home now"
    return listing(title, lines, found.total, more=_how_to_see_all(desk, meant))


def _how_to_see_all(desk: BotDesk, meant: ChosenName) -> str:
    """The command that lists all of them, where no page does."""
    return "" if desk.links() else f": watcher homes --{meant.filter} {quote(inert(meant.name, 100))}"


def _home(desk: BotDesk, now: HomeNow, label: str, meant: ChosenName) -> SaidLine:
    pages, stands = desk.links(), now.standing
    since = f" since {british_short(stands.rating_since)}" if stands.rating and stands.rating_since else ""
    rated = f"{stands.rating or 'not graded yet'}{since}"
    where = now.home.owner if meant.column == "local_authority" else now.home.local_authority
    beside = [f"“{inert(label, 60)}”" if label else "", inert(where or "", 80)]
    told = "".join(f", {one}" for one in beside if one)
    key = link(now.home.id, pages.home(now.home.key) if pages else "")
    return bullet(f"{inert(now.home.id, 40)}: {rated}{told}", f"{key}: {marked(rated)}{marked(told, 200)}")


def _drops(desk: BotDesk, question: ChatQuestion, meant: ChosenName) -> SaidPart | None:
    """What was found inadequate lately."""
    day = desk.now().astimezone(desk.settings().timezone).date()
    found = desk.kept.log(meant.chosen, (day - DROPS_WITHIN, day), desk.now(), FOUND_INADEQUATE, most=MOST_DROPS)
    if not found.total:
        return paragraph(f"None was found inadequate since {british_short(day - DROPS_WITHIN)}.")
    rows: Sequence[Mapping[str, Any]] = found.sheet.rows
    lines = [change_line(desk, row, question.channel, without=meant.column) for row in rows]
    return listing("Found inadequate in five years", lines, found.total)
