"""Both places of a rating in the answer about a location, its history, and reports without a rating."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from watcher.facts.grades import read_grade
from watcher.facts.inspection import Standing
from watcher.facts.regulators import CQC
from watcher.feeds.cqc_api.answers import Spot, Stated
from watcher.feeds.cqc_api.payload import day, identity, rows, table, text
from watcher.text import squash

WRITTEN_BACK_WITHIN = timedelta(days=10)
"""The rating of an assessment may come up again in the older place, as of a day near its publication."""
MOST = 400
"""Inspections of one location: many times what any has."""

_HEADLINE = "overall"
_KEY_QUESTIONS = {area: area for area in CQC.areas if area != _HEADLINE} | {"well led": "well-led"}
_OF_RATINGS = frozenset(
    {"currentRatings", "historicRatings", "assessment", "assessmentServiceGroup", "unpublishedReports"}
)
_LIKE_RATINGS = re.compile(r"(?i)rating|assess|grade|score")

Doubts = list[tuple[str, str]]

_UNREAD = ("current rating", "its current rating has a form that watcher does not know")
_NOWHERE = ("assessment without ratings", "it was assessed, and is rated nowhere that watcher knows")


def read_ratings(location: Mapping[str, Any], doubts: Doubts) -> tuple[Stated, ...]:
    """Every inspection that the answer tells of, the earliest first; `doubts` gets what is not understood."""
    current = list(_current(table(location.get("currentRatings")), doubts))
    _look_for_unread(location.get("currentRatings"), current, doubts)
    older = [*current, *_history(location, doubts)]
    assessed = list(_assessments(location, doubts))
    older = [said for said in older if not any(_is_written_back(said, other) for other in assessed)]
    rated = _once((*assessed, *older))
    told = {said.event for said in rated} | set(_links(location.get("currentRatings")))
    told |= set(_links(location.get("historicRatings")))
    reports = [report for report in _reports(location) if report.event.removeprefix("report-") not in told]
    _look_for_others(location, doubts)
    found = sorted((*rated, *_once(reports)), key=lambda said: (said.published, said.spot, said.event))
    return tuple(found[-MOST:])


def is_rated(said: Stated) -> bool:
    """Whether a published grade stands for the whole location."""
    return read_grade(said.overall, CQC.key).is_graded


def _current(current: Mapping[str, Any], doubts: Doubts) -> Iterator[Stated]:
    overall = table(current.get("overall"))
    published, link = day(overall.get("reportDate") or current.get("reportDate")), identity(overall.get("reportLinkId"))
    if not overall or published is None:
        return
    questions = rows(overall.get("keyQuestionRatings"))
    later = [question for question in questions if (day(question.get("reportDate")) or published) > published]
    yield _said(Spot.CURRENT, overall, [one for one in questions if one not in later], published, link, doubts)
    if later:  # some key questions were rated anew, and the overall rating was left as it was
        newest = max(day(question.get("reportDate")) or published for question in later)
        link = next((identity(one.get("reportLinkId")) for one in later if day(one.get("reportDate")) == newest), "")
        yield _said(Spot.CURRENT, overall, questions, newest, link, doubts)


def _look_for_unread(current: Any, read: Sequence[Stated], doubts: Doubts) -> None:
    """The current rating may come to have another shape: then an old one beside it must not stand for it."""
    if not current or any(map(is_rated, read)):
        return
    overall = table(current).get("overall")
    inside = {key: value for key, value in table(current).items() if key != "serviceRatings"}
    is_odd = not isinstance(current, dict) or bool(overall and not isinstance(overall, dict))
    if is_odd or _is_unread(table(overall)) or (not text(table(overall).get("rating")) and _has_grade(inside)):
        doubts.append(_UNREAD)
    elif not read and _is_rating(text(table(overall).get("rating"))):
        doubts.append(("current rating without a date", "its current rating has no date"))


def _is_unread(rated: Mapping[str, Any]) -> bool:
    """Whether its rating is no word, or it has none where its key questions have grades."""
    rating = rated.get("rating")
    if rating is not None and not isinstance(rating, str):
        return True
    return not text(rating) and _has_grade(rated.get("keyQuestionRatings"))


def _is_rating(printed: str) -> bool:
    """Whether a word is a grade, or may be one."""
    return read_grade(printed, CQC.key).standing in (Standing.GRADED, Standing.UNKNOWN)


def _has_grade(value: Any) -> bool:
    """Whether a published grade stands anywhere within."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return any(map(_has_grade, value))
    return read_grade(text(value), CQC.key).is_graded


