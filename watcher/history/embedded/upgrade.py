"""What a history that an older version began has to learn from the inspections that come with this one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import orjson

from watcher.facts.statements import HomeRecord
from watcher.history.documents import home_record

LATER_FACTS = ("constituency", "sector")
"""Facts of homes that older versions did not keep from the same files."""

_ANY_LATER_FACT = tuple(f'"{name}":'.encode() for name in LATER_FACTS)


def lacks_later_facts(homes: Mapping[int, bytes]) -> bool:
    """Whether a history has homes, and of none of them what older versions did not keep."""
    return bool(homes) and not any(name in document for document in homes.values() for name in _ANY_LATER_FACT)


def with_later_facts(known: Iterable[HomeRecord], bundled: Iterable[bytes]) -> list[HomeRecord]:
    """Those of the homes of which the bundled documents tell more now; what is known otherwise stays as it is."""
    homes = {f"{home.regulator}:{home.id}": home for home in known}
    found = []
    for document in map(orjson.loads, bundled):
        if (home := homes.get(document["key"])) is None:
            continue  # before anything is made of it: a history of a few homes is opened in a moment
        told = home_record(document)
        later = {name: told.facts[name] for name in LATER_FACTS if name in told.facts}
        if missing := {name: fact for name, fact in later.items() if name not in home.facts}:
            found.append(replace(home, facts={**home.facts, **missing}))
    return found
