"""What somebody may have meant who named a home or an owner that is not known; homes by number, never by name."""

from collections.abc import Iterable, Sequence

from watcher.facts.inspection import Described
from watcher.text import inert, printable, squash

_MOST = 5
"""Homes that are offered."""
_MOST_OWNERS = 12


def no_such_home(text: str, homes: Iterable[Described]) -> str:
    """That there is no such home, and the nearest there are, each with its local authority and owner."""
    near = nearest(text, homes)
    offered = " or ".join(map(described, near))
    return f"no home {printable(text)}{f'; did you mean {offered}?' if near else ''}"


def nearest(text: str, homes: Iterable[Described]) -> Sequence[Described]:
    """The homes whose numbers are nearly this; of many the first."""
    return sorted((home for home in homes if is_near(text, home)), key=lambda home: home.key)[:_MOST]


def is_near(text: str, home: Described) -> bool:
    """Whether an id is one character away, lacks its "SC", or differs in case; a regulator before it counts too."""
    regulator, colon, written = text.strip().rpartition(":")
    if colon and regulator.casefold() != home.regulator.casefold():
        return False
    wanted, known = written.upper(), home.id.upper()
    return is_one_away(wanted, known) or is_one_away(f"SC{wanted}", known)


def is_one_away(written: str, meant: str) -> bool:
    """Whether one character at most was substituted, left out, added, or two were swapped."""
    if abs(len(written) - len(meant)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), None)
    if start is None:
        return True
    here, there = written[start:], meant[start:]
    is_swapped = here[:2] == there[1::-1] and here[2:] == there[2:]
    return is_swapped or here[1:] == there[1:] or here[1:] == there or here == there[1:]


def described(home: Described) -> str:
    """A home's number, and in brackets its local authority and owner, as far as they are published."""
    facts = ", ".join(inert(fact) for fact in (home.local_authority, home.owner) if fact)
    return f"{home.id} ({facts})" if facts else home.id


def near_owner(name: str, owners: Iterable[str]) -> str:
    """The owners with these words in their names, or else the nearest name, or nothing."""
    names, words = sorted(owners), squash(name).split()
    having = [owner for owner in names if words and all(word in squash(owner) for word in words)]
    if not having:
        from watcher.options.mistakes import did_you_mean  # it brings what reads a configuration

        return did_you_mean(name, names)
    more = f" and {len(having) - _MOST_OWNERS} more" if len(having) > _MOST_OWNERS else ""
    return f"; owners with it: {', '.join(map(inert, having[:_MOST_OWNERS]))}{more}"