def _history(location: Mapping[str, Any], doubts: Doubts) -> Iterator[Stated]:
    for entry in rows(location.get("historicRatings")):
        published, link = day(entry.get("reportDate")), identity(entry.get("reportLinkId"))
        if published is None:
            doubts.append(("historicRatings without a date", "an entry of its history has no date"))
            continue
        overall = table(entry.get("overall"))
        origin = {"organisationId": overall.get("organisationId") or entry.get("organisationId")}
        questions = rows(overall.get("keyQuestionRatings"))
        yield _said(Spot.HISTORY, {**overall, **origin}, questions, published, link, doubts)


def _said(
    spot: Spot,
    overall: Mapping[str, Any],
    questions: list[Mapping[str, Any]],
    published: date,
    link: str,
    doubts: Doubts,
) -> Stated:
    # An inherited rating names its origin, or only its key questions do.
    own = [question for question in questions if identity(question.get("reportLinkId")) in (link, "")]
    origins = [identity(overall.get("organisationId")), *(identity(one.get("organisationId")) for one in own)]
    words = _words(overall.get("rating"), questions, doubts)
    return Stated(spot=spot, event=link, published=published, words=words, origin=next(filter(None, origins), ""))


def _words(overall: Any, questions: Iterable[Mapping[str, Any]], doubts: Doubts) -> tuple[tuple[str, str], ...]:
    words = {_HEADLINE: text(overall)} if text(overall) else {}
    for question in questions:
        name = squash(text(question.get("name")))
        if name not in _KEY_QUESTIONS:
            doubts.append((f"key question {name!r}", f"{name!r} is no key question that is known"))
        elif printed := text(question.get("rating")):
            words[_KEY_QUESTIONS[name]] = printed
    return tuple(words.items())


def _assessments(location: Mapping[str, Any], doubts: Doubts) -> Iterator[Stated]:
    if location.get("assessment") and not rows(location.get("assessment")):
        doubts.append(_NOWHERE)
    found = [
        (published, group)
        for assessment in rows(location.get("assessment"))
        if (published := _published(assessment, doubts)) is not None
        for group in _groups(assessment, doubts)
    ]
    found = [one for one in found if _is_current(one[1]) or not any(_replaces(other, one) for other in found)]
    graded = [group for _, group in found if _is_graded(group) and _is_current(group)]
    current = {_name(group) for group in graded} - {_HEADLINE}
    wholes = {published for published, group in found if _name(group) == _HEADLINE and _is_graded(group)}
    for published, group in found:
        name, plan = _name(group), identity(group.get("assessmentPlanId"))
        inspected = day(group.get("assessmentDate"))
        inspected = inspected if inspected is None or inspected <= published else None
        if published in wholes and name != _HEADLINE:
            continue  # a rating of the whole stands beside those of its groups
        words = _words(group.get("rating"), rows(group.get("keyQuestionRatings")), doubts)
        groups = len(current) if name != _HEADLINE and _is_graded(group) else 1
        if groups > 1:
            words = tuple((name if area == _HEADLINE else f"{name}: {area}", printed) for area, printed in words)
        yield Stated(
            spot=Spot.ASSESSMENT,
            event=plan,
            published=published,
            inspected=inspected,
            words=words,
            groups=max(groups, 1),
        )


