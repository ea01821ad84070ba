"""The file with who may sign in: read as it lies there, with what is wrong by its row; written as a whole."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.passwords import LONGEST, NOBODYS, SHORTEST, hashed, is_password
from watcher.config.users_file import (
    LARGEST,
    UsersFileError,
    proof_of,
    put_user,
    read_users,
    remove_user,
    users_in,
)
from watcher.errors import WatcherError

HASH = hashed("a long password")
OTHER = hashed("another password")


def test_who_is_put_in_is_found_and_who_is_taken_out_is_not(tmp_path: Path) -> None:
    file = tmp_path / "users"
    put_user(file, "ada@example.org", HASH, is_new=True)
    put_user(file, "b.o-b_2", OTHER, is_new=True)
    assert read_users(file).hashes == {"ada@example.org": HASH, "b.o-b_2": OTHER}
    put_user(file, "ada@example.org", OTHER, is_new=False)
    remove_user(file, "b.o-b_2")
    assert read_users(file).hashes == {"ada@example.org": OTHER}
    assert list(tmp_path.iterdir()) == [file]


def test_its_owner_alone_can_read_it_whatever_it_was(tmp_path: Path) -> None:
    file = tmp_path / "users"
    put_user(file, "ada", HASH, is_new=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    put_user(file, "bob", HASH, is_new=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_comments_and_lines_that_are_wrong_stay_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text(f"# the desk\n\nwrong\nada:{HASH}\n")
    put_user(file, "bob", OTHER, is_new=True)
    remove_user(file, "ada")
    assert file.read_text() == f"# the desk\n\nwrong\nbob:{OTHER}\n"


def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "users"
    link.symlink_to(tmp_path / "real" / "users")
    put_user(link, "ada", HASH, is_new=True)
    assert link.is_symlink()
    assert "ada" in read_users(tmp_path / "real" / "users").hashes


def test_nobody_is_lost_when_several_are_put_in_at_once(tmp_path: Path) -> None:
    file = tmp_path / "users"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: put_user(file, f"user{n}", HASH, is_new=True), range(24)))
    assert len(read_users(file).hashes) == 24


def test_who_is_there_is_not_added_again_and_who_is_not_can_be_neither_changed_nor_removed(tmp_path: Path) -> None:
    file = tmp_path / "users"
    put_user(file, "ada", HASH, is_new=True)
    before = file.read_bytes()
    with pytest.raises(WatcherError, match="watcher user password ada"):
        put_user(file, "ada", OTHER, is_new=True)
    with pytest.raises(WatcherError, match="there is no user ad in"):
        put_user(file, "ad", OTHER, is_new=False)
    with pytest.raises(WatcherError, match="there is no user bob"):
        remove_user(file, "bob")
    assert file.read_bytes() == before


def test_a_line_that_is_wrong_is_nobody_s_and_named_by_its_row_without_its_secret() -> None:
    lines = [
        "# desk",
        f"a b:{HASH}",
        "bob:secret-in-clear",
        f"ada:{HASH}",
        f"eve:{HASH}",
        "",
        f"eve:{OTHER}",
        "x" * 500,
    ]
    found = users_in(lines)
    assert found.hashes == {"ada": HASH}
    assert [fault.partition(":")[0] for fault in found.faults] == ["row 2", "row 3", "row 7", "row 8"]
    assert "stands in row 5 too" in found.faults[2]
    assert "secret" not in str(found.faults)
    assert HASH not in str(found.faults)
    assert max(map(len, found.faults)) < 200


def test_a_third_line_of_one_name_lets_nobody_in_either() -> None:
    assert users_in([f"eve:{HASH}", f"eve:{OTHER}", f"eve:{HASH}"]).hashes == {}


@given(st.lists(st.text()))
def test_whatever_stands_in_it_is_read(lines: list[str]) -> None:
    found = users_in(lines)
    assert len(found.faults) + len(found.hashes) <= len(lines)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda file: None, "there is no file .*: `watcher user add NAME` makes it"),
        (lambda file: file.mkdir(), "is no file|Is a directory"),
        (lambda file: os.mkfifo(file), "is no file"),
        (lambda file: file.write_bytes(b"\xff\xfe"), "is not text"),
        (lambda file: file.write_bytes(b"#" * (LARGEST + 1)), "more than 1,000,000 bytes"),
    ],
    ids=["missing", "folder", "pipe", "no text", "too large"],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path, make: object, said: str) -> None:
    make(tmp_path / "users")  # type: ignore[operator]
    with pytest.raises(UsersFileError, match=said):
        read_users(tmp_path / "users")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsersFileError, match="make the folder first"):
        put_user(tmp_path / "none" / "users", "ada", HASH, is_new=True)


def test_a_password_is_known_by_its_hash_and_no_other_is() -> None:
    assert is_password("a long password", HASH)
    for wrong in ("a long passwore", "", "x" * (LONGEST + 1), "a long password\n"):
        assert not is_password(wrong, HASH)
        assert not is_password(wrong, NOBODYS)
        assert not is_password(wrong, "no hash")
    assert is_password("caf\u00e9 caf\u00e9 caf\u00e9", hashed("cafe\u0301 cafe\u0301 cafe\u0301"))


@pytest.mark.parametrize("password", ["", "x" * (SHORTEST - 1), "x" * (LONGEST + 1)])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(WatcherError, match="a password has at"):
        hashed(password)


def test_a_proof_is_another_with_another_password_and_tells_nothing_of_the_hash() -> None:
    assert proof_of(HASH) == proof_of(HASH)
    assert proof_of(HASH) != proof_of(hashed("a long password")), "the same password given anew ends sessions too"
    assert not set(HASH.split("$")) & {proof_of(HASH)}
