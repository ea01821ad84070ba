"""People's watches on the command line: made, listed and removed; and seen by every command that works with watches."""

import getpass
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import HOME, SITE, home, inspection
from tests.cli.shell import Run, lines
from tests.cli.shell import run as run_anywhere
from tests.shapes.told import opened
from watcher.config.made_watches import with_made
from watcher.config.settings import load
from watcher.delivery.ledger import Delivery
from watcher.feeds.feed import Outcome, Reading
from watcher.history.box import FolderBox
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.messages.message import Notice
from watcher.rounds.take_in import absorb, take_in
from watcher.service.carrying_out import carry_out
from watcher.watching.made_watches import MOST_IN_A_CHANNEL, MadeWatch
from watcher.watching.usual_changes import DEFAULT_CHANGES

__all__ = ["run_anywhere"]  # a fixture

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DESK = """
[channels.desk]
kind = "slack"
channel = "C0001"
url = "http://127.0.0.1:9"
token_file = "token"
[channels.screen]
kind = "console"
[groups]
Elms = ["Elm Homes Limited"]
[[watch]]
name = "nothing"
local_authority = "Nowhere"
to = ["desk", "screen"]
"""
ADD = ("watch", "add", "area", "derby", "--to", "desk/C0456", "--by", "Ann")
DERBY = MadeWatch(number=3, of="area", value="Derby", to="desk/C0456", by="Ann", made=NOW, door="slack")


@pytest.fixture
def run(run_anywhere: Run, tmp_path: Path) -> Run:
    """Runs a command in a folder with a Slack bot and two homes, one of which drops."""
    (tmp_path / "watcher.toml").write_text(DESK)
    (tmp_path / "token").write_text("xoxb-1")
    drop = inspection("2024-01-10", "inadequate", published="2024-02-10")
    with opened(tmp_path) as history:
        history.commit(
            absorb(history, [home(), home("SC000002")], [inspection("2023-05-01", "good"), drop], None).transaction()
        )
    return run_anywhere


def keep(folder: Path, *made: MadeWatch, deliveries: Sequence[Delivery] = ()) -> None:
    with opened(folder) as history:
        history.commit(Transaction(made_watches=made, deliveries=deliveries))


def test_one_is_made_listed_and_removed(run: Run) -> None:
    code, out, err = run(*ADD)
    assert (code, err) == (0, "")
    assert out == "covers 2 known homes\ndesk/C0456/1: done\n"
    (line,) = lines(run("watch", "list", "--json")[1])
    made = line.pop("made")
    assert line == {
        "id": 1, "name": "desk/C0456/1", "of": "area", "value": "Derby", "to": "desk/C0456", "by": "Ann",
        "changes": [what.value for what in DEFAULT_CHANGES], "door": "command line",
        "paused": None, "ended": None, "ended_by": None,
    }  # fmt: skip
    assert abs(datetime.now(UTC) - datetime.fromisoformat(str(made))) < timedelta(minutes=5)
    shown = " ".join(run("watch", "list")[1].split())
    assert "Area Derby" in shown
    assert "by Ann, on the command line" in shown
    assert run("watch", "remove", "desk/C0456/1", "--by", "Bob")[:2] == (0, "desk/C0456/1: done\n")
    assert run("watch", "list")[:2] == (0, "nobody has made a watch\n")
    (ended,) = lines(run("watch", "list", "--all", "--json")[1])
    assert ended["ended"] is not None
    assert ended["ended_by"] == "Bob"
    assert "removed at" in " ".join(run("watch", "list", "--all")[1].split())
    assert run("watch", "remove", "1")[0] == 1


def test_what_it_tells_and_who_made_it_can_be_left_out_or_said(run: Run) -> None:
    for more in ((), ("recovered, closed",), ("all",)):
        assert run("watch", "add", "owner", "elm homes limited", *more, "--to", "screen")[0] == 0
    made = lines(run("watch", "list", "--json")[1])
    assert [line["changes"] for line in made] == [
        [what.value for what in DEFAULT_CHANGES], ["recovered", "closed"], [what.value for what in What],
    ]  # fmt: skip
    assert {line["by"] for line in made} == {getpass.getuser()}
    assert run("watch", "remove", "#2")[:2] == (0, "screen/2: done\n")


