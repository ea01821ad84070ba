"""Care Inspectorate Wales (CIW): the inspector of social care and child care in Wales.

Published sources of what stands here: its open data of registered services; its ratings, published since April 2025.
"""

from zoneinfo import ZoneInfo

from watcher.facts.regulators.regulator import LOWEST, Area, Family, Regulator
from watcher.facts.scales import Scale

CIW_RATINGS = Scale(
    "CIW's ratings",
    ("excellent", "good", "requires improvement", "requires significant improvement"),
    inadequate=("requires significant improvement",),
    good=("good", "excellent"),
)

WALES = Regulator(
    key="wales",
    name="Care Inspectorate Wales",
    country="Wales",
    time_zone=ZoneInfo("Europe/London"),
    home="service",
    area="theme",
    scales=(CIW_RATINGS,),
    areas={
        "well-being": Area("Well-being"),
        "care and support": Area("Care and support"),
        "leadership and management": Area("Leadership and management"),
        "environment": Area("Environment"),
    },
    headline=LOWEST,
    families=(
        Family(
            name="care home",
            kinds=frozenset({"care home service", "residential", "nursing"}),
            is_for_each=True,
        ),
    ),
    stand_until_gone=True,
)
