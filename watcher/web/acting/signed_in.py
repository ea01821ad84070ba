"""Deeds of who is signed in: by a form of ours with its token; the page that is shown then says what came of it."""

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.actions.sign import signature_of
from watcher.errors import WatcherError
from watcher.watching.deeds import Door
from watcher.web.access.access import NOT_FROM_HERE, ONLY_SHOWN, led_to, sign_in_page
from watcher.web.access.forms import form_of, own_path
from watcher.web.acting.asked import AskedDeed
from watcher.web.acting.deeds import PATHS
from watcher.web.acting.not_done import page_of_not_done
from watcher.web.errors import page_of_error
from watcher.web.site import Site

NOTHING_TO_SEE = "This address shows nothing: it is for the button on a page of a home, a change, a watch or /status."


def routes(site: Site) -> Iterator[Route]:
    """Where each deed is asked for."""
    for path in PATHS:
        yield Route(path.replace("{subject}", "{subject:path}"), partial(_answer, site, path), methods=["POST"])
        yield Route(path.replace("{subject}", "{subject:path}"), _not_to_look_at, methods=["GET"])


async def _not_to_look_at(_: Request) -> Response:
    answer = page_of_error(HTTPStatus.METHOD_NOT_ALLOWED, NOTHING_TO_SEE)
    answer.headers["Allow"] = "POST"
    return answer


async def _answer(site: Site, path: str, request: Request) -> Response:
    form, now = await form_of(request), site.now()
    back = own_path(form.get("back", ""))
    actor = site.access.actor(request, now)
    if actor is None and site.access.has_users:
        return led_to(sign_in_page(back))
    if actor is None:
        return page_of_error(HTTPStatus.FORBIDDEN, ONLY_SHOWN, back=back)
    if not site.access.accepts(request, actor, form.get("csrf", "")):
        return page_of_error(HTTPStatus.FORBIDDEN, NOT_FROM_HERE, back=back)
    try:
        signature = signature_of(by=actor.name, why=form.get("why", "").strip(), now=now, door=Door.PAGE)
        done = await site.act(AskedDeed(path, str(request.path_params["subject"]), signature, form))
    except WatcherError as error:
        return page_of_not_done(error, back)
    shown, _, _ = back.partition("?")
    return led_to(f"{shown}?done={done}")