def test_a_home_and_a_group_are_found_by_what_they_are_called(run: Run) -> None:
    assert run("watch", "add", "home", "sc000001", "--to", "desk")[:2] == (0, "covers 1 known home\ndesk/1: done\n")
    assert run("watch", "add", "group", "elms", "--to", "desk")[0] == 0
    assert [line["value"] for line in lines(run("watch", "list", "--json")[1])] == [HOME, "Elms"]


def test_the_same_once_more_is_told_and_not_made_twice(run: Run) -> None:
    run(*ADD)
    assert run(*ADD)[:2] == (0, "there is such a watch already: desk/C0456/1\n")
    assert len(lines(run("watch", "list", "--json")[1])) == 1


def test_another_place_of_the_bot_that_is_configured_goes_by_its_own_name(run: Run) -> None:
    assert "desk/1: done" in run("watch", "add", "area", "Derby", "--to", "desk/C0001")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "area", "Derbie", "--to", "desk"), 2, "there is no area 'Derbie'; did you mean 'Derby'?"),
        (("add", "home", "SC00001", "--to", "desk"), 2, "SC000001"),
        (("add", "planet", "Mars", "--to", "desk"), 2, "area, owner, home, group"),
        (("add", "aera", "Derby", "--to", "desk"), 2, "did you mean 'area'?"),
        (("add", "group", "Oaks", "--to", "desk"), 2, "there is no group 'Oaks'"),
        (("add", "area", "Derby", "recoverd", "--to", "desk"), 2, "did you mean 'recovered'?"),
        (("add", "area", "Derby", "--to", "dask/C0456"), 2, "there is no channel 'dask/C0456'"),
        (("add", "area", "Derby", "--to", "screen/C0456"), 2, "there is no channel"),
        (("add", "area", "Derby", "--to", "desk/<!here>"), 2, "there is no channel"),
        (("add", "area", "Derby"), 2, "Missing option '--to'"),
        (("add", "area", "Derby", "--to", "desk", "--by", " "), 1, "who does it?"),
        (("remove", "7"), 1, "there is no watch '7' that people made"),
    ],
)
def test_wrong_usage_is_told_and_makes_nothing(run: Run, arguments: tuple[str, ...], code: int, said: str) -> None:
    ended, _, err = run("watch", *arguments)
    assert ended == code
    assert said in err
    assert run("watch", "list", "--json")[:2] == (0, "")


def test_a_channel_has_so_many_and_no_more(run: Run, tmp_path: Path) -> None:
    keep(tmp_path, *(replace(DERBY, number=n, value=f"Derby {n}") for n in range(1, MOST_IN_A_CHANNEL + 1)))
    code, _, err = run(*ADD)
    assert (code, "remove one first" in err) == (1, True)


def test_beside_a_running_service_that_one_makes_and_removes_it(run: Run, tmp_path: Path) -> None:
    with opened(tmp_path) as history:
        settings = load(tmp_path / "watcher.toml")
        code, out, _ = run(*ADD)
        assert (code, out.splitlines()[-1]) == (0, "desk/C0456: asked: the running service does it within seconds")
        assert list(history.made_watches()) == []
        carry_out(FolderBox(tmp_path / "data"), history, None, settings=settings)  # type: ignore[arg-type]  # it is not asked
        (made,) = history.made_watches()
        assert (made.name, made.value, made.by) == ("desk/C0456/1", "Derby", "Ann")
        assert "asked" in run("watch", "remove", "1")[1]
        carry_out(FolderBox(tmp_path / "data"), history, None, settings=settings)  # type: ignore[arg-type]
        assert not history.made_watches()[0].is_in_force


REPLAY = ("replay", "--from", "2024-01-01", "--to", "2024-12-31")


