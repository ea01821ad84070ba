"""What is installed is complete: the files that are no code come with it."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.checkout import ROOT

FOLDERS = ("watcher/history/bundled", "watcher/messages/templates", "watcher/messages/timeline/font")


def test_the_wheel_holds_templates_font_licence_and_history(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as files:
        packed = set(files.namelist())
    wanted = {
        file.relative_to(ROOT).as_posix() for folder in FOLDERS for file in (ROOT / folder).iterdir() if file.is_file()
    }
    wanted.add("watcher/cli/demo/reports.zip")
    assert len(wanted) > 8
    assert wanted <= packed
    assert not [name for name in packed if "pdf" in name or "examples" in name], "the makers of files are for tests"
