"""A configuration that was found valid is not read again by who needs its folder alone; any other always is."""

import os
from pathlib import Path

import pytest

from watcher.config.proven import NAME, content_of, keep_proof, proven_place
from watcher.config.settings import load

PLAIN = 'data_dir = "{data}"\ncontact = "desk@elm.example.org"\n[channels.screen]\nkind = "console"\n'
REGISTER = '[feeds.mine]\nkind = "register"\npreset = "wales"\nurl = "file:///tmp/x.csv"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration, valid and kept as that."""
    (tmp_path / "data").mkdir()
    return kept(tmp_path, PLAIN)


def kept(folder: Path, text: str) -> Path:
    file = folder / "watcher.toml"
    file.write_text(text.format(data=folder / "data"))
    keep_proof(load(file), file, content_of(file))
    return file


def test_its_folder_is_known_without_reading_it(file: Path) -> None:
    place = proven_place(file)
    assert place is not None
    assert (place.folder, place.url) == (load(file).data_dir, "")
    note = place.folder / NAME
    assert note.stat().st_mode & 0o777 == 0o600
    assert "elm" not in note.read_text()


@pytest.mark.parametrize("altered", ["# a word more\n", "colour = 1\n", "[history]\n", "= = ="])
def test_one_that_was_changed_since_is_read(file: Path, altered: str) -> None:
    file.write_text(file.read_text() + altered)
    assert proven_place(file) is None


@pytest.mark.parametrize("about", ["__version__", "_LARGEST"])
def test_what_another_version_found_valid_is_read(file: Path, about: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"watcher.config.proven.{about}", "0.0.1" if about == "__version__" else 1)
    assert proven_place(file) is None


def test_a_note_that_others_may_have_written_proves_nothing(file: Path) -> None:
    note = load(file).data_dir / NAME
    note.chmod(0o666)
    assert proven_place(file) is None
    keep_proof(load(file), file, content_of(file))
    assert proven_place(file) is not None
    elsewhere = note.with_name("elsewhere")
    note.rename(elsewhere)
    note.symlink_to(elsewhere)
    assert proven_place(file) is None


def test_what_hangs_on_more_than_the_file_is_never_kept(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert proven_place(kept(tmp_path, PLAIN + REGISTER)) is None
    assert proven_place(kept(tmp_path, PLAIN + '[network]\nproxy = "environment"\n')) is None


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = kept(tmp_path, PLAIN)
    assert proven_place(file) is None
    assert not (tmp_path / "data").exists()


def test_a_pipe_is_left_to_who_reads_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert proven_place(tmp_path / "pipe") is None


def test_one_that_was_altered_while_it_was_read_is_proven_by_nothing(file: Path) -> None:
    before, settings = content_of(file), load(file)
    file.write_text("colour = 1\n" + file.read_text())
    keep_proof(settings, file, before)
    assert proven_place(file) is None


def test_what_a_killed_process_left_keeps_no_later_one_from_its_proof(file: Path) -> None:
    """In a container each process may have the same number."""
    note = load(file).data_dir / NAME
    note.unlink()
    note.with_name(f".{NAME}.{os.getpid()}").touch()
    keep_proof(load(file), file, content_of(file))
    assert proven_place(file) is not None
