"""The publishers: what differs from one to the next, as one frozen value each; everything else asks for it here.

Published sources of what stands here of Ofsted: the official statistics "Children's social care in England" of 2014-15
to 2024-25, Ofsted's report pages and report files, its social care common inspection framework.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from watcher.facts.inspection import Scale, Sort
from watcher.text import squash
from watcher.timing.working_days import Span


@dataclass(frozen=True, slots=True)
class Area:
    """What a judgement is about, as its regulator calls it."""

    name: str
    short: str = ""
    """Within a sentence; empty where the key serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """By when a regulator returns to a home that it found inadequate, and how soon it then publishes."""

    returns_within: timedelta
    in_words: str
    usual_delay: timedelta
    """From visit to publication, the median, where the history has too few cases of its own."""
    practice_since: date
    """Earlier publications say nothing of the present delay."""
    awaited_for: timedelta = timedelta(days=30)
    """Only in so many days after the day expected is a home overdue that nobody was told to be inadequate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Kinds of homes that are counted together."""

    name: str
    """Within a sentence; its plural takes an s."""
    kinds: frozenset[str]
    """As printed, squashed."""
    promise: Promise | None = None
    comes_back: str = ""
    """How often its regulator says that it inspects each of them; empty where it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNames:
    """What the names of a publisher's files, as the history keeps them, say of what is in them."""

    year: re.Pattern[str]
    """A year's every inspection."""
    listing: re.Pattern[str]
    """Every provider there was on a day, unless `year` fits too."""
    retold: str
    """The source that all reports are together, in what they tell of the inspections before them."""

    def sort(self, name: str) -> Sort | None:
        """What a file of this name holds; None for a name that says nothing of the kind."""
        if self.year.search(name):
            return Sort.YEAR
        return Sort.LISTING if self.listing.search(name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulator:
    """One publisher of inspections, and all that holds of its homes alone."""

    key: str
    """The first part of the keys of its homes."""
    country: str
    """Where its homes are, within a sentence."""
    time_zone: ZoneInfo
    name: str = ""
    """As it calls itself; empty for one that nobody has described."""
    home: str = "home"
    """What one of its homes is called if its kind is not published."""
    scales: tuple[Scale, ...] = ()
    spellings: Mapping[str, tuple[str, Scale]] = field(default_factory=dict)
    """Squashed words in print that mean a grade by another name."""
    areas: Mapping[str, Area] = field(default_factory=dict)
    headline: str = "overall"
    """The area whose grade is a home's rating."""
    headlines: Mapping[str, str] = field(default_factory=dict)
    """The same of the kinds of homes that have another one."""
    families: tuple[Family, ...] = ()
    regions: tuple[str, ...] = ()
    """Those that its country is divided into; empty where nothing is known of them."""
    pauses: tuple[Span, ...] = ()
    """When it inspected next to nothing: that nothing of that time is known is no gap."""
    renumbered: date | None = None
    """The event numbers of its files of before are others than those given since for the same inspections."""
    files: FileNames | None = None

    def family(self, kind: str | None) -> str:
        """What homes of a kind are counted with: a family's name, or the kind itself; empty if nobody has told it."""
        family = self._family(kind)
        return family.name if family else squash(kind or "")

    def promise(self, kind: str | None) -> Promise | None:
        """When it returns to homes of a kind that are inadequate; None where it promises nothing."""
        family = self._family(kind)
        return family.promise if family else None

    def comes_back(self, kind: str | None) -> str:
        """How often it says that it inspects homes of a kind; empty where it does not say."""
        family = self._family(kind)
        return family.comes_back if family else ""

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Each of its promises once."""
        return tuple(dict.fromkeys(family.promise for family in self.families if family.promise))

    def headline_of(self, kind: str | None) -> str:
        """The area whose grade is the rating of homes of a kind."""
        return self.headlines.get(squash(kind or ""), self.headline)

    def is_usual(self, headline: str) -> bool:
        """Whether an area is the rating of some homes by its nature, not for want of an overall grade."""
        return headline == self.headline or headline in self.headlines.values()

    def _family(self, kind: str | None) -> Family | None:
        plain = squash(kind or "")
        return next((family for family in self.families if plain in family.kinds), None)


FOUR_POINT = Scale(
    "four-point",
    ("outstanding", "good", "requires improvement", "inadequate"),
    inadequate="inadequate",
    good=("good", "outstanding"),
)
"""Ofsted's and the Care Quality Commission's."""

SUPPORTED_ACCOMMODATION = Scale(
    "supported accommodation",
    (
        "consistently strong service delivery",
        "inconsistent quality of service delivery",
        "serious or widespread weaknesses",
    ),
    "serious or widespread weaknesses",
)
"""Ofsted's for supported accommodation, since September 2023."""

REPORT_CARD = Scale(
    "report card",
    ("exceptional", "strong standard", "expected standard", "needs attention", "urgent improvement"),
    "urgent improvement",
)
"""Ofsted's for schools, early years and further education, since November 2025; not comparable with older grades."""

CHILDRENS_HOMES = Family(
    name="children's home",
    kinds=frozenset(
        {
            "children's home",
            "secure children's home",
            "residential special school (registered as a children's home)",
            "residential special school (>295 days/year)",
        }
    ),
    promise=Promise(
        returns_within=timedelta(weeks=8),
        in_words="6 to 8 weeks",
        # The inspections that come with the package: 743 cases, nine of ten within 51 days.
        usual_delay=timedelta(days=39),
        practice_since=date(2020, 1, 1),  # before, reports came out some two weeks earlier
    ),
    comes_back="Ofsted: at least one full inspection a year, two after inadequate or requires improvement",
)
"""The four kinds that Ofsted's own tables count together as "all children's homes"."""

PANDEMIC: Span = (date(2020, 3, 17), date(2021, 4, 12))
"""Ofsted inspected next to nothing, and published no file of that year."""

GOVERNMENT_OFFICE_REGIONS = (
    *("North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands"),
    *("East of England", "London", "South East", "South West"),
)
"""The nine of England."""

OFSTED_FILES = FileNames(
    year=re.compile(r"(?i)inspec.*[_ ]\d{4}|in[_ ]year"),
    listing=re.compile(r"(?i)provider.*[_ +]at[_ +]"),
    retold="ofsted report history",
)
"""Of the statistics, as files and as sheets of a workbook."""

OFSTED = Regulator(
    key="ofsted",
    name="Ofsted",
    country="England",
    time_zone=ZoneInfo("Europe/London"),
    scales=(FOUR_POINT, SUPPORTED_ACCOMMODATION, REPORT_CARD),
    spellings={
        "requires improvement to be good": ("requires improvement", FOUR_POINT),
        "require improvement": ("requires improvement", FOUR_POINT),
        "require improvement to be good": ("requires improvement", FOUR_POINT),
        # Ofsted's own time series counts both older words under requires improvement.
        "adequate": ("requires improvement", FOUR_POINT),
        "satisfactory": ("requires improvement", FOUR_POINT),
    },
    areas={
        "overall": Area("Overall experiences and progress", "overall experiences"),
        "protected": Area("How well children and young people are helped and protected", "help and protection"),
        "leaders": Area("The effectiveness of leaders and managers", "leadership and management"),
        "outcomes": Area("Outcomes for children and young people"),
        "outcome": Area("Supported accommodation outcome"),
        "quality of care": Area("Quality of care"),
        "education": Area("Outcomes in education and related learning activities"),
        "health": Area("Health services"),
    },
    headlines={"supported accommodation": "outcome"},
    families=(CHILDRENS_HOMES,),
    regions=GOVERNMENT_OFFICE_REGIONS,
    pauses=(PANDEMIC,),
    renumbered=date(2015, 4, 1),
    files=OFSTED_FILES,
)

REGULATORS = (OFSTED,)
"""Every publisher that is known."""

_BY_KEY = {regulator.key: regulator for regulator in REGULATORS}


@lru_cache(maxsize=64)
def of(key: str) -> Regulator:
    """The regulator of a key; of one that nobody has described, one that promises and assumes nothing."""
    described = _BY_KEY.get(key)
    return described or Regulator(key=key, country="the country", time_zone=ZoneInfo("UTC"))


def of_home(home: str) -> Regulator:
    """The regulator of a home, by the home's key."""
    return of(home.partition(":")[0])


def stored_sort(name: str, feeds: Container[str] = ()) -> Sort:
    """What a source is of which the history keeps its name alone, as it did before it kept the sort.

    `feeds` are the names of the feeds that the history has read: each brought pages, whatever it is called.
    """
    conventions = [regulator.files for regulator in REGULATORS if regulator.files]
    if any(name == files.retold for files in conventions):
        return Sort.RETOLD
    sorts = (files.sort(name) for files in conventions if name not in feeds)
    return next((sort for sort in sorts if sort is not None), Sort.PAGE)


def is_a_familys(name: str) -> bool:
    """Whether this is the name of several kinds of homes that are counted together."""
    return any(family.name == name for regulator in REGULATORS for family in regulator.families)
