"""What of a question can't be meant so, each with the nearest that exist, as links to the question that was meant."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watcher.answers.asked.chosen import known_beside_homes
from watcher.answers.asked.given import FILTERS, Wrong
from watcher.answers.asked.keys import BY
from watcher.answers.asked.query import Question
from watcher.judging.changes import What
from watcher.options.mistakes import nearest_names
from watcher.text import capital
from watcher.web.lists.fields import LABELS
from watcher.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Instead:
    """What may be meant, and the address that asks for it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class AddressProblem:
    """One mistake."""

    why: str
    field: str
    """The id of the field to mend; empty where the form has none."""
    instead: Sequence[Instead]


def problems(visit: Visit, question: Question, path: str) -> list[AddressProblem]:
    """Each mistake of a question, in its order."""
    return [_problem(visit, question, wrong, path) for wrong in question.wrong]


def _problem(visit: Visit, question: Question, wrong: Wrong, path: str) -> AddressProblem:
    instead = list(_instead(visit, question, wrong, path))
    why = wrong.what if instead else wrong.why
    return AddressProblem(capital(why), f"f-{wrong.name}" if wrong.name in LABELS else "", instead)


def _instead(visit: Visit, question: Question, wrong: Wrong, path: str) -> Iterator[Instead]:
    if wrong.name in FILTERS:
        kept = tuple(value for value in getattr(question.chosen, wrong.name) if not wrong.is_of(value))
        for name in nearest_names(wrong.value, _known(visit, wrong.name)):
            chosen = replace(question.chosen, **{wrong.name: tuple(dict.fromkeys((*kept, name)))})
            yield Instead(name, replace(question, chosen=chosen, page=1).address(path))
        return
    field, known = {"what": ("what", [what.value for what in What]), "by": ("by", BY)}.get(wrong.name, ("", ()))
    for name in nearest_names(wrong.value, known) if field else ():
        values: dict[str, Any] = {field: (What(name) if field == "what" else name,)}
        yield Instead(name, replace(question, **values, page=1).address(path))


def _known(visit: Visit, name: str) -> Iterable[str]:
    """Everything that the value of a filter could be."""
    beside = known_beside_homes(visit.settings)
    return beside[name] if name in beside else visit.site.kept.every(visit.now).facets.spellings(name).values()
