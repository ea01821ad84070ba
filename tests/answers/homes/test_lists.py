"""Homes of one's own list: called as they are called there, and what of the list is no home that stands is said."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.answers.asked.chosen import Chosen
from watcher.answers.counts.chart import Charted
from watcher.answers.homes.homes import KEYS, OWN_KEYS, homes_now
from watcher.answers.sheet import csv_text
from watcher.config.settings import Settings, load
from watcher.history.embedded.history import EmbeddedHistory
from watcher.web.printed import page

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LIST = """\
Your homes,,,,
URN;Label;until;note;Social worker
SC478986;Rose House;;two of ours;team 3
 sc036243;Ivy Lodge;2026-12-31;;
2637140;;2026-11-28;has left;
SC999999;No such home;;;
SC035417;Closed;;;
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "placements.csv").write_text(LIST.partition("\n")[2], encoding="utf-8")
    (tmp_path / "watcher.toml").write_text(
        """
        channels.screen.kind = "console"
        [[watch]]
        name = "placements"
        homes_file = "placements.csv"
        to = ["screen"]
        """,
        encoding="utf-8",
    )
    return load(tmp_path / "watcher.toml")


def test_a_list_shows_its_homes_by_its_own_names_and_what_is_none(settings: Settings, tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", read_only=True)
    gone = next(entry.home.id for entry in history.register() if entry.home.status == "resigned")
    (tmp_path / "placements.csv").write_text(LIST.partition("\n")[2].replace("SC035417", gone), encoding="utf-8")
    settings = load(tmp_path / "watcher.toml")
    found = homes_now(history, settings, Chosen(watch=("placements",)), NOW)
    sheet = found.sheet()
    assert [(row["id"], row["label"], row.get("note"), row.get("others")) for row in sheet.rows] == [
        ("SC036243", "Ivy Lodge", None, None),
        ("SC478986", "Rose House", "two of ours", {"Social worker": "team 3"}),
    ]  # 2637140 stood on it until yesterday
    unknown = "SC999999 (No such home, row 5), on the list placements"
    assert f"Not shown, since no known home has the number: {unknown}" in found.below
    why = "closed or on no official list any more"
    assert f"Not shown, since {why}: {gone} (Closed, resigned), on the list placements" in found.below
    assert [column.heading for column in sheet.columns][:3] == ["Home", "Your name for it", "Your note"]
    assert sheet.columns[-1].heading == "Social worker"
    assert tuple(sheet.keys) == (*KEYS, *OWN_KEYS)
    assert "Social worker: team 3" in "".join(csv_text(sheet.rows, sheet.keys))
    html = page([Charted(sheet)], title=sheet.title, day=found.day, of=["ofsted"])
    assert all(said in html for said in ("Rose House", "two of ours", "team 3", "Social worker"))


def test_all_of_the_list_is_shown_when_asked_for(settings: Settings, tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", read_only=True)
    found = homes_now(history, settings, Chosen(watch=("placements",)), NOW, with_gone=True)
    assert "SC478986" in {now.home.id for now in found.homes}
    assert not any("closed or" in line for line in found.below)


def test_a_home_that_is_on_no_list_of_ones_own_has_no_further_keys(settings: Settings, tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", read_only=True)
    rows = homes_now(history, settings, Chosen(area=("Leeds",)), NOW).sheet().rows
    assert rows
    assert not any(set(OWN_KEYS) & set(row) for row in rows)
