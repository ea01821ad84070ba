"""A change with everything a reader is told of it: what channels render, what is stored, what `--json` prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from watcher.facts import regulators
from watcher.facts.inspection import Home, Inspection, Standing, day_of, grade_values
from watcher.facts.quotes import Findings
from watcher.judging.changes import Change, Concern, What
from watcher.judging.context import Context
from watcher.text import inert

LONGEST_LABEL = 60
"""Characters of what somebody calls a home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """Another inspection that an alert speaks of: the one before, or the one that superseded it."""

    inspection: str
    inspected: date | None
    published: date | None
    seen: date | None = None
    grades: Mapping[str, str]
    """The normalised word of each area."""
    headline: str = ""
    """The area that is its rating; empty where it is the one of the alert."""

    @property
    def day(self) -> date:
        """The day by which the inspection is ordered, as `Inspection.day`."""
        return day_of(self.inspection, self.inspected, self.published, self.seen)

    @classmethod
    def of(cls, inspection: Inspection, alerted: Inspection) -> Self:
        """What an alert about one inspection says of another."""
        return cls(
            inspection=inspection.key,
            inspected=inspection.inspected,
            published=inspection.published,
            seen=inspection.seen,
            grades=dict(grade_values(inspection)),
            headline="" if inspection.headline == alerted.headline else inspection.headline,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One change of one home, complete and on its own: nothing is looked up when it is sent."""

    id: str
    change: What
    home: str
    home_id: str
    type: str | None = None
    name: str | None = None
    owner: str | None = None
    brand: str | None = None
    """Under which name several owners run their homes."""
    local_authority: str | None = None
    region: str | None = None
    inspection: str
    event: str | None = None
    kind: str
    inspected: date | None = None
    inspected_to: date | None = None
    published: date | None = None
    seen: date | None = None
    """The day on which it was first seen, where neither is published."""
    grades: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    """Each area's grade as the regulator printed it."""
    headline: str
    before: Graded | None = None
    days_inadequate: int | None = None
    superseded_by: Graded | None = None
    was: Mapping[str, str] | None = None
    gone: date | None = None
    """The day on which the inspection was found gone from its page, where it has been issued again since."""
    is_owed: bool = False
    """Whether its readers get it because they were sent what it takes back, not because a watch asks for it."""
    link: str | None = None
    watches: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    others_called: Mapping[str, str] = field(default_factory=dict)
    """What the readers of one channel call the other homes that it names, by their keys; only those with a label."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What the home is called on the list of a watch, by the watch's name; foreign text."""
    context: Context | None = None
    """What the history told around it; None for what nobody asked for."""
    concerns: tuple[Concern, ...] = ()
    """Of a group concern the one that it is; of a drop those that the same message tells of."""
    findings: Findings | None = None
    """What is quoted of the report; None where the change does not come with one."""

    @classmethod
    def of(
        cls, change: Change, home: Home, *, context: Context | None = None, findings: Findings | None = None
    ) -> Self:
        """Everything a reader is told of a change of a home."""
        inspection = change.inspection
        return cls(
            id=change.id,
            change=change.what,
            home=home.key,
            home_id=home.id,
            type=home.type,
            name=home.name,
            owner=home.owner,
            brand=home.brand,
            local_authority=home.local_authority,
            region=home.region,
            inspection=inspection.key,
            event=inspection.event,
            kind=inspection.kind.value,
            inspected=inspection.inspected,
            inspected_to=inspection.inspected_to,
            published=inspection.published,
            seen=inspection.seen,
            grades=dict(grade_values(inspection)),
            words=words_as_printed(inspection),
            headline=inspection.headline,
            before=Graded.of(change.before, inspection) if change.before else None,
            days_inadequate=change.days_inadequate,
            superseded_by=Graded.of(change.superseded_by, inspection) if change.superseded_by else None,
            was=dict(grade_values(change.was)) if change.was else None,
            gone=change.gone,
            concerns=(change.concern,) if change.concern else (),
            link=inspection.link or home.link,
            context=context,
            findings=findings,
        )

    @property
    def day(self) -> date:
        """The day by which the inspection is ordered, as `Inspection.day`."""
        return day_of(self.home, self.inspected, self.published, self.seen)

    @property
    def lowest(self) -> tuple[str, ...]:
        """The areas that are the rating because they are the lowest, for want of an overall grade; mostly none."""
        grade = self.grades.get(self.headline)
        if grade is None or regulators.of_home(self.home).is_usual(self.headline):
            return ()
        return tuple(area for area, given in self.grades.items() if given == grade)

    def routed(
        self, watches: tuple[str, ...], channels: tuple[str, ...], labels: Mapping[str, str] | None = None
    ) -> Self:
        """The same with the names of the watches that asked, the channels it goes to and the home's labels."""
        return replace(self, watches=watches, channels=channels, labels=labels or {})

    def owed(self, watches: tuple[str, ...], labels: Mapping[str, str]) -> Self:
        """The same for readers of whom no watch asks for it, with those for which they were sent the inspection."""
        return replace(self, watches=watches, labels=labels, is_owed=True)

    def labelled(self, labels: Mapping[str, str], others_called: Mapping[str, str] | None = None) -> Self:
        """The same with these labels alone, of its home and of the other homes that it names."""
        others = others_called or {}
        same = labels == self.labels and others == self.others_called
        return self if same else replace(self, labels=labels, others_called=others)

    @property
    def other_homes(self) -> tuple[str, ...]:
        """The keys of the other homes that it names: those of a concern, and those of the owner that dropped."""
        concerning = (other.home for concern in self.concerns for other in concern.others)
        owner = self.context.owner if self.context else None
        regulator = self.home.partition(":")[0]
        dropped = (f"{regulator}:{drop.home_id}" for drop in (owner.drops if owner else ()))
        return tuple(dict.fromkeys((*concerning, *dropped)))

    def called(self, home: str) -> str:
        """What stands behind the number of another home: what its readers call it, or nothing."""
        label = inert(self.others_called.get(home, ""), LONGEST_LABEL)
        return f" “{label}”" if label else ""

    def contract(self) -> dict[str, Any]:
        """The JSON object that other programs rely on; dates as YYYY-MM-DD."""
        line: dict[str, Any] = {
            "change": self.change.value,
            "home": self.home,
            "inspection": self.inspection,
            "event": self.event,
            "kind": self.kind,
            **_days_json(self),
            "grades": dict(self.grades),
            "before": {**self.before.grades, **_before_json(self.before)} if self.before else None,
            **headline_json(self.home, self.headline, self.grades),
            "local_authority": self.local_authority,
            "owner": self.owner,
            "type": self.type,
            "watches": list(self.watches),
            "channels": list(self.channels),
            "id": self.id,
        }
        if self.labels:
            line["labels"] = dict(self.labels)
        if self.change is What.RECOVERED:
            line["days_inadequate"] = self.days_inadequate
        if self.superseded_by:
            line["superseded_by"] = _graded_json(self.superseded_by)
        if self.was is not None:
            line["was"] = dict(self.was)
        if self.gone is not None:
            line["gone"] = self.gone.isoformat()
        if self.change is What.CLOSED and self.context and self.context.related:
            line["possible_successors"] = [related.contract() for related in self.context.related]
        return {**line, **self._concerns_json()}

    def _concerns_json(self) -> dict[str, Any]:
        """Whose further home it is: of a group concern itself, of a drop what the same message tells of."""
        told = [
            {"group": concern.group, "others": [other.contract() for other in concern.others]}
            for concern in self.concerns
        ]
        if self.change is What.GROUP_CONCERN and told:
            return {**told[0], **({"concerns": told} if told[1:] else {})}
        return {"concerns": told} if told else {}


def headline_json(home: str, headline: str, grades: Mapping[str, str]) -> dict[str, Any]:
    """What stands beside `grades`: the area that counts, and its grade; nothing for what is not graded.

    Of some regulators it is left out beside an overall grade: programs knew their JSON before there were others.
    """
    is_plain = "overall" in grades and not regulators.of_home(home).always_names_headline
    if is_plain or headline not in grades:
        return {}
    return {"headline": {"area": headline, "grade": grades[headline]}}


def words_as_printed(inspection: Inspection) -> dict[str, str]:
    """The word of each area as its regulator printed it, without blanks: `Adequate` where the grade is another."""
    return {
        judgement.area: judgement.grade.words
        for judgement in inspection.judgements
        if judgement.grade.standing not in (Standing.BLANK, Standing.NULL)
    }


def _graded_json(graded: Graded) -> dict[str, Any]:
    return {**graded.grades, **_days_json(graded), "inspection": graded.inspection}


def _days_json(graded: Alert | Graded) -> dict[str, Any]:
    """Its days; `seen` stands for the others where neither is published."""
    seen = {"seen": _iso(graded.seen)} if graded.seen else {}
    return {"inspected": _iso(graded.inspected), "published": _iso(graded.published), **seen}


def _before_json(graded: Graded) -> dict[str, Any]:
    said = _days_json(graded)
    return {name: said[name] for name in ("inspected", "seen") if name in said}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
