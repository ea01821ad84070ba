"""The question that the address of a list asks, and the one address under which each question is best known."""

from urllib.parse import quote

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from watcher.answers.asked.query import Question, Takes, read_question
from watcher.web.visit import Form, Visit


def question_of(visit: Visit, takes: Takes) -> Question:
    """What is asked for; mistakes and all."""
    given = visit.request.query_params.multi_items()
    return read_question(takes, given, visit.day, lambda chosen: visit.site.kept.unknown(chosen, visit.now))


def tidied(visit: Visit, question: Question) -> Response | None:
    """The same page without what a form left empty, so that its address can be handed on; None where it is tidy."""
    given = visit.request.query_params.multi_items()
    if visit.form is not Form.PAGE or question.wrong or all(value.strip() for _, value in given):
        return None
    return RedirectResponse(question.address(quote(visit.request.scope["path"])), status_code=303)


def refused(question: Question) -> Response | None:
    """What a program is told instead of a file: each mistake in a line; None where there is none."""
    if not question.wrong:
        return None
    return PlainTextResponse("".join(f"{wrong.why}\n" for wrong in question.wrong), status_code=400)
