"""Who may sign in is added, listed, removed and given another password from the command line, while a service runs."""

import io
import os
import pty
import re
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Run, lines, run
from tests.programs import Program
from watcher.config.passwords import hashed, is_password
from watcher.config.users_file import read_users

__all__ = ["run"]  # a fixture

PASSWORD = "a long password"
HASH = hashed(PASSWORD)


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """What stands on standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{word}\n" for word in words)))


def test_somebody_is_added_listed_given_another_password_and_removed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "watcher.toml").write_text('[web]\nusers_file = "secrets/users"\n')
    (tmp_path / "secrets").mkdir()
    file = tmp_path / "secrets" / "users"
    typed(monkeypatch, PASSWORD)
    assert run("user", "add", "ada@example.org") == (0, "ada@example.org may sign in\n", "")
    assert is_password(PASSWORD, read_users(file).hashes["ada@example.org"])
    assert run("user", "list") == (0, "ada@example.org\n", "")
    typed(monkeypatch, "another password")
    assert run("user", "password", "ada@example.org")[0] == 0
    assert is_password("another password", read_users(file).hashes["ada@example.org"])
    code, out, _ = run("user", "remove", "ada@example.org")
    assert (code, "signed out" in out) == (0, True)
    code, out, err = run("user", "list")
    assert (code, out) == (0, "")
    assert "nobody may sign in" in err


def test_without_a_file_named_it_lies_beside_the_configuration_and_what_to_write_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "my.toml").write_text("")
    typed(monkeypatch, PASSWORD)
    code, _, err = run("user", "add", "ada", "--config", "deep/my.toml")
    assert code == 0
    assert 'users_file = "watcher-users" below [web]' in err
    assert list(read_users(tmp_path / "deep" / "watcher-users").hashes) == ["ada"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "ada"), 1, "ada is in"),
        (("add", "a b"), 2, "a name has 1 to 64 letters"),
        (("add", "a" * 65), 2, "a name has 1 to 64 letters"),
        (("add", "a:b"), 2, "a name has 1 to 64 letters"),
        (("add", "bob"), 1, "at least 10 characters"),
        (("password", "bob"), 1, "there is no user bob"),
        (("remove", "bob"), 1, "there is no user bob"),
        (("password", "ada"), 1, "at least 10 characters"),
    ],
)
def test_wrong_usage_is_told_and_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, said: str
) -> None:
    typed(monkeypatch, PASSWORD)
    run("user", "add", "ada")
    before = (tmp_path / "watcher-users").read_bytes()
    typed(monkeypatch, "short")
    ended, _, err = run("user", *arguments)
    assert ended == code
    assert said in err
    assert (tmp_path / "watcher-users").read_bytes() == before


def test_a_list_names_the_rows_that_let_nobody_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher-users").write_text("ada:in clear\n")
    code, out, err = run("user", "list")
    assert (code, out) == (0, "")
    assert "watcher-users, row 1: what stands behind ada is no argon2 hash" in err
    assert "in clear" not in err


@pytest.mark.parametrize("again", [PASSWORD, None], ids=["the same twice", "another the second time"])
def test_on_a_terminal_a_password_is_asked_for_twice_and_never_shown(tmp_path: Path, again: str | None) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "watcher", "user", "add", "ada"]
    words = [PASSWORD, again or "something else", *([] if again else [PASSWORD, PASSWORD])]
    with Program(
        command, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, close_fds=True
    ) as process:
        os.close(theirs)
        shown = _answered(ours, words)
        assert process.wait(60) == 0
    os.close(ours)
    assert PASSWORD.encode() not in shown
    assert is_password(PASSWORD, read_users(tmp_path / "watcher-users").hashes["ada"])


def _answered(terminal: int, words: list[str]) -> bytes:
    """Everything that a terminal shows until the program ends, while each question is answered with the next word."""
    shown, asked = b"", 0
    while True:
        try:
            piece = os.read(terminal, 1024)
        except OSError:  # Linux says so once the other end is closed
            return shown
        if not piece:
            return shown
        shown += piece
        while len(re.findall(rb"(?:ada|confirmation): ", shown)) > asked and asked < len(words):
            os.write(terminal, f"{words[asked]}\n".encode())
            asked += 1


@pytest.mark.parametrize(
    ("content", "ok", "said"),
    [
        (None, False, "there is no file"),
        ("", False, "nobody may sign in: `watcher user add NAME` lets somebody"),
        ("# desk\nada:in clear\n", False, "users, row 2: what stands behind ada is no argon2 hash"),
        (f"ada:{HASH}\n", True, "1 user may sign in"),
    ],
    ids=["no file", "nobody in it", "a wrong line", "somebody"],
)
def test_check_says_whether_those_who_should_can_sign_in(
    run: Run, tmp_path: Path, content: str | None, ok: bool, said: str
) -> None:
    screen = '[channels.s]\nkind = "console"\n[[watch]]\nname = "all"\nto = "s"\n'
    (tmp_path / "watcher.toml").write_text(f'{screen}[web]\nusers_file = "users"\n')
    if content is not None:
        (tmp_path / "users").write_text(content)
    found = [line for line in lines(run("check", "--json")[1]) if line["what"] == "web.users_file"]
    assert [(line["ok"], said in str(line["detail"])) for line in found] == [(ok, True)]
    assert "in clear" not in str(found)
