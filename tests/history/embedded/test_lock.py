"""One process owns a folder, and its end frees it."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs import Program
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.lock import FolderLock
from watcher.history.embedded.store import Store
from watcher.history.failures import HistoryLockedError
from watcher.history.protocol import HistoryUnusableError

HOLD = """
import sys
from pathlib import Path
from watcher.history.embedded.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_another_process_is_refused_by_name_until_the_first_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with Program(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(HistoryLockedError, match=rf"another watcher, pid {holder.pid} on .*its own data_dir"):
            Store.open(tmp_path)
        assert Store.open(tmp_path, read_only=True).read_all() == {}
        holder.kill()
    with Store.open(tmp_path) as store:
        assert store.table("homes").insert({"name": "Dene"}) == 1


def test_a_second_store_of_this_process_is_refused_too(tmp_path: Path) -> None:
    with Store.open(tmp_path):
        with pytest.raises(HistoryLockedError, match=f"pid {os.getpid()} on"):
            Store.open(tmp_path)
        with pytest.raises(HistoryLockedError):
            Store.open(tmp_path)
    Store.open(tmp_path).close()


def test_a_folder_that_could_not_be_opened_is_left_free(tmp_path: Path) -> None:
    (tmp_path / "history.json").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(Exception, match="is empty"):
            Store.open(tmp_path)
    (tmp_path / "history.json").unlink()
    Store.open(tmp_path).close()


def test_the_name_of_a_longer_holder_does_not_shine_through(tmp_path: Path) -> None:
    (tmp_path / "history.lock").write_text("pid 123456789 on a-machine-with-a-very-long-name.example.org\n")
    with Store.open(tmp_path, disk=Disk()):
        assert "123456789" not in (tmp_path / "history.lock").read_text()
        assert "example" not in (tmp_path / "history.lock").read_text()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_a_folder_that_knows_no_locks_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuses(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("watcher.history.embedded.lock.fcntl.flock", refuses)
    with pytest.raises(HistoryUnusableError, match=r"two watchers could write one history\. Set data_dir to"):
        FolderLock(tmp_path, Disk())
