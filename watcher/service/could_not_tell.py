"""The matters of what readings could not tell: one for each feed and sort of trouble, whatever the number; pure."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from watcher.facts.inspection import Home
from watcher.feeds.feed import ODD, Trouble
from watcher.history.protocol import FeedState, OpenMatter, Untold
from watcher.messages.days import when
from watcher.messages.matter import Matter, Subject
from watcher.messages.numbers import british, counted
from watcher.messages.topics import Topic
from watcher.text import capital, inert, web_link

HomeOf = Callable[[str], Home | None]
"""A home by its key, if it is known."""

TRIES = {Trouble.LIST: 2, Trouble.PAGE: 2, Trouble.LINE: 2}
"""What may pass by itself is told once so many readings have found it; everything else at the first."""

_TOPICS = {
    Trouble.LIST: Topic.LIST,
    Trouble.PAGE: Topic.PAGE,
    Trouble.LINE: Topic.LINE,
    Trouble.REPORT: Topic.REPORT,
    Trouble.MISSING: Topic.MISSING,
    Trouble.GRADE: Topic.GRADE,
    Trouble.RETOLD: Topic.RETOLD,
    Trouble.REPEATED: Topic.REPEATED,
    Trouble.FILE: Topic.FILE,
}

_TITLES = {
    Trouble.LIST: ("an entry of its list could not be understood: {}", "{} of its list could not be understood"),
    Trouble.PAGE: ("the page of {} could not be understood", "the pages of {} could not be understood"),
    Trouble.LINE: ("a line on the page of {} could not be understood", "lines on pages of {} could not be understood"),
    Trouble.REPORT: ("a report on {} could not be read", "reports on {} could not be read"),
    Trouble.MISSING: ("a link to a report on {} leads to nothing", "links to reports on {} lead to nothing"),
    Trouble.GRADE: ("a grade of {} could not be told", "grades of {} could not be told"),
    Trouble.RETOLD: (
        "a report on {} tells otherwise of earlier inspections",
        "reports on {} tell otherwise of earlier inspections",
    ),
    Trouble.REPEATED: ("something was said twice of {}", "something was said twice of {}"),
    Trouble.FILE: ("a file could not be understood: {}", "{} could not be understood"),
}
"""Of one and of several."""

_COUNTED = {Trouble.LIST: ("entry", "entries"), Trouble.FILE: ("file", "files")}
"""What is counted of a sort, unless it is homes."""

_TECHNICAL = (Trouble.PAGE, Trouble.REPORT)
"""What was found of these says something to whoever mends the program alone."""
_MOST_DETAILS = 3
_LONGEST_LINE = 400
_OLDER = re.compile(r"feed:([^:]+):problem:(.*)", re.DOTALL)


def matters_of_problems(
    state: FeedState, homes: HomeOf, known: Mapping[str, OpenMatter], next_try: datetime | None
) -> list[Matter]:
    """The matters of a feed's problems that are to be told, in the order of the sorts of trouble."""
    by_trouble: dict[Trouble, dict[str, Untold]] = {}
    for where, problem in state.problems.items():
        trouble = trouble_of(where, problem)
        if _is_to_be_told(state, where, problem, trouble, known):
            by_trouble.setdefault(trouble, {})[where] = problem
    return [
        _matter(state.name, trouble, by_trouble[trouble], homes, next_try)
        for trouble in Trouble
        if trouble in by_trouble
    ]


def trouble_of(where: str, problem: Untold) -> Trouble:
    """The sort of a problem; of one that an older version stored, by how it called the place."""
    if problem.tries:
        return problem.trouble
    if where.endswith("its history") or ", its history, " in where:
        return Trouble.RETOLD
    if where.startswith("result list, "):
        return Trouble.LIST
    if where.startswith("page of "):
        return Trouble.PAGE
    if "://" in where:
        return Trouble.REPORT if "could not tell the grades" in problem.what else Trouble.LINE
    return Trouble.GRADE


def key_of(feed: str, trouble: Trouble) -> str:
    """The key of the matter of a feed's trouble."""
    return f"feed:{feed}:{trouble}"


