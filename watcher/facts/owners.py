"""Which owners are the same, and which may be: names in print change from year to year and from region to region."""

import re
from functools import lru_cache

from watcher.text import squash

_COMPANY_FORMS = {"ltd": "limited", "co": "company", "plc": "plc", "&": "and"}

_LEGAL = frozenset({"limited", "plc", "llp", "company", "cic", "cio", "uk", "the", "group", "holdings"})
_REGIONS = frozenset(
    [
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "midland",
        "midlands",
        "england",
        "english",
        "wales",
        "welsh",
        "london",
        "yorkshire",
        "humber",
        "nw",
        "ne",
        "sw",
        "se",
        "northwest",
        "northeast",
        "southwest",
        "southeast",
        "anglia",
        "cumbria",
        "lancashire",
        "cheshire",
        "merseyside",
        "manchester",
        "kent",
        "essex",
        "sussex",
        "surrey",
        "devon",
        "cornwall",
        "norfolk",
        "suffolk",
    ]
)
_SAYS_NOTHING = frozenset(
    [
        "care",
        "caring",
        "child",
        "children",
        "childrens",
        "children's",
        "home",
        "homes",
        "house",
        "houses",
        "residential",
        "service",
        "services",
        "support",
        "supported",
        "living",
        "young",
        "people",
        "youth",
        "family",
        "families",
        "social",
        "community",
        "education",
        "fostering",
        "and",
        "of",
        "for",
        "in",
        "solutions",
    ]
)
"""Words that thousands of owners have: a name of these alone is nobody's in particular."""
_PUBLIC = frozenset({"council", "borough", "county", "metropolitan", "authority", "nhs"})
"""Words of public bodies: what is left of their names without the region is the same for all of them."""


@lru_cache(maxsize=16_384)
def same_owner(name: str) -> str:
    """An owner's name without what changes from year to year in print: case, spaces, Ltd or Limited, full stops."""
    words = re.sub(r"[.,]", " ", squash(name)).split()
    return " ".join(_COMPANY_FORMS.get(word, word) for word in words)


@lru_cache(maxsize=16_384)
def group_stem(name: str) -> str | None:
    """What is left of an owner's name without region and legal form; None where that is nobody's in particular.

    Two owners with the same stem may belong together: `Esland North Limited` and `Esland South Limited`.
    """
    words = re.sub(r"[()\-/]", " ", same_owner(name)).split()
    if not _PUBLIC.isdisjoint(words):
        return None
    left = [word for word in words if word not in _LEGAL and word not in _REGIONS]
    telling = [word for word in left if word not in _SAYS_NOTHING and len(word) > 2 and not word.isdigit()]
    return " ".join(left) if telling else None
