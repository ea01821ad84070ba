"""A manifest in a file, as Slack exports it."""

import json
from pathlib import Path
from typing import Any

from watcher.errors import WatcherError

_LONGEST = 1_000_000
"""Characters; Slack's own have some thousands."""
_INSTEAD = "take it from api.slack.com/apps > your app > App Manifest, on the tab JSON"


class ManifestFileError(WatcherError):
    """A file that holds no manifest."""


def exported(file: Path) -> dict[str, Any]:
    """The manifest of a file, alone or as an answer of Slack's has it; raises ManifestFileError."""
    try:
        with file.open(encoding="utf-8-sig") as opened:
            text = opened.read(_LONGEST + 1)
    except OSError as error:
        raise ManifestFileError(f"{file} cannot be read: {error.strerror or type(error).__name__}") from None
    except ValueError:
        raise ManifestFileError(f"{file} is not text: {_INSTEAD}") from None
    try:
        held = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        raise ManifestFileError(f"{file} is no JSON: {_INSTEAD}") from None
    inner = held.get("manifest", held) if isinstance(held, dict) else held
    if not isinstance(inner, dict) or "display_information" not in inner:
        raise ManifestFileError(f"{file} is no manifest of an app: {_INSTEAD}")
    return inner
