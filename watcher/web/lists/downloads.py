"""A list as files: the same question, its answer whole, in the forms that programs read."""

from watcher.answers.asked.query import Question
from watcher.web.addresses import in_form
from watcher.web.visit import Form


def downloads(question: Question, path: str, what: str = "") -> list[tuple[str, str]]:
    """What each file is called, and its address; `what` says what of the page it has, where that is not all."""
    whole = question.at_page(1)
    return [(f"Download{what} as {form.upper()}", whole.address(in_form(path, form))) for form in (Form.CSV, Form.JSON)]
