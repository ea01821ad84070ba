"""What a row of the log says in words: the change itself, what it is about, and what is to be known of its figures."""

from watcher.answers.sheet import Row
from watcher.facts.grades import is_inadequate
from watcher.judging.changes import What
from watcher.messages.grades_in_words import change_called
from watcher.messages.numbers import counted
from watcher.messages.titles import area_name
from watcher.text import inert


def change_words(row: Row) -> str:
    """The change: `recovered after 53 days`."""
    days = row.get("days_inadequate")
    change = change_called(str(row["change"]), row["home"], row.get("rating") or "")
    return f"{change} after {days} days" if days is not None else change


def particulars(row: Row) -> str:
    """Which areas it is about, or whose further home it is; empty where the change alone says it."""
    home, before = row["home"], row["before"] or {}
    if row["change"] == What.AREA_INADEQUATE:
        regulator = home.partition(":")[0]
        low = {area for area, grade in row["grades"].items() if is_inadequate(regulator, grade)}
        areas = [area for area in row["grades"] if area in low and not is_inadequate(regulator, before.get(area))]
        return inert(", ".join(area_name(home, area) for area in areas).lower(), 200)
    if row["change"] == What.GROUP_CONCERN:
        others = counted(len({other["home"] for other in row["others"]}), "other home")
        return f"{inert(row['group'], 100)}, with {others} within a year"
    return ""


def no_measure(row: Row) -> str:
    """Why its days are no measure; empty where they are."""
    return f"not counted: {row['not_counted']}" if row.get("not_counted") else ""


def no_publication(row: Row) -> str:
    """That the day it stands under is no publication; empty where it is."""
    if row["published"]:
        return ""
    if row["inspected"]:
        return "date inspected; its publication is not known"
    return "first seen on this day; its publisher gives no date"


def day_of_row(row: Row) -> str:
    """The day that it stands under: of the publication, else of the visit, else that on which it was first seen."""
    return str(row["published"] or row["inspected"] or row["seen"])
