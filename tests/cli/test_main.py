"""A command ends with the promised code, and wrong usage is told with what would be right."""

import re
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.cli.shell import Run, run
from watcher.cli import main as cli

__all__ = ["run"]  # a fixture


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("replay", "--from", "yesterday", "--to", "2018-01-01"), 2, "is no date"),
        (("replay", "--from", "2018-01-01"), 2, "Missing option"),
        (("explain", "SC478986", "--on", "2999-01-01"), 2, "2999-01-01 is still to come"),
        (("history", "SC47898"), 1, "no home SC47898; did you mean SC478986 (Derby, Esland North Limited)?"),
        (("frobnicate",), 2, "No such command"),
        (("histroy",), 2, "No such command 'histroy'. Did you mean 'history'?"),
        (("poll", "ofstd"), 2, "did you mean 'ofsted'?"),
        (("alerts", "retry", "0123"), 1, "there is no message '0123'"),
        (("history", "SC478986", "--config", "nowhere.toml"), 2, "cannot be read"),
    ],
)
def test_wrong_usage_is_told_with_what_would_be_right(
    run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended, _, err = run(*arguments)
    assert ended == code
    assert said in err


def test_a_wrong_configuration_ends_with_2_and_all_its_mistakes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text('contct = "x"\n[[watch]]\nname = "w"\nto = ["dsk"]\n')
    code, _, err = run("check")
    assert code == 2
    assert "watcher.toml:1: contct" in err
    assert 'watcher.toml:4: watch "w": to' in err


@pytest.mark.parametrize("command", ["check", "status", "poll"])
def test_a_missing_apprise_ends_with_2_and_how_to_get_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "watcher.toml").write_text('[channels.phones]\nkind = "apprise"\n')
    monkeypatch.setitem(sys.modules, "apprise", None)
    code, out, err = run(command)
    assert (code, out) == (2, "")
    assert "watcher.toml:2: channels.phones.kind: needs Apprise" in err
    assert 'pip install "watcher[apprise]"' in err
    assert "Traceback" not in err


def test_the_readme_has_every_command_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| command | does |") :].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    told = [name for cell in cells for name in re.findall(r"`([a-z]+)", cell)]
    commands = cli.Commands()
    assert sorted(told) == sorted(commands.list_commands(None))
    for group in ("alerts", "silence"):
        assert all(f"`{group} {name}" in table for name in commands.get_command(None, group).commands)


@pytest.mark.parametrize("command", [(), *((name,) for name in cli.FAMILIES), ("alerts", "ack"), ("silence", "add")])
def test_h_is_help_everywhere_and_no_argument_is_without_words(run: Run, command: tuple[str, ...]) -> None:
    code, out, _ = run(*command, "-h")
    assert (code, out) == run(*command, "--help")[:2]
    assert code == 0
    assert not re.search(r"FILE +<[^>]*> +(\[required\])? *│", out)


_WORDS = r"( COMMAND \[ARGS\]\.\.\.| [\[{]([A-Z|-]+|[a-z]+(\|[a-z]+)+)[\]}](\.\.\.)?)*"


@pytest.mark.parametrize("command", [(), *((name,) for name in cli.FAMILIES), ("alerts", "ack"), ("watch", "add")])
def test_the_first_line_of_help_has_what_is_to_be_given_and_nothing_of_the_code(
    run: Run, command: tuple[str, ...]
) -> None:
    first = next(line for line in run(*command, "-h")[1].splitlines() if "Usage" in line)
    assert re.fullmatch(f" *Usage: {' '.join(('watcher', *command))} \\[OPTIONS\\]{_WORDS} *", first)


def test_the_version_is_a_flag_too(run: Run) -> None:
    assert run("--version")[:2] == (0, run("version")[1])


def test_a_shell_can_complete_the_commands(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_WATCHER_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "watcher his")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run()[1].strip() == "history"


def test_what_the_system_refuses_is_told_with_its_place_and_what_to_do() -> None:
    refused = OSError(30, "Read-only file system", "/data/requests")
    assert cli.said_of(refused).startswith("/data/requests: Read-only file system; see to that disk")
    assert cli.said_of(OSError(28, "No space left on device")) == "No space left on device"
