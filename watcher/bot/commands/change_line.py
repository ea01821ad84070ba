"""One change of the log as a line in the chat."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from watcher.answers.log.change_words import change_words, day_of_row, particulars
from watcher.bot.commands.parts import SaidLine, link, marked
from watcher.bot.desk import BotDesk
from watcher.judging.changes import What
from watcher.messages.numbers import british_short
from watcher.text import inert, web_link
from watcher.watching.watches import readers_labels


def change_line(desk: BotDesk, row: Mapping[str, Any], channel: str, *, without: str = "") -> SaidLine:
    """When it was published and what changed, then which home it is, as the readers of that channel call it.

    What goes `without` saying, `owner` or `local_authority`, is left out.
    """
    day, what = british_short(_day(row)), inert(f"{change_words(row)}{_moved(row)}", 250)
    number, pages = inert(row["home"].partition(":")[2], 40), desk.links()
    labels = readers_labels(row.get("labels") or {}, channel, desk.settings().watch)
    called = [inert(f"“{label}”", 60) for label in dict.fromkeys(labels.values())][:2]
    beside = "".join(f", {one}" for one in (*called, *_names(row, without)))
    home = link(number, (pages.change(row["id"]) if pages else "") or web_link(row["link"]))
    return SaidLine(f"{day}: {what}\n{number}{beside}", f"*{day}* {marked(what, 250)}\n{home}{marked(beside, 300)}")


def _day(row: Mapping[str, Any]) -> date:
    return date.fromisoformat(day_of_row(row))


def _moved(row: Mapping[str, Any]) -> str:
    """From which grade to which, or what it is about; empty where the change says it."""
    if about := particulars(row):
        return f": {about}"
    before, now, what = row["previous_rating"], row["rating"], row["change"]
    if what == What.DROPPED_TO_INADEQUATE and before:
        return f", from {before}"
    if what == What.RECOVERED and now:
        return f", now {now}"
    return f" from {before} to {now}" if what in (What.DROPPED, What.IMPROVED) and before and now else ""


def _names(row: Mapping[str, Any], without: str) -> list[str]:
    return [inert(row[key], 80) for key in ("local_authority", "owner") if key != without and row[key]]
