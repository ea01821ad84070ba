"""Group concerns of the real history, as a replay and a preview tell them, beside a count of the raw official files."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import pytest

from tests.shared_data import IN_YEAR, official
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts.owners import same_owner
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.alert import Alert
from watcher.messages.key_facts import facts
from watcher.messages.titles import title
from watcher.rounds.replay import find_judged, judged, replay
from watcher.watching.watches import Watch

ESLAND = {"Esland": ("Esland North Limited", "Esland South Limited")}
FOUNDING = "ofsted:SC478986"


def asking(*changes: str, groups: Mapping[str, tuple[str, ...]] | None = None) -> Settings:
    watch = Watch.model_validate({"name": "all", "changes": list(changes), "to": "desk"})
    return Settings(channels={"desk": ConsoleOptions()}, watch=(watch,), groups=groups or {})


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


def told(history: EmbeddedHistory, year: int, groups: Mapping[str, tuple[str, ...]] | None = None) -> list[Alert]:
    return list(replay(history, asking("group concern", groups=groups), date(year, 1, 1), date(year, 12, 31)))


def test_the_founding_case_was_the_second_home_of_its_owner(bundled: EmbeddedHistory) -> None:
    (alert,) = (alert for alert in told(bundled, 2018, ESLAND) if alert.home == FOUNDING)
    assert title(alert) == (
        "Children's home in Derby is the second home of Esland found inadequate within a year "
        "(SC478986, Esland North Limited)"
    )
    assert "1234624 (Wiltshire, 29 December 2017)" in {fact.value for fact in facts(alert)}
    line = alert.contract()
    assert (line["change"], line["group"], line["published"]) == ("group concern", "Esland", "2018-08-03")
    assert line["others"] == [{"home": "ofsted:1234624", "inspected": "2017-11-29", "published": "2017-12-29"}]


def test_it_follows_its_drop_in_a_replay_for_all_changes(bundled: EmbeddedHistory) -> None:
    lines = replay(bundled, asking("dropped to inadequate", "group concern"), date(2018, 8, 3), date(2018, 8, 3))
    whats = [alert.change.value for alert in lines if alert.home == FOUNDING]
    assert whats == ["dropped to inadequate", "group concern"]


def test_every_further_home_is_told_with_those_before_it(bundled: EmbeddedHistory) -> None:
    esland = [alert for alert in told(bundled, 2024, ESLAND) if alert.concerns[0].group == "Esland"]
    assert [(alert.home_id, str(alert.published), alert.concerns[0].homes) for alert in esland] == [
        ("1264840", "2024-01-22", 4),
        ("2501791", "2024-04-10", 5),
        ("2647445", "2024-06-11", 5),
    ]


def test_explain_and_preview_know_the_same_change(bundled: EmbeddedHistory) -> None:
    settings = asking("group concern")
    (replayed,) = (alert for alert in told(bundled, 2018) if alert.home == FOUNDING)
    home = bundled.home(FOUNDING)
    assert home is not None
    explained = [alert for alert in judged(bundled, settings, home.home) if alert.change == "group concern"]
    (found,) = find_judged(bundled, settings, replayed.id)
    assert [alert.id for alert in explained] == [found.id] == [replayed.id]
    assert found.concerns == replayed.concerns
    assert found.context is not None
    assert found.context.owner is not None


@pytest.mark.parametrize("year", [2018, 2024])
def test_as_many_as_the_raw_files_tell(bundled: EmbeddedHistory, year: int) -> None:
    replayed = {(alert.home_id, alert.inspected) for alert in told(bundled, year)}
    assert replayed == set(counted(year))
    assert len(replayed) == {2018: 39, 2024: 42}[year]


GRADES = ("outstanding", "good", "requires", "adequate", "inadequate")
Row = tuple[date, date, bool]
"""The first day of a visit, the day it became known, and whether it was inadequate."""


def counted(year: int) -> Iterator[tuple[str, date]]:
    """The homes found inadequate in a year after another of their owner's, straight from the published files."""
    owners: dict[str, str] = {}
    visits: dict[str, dict[date, Row]] = {}
    for name in IN_YEAR:
        for urn, owner, row in rows(name):
            if owner:
                owners[urn] = same_owner(owner)
            if row:
                visits.setdefault(urn, {})[row[0]] = row
    ordered = {urn: sorted(known.values()) for urn, known in visits.items()}
    bad = [(known, urn) for urn, graded in ordered.items() for _, known, is_bad in graded if is_bad]
    for urn, graded in ordered.items():
        before = False
        for inspected, known, is_bad in graded:
            is_new, before = is_bad and not before, is_bad
            if not is_new or known.year != year:
                continue
            others = {
                other
                for when, other in bad
                if other != urn and (when, other) < (known, urn) and known - when <= timedelta(days=365)
            }
            if owners.get(urn) in {owners.get(other, "?") for other in others}:
                yield urn, inspected


def rows(name: str) -> Iterator[tuple[str, str, Row | None]]:
    """Each row of a file: the home, its owner, and its visit if that is a full inspection with a grade."""
    lines = list(csv.reader(io.StringIO(gzip.decompress(official(name).read_bytes()).decode("utf-8-sig", "replace"))))
    start = next(number for number, line in enumerate(lines) if "URN" in line)
    head = [cell.strip().lower() for cell in lines[start]]

    def column(*words: str) -> int | None:
        return next((number for word in words for number, cell in enumerate(head) if word in cell), None)

    owner, published = column("organisation"), column("publication date")
    kind, inspected = column("event type", "inspection type"), column("inspection date", "start date")
    overall = column("overall effectiveness", "overall experiences")
    for line in lines[start + 1 :]:
        said = [cell.strip() for cell in line]
        assert kind is not None
        assert inspected is not None
        assert overall is not None
        grade, day = said[overall].lower().split(), day_of(said[inspected])
        row = None
        if day and "full" in said[kind].lower() and grade[:1] and grade[0] in GRADES:
            out = day_of(said[published]) if published is not None else None
            row = (day, out if out and out >= day else day, grade[0] == "inadequate")
        yield said[1], said[owner] if owner is not None else "", row


def day_of(text: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
