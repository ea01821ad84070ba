"""What programs follow: the log as an Atom feed, and what is to come of homes as a calendar."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.query import OF_CHANGES, OF_HOMES
from watcher.answers.homes.home_now import HomeNow
from watcher.answers.log.logged import logged
from watcher.messages.links import stable_name
from watcher.web.addresses import watch_page
from watcher.web.atom import MEDIA_TYPE, MOST, AtomFeed, atom
from watcher.web.lists.asking import question_of, refused
from watcher.web.lists.log import log_title, span_of
from watcher.web.visit import Visit

_MOST_HOMES = 1_000
"""Homes of a calendar that tells when each is due to be inspected: of more nobody reads that."""


def log_feed(visit: Visit) -> Response:
    """The latest of the changes that are as asked for."""
    question = question_of(visit, OF_CHANGES)
    if (refusal := refused(question)) is not None:
        return refusal
    asked = replace(question, page=1, sort=None)
    page = visit.site.kept.log(question.chosen, span_of(question, visit.day), visit.now, question.what, most=MOST)
    feed = AtomFeed(
        title=log_title(question),
        path="/changes",
        query=asked.query,
        changes=logged(visit.history, visit.settings, page.sheet.rows, question.chosen.watch),
        about=page.sheet.below[-1] if page.sheet.below else "",
        as_of=_as_of(visit),
        installation=_installation(visit),
    )
    return Response(atom(feed, visit.root), media_type=MEDIA_TYPE)


def watch_feed(visit: Visit) -> Response:
    """The latest changes that a watch asks for."""
    name = str(visit.request.path_params["name"])
    meant = next((watch for watch in visit.settings.watch if watch.name == name), None)
    if meant is None:
        raise HTTPException(404, "There is no watch of that name.")
    span = span_of(question_of(visit, OF_CHANGES), visit.day)
    page = visit.site.kept.log(Chosen(watch=(name,)), span, visit.now, meant.changes, most=MOST)
    feed = AtomFeed(
        title=f"What changed for the watch {name}",
        path=watch_page(name),
        changes=logged(visit.history, visit.settings, page.sheet.rows, (name,)),
        as_of=_as_of(visit),
        installation=_installation(visit),
    )
    return Response(atom(feed, visit.root), media_type=MEDIA_TYPE)


def calendar_of_homes(visit: Visit) -> Response:
    """What is to come of the homes that are as asked for."""
    from watcher.web import calendar  # its library takes a moment to load, and few ask for one

    question = question_of(visit, OF_HOMES)
    if (refusal := refused(question)) is not None:
        return refusal
    kept = visit.site.kept
    found = kept.homes(question.chosen, visit.now, text=question.text, most=_MOST_HOMES)
    homes, about = found.homes, found.about
    if found.total > _MOST_HOMES:
        every = kept.homes(question.chosen, visit.now, text=question.text, most=found.total)
        homes = tuple(_pressing(every.homes))
        about = f"{about}. When the next inspection is due is told of {_MOST_HOMES:,} homes at most."
    name = f"watcher: {question.chosen.words or question.text or 'homes'}"
    made = calendar.calendar(homes, visit.root, name=name, as_of=_as_of(visit), about=about)
    return Response(made, media_type=calendar.MEDIA_TYPE)


def _pressing(homes: Iterable[HomeNow]) -> Iterator[HomeNow]:
    """Those of which news is expected or something is due, and of them nothing else."""
    for home in homes:
        if home.requirements or home.standing.expect_news_by:
            yield replace(home, standing=replace(home.standing, next_due=None))


def _as_of(visit: Visit) -> datetime:
    """When what is known was last altered: when a feed was last read well, or else the beginning of the day."""
    read = [state.last_good for name in visit.settings.feeds if (state := visit.history.feed(name)).last_good]
    midnight = datetime.combine(visit.day, datetime.min.time(), visit.settings.timezone)
    return max((moment for moment in read if moment), default=midnight)


def _installation(visit: Visit) -> str:
    """What tells this watcher's feeds from others, and stays as long as its history."""
    return stable_name(visit.history.signing_key())
