"""`init` writes a short configuration that holds, from typed answers or from options, and never over another."""

import io
import os
import re
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.standins.smtp import SmtpStandIn
from watcher.cli import main as cli
from watcher.config.settings import Settings, load

NOBODY = "http://127.0.0.1:9"
"""Through it nothing is reached: no test asks a real site."""


def init(folder: Path, *options: str, typed: str = "", **environment: str) -> tuple[int, str]:
    """Runs the command within this process; its code and all that it said."""
    said = io.StringIO()
    with (
        patch.dict(os.environ, {**_environment(), **environment}, clear=True),
        patch.object(sys, "argv", ["watcher", "init", *options]),
        patch.object(sys, "stdin", io.StringIO(typed)),
        redirect_stdout(said),
        redirect_stderr(said),
        chdir(folder),
        pytest.raises(SystemExit) as ended,
    ):
        cli.main()
    return int(ended.value.code or 0), " ".join(said.getvalue().replace("│", " ").split())


def init_alone(folder: Path, *options: str, typed: str = "") -> tuple[int, str]:
    """The same in a process of its own, as a shell runs it."""
    ran = subprocess.run(
        [sys.executable, "-m", "watcher", "init", *options],
        cwd=folder,
        input=typed,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in ran.stdout
    return ran.returncode, " ".join(ran.stdout.replace("│", " ").split())


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower() and "SLACK" not in name}
    return {**kept, "HTTPS_PROXY": NOBODY}


def written(folder: Path) -> Settings:
    return load(folder / "watcher.toml")


MINE = ("--contact", "ann@council.uk", "--no-check")


def test_three_answers_make_a_configuration(tmp_path: Path) -> None:
    code, said = init_alone(
        tmp_path, "--no-check", typed="Darby\nderby\n#desk\nC0123456789\nann@example.org\nann@council.uk\n"
    )
    assert code == 0
    assert "there is no area, owner or file 'Darby'; did you mean 'Derby'?" in said
    assert "'#desk' is no id of a Slack channel" in said
    assert "the publisher must be able to reach you" in said
    settings = written(tmp_path)
    (watch,) = settings.watch
    assert (watch.local_authority, watch.to, settings.contact) == (("Derby",), ("desk",), "ann@council.uk")
    assert [*settings.secret_paths] == ["channels.desk.token_file"]
    assert len((tmp_path / "watcher.toml").read_text().splitlines()) < 35
    assert [file.name for file in tmp_path.iterdir()] == ["watcher.toml"]


def test_several_areas_are_one_answer_or_an_option_again_and_again(tmp_path: Path) -> None:
    typed = "Derby, Darbyshire\nDerby, Esland North Ltd\nDerby, derbyshire\nscreen\nann@council.uk\n"
    code, said = init(tmp_path, "--no-check", typed=typed)
    assert code == 0
    assert "there is no area, owner or file 'Darbyshire'; did you mean 'Derbyshire'?" in said
    assert "a home would have to fit both: write areas, or owners" in said
    assert written(tmp_path).watch[0].local_authority == ("Derby", "Derbyshire")
    options = ("--area", "Derby", "--area", "Barking and Dagenham", "--console", "--force", *MINE)
    assert init(tmp_path, "--yes", *options)[0] == 0
    assert written(tmp_path).watch[0].local_authority == ("Derby", "Barking and Dagenham")


def test_an_owner_and_an_address_with_its_server(tmp_path: Path) -> None:
    code, _ = init(
        tmp_path, "--no-check", typed="Esland North Ltd\ndesk@council.uk\nsmtps://mail.council.uk\nwww.council.uk\n"
    )
    assert code == 0
    settings = written(tmp_path)
    mail = settings.channels["mail"].model_dump()
    assert settings.watch[0].owner == ("Esland North Limited",)
    assert (mail["smtp"], mail["sender"], mail["to"]) == (
        "smtps://mail.council.uk",
        "desk@council.uk",
        ("desk@council.uk",),
    )
    assert mail["starttls"] is True


