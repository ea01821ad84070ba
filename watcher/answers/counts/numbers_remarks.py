"""What stands below a table of numbers: what they mean, what is not counted, and why."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.keys import HEADINGS
from watcher.answers.counts.told_by import ToldBy
from watcher.messages.numbers import british, counted, listed, plural

MEANING = (
    "Share: of the inspections, how many found the home inadequate. Dropped: inadequate after a better grade. First: "
    "inadequate, no earlier grade known. Still: inadequate again. Recovered: better after inadequate. Closed: left the "
    "register while inadequate. Median days: from inadequate to recovered, by the days of publication."
)


def remarks(told: ToldBy, by: Sequence[str], chosen: Chosen, groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The lines below the numbers of one regulator, but for what the headings mean."""
    if told.sector.regulator.worst != "inadequate":
        yield f"What counts as inadequate here: {told.sector.regulator.worst}."
    yield from _kinds(told, chosen)
    yield from _years(told)
    yield from _late(told, by)
    yield from _beginning(told)
    yield from _not_measured(told)
    present = [HEADINGS[name].lower() for name in by if name != "year"]
    if present:
        yield f"A home counts under its present {listed(present)}, or the last that is known, in all years."
    if "group" in by:
        yield from _without_group(told, by, groups)


def _kinds(told: ToldBy, chosen: Chosen) -> Iterator[str]:
    whole, by_type = told.whole, told.by("type")
    for family in told.sector.regulator.families if not chosen.type and len(by_type) > 1 else ():
        if some := by_type.get((family.name,)):
            yield (
                f"All kinds of providers are counted; {plural(family.name)} have {some.inspections:,} of the "
                f"{counted(whole.inspections, 'inspection')} and {some.inadequate:,} of the {whole.inadequate:,} found "
                f"{told.sector.regulator.worst}."
            )


def _years(told: ToldBy) -> Iterator[str]:
    coverage = told.coverage
    for why, years in groupby(coverage.gaps(), key=lambda gap: gap[1]):
        yield f"{listed([year.name for year, _ in years])}: no numbers, since {why}."
    for year in coverage.years:
        days = coverage.days(year)
        if days and not coverage.is_whole(year):
            spans = listed([f"from {british(first)} to {british(last)}" for first, last in days])
            yield f"{year.name}: counted in part, {spans}."


def _late(told: ToldBy, by: Sequence[str]) -> Iterator[str]:
    late = {str(key[0]): numbers.late for key, numbers in sorted(told.by("year").items()) if numbers.late}
    if late and "year" in by and told.sector.regulator.files:
        yield (
            "Counted here, but published after the 30 April that follows the year and so not in that year's official "
            f"figures: {listed([f'{number} inadequate in {year}' for year, number in late.items()])}."
        )


def _beginning(told: ToldBy) -> Iterator[str]:
    if told.coverage.spans and told.whole.first_inadequate:
        begins = british(told.coverage.spans[0][0])
        yield f"Few grades from before {begins} are known: many homes under First in the first years were no new ones."


def _not_measured(told: ToldBy) -> Iterator[str]:
    whole = told.whole
    if whole.not_measured:
        left_out = sum(whole.not_measured.values())
        reasons = [f"{why} ({number})" for why, number in sorted(whole.not_measured.items())]
        yield f"{left_out} of the {whole.recovered:,} recoveries are not in the median, since {listed(reasons, 'or')}."


def _without_group(told: ToldBy, by: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if not groups:
        yield "No [groups] are configured, so nothing can be told by group."
        return
    grouped = sum(numbers.homes for numbers in told.by("group").values())
    yield f"Left out: {counted(told.whole.homes - grouped, 'home')} of owners in no group."
