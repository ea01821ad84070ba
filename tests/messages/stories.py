"""The founding case with all that an alert can tell around it; the report's words are invented and say so."""

from datetime import date
from typing import Any

from tests.messages.messages import alert
from watcher.facts.quotes import Findings, Quote, Requirement
from watcher.judging.context import Context, Drop, Owner, Past, Place, Related, Stood
from watcher.messages.alert import Alert

FINDINGS = Findings(
    quotes=(
        Quote(text="Example text: serious and widespread failures leave children at risk.", page=3, area="overall"),
        Quote(text="Example text: staff do not follow the plans.", page=4, area="protected"),
    ),
    requirements=(
        Requirement(text="Example text: assess each child's risks. (Regulation 12)", page=6, due=date(2018, 8, 31)),
        Requirement(text="Example text: keep complete records. (Regulation 37)", page=7),
    ),
    more_requirements=3,
    enforcement=Quote(text="Example text: a compliance notice was served", page=1),
    children=Quote(text="Example text: it provides care for up to five children.", page=1),
)

CONTEXT = Context(
    day=date(2018, 8, 3),
    family="children's home",
    stood=Stood(grade="good", since=date(2015, 5, 13), days=1178, inspections=3, from_the_beginning=False),
    past=(
        Past(inspected=date(2014, 6, 26), grade="requires improvement"),
        Past(inspected=date(2017, 8, 23), grade="good"),
        Past(inspected=date(2018, 7, 17), grade="inadequate"),
    ),
    owner=Owner(
        name="Esland North Limited",
        grades={"outstanding": 3, "good": 10, "requires improvement": 1, "inadequate": 1},
        drops=(Drop(home_id="1234624", local_authority="Wiltshire", known=date(2017, 12, 29), now="good"),),
        drops_since=date(2016, 8, 3),
        similar={"Esland South Limited": 5},
    ),
    area=Place(name="Derby", grades={"good": 10, "inadequate": 3}, inadequate=2),
    country=Place(name="England", grades={"good": 1796, "inadequate": 56, "requires improvement": 307}, inadequate=156),
    counted_since=date(2017, 8, 3),
    listed=date(2018, 3, 31),
    expected_by=date(2018, 10, 20),
)


def told(**facts: Any) -> Alert:
    """The drop with its context and findings."""
    return alert(**{"context": CONTEXT, "findings": FINDINGS, **facts})


RELATED = Related(
    home_id="2700001",
    owner="Esland North Limited",
    local_authority="Derby",
    registered=date(2018, 12, 1),
    reasons=("same owner", "same area (Derby)", "registered 4 days after it was found to be gone"),
)
