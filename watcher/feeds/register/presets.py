"""Registers that watcher knows: whose they are, and by which headers their columns went over the years."""

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.facts.regulators import CQC, OFSTED_LA, SCOTLAND, WALES, Regulator
from watcher.feeds.register.wanted import SoughtTable

EMPTY = ("nan", "null", "none", "n/a", "na", "-", "not applicable")
"""What tables have in the place of a blank."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One register."""

    regulator: Regulator
    wanted: SoughtTable


_SCOTLAND = SoughtTable(
    columns={
        "id": ("CSNumber",),
        "name": ("ServiceName",),
        "type": ("CareService",),
        "local_authority": ("Council_Area_Name",),
        "owner": ("ServiceProvider",),
        "status": ("ServiceStatus",),
        "published": ("Publication_of_Latest_Grading",),
    },
    areas={
        "support wellbeing": ("KQ_Support_Wellbeing",),
        "care and support planning": ("KQ_Care_and_Support_Planning",),
        "setting": ("KQ_Setting",),
        "staff team": ("KQ_Staff_Team",),
        "leadership": ("KQ_Leadership",),
        "care play and learning": ("KQ_Care_Play_and_Learning",),
        "quality of care and support": ("Quality_of_Care_and_Support",),
        "quality of environment": ("Quality_of_Environment",),
        "quality of staffing": ("Quality_of_Staffing",),
        "quality of mgmt and lship": ("Quality_of_Mgmt_and_Lship",),
    },
    needed=("id", "type", "status", "published"),
    nameless=("child minding",),
    empty=EMPTY,
    same={"6": "excellent", "5": "very good", "4": "good", "3": "adequate", "2": "weak", "1": "unsatisfactory"},
    not_grades=("not assessed", "not graded"),
)

_WALES = SoughtTable(
    columns={
        "id": ("ciw_service_id", "Service URN"),
        "name": ("name", "Service Name"),
        "type": ("service_type", "Service Type"),
        "local_authority": ("local_authority",),
        "owner": ("operator_name",),
        "link": ("ciw_report_url",),
        "ratings": ("Service Ratings",),
    },
    areas={
        "well-being": ("ciw_rating_wellbeing", "Well-being"),
        "care and support": ("ciw_rating_care_support", "Care and Support"),
        "leadership and management": ("ciw_rating_leadership", "Leadership and Management"),
        "environment": ("ciw_rating_environment", "Environment"),
    },
    needed=("id",),
    empty=EMPTY,
    link="https://digital.careinspectorate.wales/directory/service/{id}",
    not_grades=("not rated", "not yet rated"),
)

_OFSTED_LA = SoughtTable(
    columns={
        "id": ("URN",),
        "name": ("Local Authority",),
        "local_authority": ("Local Authority",),
        "region": ("Region",),
        "link": ("Inspection Link",),
        "inspected": ("Inspection Start Date",),
        "published": ("Publication Date",),
    },
    areas={
        "overall": ("Overall Effectiveness Grade",),
        "leaders": ("Impact Of Leaders Grade",),
        "protected": ("Help And Protection Grade",),
        "in care": ("In Care Grade", "Children In Care Grade", "Care And Care Leavers Grade"),
        "care leavers": ("Care Leavers Grade",),
    },
    needed=("id", "inspected"),
    kind="local authority",
    empty=EMPTY,
)

_CQC_RATINGS = SoughtTable(
    columns={
        "id": ("Location ID",),
        "name": ("Location Name",),
        "type": ("Location Primary Inspection Category",),
        "local_authority": ("Location Local Authority",),
        "region": ("Location Region",),
        "owner": ("Provider Name",),
        "brand": ("Brand Name",),
        "link": ("URL",),
        "published": ("Publication Date",),
        "inherited": ("Inherited Rating (Y/N)",),
        "group": ("Service / Population Group",),
        "domain": ("Domain", "Key Question"),
        "grade": ("Latest Rating",),
    },
    areas={"overall": (), "safe": (), "effective": (), "caring": (), "responsive": (), "well-led": ()},
    needed=("id", "published", "group", "domain", "grade"),
    empty=EMPTY,
)

PRESETS: Mapping[str, Preset] = {
    "scotland": Preset(SCOTLAND, _SCOTLAND),
    "wales": Preset(WALES, _WALES),
    "ofsted-la": Preset(OFSTED_LA, _OFSTED_LA),
    "cqc-ratings": Preset(CQC, _CQC_RATINGS),
}
