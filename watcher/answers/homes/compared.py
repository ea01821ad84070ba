"""How some homes stand beside all homes of their kinds in the country: counts and shares, side by side."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from watcher.answers.homes.beside import by_kind
from watcher.answers.homes.count import NOT_GRADED, Count
from watcher.answers.homes.every_home import EveryHome
from watcher.answers.sheet import Column, Sheet
from watcher.facts import regulators
from watcher.facts.grades import scales_of
from watcher.text import capital

MOST_KINDS = 3
"""Kinds of homes that are compared, those first of which there are most."""

COLUMNS = (
    Column("name", "Whose homes"),
    Column("kind", "Kind"),
    Column("homes", "Homes", is_number=True),
    Column("graded", "Graded", is_number=True),
    Column("inadequate", "Inade\u00adquate", is_number=True),
    Column("share_inadequate", "Share inade\u00adquate", is_number=True, is_share=True),
    Column("share_good", "Share good or better", is_number=True, is_share=True),
)


def compared(every: EveryHome, name: str, keys: Collection[str]) -> Sheet:
    """The homes of these keys that stand, under a name, each kind above all homes of its kind in the country."""
    mine = by_kind(card for key in every.there.intersection(keys) if (card := every.cards[key]).family)
    kinds = Counter({kind: count.homes for kind, count in mine.items()})
    rows: list[dict[str, Any]] = []
    are_several = len({regulator for regulator, _ in kinds}) > 1
    for (regulator, kind), _ in sorted(kinds.items(), key=lambda counted: (-counted[1], counted[0]))[:MOST_KINDS]:
        called, country = regulators.of(regulator).called, capital(regulators.of(regulator).country)
        mine_called = f"{name} ({called})" if are_several else name
        for whose, counts in ((mine_called, mine), (called if are_several else country, every.counted)):
            shares = _shares(counts[regulator, kind])
            rows.append({"name": whose, "kind": kind, **shares, "regulator": regulator})
    columns = COLUMNS if len(kinds) > 1 or any(kind not in _families() for _, kind in kinds) else _without_kind()
    return Sheet(
        title=f"{name} beside the country", columns=columns, rows=rows, keys=[column.key for column in COLUMNS]
    )


def _families() -> set[str]:
    return {family.name for regulator in regulators.described() for family in regulator.families}


def _without_kind() -> tuple[Column, ...]:
    return tuple(column for column in COLUMNS if column.key != "kind")


def _shares(count: Count) -> dict[str, Any]:
    scales = scales_of(count.regulator)
    fine = {grade for scale in scales for grade in scale.good}
    on_line = {grade for scale in scales if scale.good for grade in scale.grades}
    """The grades of scales on which a line is drawn at good."""
    graded = {grade: number for grade, number in count.grades.items() if grade != NOT_GRADED}
    drawn = sum(number for grade, number in graded.items() if grade in on_line)
    good = sum(number for grade, number in graded.items() if grade in fine)
    whole, inadequate = sum(graded.values()), count.inadequate
    return {
        "homes": count.homes,
        "graded": whole,
        "inadequate": inadequate,
        "share_inadequate": inadequate / whole if whole else None,
        "share_good": good / drawn if drawn else None,
    }
