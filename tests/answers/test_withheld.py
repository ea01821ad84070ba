"""Addresses of readers are for the signed-in alone, wherever they stand."""

import pytest

from watcher.answers.withheld import INSTEAD, without_addresses


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("550 <ann@example.org>: no such user", f"550 <{INSTEAD}>: no such user"),
        ("3 messages wait to ann@example.org, bob@example.org.", f"3 messages wait to {INSTEAD}, {INSTEAD}."),
        ("To:ann@example.org", INSTEAD),
        ("smtp://ann:secret@example.org/x", INSTEAD),
        ("see https://example.org/@ann/1", "see https://example.org/@ann/1"),
        ("slack 3f2a1b is stopped", "(an address) is stopped"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_addresses_are_left_out(text: str, left: str) -> None:
    assert without_addresses(text, ["slack 3f2a1b"]) == left


def test_a_part_of_an_address_is_not_left_behind() -> None:
    assert without_addresses("x+ann@example.org", ["ann@example.org", "x+ann@example.org"]) == INSTEAD