def test_a_list_and_a_server_on_this_machine(tmp_path: Path) -> None:
    (tmp_path / 'our "homes".csv').write_text("urn,label\nSC478986,Tom\n")
    code, _ = init(tmp_path, "--yes", "--homes-file", 'our "homes".csv', "--email", "desk@council.uk", *MINE)
    assert code == 0
    settings = written(tmp_path)
    (watch,) = settings.watch
    assert watch.listed is not None
    assert [home.label for home in watch.listed] == ["Tom"]
    mail = settings.channels["mail"].model_dump()
    assert (mail["smtp"], mail["starttls"], mail["sender"]) == ("smtp://localhost:25", False, "ann@council.uk")
    assert "# unless another is named" in (tmp_path / "watcher.toml").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--area", "Darby", "--console", *MINE), "there is no area 'Darby'; did you mean 'Derby'?"),
        (("--owner", "Esland", "--console", *MINE), "owners with it: Esland North Limited, Esland South Limited"),
        (("--homes-file", "gone.csv", "--console", *MINE), "there is no file gone.csv"),
        (("--area", "Derby", "--slack", "desk", *MINE), "'desk' is no id of a Slack channel"),
        (("--area", "Derby", "--email", "desk", *MINE), "'desk' is no e-mail address"),
        (("--area", "Derby", "--email", "d@x.uk", "--smtp", "mail", *MINE), "write it as \"smtp://mail.example.org:587\""),
        (("--area", "Derby", "--console"), "give it, as --yes asks nothing"),
        (("--area", "Derby", *MINE), "give one of them, as --yes asks nothing"),
        (("--console", *MINE), "give one of them, as --yes asks nothing"),
        (("--area", "Derby", "--owner", "x", "--console", *MINE), "give one of them"),
        (("--area", "Derby", "--console", "--contact", "a@example.org"), "the publisher must be able to reach you"),
    ],
)  # fmt: skip
def test_what_a_program_says_wrong_is_told_and_writes_nothing(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    code, told = init(tmp_path, "--yes", *options)
    assert code == 2
    assert said in told
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_unless_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "watcher.toml"
    file.write_text("# mine\n")
    options = ("--yes", "--area", "Derby", "--console", *MINE)
    code, said = init(tmp_path, *options)
    assert (code, file.read_text()) == (2, "# mine\n")
    assert "there is a watcher.toml already: move it away, or write over it with --force" in said
    assert init(tmp_path, *options, "--force")[0] == 0
    assert written(tmp_path).watch[0].local_authority == ("Derby",)


def test_when_nobody_answers_nothing_is_written(tmp_path: Path) -> None:
    code, said = init(tmp_path, typed="Derby\n")
    assert code == 1
    assert "nobody answers, and nothing was written" in said
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_tried_and_a_test_message_offered(tmp_path: Path) -> None:
    code, said = init(tmp_path, typed="Derby\nscreen\nann@council.uk\ny\n")
    assert code == 1  # the site can't be reached from here
    assert re.search(r"ok watch mine: covers \d+ known homes", said)
    assert "!! feed ofsted: https://reports.ofsted.gov.uk: " in said
    assert f"(through the proxy {NOBODY})" in said
    assert "This is a test of watcher" in said
    assert "ok message to screen: accepted" in said
    assert written(tmp_path).network.proxy == "environment"


def test_a_program_sends_no_test_message(tmp_path: Path) -> None:
    with SmtpStandIn() as server:
        options = (
            "--yes",
            "--area",
            "Derby",
            "--email",
            "desk@council.uk",
            "--smtp",
            f"smtp://127.0.0.1:{server.port}",
        )
        code, said = init(tmp_path, *options, "--contact", "ann@council.uk")
        assert code == 1
        assert "ok channel mail: ready" in said
        assert server.arrived == []


def test_a_token_that_is_not_there_yet_is_still_to_do(tmp_path: Path) -> None:
    options = ("--yes", "--area", "Derby", "--slack", "C0123456789", "--contact", "ann@council.uk")
    code, said = init(tmp_path, *options)
    assert code == 1
    assert "Still to do: watcher.toml:" in said
    assert "slack-token cannot be read: No such file or directory" in said
    assert "token_file" not in _keys(tmp_path, init(tmp_path, *options, "--force", SLACK_BOT_TOKEN="xoxb-1"))


def _keys(folder: Path, _: object) -> list[str]:
    lines = (folder / "watcher.toml").read_text().splitlines()
    return [line.partition(" = ")[0] for line in lines if not line.startswith("#")]