def _published(assessment: Mapping[str, Any], doubts: Doubts) -> date | None:
    published = day(assessment.get("assessmentPlanPublishedDateTime"))
    if published is None:
        doubts.append(("assessment without a date", "an assessment does not say when it was published"))
    return published


def _groups(assessment: Mapping[str, Any], doubts: Doubts) -> Iterator[Mapping[str, Any]]:
    """What an assessment rated: groups of services, and perhaps the whole, which then has the name of the headline."""
    ratings = table(assessment.get("ratings"))
    groups = rows(ratings.get("asgRatings"))
    said = ratings.get("overall")
    whole = table(said) if not isinstance(said, list) else next(iter(rows(said)), {})
    is_whole_rated = _is_graded(whole)
    if (said and not whole) or (not is_whole_rated and _is_unread(whole)):
        doubts.append(_UNREAD)
    if whole:
        first = groups[0] if groups else {}
        beside = ("assessmentPlanId", "assessmentDate", "keyQuestionRatings")
        yield {**{key: first.get(key) for key in beside}, **whole, "name": _HEADLINE}
    if not groups and not whole:
        doubts.append(_NOWHERE)
    for group in groups:
        if "rating" not in group:
            doubts.append(_NOWHERE)
        elif not is_whole_rated and _is_current(group) and _is_unread(group):
            doubts.append(_UNREAD)
        yield group


def _name(group: Mapping[str, Any]) -> str:
    return squash(text(group.get("name")))


def _is_current(group: Mapping[str, Any]) -> bool:
    return squash(text(group.get("status"))) in ("current", "")


def _replaces(one: tuple[date, Mapping[str, Any]], other: tuple[date, Mapping[str, Any]]) -> bool:
    """Whether one rating stands beside another of the same group and publication, which is current no more."""
    return _is_current(one[1]) and one[0] == other[0] and _name(one[1]) == _name(other[1])


def _is_graded(group: Mapping[str, Any]) -> bool:
    return read_grade(text(group.get("rating")), CQC.key).is_graded


def _reports(location: Mapping[str, Any]) -> Iterator[Stated]:
    for report in rows(location.get("reports")):
        published, link = day(report.get("reportDate")), identity(report.get("linkId"))
        if published is not None and link:
            yield Stated(spot=Spot.REPORT, event=f"report-{link}", published=published)


def _links(value: Any) -> Iterator[str]:
    """Every report that some rating is from, of services and key questions too."""
    if isinstance(value, dict):
        yield identity(value.get("reportLinkId"))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _links(part)


def _is_written_back(said: Stated, assessed: Stated) -> bool:
    """Whether a rating in the older place is that of an assessment, come up there too, or one of the same day."""
    if not is_rated(said) or not is_rated(assessed):
        return False
    if said.published == assessed.published:
        return True
    near = abs(said.published - assessed.published) <= WRITTEN_BACK_WITHIN
    return near and _plain(said) == _plain(assessed)


def _plain(said: Stated) -> Mapping[str, str]:
    return {area: squash(words) for area, words in said.words}


def _once(found: Iterable[Stated]) -> list[Stated]:
    """Each inspection once: of two entries of one id and day that which says more."""
    kept: list[Stated] = []
    for said in sorted(found, key=lambda one: (one.published, -len(one.words), one.spot)):
        same = [other for other in kept if said.event and other.event == said.event]
        if any(other.published == said.published or _plain(other) == _plain(said) for other in same):
            continue
        kept.append(said)
    return kept


def _look_for_others(location: Mapping[str, Any], doubts: Doubts) -> None:
    """A rating may come to stand in a third place: what is called like one is told of, once for all locations."""
    for key in location:
        if isinstance(key, str) and key not in _OF_RATINGS and _LIKE_RATINGS.search(key) and location[key]:
            doubts.append((f"the key {text(key)}", f"the API now has {text(key)!r}, which watcher does not read"))
