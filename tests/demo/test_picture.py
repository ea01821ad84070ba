"""The picture in the README is what the console shows today."""

from pathlib import Path

from watcher.demo.picture import picture

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_the_picture_in_the_readme_is_the_alert_as_it_is_printed_now() -> None:
    assert (DOCS / "alert.svg").read_text(encoding="utf-8") == picture(), (
        "run python -m watcher.demo.picture docs/alert.svg"
    )
