"""What the site is read for: children's homes, local authorities; all that differs between them, as a value each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from watcher.facts.grades import read_kind
from watcher.facts.inspection import Kind
from watcher.facts.regulators import OFSTED, OFSTED_LA, Regulator
from watcher.text import squash

_VISIT = re.compile(r"\b(focused|monitoring|assurance)\b.*\bvisit\b")
_OF_OTHERS = re.compile(
    r"\b(?:joint|send|special educational|child protection|adoption|fostering|residential|safeguarding and looked)\b"
)
_SERVICES = re.compile(r"\bchildren'?s (?:social care )?services\b.*\binspection\b|\binspection\b.*\bchildren'?s ")


def _as_printed(words: str) -> Kind:
    return read_kind(words)


def _of_authority(words: str) -> Kind:
    """The kind behind the words of a link on an authority's page: `Children's services focused visit` and its like.

    Other inspections stand there too, such as joint ones of an area: they rate the authority nowhere.
    """
    plain = squash(words).replace("’", "'")
    if visit := _VISIT.search(plain):
        return read_kind(f"{visit[1]} visit")
    if _OF_OTHERS.search(plain):
        return Kind.UNRATED
    return Kind.FULL if _SERVICES.search(plain) else read_kind(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remit:
    """A sort of provider that the site has pages of."""

    name: str
    """As the configuration has it, and in the plural for people."""
    one: str
    """One of them, within a sentence."""
    many: str
    """Several."""
    type: str
    """What all of them are, as the site says it or would."""
    regulator: Regulator
    category: str
    """In the addresses of their pages, `/provider/2/SC123456`."""
    label: str
    """Of their category in the search form."""
    kind: str
    """What the words after "Category" of a result hold, loosely."""
    still_after: int
    """So many working days without a report on any of them have never been."""
    kind_of: Callable[[str], Kind] = _as_printed
    """The kind of visit behind the words of a link."""
    is_authority: bool = False
    """Whether its reports are those on authorities: they print no number, and may be of another kind than announced."""
    understood_since: date = date.min
    """Of earlier inspections no report is read."""

    @property
    def beside(self) -> str:
        """What stands beside the name of a place that other remits have too; nothing for the usual one."""
        return f" ({self.name})" if self.is_authority else ""

    @property
    def key(self) -> str:
        """The prefix of the keys of its homes."""
        return self.regulator.key


HOMES = Remit(
    name="children's homes",
    one="home",
    many="homes",
    type="children's home",
    regulator=OFSTED,
    category="2",
    label="children's home",
    kind="children home",
    still_after=10,  # in the yearly files the longest without a report on any home was 8, in September 2022
)

AUTHORITIES = Remit(
    name="local authorities",
    one="local authority",
    many="local authorities",
    type="local authority",
    regulator=OFSTED_LA,
    category="44",
    label="local authority children's services",
    kind="local authority children service",
    still_after=40,  # there are 153 of them, with some three documents a week, and none in August
    kind_of=_of_authority,
    is_authority=True,
    understood_since=date(2013, 11, 1),
)

REMITS = (HOMES, AUTHORITIES)


def remit_of(name: str) -> Remit:
    """The remit of a name in the configuration."""
    return next(remit for remit in REMITS if remit.name == name)


def other_categories(remit: Remit) -> frozenset[str]:
    """The categories in addresses that are another remit's, whatever words stand beside them."""
    return frozenset(other.category for other in REMITS if other is not remit)
