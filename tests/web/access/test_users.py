"""Users are those of the file as it is now, and a wrong name takes as long as a wrong password."""

import asyncio
import os
import time
from pathlib import Path
from statistics import median

import pytest

from watcher.config.passwords import hashed
from watcher.config.users_file import put_user, remove_user
from watcher.web.access.users import TooManyAtOnceError, Users

PASSWORD, OTHER = "a long password", "another password"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    put_user(tmp_path / "users", "ada", hashed(PASSWORD), is_new=True)
    return tmp_path / "users"


def verified(users: Users, name: str, password: str) -> str | None:
    return asyncio.run(users.verify(name, password))


def test_a_right_password_gives_the_proof_that_holds_until_the_file_says_otherwise(file: Path) -> None:
    users = Users(file)
    proof = verified(users, "ada", PASSWORD)
    assert proof is not None
    assert users.proof("ada") == proof
    put_user(file, "bob", hashed(OTHER), is_new=True)
    assert users.proof("ada") == proof
    put_user(file, "ada", hashed(OTHER), is_new=False)
    assert users.proof("ada") not in (proof, None)
    remove_user(file, "ada")
    assert users.proof("ada") is None
    assert verified(users, "ada", OTHER) is None


@pytest.mark.parametrize(("name", "password"), [("ada", OTHER), ("bob", PASSWORD), ("", ""), ("ADA", PASSWORD)])
def test_another_password_or_name_is_nobody_s(file: Path, name: str, password: str) -> None:
    assert verified(Users(file), name, password) is None


def test_while_the_file_cannot_be_read_nobody_is_somebody_and_then_everybody_is_again(file: Path) -> None:
    users = Users(file)
    assert (users.why_nobody(), users.proof("ada") is None) == ("", False)
    content = file.read_bytes()
    file.unlink()
    assert "there is no file" in users.why_nobody()
    assert users.proof("ada") is None
    file.write_bytes(b"\xff")
    assert "is not text" in users.why_nobody()
    file.write_bytes(content)
    assert users.proof("ada")


def test_a_file_changed_in_place_to_the_same_size_is_read_anew(file: Path) -> None:
    users = Users(file)
    before, kept = users.proof("ada"), file.stat()
    put_user(file, "ada", hashed(PASSWORD), is_new=False)
    os.utime(file, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert file.stat().st_size == kept.st_size
    assert users.proof("ada") != before


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password(file: Path) -> None:
    users = Users(file)

    def processor_time(name: str) -> float:
        began = time.process_time()
        assert verified(users, name, OTHER) is None
        return time.process_time() - began

    pairs = [(processor_time("ada"), processor_time("nobody")) for _ in range(7)]
    assert median(nobody for _, nobody in pairs) > 0.5 * median(ada for ada, _ in pairs)


def test_of_many_at_once_some_wait_and_the_others_are_sent_away(file: Path) -> None:
    users = Users(file)

    async def all_at_once() -> list[object]:
        tries = (users.verify("ada", PASSWORD) for _ in range(30))
        return list(await asyncio.gather(*tries, return_exceptions=True))

    found = asyncio.run(all_at_once())
    assert sum(isinstance(one, TooManyAtOnceError) for one in found) == 10
    assert sum(one == users.proof("ada") for one in found) == 20
