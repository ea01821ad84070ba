"""A mistake is told with its line, its key and the nearest valid name."""

from pathlib import Path

import pytest

from watcher.options.mistakes import ConfigError, Mistake, did_you_mean, line_of

TEXT = """contact = "x"

[channels.desk]
kind = "slack"

[[watch]]
name = "first"

[[watch]]
name = "second"
to = ["desk"]
"""


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("Drby", ["Derby", "Leeds"], "; did you mean 'Derby'?"),
        ("DERBY", ["Derby"], "; did you mean 'Derby'?"),
        ("xyz", ["Leeds", "Derby"], "; there is: Derby, Leeds"),
        ("xyz", [f"name {number}" for number in range(21)], ""),
        ("xyz", [], ""),
    ],
)
def test_the_nearest_name_is_offered_or_a_short_list_of_all(name: str, known: list[str], said: str) -> None:
    assert did_you_mean(name, known) == said


@pytest.mark.parametrize(
    ("location", "line"),
    [(("contact",), 1), (("channels", "desk", "kind"), 4), (("watch", 0, "name"), 7), (("watch", 1, "to"), 11)],
)
def test_a_key_is_found_in_the_file(location: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, location) == line


def test_all_mistakes_are_told_at_once() -> None:
    mistakes = [Mistake(3, "a", "is missing"), Mistake(None, "", "cannot be read")]
    assert (
        str(ConfigError(Path("watcher.toml"), mistakes))
        == "watcher.toml:3: a: is missing\nwatcher.toml: cannot be read"
    )
