"""Whatever order files and their rows come in, the records are the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import day, home, inspection, visit
from tests.feeds.statistics.files import EXCERPTS, excerpt, excerpts
from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.records import gather, gather_records
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.imports import import_files

OLD, NEW = "2015-03-31", "2018-03-31"


@dataclass(frozen=True)
class Said:
    homes: Sequence[Home] = ()
    inspections: Sequence[Inspection] = ()


def days(statements: Sequence[Inspection]) -> list[list[str]]:
    """The dates of the statements of each record."""
    return [[statement.day.isoformat() for statement in record.statements] for record in gather_records(statements)]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (  # the end of the visit in one file, its start in the next
            [
                inspection("2017-05-10", "good", event="7", source="1718", as_of=NEW),
                inspection("2017-05-09", "good", event="7", source="2019", as_of="2019-03-31"),
            ],
            [["2017-05-10", "2017-05-09"]],
        ),
        (  # one number, two kinds: what a later file says is a correction
            [
                inspection("2017-05-10", "", event="7", source="1718", as_of=NEW, kind=Kind.MONITORING),
                inspection("2017-05-10", "good", event="7", source="2019", as_of="2019-03-31"),
            ],
            [["2017-05-10", "2017-05-10"]],
        ),
        (  # a number that a spreadsheet spoiled
            [
                inspection("2022-05-16", "good", source="2223", as_of="2023-03-31"),
                inspection("2022-05-16", "good", event="7", source="2324", as_of="2024-03-31"),
            ],
            [["2022-05-16", "2022-05-16"]],
        ),
        (  # no number, and another day by the same source: another visit
            [
                inspection("2022-05-16", "good", source="2223", as_of="2023-03-31"),
                inspection("2022-05-20", "good", event="7", source="2223", as_of="2023-03-31"),
            ],
            [["2022-05-16"], ["2022-05-20"]],
        ),
        (  # no number anywhere
            [
                inspection("2022-05-16", "good", source="2223", as_of="2023-03-31"),
                inspection("2022-05-16", "good", source="2324", as_of="2024-03-31"),
                visit("2022-05-16", source="2223", as_of="2023-03-31"),
            ],
            [["2022-05-16", "2022-05-16"], ["2022-05-16"]],
        ),
        (  # two visits of the site, one event of the file between them: the nearer one is meant
            [
                inspection("2022-05-10", "good", document="1", as_of="2022-07-01"),
                inspection("2022-05-15", "good", document="2", as_of="2022-07-02"),
                inspection("2022-05-14", "good", event="7", source="2223", as_of="2023-03-31"),
            ],
            [["2022-05-10"], ["2022-05-15", "2022-05-14"]],
        ),
        (  # all numbers were given anew in 2015
            [
                inspection("2015-02-05", "good", event="320133", source="1415", as_of=OLD),
                inspection("2015-02-09", "good", event="1004354", source="2018", as_of=NEW),
            ],
            [["2015-02-05", "2015-02-09"]],
        ),
        (  # ... but two of one old file, on one day, stay two
            [
                inspection("2015-01-21", "good", event="319437", source="1415", as_of=OLD),
                inspection("2015-01-21", "good", event="324950", source="1415", as_of=OLD),
                inspection("2015-01-21", "good", event="1004354", source="2018", as_of=NEW),
            ],
            [["2015-01-21", "2015-01-21"], ["2015-01-21"]],
        ),
    ],
)
def test_which_statements_are_one_inspection(statements: list[Inspection], expected: list[list[str]]) -> None:
    for order in permutations(statements):
        assert sorted(days(order)) == sorted(expected)
        assert gather_records(order) == gather_records(statements)


def test_every_order_of_files_gives_the_same_records() -> None:
    files = [
        excerpt(name)
        for name in (
            "All_SocCare_inspec_1415.csv",
            "All_SocCare_inspec_2223.csv",
            "All_SocCare_inspec_2324.csv",
            "provider_at_march_2018.csv",
            "provider_at_march_2024.csv",
        )
    ]
    results = [gather(order) for order in permutations(files)]
    assert all(result == results[0] for result in results)


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_every_order_of_rows_gives_the_same_records(random: Random) -> None:
    expected = gather(excerpts())
    homes = [Said(homes=[home]) for reading in excerpts() for home in reading.homes]
    rows = [Said(inspections=[inspection]) for reading in excerpts() for inspection in reading.inspections]
    shuffled = [*homes, *rows, *rows[:20]]
    random.shuffle(shuffled)
    assert gather(shuffled) == expected


STATEMENTS = st.builds(
    lambda offset, event, source, words, kind: inspection(
        day("2015-03-25").replace(day=25 + offset).isoformat(),
        words,
        event=event,
        source=source,
        as_of={"1415": OLD, "2018": NEW, "2019": "2019-03-31"}[source],
        kind=kind,
    ),
    st.integers(0, 6),
    st.sampled_from([None, "1", "2", "3"]),
    st.sampled_from(["1415", "2018", "2019"]),
    st.sampled_from(["good", "inadequate", ""]),
    st.sampled_from([Kind.FULL, Kind.MONITORING]),
)


@settings(max_examples=200)
@given(st.lists(STATEMENTS, max_size=7), st.randoms(use_true_random=False))
def test_any_statements_in_any_order_are_all_kept_once(statements: list[Inspection], random: Random) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)
    found = gather_records(shuffled)
    assert found == gather_records(statements)
    kept = [statement for record in found for statement in record.statements]
    assert len(kept) == len(set(kept))
    turned = [replace(statement, sources=(statement.sources[0]._replace(turn=0),)) for statement in kept]
    assert set(turned) <= set(statements)
    assert {(statement.event, statement.kind) for statement in kept if statement.event} <= {
        (statement.event, statement.kind) for statement in statements
    }
    for event in {statement.event for statement in kept if statement.event and statement.sources[0].as_of > day(OLD)}:
        holders = [record for record in found if any(statement.event == event for statement in record.statements)]
        assert len(holders) == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_importing_file_by_file_comes_to_the_same(tmp_path: Path, backwards: bool) -> None:
    files = sorted(EXCERPTS.glob("*.csv"), reverse=backwards)
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    for file in files:
        import_files(history, [file])
    again = import_files(history, files)
    assert (again.new, again.altered) == (0, 0)
    homes, records = gather(excerpts())
    assert [history.home(home.home.key) for home in homes] == homes
    found = [record.inspection for home in homes for record in history.records(home.home.key)]
    assert sorted(found, key=lambda inspection: (inspection.home, inspection.order, inspection.key)) == [
        record.inspection for record in records
    ]
    history.close()


def test_homes_come_by_key_with_the_latest_facts() -> None:
    said = [
        Said(homes=[home("SC000002", owner="Elm Ltd", as_of="2018-03-31")]),
        Said(homes=[home("SC000001")]),
        Said(homes=[home("SC000002", owner="Oak Ltd", as_of="2019-03-31")]),
    ]
    homes, records = gather(said)
    assert [(home.id, home.home.owner) for home in homes] == [
        ("SC000001", "Elm Homes Limited"),
        ("SC000002", "Oak Ltd"),
    ]
    assert records == []
