"""Grades within sentences, each in its own regulator's words: some say what a home is, others what it needs."""

from watcher.facts import regulators
from watcher.messages.numbers import counted, in_letters

_USUAL = "inadequate"
_VERBS = ("requires ", "require ", "needs ")


def worst_of(home: str) -> str:
    """What the regulator of a home, by its key, calls one that counts as inadequate: `weak or unsatisfactory`."""
    return regulators.of_home(home).worst


def found_worst(home: str) -> str:
    """What was found of a home, behind its name: `found inadequate`, `rated weak or unsatisfactory`."""
    worst = worst_of(home)
    return f"{'rated' if _is_verb(worst) or ' or ' in worst else 'found'} {worst}"


def change_called(change: str, home: str, grade: str = "") -> str:
    """A change's name as readers of a home's regulator know it: `dropped to weak` for `dropped to inadequate`.

    The grade is that which the home has now; another than a worst one is not meant.
    """
    regulator = regulators.of_home(home)
    if regulator.worst == _USUAL:
        return change
    return change.replace(_USUAL, grade if regulator.is_inadequate(grade) else regulator.worst)


def is_so(grade: str, adverb: str = "") -> str:
    """What a home is: `is still inadequate`, but `still requires improvement`."""
    said = f"{adverb} {grade}" if adverb else grade
    return said if _is_verb(grade) else f"is {said}"


def so(grade: str) -> str:
    """What a home is, behind `which stands` or `while`: `inadequate`, but `rated requires improvement`."""
    return f"rated {grade}" if _is_verb(grade) else grade


def lowest_of(home: str, areas: int) -> str:
    """Of how many a rating is the lowest, in the regulator's words: `the lowest of five key questions`."""
    area = regulators.of_home(home).area
    return f"the lowest of {in_letters(areas)} {area}s" if areas > 1 else f"the only {area} graded"


def all_of(home: str, areas: int) -> str:
    """All areas of an inspection, as their regulator calls them: `both themes`, `all five key questions`."""
    area = regulators.of_home(home).area
    return f"both {area}s" if areas == 2 else f"all {in_letters(areas)} {area}s"


def areas_counted(home: str, areas: int) -> str:
    """How many areas, as their regulator calls them."""
    return counted(areas, regulators.of_home(home).area)


def _is_verb(grade: str) -> bool:
    return grade.startswith(_VERBS)
