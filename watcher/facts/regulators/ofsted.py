"""Ofsted: England's inspector of children's homes, and of the authorities that answer for children.

Published sources of what stands here: the official statistics "Children's social care in England" of 2014-15 to
2024-25, Ofsted's report pages and report files, its social care common inspection framework, its framework for
inspecting local authority children's services (ILACS).
"""

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from watcher.facts.regulators.regulator import Area, Family, FileNames, Promise, Regulator
from watcher.facts.scales import Scale
from watcher.timing.working_days import Span

FILE_HOSTS = ("files.ofsted.gov.uk", "assets.publishing.service.gov.uk")
"""Where Ofsted's reports and official files of England lie, whichever page links to them."""

FOUR_POINT = Scale(
    "four-point",
    ("outstanding", "good", "requires improvement", "inadequate"),
    inadequate=("inadequate",),
    good=("good", "outstanding"),
)
"""For homes and for authorities."""

SUPPORTED_ACCOMMODATION = Scale(
    "supported accommodation",
    (
        "consistently strong service delivery",
        "inconsistent quality of service delivery",
        "serious or widespread weaknesses",
    ),
    ("serious or widespread weaknesses",),
)
"""Ofsted's for supported accommodation, since September 2023."""

REPORT_CARD = Scale(
    "report card",
    ("exceptional", "strong standard", "expected standard", "needs attention", "urgent improvement"),
    ("urgent improvement",),
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
    withholds_names=True,
    always_names_headline=False,
)

OFSTED_LA = Regulator(
    key="ofsted-la",
    name="Ofsted",
    country="England",
    time_zone=ZoneInfo("Europe/London"),
    whom="local authorities",
    home="local authority",
    area="judgement",
    scales=(FOUR_POINT,),
    spellings=OFSTED.spellings,
    areas={
        "overall": Area("Overall effectiveness"),
        "leaders": Area(
            "The impact of leaders on social work practice with children and families", "the impact of leaders"
        ),
        "protected": Area(
            "The experiences and progress of children who need help and protection", "help and protection"
        ),
        "in care": Area("The experiences and progress of children in care", "children in care"),
        "care leavers": Area("The experiences and progress of care leavers"),
        # Until 2021 one judgement, and until 2017 judged under another framework.
        "in care and care leavers": Area(
            "The experiences and progress of children in care and care leavers", "children in care and care leavers"
        ),
        "looked after": Area("Children looked after and achieving permanence", "children looked after"),
        "adoption": Area("Adoption performance", "adoption performance"),
    },
    families=(Family(name="local authority", kinds=frozenset({"local authority"})),),
    regions=GOVERNMENT_OFFICE_REGIONS,
    stand_until_gone=True,
    has_owners=False,
)
"""Its inspections of local authority children's services. Since April 2026 they have no overall grade."""
