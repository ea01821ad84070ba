"""Addresses of readers are for the signed-in alone, wherever they stand."""

import pytest

from watcher.answers.withheld import INSTEAD, INSTEAD_OF_A_FILE, without_addresses, without_files


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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("stored in /srv/watcher/data: [Errno 28] No space", f"stored in {INSTEAD_OF_A_FILE}: [Errno 28] No space"),
        ("there is no file '/run/secrets/users'.", f"there is no file '{INSTEAD_OF_A_FILE}'."),
        ("see https://example.org/a/b and 3/4", "see https://example.org/a/b and 3/4"),
        ("a / b", "a / b"),
    ],
)
def test_where_files_lie_is_left_out(text: str, left: str) -> None:
    assert without_files(text) == left
