"""What `/watcher` answers of twelve real years: the same as the pages and the commands, from the same functions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.bot.commands.asking import PAGES, Asker, asker, buttons, shown
from tests.web import stage
from watcher.answers.asked.chosen import Chosen
from watcher.answers.kept.kept import Kept
from watcher.config.settings import Settings
from watcher.facts.inspection import Home
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = stage.plain_settings(tmp_path_factory.mktemp("settings"))
    return made.model_copy(update={"groups": {"Esland": ("Esland North Limited", "Esland South Limited")}})


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    opened = stage.plain(tmp_path_factory.mktemp("data"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def kept(history: EmbeddedHistory, settings: Settings) -> Kept:
    return Kept(history, lambda: settings)


@pytest.fixture(scope="module")
def ask(history: EmbeddedHistory, settings: Settings, kept: Kept) -> Asker:
    made = asker(history, lambda: settings)
    return Asker(replace(made.desk, kept=kept))


@pytest.fixture(scope="module")
def ask_without_pages(ask: Asker) -> Asker:
    return Asker(replace(ask.desk, links=lambda: None))


def test_help_has_a_line_with_an_example_for_each_command(ask: Asker) -> None:
    for words in ("help", "", "HELP"):
        said = shown(ask(words))
        for example in ("home SC478986", "owner Esland North Limited", "area Derby", "recent Derby", "numbers"):
            assert said.count(f"`{example}`") == 1


@pytest.mark.parametrize(
    "written",
    ["SC478986", "sc478986", "478986", "ofsted:SC478986", "OFSTED:sc478986", "“SC478986”", "*SC478986*"],
)
def test_a_home_however_its_number_is_written(ask: Asker, written: str) -> None:
    said = shown(ask(f"home {written}"))
    assert said.startswith("SC478986, a children's home in Derby\n*Good* for 2 years and 8 months, since 14 June 2023")
    assert "*Owner:* Esland North Limited\n*Group:* Esland\n*Area:* Derby (East Midlands)" in said
    assert "• 17 Jul 2018, full: Inadequate" in said
    assert said.index("20 Aug 2024, full: Good (overall experiences); Requires improvement to be good") < said.index(
        "9 May 2023, full: Good"
    )
    assert "and 7 more before these" in said
    assert f"<{PAGES}/homes/ofsted:SC478986|All that is known of it>" in said


def test_a_number_that_nobody_has_offers_the_nearest(ask: Asker) -> None:
    said = ask("home SC478987 public")
    assert buttons(said) == {"SC478986 (Derby, Esland North Limited)": 'home "ofsted:SC478986" public'}
    assert not said.is_public
    pressed = ask(buttons(said)["SC478986 (Derby, Esland North Limited)"])
    assert pressed.is_public
    assert "SC478986, a children's home in Derby" in shown(pressed)


def test_words_instead_of_a_number_offer_the_worst_homes_that_have_them(ask: Asker) -> None:
    offered = buttons(ask("home Derby"))
    assert len(offered) == 5
    assert all("(Derby" in words for words in offered)


def test_an_owner_stands_beside_the_country_as_on_the_pages(ask: Asker, kept: Kept) -> None:
    said = shown(ask("owner esland north ltd"))
    found = kept.homes(Chosen(owner=("Esland North Limited",)), stage.NOW)
    assert found.total == 54
    assert (
        "*Esland North Limited:* 54 children's homes; of 51 graded, 1 inadequate (2.0%), 88.2% good or better" in said
    )
    assert "*England:* 4,009 children's homes; of 3,629 graded, 45 inadequate (1.2%), 85.3% good or better" in said
    places = [said.index(f"|{now.home.id}>: ") for now in found.homes[:10]]
    assert places == sorted(places)
    assert "• <https://watcher.example.org/homes/ofsted:2637140|2637140>: inadequate since 5 Mar 2025" in said
    assert "and 44 more\n" in said
    assert f"<{PAGES}/owners/Esland%20North%20Limited|" in said
    drops = said.partition("*Found inadequate in five years*")[2]
    assert "*5 Mar 2025* dropped to inadequate, from good\n<" in drops
    assert "and 4 more" in drops
    assert "Esland" not in drops.partition(f"<{PAGES}/owners")[0]


def test_without_pages_a_command_lists_the_others(ask_without_pages: Asker) -> None:
    said = shown(ask_without_pages("owner Esland North Limited"))
    assert "and 44 more: watcher homes --owner 'Esland North Limited'" in said
    assert "https://watcher.example.org" not in said
    assert "http" not in shown(ask_without_pages("numbers"))


def test_a_group_is_understood_as_an_owner_and_a_region_as_an_area(ask: Asker) -> None:
    assert "*Esland:* 59 children's homes" in shown(ask("owner esland"))
    assert shown(ask("area East Midlands")).startswith("East Midlands\n*East Midlands:* ")


def test_a_name_that_nobody_has_offers_the_nearest_which_are_asked_the_same_way(ask: Asker) -> None:
    offered = buttons(ask("owner Esland Limited"))
    assert [*offered.items()][:2] == [
        ("Esland North Limited", 'owner "Esland North Limited"'),
        ("Esland South Limited", 'owner "Esland South Limited"'),
    ]
    assert buttons(ask("recent Derbi public"))["Derby"] == 'recent "Derby" public'
    nothing = ask("area qqqqqqqq")
    assert buttons(nothing) == {}
    assert "No area is called qqqqqqqq" in shown(nothing)


def test_the_latest_changes_lead_to_their_pages(ask: Asker, kept: Kept) -> None:
    for words, chosen in (("recent", Chosen()), ("recent derby", Chosen(area=("Derby",)))):
        page = kept.log(chosen, (date(1900, 1, 1), stage.NOW.date()), stage.NOW, most=10)
        said = shown(ask(words))
        places = [said.index(f"<{PAGES}/changes/{row['id']}|") for row in page.sheet.rows]
        assert len(places) == 10
        assert places == sorted(places)
        assert f"All {page.total:,} changes" in said
    assert "*14 Mar 2025* recovered after 95 days, now good\n" in said


def test_numbers_are_those_of_the_pages_in_a_table_that_fits_a_phone(ask: Asker) -> None:
    said = shown(ask("numbers"))
    table = said.partition("```\n")[2].partition("\n```")[0].splitlines()
    assert table[:3] == [
        "Year    Visits Inad. Share Drops",
        "2025-26      –     –     –     –",
        "2024-25  3,994   164  4.1%   112",
    ]
    assert len(table) == 7
    assert max(map(len, table)) <= 35
    assert "2020-21: no numbers, since inspections paused" in said


def test_status_is_that_of_its_page(ask: Asker) -> None:
    said = shown(ask("status"))
    assert said.startswith("Everything works.\n")
    assert "ofsted: 11:00, 2 March 2026, 1h ago" in said
    assert f"<{PAGES}/status|" in said


@pytest.mark.parametrize(
    "words", ["home SC478986", "owner Esland North Limited", "recent", "numbers", "status", "help"]
)
def test_who_sees_it_is_said(ask: Asker, words: str) -> None:
    alone, all_of_them = ask(words), ask(f"public {words}")
    assert not alone.is_public
    assert "Only you see this; add `public` to show it to the channel." in shown(alone)
    assert all_of_them.is_public
    assert f"kim.jones asked: /watcher {words}" in shown(all_of_them)
    assert "Only you" not in shown(all_of_them)


@pytest.mark.parametrize(("words", "example"), [("home", "home SC4"), ("owner public", "owner E"), ("area", "area D")])
def test_without_what_it_needs_it_says_what_to_write(ask: Asker, words: str, example: str) -> None:
    said = ask(words)
    assert f"Write `/watcher {example}" in shown(said)
    assert not said.is_public


def test_words_that_are_no_command_offer_what_may_be_meant_and_help(ask: Asker) -> None:
    assert buttons(ask("hme SC478986")) == {"home SC478986": 'home "SC478986"'}
    assert buttons(ask("SC478986 public")) == {"home SC478986": 'home "ofsted:SC478986" public'}
    assert buttons(ask("Derby"))["area Derby"] == 'area "Derby"'
    assert buttons(ask("Esland North Ltd"))["owner Esland North Limited"] == 'owner "Esland North Limited"'
    nonsense = ask("x" * 500)
    assert buttons(nonsense) == {}
    assert "`numbers`" in shown(nonsense)


def test_what_is_answered_stands_in_the_plain_text_too(ask: Asker) -> None:
    for words, part in (
        ("home SC478986", "17 Jul 2018, full: Inadequate"),
        ("recent", "improved from"),
        ("numbers", "4.1%"),
    ):
        assert part in ask(words).text


def test_one_number_at_two_regulators_asks_which(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    source = Source(date(2026, 2, 1), "a list", Sort.PAGE)
    homes = [
        Home(regulator=key, id="W1", type="care home", local_authority="Powys", source=source)
        for key in ("ofsted", "ciw")
    ]
    history.commit(Transaction(homes=[HomeRecord.of(home) for home in homes]))
    ask = asker(history, lambda: stage.plain_settings(tmp_path))
    assert sorted(buttons(ask("home w1")).values()) == ['home "ciw:W1"', 'home "ofsted:W1"']
    assert shown(ask('home "ciw:W1"')).startswith("W1, a care home in Powys\n")
    assert "None is known yet." in shown(ask("recent"))
    assert "No full inspection with a grade is known yet." in shown(ask("numbers"))
    history.close()
