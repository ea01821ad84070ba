"""What is not to be sent for a while is silenced, listed and let go from the command line."""

import pytest

from tests.cli.commands.test_alerts import SILENCE, run, run_anywhere
from tests.cli.shell import Run, lines

__all__ = ["run", "run_anywhere"]  # fixtures


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("silence", "add", "--until", "14d", "--why", "x"), 2, "a silence of every home is not possible"),
        (("silence", "add", "--home", "SC1", "--why", "x"), 2, "Missing option '--until'"),
        (("silence", "add", "--home", "SC1", "--until", "14d"), 2, "Missing option '--why'"),
        (("silence", "add", "--home", "SC1", "--until", "2y", "--why", "x"), 2, "is no length of time"),
        (("silence", "add", "--home", "SC1", "--until", "400d", "--why", "x"), 2, "within a year"),
        (("silence", "add", "--home", "SC1", "--until", "2018-01-01", "--why", "x"), 2, "ends in the future"),
        (("silence", "add", "--home", "SC1", "--until", "14d", "--why", " "), 2, ""),
        (("silence", "remove", "abcdef"), 1, "there is no silence 'abcdef'"),
    ],
)
def test_wrong_usage_is_told_and_changes_nothing(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, _, err = run(*arguments)
    assert ended == code
    assert said in err
    assert run("silence", "--json")[1] == ""
    assert {line["state"] for line in lines(run("alerts", "--json")[1])} == {"waiting"}


def test_a_silence_holds_what_waits_and_is_listed_until_it_is_removed(run: Run) -> None:
    code, out, err = run(*SILENCE)
    assert (code, err) == (0, "")
    assert "covers 1 known home" in out
    (silence,) = lines(run("silence", "--json")[1])
    assert (silence["home"], silence["why"], silence["by"]) == (["SC000001"], "known, being closed", "Ann")
    assert (silence["in_force"], "T" in str(silence["until"])) == (True, True)
    assert "home SC000001" in run("silence")[1]
    held = [(line["state"], line.get("silence"), line.get("detail")) for line in lines(run("alerts", "--json")[1])]
    reason = ("silenced", silence["id"], "silenced: known, being closed")
    assert held == [reason, reason, ("waiting", None, None)]
    explained = " ".join(run("explain", "SC000001")[1].split())
    assert f"silenced after 0 attempts by silence {silence['id']}, silenced: known, being closed" in explained
    assert str(silence["id"]) in "".join(run("alerts")[1].split())
    assert run("silence", "remove", str(silence["id"])[:6])[:2] == (0, f"{silence['id']}: done\n")
    assert run("silence")[1] == "nothing is silenced\n"
    assert [line["in_force"] for line in lines(run("silence", "--all", "--json")[1])] == [False]
    assert lines(run("alerts", "--json")[1])[0]["state"] == "silenced"


def test_a_name_that_no_home_has_is_told(run: Run) -> None:
    code, _, err = run("silence", "add", "--area", "Derbby", "--until", "1d", "--why", "x")
    assert code == 0
    assert "no known home has local_authority 'Derbby'; did you mean 'Derby'?" in err
