"""One owner or one area: its homes now, beside the country; what was found inadequate; its numbers by year."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from watcher.answers.asked.chosen import FILED, Chosen
from watcher.answers.asked.query import OF_CHANGES, OF_HOMES, OF_NUMBERS, Question
from watcher.answers.homes.compared import compared
from watcher.answers.log.changes import DROPS_WITHIN, FOUND_INADEQUATE
from watcher.answers.sheet import Column
from watcher.facts.owners import group_stem, same_owner
from watcher.judging.around import groups_by_owner
from watcher.options.mistakes import nearest_names
from watcher.text import inert
from watcher.web.addresses import area_page, in_form, owner_page
from watcher.web.cells import TableRow, table_row
from watcher.web.lists.asking import question_of, refused, tidied
from watcher.web.lists.counted import shown
from watcher.web.lists.fields import chips
from watcher.web.lists.followed import ways_to_follow
from watcher.web.lists.log import log_table
from watcher.web.lists.problems import Instead, problems
from watcher.web.pages.homes import HomesTable, homes_file
from watcher.web.visit import Form, Visit

MOST_DROPS = 10
_LONGEST_TITLE = 150
_MOST_ALIKE = 10


@dataclass(frozen=True, slots=True)
class NamedKind:
    """An owner, or an area."""

    filter: str
    thing: str
    column: str
    """In which a table of homes names it; the same for each of its own homes."""
    page_of: Callable[[str], str | None]
    others: tuple[str, str]
    """The list of all, and what it is called."""


OWNER = NamedKind("owner", "owner", "owner", owner_page, ("/owners", "All owners"))
AREA = NamedKind("area", "area", "local_authority", area_page, ("/areas", "All areas"))


def owner(visit: Visit) -> Response:
    """One owner."""
    return _named(visit, OWNER)


def area(visit: Visit) -> Response:
    """One area."""
    return _named(visit, AREA)


def _named(visit: Visit, kind: NamedKind) -> Response:
    asked, spellings = visit.named("name"), visit.site.kept.every(visit.now).facets.spellings(kind.filter)
    printed, form = spellings.get(FILED[kind.filter](asked)), visit.form
    if printed is None:  # what ends its name may be none of our forms
        asked, form = str(visit.request.path_params["name"]), Form.PAGE
        printed = spellings.get(FILED[kind.filter](asked))
    if printed is None:
        return _unknown(visit, kind, asked, spellings.values())
    if form not in (Form.PAGE, Form.CSV, Form.JSON):
        raise HTTPException(404)
    here = kind.page_of(printed) or kind.others[0]
    if form is not visit.form or asked != " ".join(printed.split()):
        there = here if form is Form.PAGE else in_form(here, form)
        return RedirectResponse(f"{there}?{visit.query}".removesuffix("?"), status_code=303)
    question = question_of(visit, OF_HOMES)
    if (tidy := tidied(visit, question)) is not None:
        return tidy
    if form is not Form.PAGE:
        return refused(question) or homes_file(visit, _of(kind, printed, question), f"homes-of-{kind.thing}")
    return _page(visit, kind, printed, question, here)


def _of(kind: NamedKind, name: str, question: Question) -> Question:
    """The same question of the homes of one owner or area alone."""
    return replace(question, chosen=replace(question.chosen, **{kind.filter: (name,)}))


def _unknown(visit: Visit, kind: NamedKind, asked: str, known: Collection[str]) -> Response:
    near = [Instead(name, kind.page_of(name) or "") for name in nearest_names(asked, known)]
    words = inert(asked, 60)
    search = f"{kind.others[0]}?q={quote(words)}"
    return visit.render("no_such_name.html", status=404, kind=kind, asked=words, near=near, search=search)


def _page(visit: Visit, kind: NamedKind, name: str, question: Question, here: str) -> Response:
    wrong = problems(visit, question, here)
    table = None if wrong else HomesTable(visit, _of(kind, name, question), question, here, kind.column)
    return visit.render(
        "named.html",
        status=table.status if table else 400,
        called=inert(name, _LONGEST_TITLE),
        kind=kind,
        problems=wrong,
        chips=list(chips(question, here)),
        here=here,
        table=table,
        around=None if wrong else _around(visit, kind, name),
        followed=Question(takes=OF_CHANGES, chosen=Chosen(**{kind.filter: (name,)})).address("/changes.atom"),
    )


def _around(visit: Visit, kind: NamedKind, name: str) -> Mapping[str, object]:
    """What stands around the homes, whichever of them are shown."""
    alone, every = Chosen(**{kind.filter: (name,)}), visit.site.kept.every(visit.now)
    beside = compared(every, inert(name, _LONGEST_TITLE), every.facets.under(kind.filter, name))
    return {
        "further": Question(takes=OF_HOMES, chosen=alone).address("/homes"),
        "beside": beside,
        "beside_rows": [table_row(beside.columns, row, {}) for row in beside.rows],
        "found": _found(visit, alone, kind.column),
        "this_year": Question(takes=OF_CHANGES, chosen=alone, first=date(visit.day.year, 1, 1)).address("/changes"),
        "follow": list(ways_to_follow(alone)),
        "numbers": shown(visit.site.kept.numbers(alone, ("year",), visit.now), ("year",), most=100),
        "all_numbers": Question(takes=OF_NUMBERS, chosen=alone).address("/numbers"),
        "kin": _kin(visit, name) if kind is OWNER else None,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class InadequateShown:
    """The changes that found homes inadequate lately."""

    columns: Sequence[Column]
    rows: Sequence[TableRow]
    total: int
    address: str
    """Where all changes of these homes are."""


def _found(visit: Visit, chosen: Chosen, column: str) -> InadequateShown:
    span = visit.day - DROPS_WITHIN, visit.day
    found = visit.site.kept.log(chosen, span, visit.now, FOUND_INADEQUATE, most=MOST_DROPS)
    columns, rows = log_table(found.sheet.rows, without=column)
    address = Question(takes=OF_CHANGES, chosen=chosen).address("/changes")
    return InadequateShown(columns=columns, rows=rows, total=found.total, address=address)


@dataclass(frozen=True, slots=True)
class OwnersKin:
    """Owners that belong together, or may."""

    group: str
    others: Sequence[Instead]
    """The other owners of the group."""
    alike: Sequence[Instead]
    """Owners whose names differ by region or legal form alone."""


def _kin(visit: Visit, name: str) -> OwnersKin:
    spellings = visit.site.kept.every(visit.now).facets.spellings("owner")
    groups = visit.settings.groups
    group = groups_by_owner(groups).get(same_owner(name), "")
    others = [
        spellings.get(same_owner(one), one) for one in groups.get(group, ()) if same_owner(one) != same_owner(name)
    ]
    stem = group_stem(name)
    known = {same_owner(one) for one in (name, *others)}
    alike = [one for same, one in spellings.items() if stem and same not in known and group_stem(one) == stem]
    return OwnersKin(group, _links(others), _links(sorted(alike)[:_MOST_ALIKE]))


def _links(names: Sequence[str]) -> list[Instead]:
    return [Instead(name, owner_page(name) or "") for name in names]