def title_of(feed: str, trouble: Trouble, labels: Iterable[str]) -> str:
    """The matter in one line: the home itself if it is one, else how many."""
    different = list(dict.fromkeys(labels))
    one, several = _TITLES[trouble]
    if len(different) == 1:
        return f"{feed}: {one.format(different[0])}"
    things = _COUNTED.get(trouble, ("home", "homes"))
    number = counted(len(different), *things)
    return f"{feed}: {several.format(number)}"


def title_of_key(key: str, labels: Iterable[str]) -> str | None:
    """The same for a matter by its key; None for a key of other matters."""
    _, feed, trouble = (*key.split(":"), "", "")[:3]
    return title_of(feed, Trouble(trouble), labels) if trouble in list(Trouble) else None


def older(known: Collection[str]) -> dict[str, tuple[str, str]]:
    """The keys under which older versions kept a matter for each problem: the feed and the place of each."""
    return {key: (found[1], found[2]) for key in known if (found := _OLDER.fullmatch(key))}


def _is_to_be_told(
    state: FeedState, where: str, problem: Untold, trouble: Trouble, known: Mapping[str, OpenMatter]
) -> bool:
    """Whether it was told before, or has been found often enough; not what a reading that failed as a whole found."""
    before = known.get(key_of(state.name, trouble))
    if (before is not None and where in before.about) or f"feed:{state.name}:problem:{where}" in known:
        return True
    needed = TRIES.get(trouble, 1)
    return max(problem.tries, 1) >= needed and not (needed > 1 and state.outcome in ODD)


def _matter(
    feed: str, trouble: Trouble, problems: Mapping[str, Untold], homes: HomeOf, next_try: datetime | None
) -> Matter:
    subjects = tuple(_subject(where, trouble, problem, homes) for where, problem in problems.items())
    labels = [subject.label for subject in subjects]
    text = _alone(subjects[0]) if len(subjects) == 1 else "They are listed below, and all of them in `watcher status`."
    details = _details(problems.values()) if trouble in _TECHNICAL else ()
    topic, title = _TOPICS[trouble], title_of(feed, trouble, labels)
    return Matter(key_of(feed, trouble), topic, title, text, subjects=subjects, details=details, next_try=next_try)


def _alone(subject: Subject) -> str:
    """What there is to know of the one thing that the title names."""
    said = subject.line.removeprefix(subject.label).removesuffix(f": {subject.link}").removeprefix(": ")
    return capital(said) or "Its page was fetched, and is not what was expected."


def _subject(where: str, trouble: Trouble, problem: Untold, homes: HomeOf) -> Subject:
    home = homes(problem.home) if problem.home else None
    label = in_words(problem.home, home) if problem.home else inert(where, 120)
    plain = "" if trouble in _TECHNICAL else problem.what
    said = ": ".join(part for part in (label, _inspection(problem), plain) if part)
    link = web_link(where) or web_link(home.link if home else None)
    address = f": {link}" if link and link not in said else ""
    return Subject(where, label, inert(said, _LONGEST_LINE) + address, link)


def in_words(key: str, home: Home | None) -> str:
    """A home by its number, type, area and owner; never by its name, which its regulator may withhold."""
    number = inert(key.partition(":")[2] or key, 40)
    known = [home.type, home.local_authority, home.owner] if home else []
    facts = ", ".join(inert(fact, 80) for fact in known if fact)
    return f"{number} ({facts})" if facts else number


def _inspection(problem: Untold) -> str:
    """The inspection whose report could not be read."""
    if problem.unread is None:
        return ""
    published = problem.unread.published if problem.unread.inspected else None
    out = f", published {british(published)}" if published else ""
    return f"{when(problem.unread)}{out}"


def _details(problems: Iterable[Untold]) -> tuple[str, ...]:
    """What was found, the most frequent first."""
    found: Sequence[tuple[str, int]] = Counter(problem.what for problem in problems).most_common()
    shown = [f"{counted(number, 'time')}: {what}" if number > 1 else what for what, number in found[:_MOST_DETAILS]]
    rest = len(found) - len(shown)
    return (*shown, f"and {counted(rest, 'other finding')}") if rest else tuple(shown)
