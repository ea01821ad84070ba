"""Deeds by a signed link of a message: opening it shows what it would do; only its button, a POST, does it.

So a mail scanner that opens links does nothing. A mail program's own button (RFC 8058) posts without a page of ours.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from watcher.actions.sign import signature_of
from watcher.errors import WatcherError
from watcher.messages.links import SILENCE_FOR, Link, Links, NoLink, Purpose
from watcher.messages.numbers import british, british_moment, counted, listed
from watcher.messages.titles import title
from watcher.text import inert
from watcher.watching.deeds import Door
from watcher.web.access.access import NOT_FROM_HERE
from watcher.web.access.forms import NO_FORM, body_of, fields_in, is_form
from watcher.web.acting.asked import AskedDeed
from watcher.web.acting.deeds import Desk
from watcher.web.acting.link_deeds import silenced_before, who
from watcher.web.acting.not_done import page_of_not_done
from watcher.web.errors import page_of_error
from watcher.web.site import Site
from watcher.web.templating import template

ONE_CLICK = (b"List-Unsubscribe", b"One-Click")
"""What a mail program's own button sends, in a form of either sort (RFC 8058, section 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a link would do, in words."""

    heading: str
    lines: tuple[str, ...]
    button: str = ""
    """Empty where there is nothing to do any more."""
    reason: str = ""
    """What the field for a reason is called; empty where none is asked for."""
    is_reason_needed: bool = False
    watches: tuple[str, ...] = ()
    """Of which it is said what they ask for."""


def routes(site: Site) -> Iterator[Route]:
    """Where signed links lead."""
    yield Route("/act/{token:path}", partial(_show, site), methods=["GET"])
    yield Route("/act/{token:path}", partial(_act, site), methods=["POST"])


async def _show(site: Site, request: Request) -> Response:
    link = _read(site, request)
    if isinstance(link, NoLink):
        return _no_link(link)
    offer = _OFFERS[link.purpose](site.desk(), link)
    return _page(offer)


async def _act(site: Site, request: Request) -> Response:
    link = _read(site, request)
    if isinstance(link, NoLink):
        return _no_link(link)
    body = await body_of(request)
    is_one_click = link.purpose is Purpose.STOP_MAILS and all(said in body for said in ONE_CLICK)
    if not is_one_click and not site.access.is_from_here(request):
        return page_of_error(HTTPStatus.FORBIDDEN, NOT_FROM_HERE)
    if not is_one_click and not is_form(request):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, NO_FORM)
    fields = fields_in(body) if is_form(request) else {}
    try:
        signature = signature_of(
            by=who(link),
            why=fields.get("why", "").strip(),
            now=site.now(),
            door=Door.MAIL if is_one_click else Door.LINK,
        )
        done = await site.act(AskedDeed.by_link(link, signature))
    except WatcherError as error:
        return page_of_not_done(error)
    return _page(Offer(heading="Done", lines=(done,)))


def _read(site: Site, request: Request) -> Link | NoLink:
    links = Links(site.settings().web.base_url, site.history.signing_key() or None)
    return links.read(str(request.path_params["token"]), site.now())


def _offer_to_acknowledge(desk: Desk, link: Link) -> Offer:
    told = desk.history.change(link.subject)
    if told is None:
        return _gone("It is about a change that is not known here any more.")
    before = desk.history.acknowledgement(link.subject)
    if before is not None:
        when = british_moment(before.at.astimezone(desk.settings.timezone))
        return Offer(heading="Acknowledged already", lines=(title(told.alert), f"That was on {when}."))
    said = "Whoever asked for this sees that somebody has taken it in hand, and its reminders end."
    return Offer(heading="Acknowledge this?", lines=(title(told.alert), said), button="Acknowledge", reason="Reason")


def _offer_to_silence(desk: Desk, link: Link) -> Offer:
    record = desk.history.home(link.subject)
    if record is None:
        return _gone("It is about a home that is not known here any more.")
    if (said := silenced_before(desk, link)) is not None:
        return Offer(heading="Silenced already", lines=(said,))
    days = counted(SILENCE_FOR.days, "day")
    what = f"{inert(record.home.id, 40)}: for {days} nothing is sent about this home to anybody."
    kept = "What would have been sent is kept, and can be looked up here."
    return Offer(
        heading="Silence this home?", lines=(what, kept), button="Silence", reason="Reason", is_reason_needed=True
    )


def _offer_to_stop(desk: Desk, link: Link) -> Offer:
    stop = desk.history.stopped_mails().get(link.subject.casefold())
    if stop is not None:
        when = british(stop.since.astimezone(desk.settings.timezone).date())
        said = f"None go to {link.subject} since {when}. Whoever runs this watcher can have them sent again."
        return Offer(heading="These mails are stopped", lines=(said,))
    asked = f"If you stop them, nothing more is sent to {link.subject}: no alert, no digest, no report."
    back = "Whoever runs this watcher is told, and can have them sent again when you ask."
    why = tuple(_why_it_gets_them(desk, link.subject))
    return Offer(
        heading="Why you get these mails, and how to stop them",
        lines=(*(said for _, said in why), asked, back),
        button="Stop these mails",
        watches=tuple(watch for watch, _ in why if watch),
    )


def _why_it_gets_them(desk: Desk, address: str) -> Iterator[tuple[str, str]]:
    """Which watches send to an address, each with a sentence as its reader would know it; without one, why not."""
    settings = desk.settings
    mine = {
        name
        for name, options in settings.channels.items()
        if any(to is not None and to.casefold() == address.casefold() for to in options.recipients)
    }
    for watch in settings.watch:
        reported = tuple(watch.report.to) if watch.report is not None else ()
        through = [name for name in dict.fromkeys((*watch.to, *watch.escalate_to, *reported)) if name in mine]
        if through:
            by = listed([inert(name) for name in through])
            yield watch.name, f"The watch {inert(watch.name)} sends to {address}, through {by}."
    if not mine:
        yield "", f"No channel sends to {address} any more; it was in the configuration when the message was made."


def _gone(why: str) -> Offer:
    return Offer(heading="There is nothing to do", lines=(why,))


_Offering = Callable[[Desk, Link], Offer]
_OFFERS: Mapping[Purpose, _Offering] = {
    Purpose.ACKNOWLEDGE: _offer_to_acknowledge,
    Purpose.SILENCE: _offer_to_silence,
    Purpose.STOP_MAILS: _offer_to_stop,
}


def _no_link(why: NoLink) -> Response:
    return page_of_error(HTTPStatus.FORBIDDEN, why.advice, "This link does nothing")


def _page(offer: Offer) -> Response:
    html = template("act.html").render(visit=None, offer=offer)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})
