"""A file is there whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from watcher.cli.whole_file import why_no_file, write_whole


def failing() -> Iterator[str]:
    yield "half"
    raise OSError(28, "No space left on device")


def test_it_replaces_what_was_there_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    write_whole(file, ["a\r\n", "–\r\n"])
    file.chmod(0o640)
    write_whole(file, ["b\r\n"])
    assert file.read_bytes() == b"b\r\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["numbers.csv"]


def test_what_fails_leaves_the_former_file_and_names_it(tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("former")
    with pytest.raises(OSError, match="No space left") as raised:
        write_whole(file, failing())
    assert raised.value.filename == str(file)
    assert file.read_text() == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["numbers.csv"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("former")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_whole(tmp_path / "link.csv", ["new"])
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_whole(Path(os.devnull), ["x"])
    assert Path(os.devnull).is_char_device()


def test_a_full_device_is_named() -> None:
    with pytest.raises(OSError, match="No space left") as raised:
        write_whole(Path("/dev/full"), ["x"])
    assert raised.value.filename == "/dev/full"


def test_why_there_can_be_no_file(tmp_path: Path) -> None:
    assert why_no_file(tmp_path / "x.csv") is None
    assert why_no_file(tmp_path) == f"{tmp_path} is a folder: name a file in it"
    assert why_no_file(tmp_path / "no" / "x.csv") == f"there is no folder {tmp_path / 'no'}"
