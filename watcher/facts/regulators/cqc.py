"""The Care Quality Commission (CQC): England's inspector of health care and of social care for adults.

Published sources of what stands here: the answers of its API (`GET /locations/{id}`), its monthly files of ratings, its
ratings scale and key questions on www.cqc.org.uk.
"""

from zoneinfo import ZoneInfo

from watcher.facts.regulators.ofsted import GOVERNMENT_OFFICE_REGIONS
from watcher.facts.regulators.regulator import Area, Family, Regulator
from watcher.facts.scales import Scale

CQC_RATINGS = Scale(
    "CQC's ratings",
    ("outstanding", "good", "requires improvement", "inadequate"),
    inadequate=("inadequate",),
    good=("good", "outstanding"),
)
"""The words of Ofsted's scale, and another scale: the two are never compared."""

CARE_HOMES = Family(
    name="care home",
    kinds=frozenset({"care home service with nursing", "care home service without nursing"}),
    is_for_each=True,
)

CQC = Regulator(
    key="cqc",
    name="CQC",
    country="England",
    time_zone=ZoneInfo("Europe/London"),
    home="location",
    area="key question",
    scales=(CQC_RATINGS,),
    not_grades=frozenset(
        {
            "no published rating",
            "inspected but not rated",
            "insufficient evidence to rate",
            "regulations met",
            "not all regulations met",
            "not rated",
            "not applicable",
            "no approved rating",
            "evidence requirements partially scored",
            "evidence requirements not yet scored",
            "evidence requirements partially / not yet scored",
            "do not include in report",
            "not yet inspected",
        }
    ),
    areas={
        "overall": Area("Overall rating", "overall"),
        "safe": Area("Safe"),
        "effective": Area("Effective"),
        "caring": Area("Caring"),
        "responsive": Area("Responsive"),
        "well-led": Area("Well-led"),
    },
    families=(CARE_HOMES,),
    regions=GOVERNMENT_OFFICE_REGIONS,
    orders_by_publication=True,
    stand_until_gone=True,
)
