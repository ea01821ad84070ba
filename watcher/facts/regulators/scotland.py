"""The Care Inspectorate: Scotland's inspector of social care, social work and child care.

Published sources of what stands here: its monthly datastore of all registered services, its guide to the grades.
"""

from zoneinfo import ZoneInfo

from watcher.facts.regulators.regulator import LOWEST, Area, Family, Regulator
from watcher.facts.scales import Scale

SIX_POINT = Scale(
    "six-point",
    ("excellent", "very good", "good", "adequate", "weak", "unsatisfactory"),
    inadequate=("weak", "unsatisfactory"),
    good=("good", "very good", "excellent"),
)
"""6 to 1 in its files; the nearest thing to inadequate is 2 or 1."""

KINDS = (
    "adoption service",
    "adult placement service",
    "child care agency",
    "fostering service",
    "housing support service",
    "nurse agency",
    "offender accommodation service",
    "school care accommodation service",
    "secure accommodation service",
    "support service",
)
"""Of services that are counted apart, as its files print them."""

SCOTLAND = Regulator(
    key="scotland",
    name="Care Inspectorate",
    country="Scotland",
    time_zone=ZoneInfo("Europe/London"),
    home="service",
    area="key question",
    scales=(SIX_POINT,),
    areas={
        "support wellbeing": Area("How well do we support people's wellbeing?", "wellbeing"),
        "care and support planning": Area("How well is our care and support planned?", "care and support planning"),
        "setting": Area("How good is our setting?", "setting"),
        "staff team": Area("How good is our staff team?", "staff team"),
        "leadership": Area("How good is our leadership?", "leadership"),
        "care play and learning": Area("How good is our care, play and learning?", "care, play and learning"),
        # The themes before the key questions, until about 2022.
        "quality of care and support": Area("Quality of care and support"),
        "quality of environment": Area("Quality of environment"),
        "quality of staffing": Area("Quality of staffing"),
        "quality of mgmt and lship": Area("Quality of management and leadership"),
    },
    headline=LOWEST,
    families=(
        Family(name="care home", kinds=frozenset({"care home service"}), is_for_each=True),
        Family(name="childminder", kinds=frozenset({"child minding"}), is_for_each=True),
        Family(name="day care of children service", kinds=frozenset({"day care of children"}), is_for_each=True),
        *(Family(name=kind, kinds=frozenset({kind})) for kind in KINDS),
    ),
    orders_by_publication=True,
    stand_until_gone=True,
)
