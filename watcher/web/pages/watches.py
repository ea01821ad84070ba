"""One watch: its homes with what its list calls them, what it asks for, and what was told for it lately."""

from calendar import day_name
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from watcher.answers.asked.query import OF_HOMES
from watcher.judging.changes import What
from watcher.messages.numbers import british_moment, listed, ordinal
from watcher.messages.titles import title
from watcher.options.mistakes import nearest_names
from watcher.text import inert, squash
from watcher.timing.durations import format_duration
from watcher.watching.watches import Watch
from watcher.web.addresses import change_page, in_form, watch_page
from watcher.web.lists.asking import question_of, refused, tidied
from watcher.web.lists.fields import chips
from watcher.web.lists.of_people import made_by_people, removing, shown_watch
from watcher.web.lists.problems import Instead, problems
from watcher.web.pages.homes import HomesTable, homes_file
from watcher.web.visit import Form, Visit

MOST_TOLD = 10

_DAYS: Mapping[str, str] = {day[:3].casefold(): day for day in day_name}

_FILTERS: Mapping[str, str] = {
    "home": "Homes",
    "owner": "Owners",
    "group": "Groups",
    "type": "Types",
    "region": "Regions",
    "regulator": "Regulators",
    "local_authority": "Areas",
    "constituency": "Constituencies",
}


def watch(visit: Visit) -> Response:
    """One watch."""
    name = visit.named("name")
    meant = next((one for one in visit.settings.watch if squash(one.name) == squash(name)), None)
    if meant is None:
        return _unknown(visit, name)
    if visit.form not in (Form.PAGE, Form.CSV, Form.JSON):
        raise HTTPException(404)
    here = watch_page(meant.name)
    if name != meant.name:
        there = here if visit.form is Form.PAGE else in_form(here, visit.form)
        return RedirectResponse(f"{there}?{visit.query}".removesuffix("?"), status_code=303)
    question = question_of(visit, OF_HOMES)
    if (tidy := tidied(visit, question)) is not None:
        return tidy
    asked = replace(question, chosen=replace(question.chosen, watch=(meant.name,)))
    if visit.form is not Form.PAGE:
        return refused(question) or homes_file(visit, asked, "homes-of-watch")
    wrong = problems(visit, question, here)
    made = list(made_by_people(visit, meant.name))
    table = None if wrong else HomesTable(visit, asked, question, here)
    return visit.render(
        "watch.html",
        status=table.status if table else 400,
        called=meant.name,
        here=here,
        problems=wrong,
        chips=list(chips(question, here)),
        table=table,
        asks=[*_asks(meant), *made],
        remove=removing(meant.name) if made else "",
        told=list(_told(visit, meant)),
        followed=in_form(here, Form.ATOM),
    )


def _unknown(visit: Visit, name: str) -> Response:
    names = [one.name for one in visit.settings.watch]
    near = [Instead(one, watch_page(one)) for one in nearest_names(name, names) or names[:20]]
    kind = {"thing": "watch", "others": ("/homes", "All homes")}
    gone = [shown_watch(visit, made) for made in visit.history.made_watches() if squash(made.name) == squash(name)]
    why = f"{gone[0].what}, {gone[0].made}: {gone[0].why_not}." if gone and gone[0].why_not else ""
    return visit.render(
        "no_such_name.html", status=404, kind=kind, asked=inert(name, 60), near=[] if why else near, search="", why=why
    )


def _asks(meant: Watch) -> Iterator[tuple[str, str]]:
    """What it asks for, in words; of channels their names alone."""
    for key, heading in _FILTERS.items():
        if values := getattr(meant, key):
            yield heading, inert("; ".join(values), 1_000)
    if meant.listed is not None:
        yield "Homes", f"those on its list {inert(PurePath(meant.listed.file).name, 100)}"
    elif not any(getattr(meant, key) for key in _FILTERS):
        yield "Homes", "all"
    is_all = set(meant.changes) == set(What)
    yield "Changes", "all" if is_all else listed([what.value for what in meant.changes])
    yield "Told through", listed(meant.to)
    if meant.repeat is not None:
        yield "Told again", f"every {format_duration(meant.repeat)} until somebody acknowledges it"
    if meant.escalate_to:
        after = format_duration(meant.escalates_after)
        yield "Told to more", f"through {listed(meant.escalate_to)}, if nobody has acknowledged it for {after}"
    if meant.report is not None:
        report = meant.report
        when = f"month, on the {ordinal(report.day)}" if report.day else f"week, on {_DAYS[report.weekday or 'mon']}"
        yield "Report", f"every {when} at {report.at:%H:%M}, through {listed(report.to)}"


def _told(visit: Visit, meant: Watch) -> Iterator[tuple[str, str, str]]:
    """The latest changes that were told for it: when each was seen, what it says, and its page."""
    latest = deque((told for told in visit.history.changes() if meant.name in told.alert.watches), maxlen=MOST_TOLD)
    for told in reversed(latest):
        labels = {name: label for name, label in told.alert.labels.items() if name == meant.name}
        seen = british_moment(told.seen.astimezone(visit.settings.timezone))
        yield seen, title(told.alert.labelled(labels)), change_page(told.alert.id)