def test_what_a_persons_watch_asks_for_is_replayed_explained_listed_and_counted(run: Run, tmp_path: Path) -> None:
    assert run(*REPLAY, "--json")[1] == ""
    keep(tmp_path, DERBY)
    (line,) = lines(run(*REPLAY, "--json")[1])
    assert (line["watches"], line["channels"]) == (["desk/C0456/3"], ["desk/C0456"])
    assert "→ desk/C0456" in run(*REPLAY)[1]
    code, out, err = run("preview", str(line["id"]), "--channel", "desk/C0456")
    assert (code, err) == (0, "looking for it" if err else "")
    assert '"C0456"' in out
    assert len(lines(run("homes", "--watch", "desk/C0456/3", "--json")[1])) == 2
    changes = ("changes", "--watch", "desk/C0456/3", "--from", "2024-01-01", "--to", "2024-12-31", "--json")
    assert [line["change"] for line in lines(run(*changes)[1])] == ["dropped to inadequate"]
    assert run("numbers", "--watch", "desk/C0456/3", "--json")[0] == 0
    keep(tmp_path, DERBY.removed(by="Bob", at=NOW, door="slack"))
    for command in (("homes",), ("numbers",), changes[:1] + changes[3:7]):
        assert run(*command, "--watch", "desk/C0456/3", "--json")[0] == 2
    assert run(*REPLAY, "--json")[1] == ""


def test_what_was_told_for_one_is_explained(run: Run, tmp_path: Path) -> None:
    keep(tmp_path, DERBY)
    again = inspection("2024-06-10", "good", published="2024-07-01", event="10300009")
    with opened(tmp_path) as history:
        settings = with_made(load(tmp_path / "watcher.toml"), history.made_watches())
        read = Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=(again,))
        history.commit(take_in(history, SITE, read, settings, NOW).transaction())
    assert "to desk/C0456 (asked by desk/C0456/3): waiting" in run("explain", "SC000001")[1]
    (told,) = [line for line in lines(run("explain", "SC000001", "--json")[1]) if "change" in line]
    assert (told["watches"], told["channels"]) == (["desk/C0456/3"], ["desk/C0456"])
    assert [line["channel"] for line in lines(run("alerts", "--json")[1])] == ["desk/C0456"]
    assert "desk/C0456" in run("alerts")[1]


def odd(run: Run) -> dict[str, str]:
    """What `check` remarks on people's watches; it finds nothing wrong with them."""
    found = [line for line in lines(run("check", "--json")[1]) if "watch desk/" in str(line["what"])]
    assert all(line["ok"] for line in found)
    return {str(line["what"]): str(line["detail"]) for line in found if line.get("remark")}


def test_check_finds_nothing_wrong_with_them_and_remarks_on_what_is_odd(run: Run, tmp_path: Path) -> None:
    keep(tmp_path, DERBY, replace(DERBY, number=4, value="Gone"), replace(DERBY, number=5, of="group", value="Oaks"))
    remarks = odd(run)
    assert set(remarks) == {"remark on watch desk/C0456/4", "remark on watch desk/C0456/5"}
    assert "no known home has local_authority 'Gone'" in remarks["remark on watch desk/C0456/4"]
    assert "there is no group 'Oaks' any more" in remarks["remark on watch desk/C0456/5"]
    keep(tmp_path, replace(DERBY, paused=NOW))
    assert "paused since" in odd(run)["remark on watch desk/C0456/3"]
    assert "paused since" in " ".join(run("watch", "list")[1].split())
    (tmp_path / "watcher.toml").write_text(DESK.replace("channels.desk", "channels.ops").replace('"desk", ', ""))
    assert "there is no channel desk in the configuration" in odd(run)["remark on watch desk/C0456/3"]
    assert "no channel desk in the configuration" in " ".join(run("watch", "list")[1].split())


def test_a_bots_channel_that_only_people_use_is_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(DESK.replace('"desk", ', ""))
    what = "remark on channel desk"
    assert what in {line["what"] for line in lines(run("check", "--json")[1])}
    keep(tmp_path, DERBY)
    assert what not in {line["what"] for line in lines(run("check", "--json")[1])}


def test_what_waits_for_another_channel_of_the_bot_is_sent_again_by_its_name(run: Run, tmp_path: Path) -> None:
    waits = Delivery.of("desk/C0456", "h", Notice("a title", "x"), "1", NOW)
    waits = replace(waits, due=datetime.now(UTC) + timedelta(hours=1))
    keep(tmp_path, DERBY.removed(by="Bob", at=NOW, door="slack"), deliveries=(waits,))
    assert "there is no channel" not in run("status")[1]
    code, out, err = run("alerts", "retry", "--channel", "desk/C0456")
    assert (code, err) == (0, "")
    assert out == "done\n"
    assert run("alerts", "retry", "--channel", "desk/C0457")[0] == 2
