"""A secret file is looked at before each use."""

from pathlib import Path

import pytest

from watcher.options.secrets import SecretFile, wrong_with_address


def secret(path: Path) -> SecretFile:
    path.write_text("first\n")
    return SecretFile(path, "run/token", "token")


def test_another_secret_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "token"
    found = secret(path)
    assert found.get_secret_value() == "first"
    path.write_text("second")
    assert (found.why_unusable(), found.get_secret_value()) == ("", "second")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "run/token cannot be read: No such file or directory"),
        (b"", "run/token is empty: write the token into it"),
        (b" \n\t", "run/token is empty: write the token into it"),
        (b"\xff\xfe", "run/token is not text: write the secret into it, and nothing else, and save it as UTF-8"),
    ],
)
def test_what_cannot_be_used_leaves_the_last_good_one_in_force_until_it_can(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "token"
    found = secret(path)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert (found.get_secret_value(), found.why_unusable()) == ("first", why)
    path.unlink(missing_ok=True)
    path.write_text("second")
    assert (found.get_secret_value(), found.why_unusable()) == ("second", "")


def test_a_folder_in_its_place_is_told_and_leaves_the_last_good_one(tmp_path: Path) -> None:
    found = secret(tmp_path / "token")
    (tmp_path / "token").unlink()
    (tmp_path / "token").mkdir()
    assert found.why_unusable() == "run/token cannot be read: Is a directory"
    assert found.get_secret_value() == "first"


def test_a_secret_that_is_of_no_use_is_not_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "url"
    path.write_text("https://hc.example.org/1")
    found = SecretFile(path, "url", "address", wrong_with=wrong_with_address)
    path.write_text("hc.example.org/2")
    assert found.why_unusable() == "url holds no address: it begins with https://"
    assert found.get_secret_value() == "https://hc.example.org/1"


def test_it_is_not_shown(tmp_path: Path) -> None:
    found = secret(tmp_path / "token")
    assert "first" not in f"{found} {found!r} {[found]}"
