"""What the answer about a location says that is not known: to be judged, or to be known silently; pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from watcher.facts.grades import read_grade
from watcher.facts.inspection import GONE, Home, Inspection, Judgement, Kind, Standing, grade_values
from watcher.facts.regulators import CQC
from watcher.facts.sources import Source
from watcher.feeds.cqc_api.answers import Location, Spot, Stated
from watcher.feeds.cqc_api.ratings import WRITTEN_BACK_WITHIN, is_rated
from watcher.feeds.feed import Problem, Trouble
from watcher.judging.judge import newest_graded

PAGE = "https://www.cqc.org.uk/location/"
WORDS_LAST = timedelta(days=30)
"""How long a word that no list knows is a matter, though its location is not read again."""
AHEAD = timedelta(days=1)
"""A publication further ahead than this is a typing error."""

KnownOf = Callable[[str], Sequence[Inspection]]
"""What is known of a home, by its key."""


@dataclass(slots=True)
class Sifted:
    """What one answer yields."""

    home: Home
    news: list[Inspection] = field(default_factory=list)
    background: list[Inspection] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    vanished: str = ""
    """Which grade is not shown any more, if one that was known is not."""
    ahead: date | None = None
    """The earliest day in the future on which something is said to be published."""
    newest: date | None = None
    inherited: list[tuple[str, Stated]] = field(default_factory=list)
    """What is said of inspections of other locations, by the keys of those."""


@dataclass(frozen=True, slots=True)
class Sifter:
    """Tells news from what is known, in one reading."""

    known: KnownOf
    source: Source

    def sift(self, location: Location, owner: str | None, since: date | None) -> Sifted:
        """What of the answer is new; all of it is background without `since`, else what was published before it.

        A rating later than the one that is known of a location is news however late it comes up.
        """
        home = self._home(location, owner)
        found, known = Sifted(home), list(self.known(home.key))
        gone_at_sight = not known and location.status in GONE
        rating, moved = newest_graded(known), self._moved(home.key, location.said, known)
        for said in location.said:
            if said.published > self.source.as_of + AHEAD:
                self._ahead(found, said)
                continue
            found.newest = max(filter(None, (found.newest, min(said.published, self.source.as_of))))
            origin = said.origin if said.origin not in ("", location.id) else ""
            is_later = rating is not None and is_rated(said) and said.published > rating.day
            is_late = since is None or gone_at_sight or (said.published < since and not is_later)
            stated = self._stated(home.key, said, known) if said not in moved else None
            if stated is not None:
                stated = replace(stated, turn=_turn(stated, said, location.said, known))
                is_background = is_late or bool(origin)
                (found.background if is_background else found.news).append(stated)
                known.append(stated)
                if is_background:
                    found.problems += _unknown_words(stated)
            if origin:
                found.inherited.append((f"{CQC.key}:{origin}", said))
        found.problems += [_doubt(home, *doubt) for doubt in location.doubts]
        self._look_for_vanished(found, location, moved)
        return found

    def _home(self, location: Location, owner: str | None) -> Home:
        return Home(
            regulator=CQC.key,
            id=location.id,
            type=location.type,
            name=location.name,
            owner=owner,
            brand=location.brand,
            local_authority=location.local_authority,
            region=location.region,
            constituency=location.constituency,
            status=location.status,
            registered=location.registered,
            closed_on=location.closed_on,
            places=location.places,
            link=f"{PAGE}{location.id}",
            predecessors=location.predecessors,
            successors=location.successors,
            source=self.source,
        )

    def _stated(self, home: str, said: Stated, known: Sequence[Inspection]) -> Inspection | None:
        """What is said as an inspection; None if it is known already."""
        stated = _inspection(home, said, self.source)
        if stated.event is None:
            return None if any(_is_the_same(other, stated) and other.day == stated.day for other in known) else stated
        same = [other for other in known if _is_of(other, stated.event)]
        if any(_is_the_same(other, stated) for other in same) or (same and said.groups > 1):
            return None
        if said.spot is Spot.REPORT and any(_is_of(other, stated.event.removeprefix("report-")) for other in known):
            return None
        rated = [other for other in same if other.rating is not None]
        last = max(rated, key=lambda other: other.day, default=None)
        if last is None or stated.day <= last.day:
            # Stated otherwise of the same day: a correction of what was said last.
            is_sound = last is None or (stated.day == last.day and stated.rating is not None)
            return stated if is_sound else None
        if stated.rating is None:
            return None  # a rating that was published is not taken back by a word that is none
        return Inspection.made(**stated.__dict__ | {"event": f"{stated.event}-{stated.day}"})

    def _moved(self, home: str, all_said: Sequence[Stated], known: Sequence[Inspection]) -> Collection[Stated]:
        """What is a known rating that stands no more where it was, and has come up elsewhere or in another report."""
        new = [
            (said, _inspection(home, said, self.source))
            for said in all_said
            if is_rated(said) and not any(_is_shown_by(other, said) for other in known)
        ]
        found: set[Stated] = set()
        for gone in known:
            if gone.rating is None or any(_is_shown_by(gone, said) for said in all_said):
                continue
            near = [
                (abs(one.day - gone.day), one.day, said.event, said)
                for said, one in new
                if said not in found and _is_the_same_rating(gone, one)
            ]
            apart, *_, nearest = min(near, key=lambda one: one[:3], default=(timedelta.max, None))
            if nearest is not None and apart <= WRITTEN_BACK_WITHIN:
                found.add(nearest)
        return found

    def pass_on(self, found: Sifted, since: date | None, read: Collection[str], stated: set[str]) -> None:
        """An inherited inspection is its own location's: it is judged there, if anywhere, and once.

        `read` are the keys of the locations that speak for themselves in this reading; `stated` gathers what is passed
        on.
        """
        for home, said in found.inherited:
            known = self.known(home)
            moved = self._moved(home, [other for key, other in found.inherited if key == home], known)
            inspection = self._stated(home, said, known) if home not in read and said not in moved else None
            if inspection is None or inspection.key in stated:
                continue
            stated.add(inspection.key)
            is_late = since is None or not known or said.published < since
            (found.background if is_late else found.news).append(inspection)

    def _ahead(self, found: Sifted, said: Stated) -> None:
        what = f"says that it publishes something on {said.published}; it is not used before. Look at its page"
        where = f"{found.home.key}: a day ahead"
        found.problems.append(Problem(where=where, what=what, trouble=Trouble.LINE, home=found.home.key))
        found.ahead = min(filter(None, (found.ahead, said.published)))

    def _look_for_vanished(self, found: Sifted, location: Location, moved: Collection[Stated]) -> None:
        """A home that had a rating and has none in any place: nobody knows why, and it is no change."""
        newest = newest_graded(self.known(found.home.key))
        if newest is None or newest.rating is None:
            return
        rated = [said for said in location.said if is_rated(said) and (said.published >= newest.day or said in moved)]
        groups = [said for said in location.said if said.groups > 1 and said.published >= newest.day]
        if groups and not rated:
            what = (
                f"now has ratings of {groups[-1].groups} groups of services and none of the whole, where it was "
                f"{newest.rating.words!r}; that is no change for readers. Look at its page"
            )
            where = f"{found.home.key}: several groups"
            found.problems.append(Problem(where=where, what=what, trouble=Trouble.GRADE, home=found.home.key))
        elif not rated:
            found.vanished = newest.rating.words


def _inspection(home: str, said: Stated, source: Source) -> Inspection:
    judgements = tuple(Judgement(area, read_grade(words, CQC.key)) for area, words in said.words)
    overall = next((judgement.grade for judgement in judgements if judgement.area == CQC.headline), None)
    is_rating = said.groups > 1 or (overall is not None and overall.standing in (Standing.GRADED, Standing.UNKNOWN))
    return Inspection(
        home=home,
        kind=Kind.FULL if is_rating else Kind.UNRATED,
        inspected=said.inspected,
        published=said.published,
        event=said.event or None,
        link=f"{PAGE}{home.partition(':')[2]}",
        judgements=judgements,
        headline=CQC.headline,
        sources=(source,),
    )


def _is_of(known: Inspection, event: str) -> bool:
    """Whether a known inspection has an id, or is a later one that was published under the same."""
    return known.event is not None and (known.event == event or known.event.startswith(f"{event}-20"))


def _turn(stated: Inspection, said: Stated, all_said: Sequence[Stated], known: Sequence[Inspection]) -> int:
    """Its place among the ratings of its day: what stands in the history came before what is current."""
    if stated.rating is None or stated.event is None:
        return 0
    others = [one for one in all_said if is_rated(one) and one.published == said.published and one.event != said.event]
    if said.spot is Spot.HISTORY:
        return -1 if any(one.spot is not Spot.HISTORY for one in others) else 0
    turns = [
        one.turn for one in known if one.rating is not None and one.day == stated.day and one.event != stated.event
    ]
    return max(turns) + 1 if turns and max(turns) >= 0 else 0


def _is_shown_by(known: Inspection, said: Stated) -> bool:
    """Whether something said is of a known inspection, by its id, or by its day where it has none."""
    if said.event:
        return _is_of(known, said.event)
    return known.event is None and known.day == said.published


def _is_the_same_rating(known: Inspection, stated: Inspection) -> bool:
    """Whether both give the same grades in all of which both speak."""
    if known.rating is None or stated.rating is None:
        return False
    values, others = grade_values(known), grade_values(stated)
    return all(values[area] == others[area] for area in values.keys() & others.keys())


def _is_the_same(known: Inspection, stated: Inspection) -> bool:
    """Whether a statement says nothing that is not known; history says less of an inspection than it did when new."""
    values = grade_values(known)
    is_less = all(values.get(area) == value for area, value in grade_values(stated).items())
    return is_less and (known.kind is stated.kind or not stated.judgements)


def _unknown_words(inspection: Inspection) -> list[Problem]:
    """The words of what nobody judges; of what is judged they are told anyway."""
    return [
        Problem(
            where=f"the rating {judgement.grade.words!r}",
            what=(
                f"CQC prints {judgement.grade.words!r} as a rating, such as for {judgement.area} of {inspection.home}, "
                f"and it is on no scale that watcher knows; look at {inspection.link}, and report it"
            ),
            trouble=Trouble.GRADE,
            lasts=WORDS_LAST,
        )
        for judgement in inspection.judgements
        if judgement.grade.standing is Standing.UNKNOWN
    ]


def _doubt(home: Home, where: str, what: str) -> Problem:
    """What is not understood is told once, whichever location shows it."""
    whole = f"{what}, such as at {home.key}; look at {home.link}, and report it"
    return Problem(where=where, what=whole, trouble=Trouble.GRADE, lasts=WORDS_LAST)
