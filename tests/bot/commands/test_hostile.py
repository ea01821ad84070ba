"""Whatever a home is called and whatever is written, the answer fits, rings nobody and tells only what it may."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from tests.bot.commands.asking import Asker, asker, buttons, shown
from tests.web import stage
from watcher.bot.commands.command import COMMANDS
from watcher.bot.commands.home import said_of_home
from watcher.bot.said import LONGEST_QUESTION
from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory
from watcher.watching.listed import HomeList, ListedHome
from watcher.watching.watches import Watch

LABEL = "Lime Tree Place"


def _with_labels(settings: Settings) -> Settings:
    """The same with a list that names a home, for the readers of `screen` and of another channel alone."""
    rows = {"SC900001": ListedHome(id="SC900001", row=2, label=LABEL)}
    listed = HomeList("mine.csv", Path("mine.csv"), rows)
    mine = Watch.model_validate({"name": "mine", "to": ["screen"], "changes": "all", "listed": listed})
    return settings.model_copy(update={"watch": (*settings.watch, mine)})


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = _with_labels(stage.settings(folder))
    history: EmbeddedHistory = stage.small(folder)
    yield asker(history, lambda: settings)
    history.close()


@pytest.mark.parametrize("number", range(len(stage.HOSTILE)))
def test_names_that_hurt_are_answered_and_found_by_their_buttons(ask: Asker, number: int) -> None:
    name = stage.HOSTILE[number]
    for words in (f"home {stage.hostile_id(number)}", f"owner {name}", f"area {name}", f"recent {name}", name):
        ask(words)
        ask(f"{words} public")
    for button, question in buttons(ask(f"owner {name[:40]}x")).items():
        assert shown(ask(question)).startswith(button[:20])


def test_a_name_is_found_as_people_see_it(ask: Asker) -> None:
    assert "SC900003" in shown(ask("owner gnp.exe Care"))
    assert "SC900004" in shown(ask("owner Plas &amp; Sons Set-Cookie: a=b"))
    assert "SC900000" in shown(ask("owner &lt;script&gt;alert(1)&lt;/script&gt;"))


def test_no_people_no_readers_and_no_reasons_are_told(ask: Asker) -> None:
    for words in ("status", "recent", *(f"home {stage.hostile_id(number)}" for number in range(len(stage.HOSTILE)))):
        for said in (ask(words), ask(f"{words} public")):
            everything = f"{said.text}\n{said.blocks}"
            assert stage.SECRET_ADDRESS not in everything
            assert stage.SECRET_PERSON not in everything
            assert "Known <and> seen to" not in everything


def test_status_says_what_is_wrong_without_files_of_the_machine(ask: Asker) -> None:
    said = shown(ask("status"))
    assert "wales: 12:00, 27 February 2026, 3d ago (too long ago)" in said
    assert "*What is wrong*\nAct now: " in said
    assert str(ask.desk.settings().data_dir) not in said
    assert "need you." in said


def test_labels_are_for_the_channels_of_their_watch_alone(ask: Asker) -> None:
    for words in ("home SC900001", "area Derby", "owner " + stage.HOSTILE[1], "recent Derby", "recent"):
        for channel in ("desk", "desk/C0456"):
            assert LABEL not in shown(ask(words, channel))
            assert LABEL not in ask(words, channel).text
    for words in ("home SC900001", "owner " + stage.HOSTILE[1]):
        assert f"“{LABEL}”" in shown(ask(words, "screen"))
    assert LABEL in str(said_of_home(ask.desk, "ofsted:SC900001", channel="screen").blocks)
    assert LABEL not in str(said_of_home(ask.desk, "ofsted:SC900001").blocks)


def test_a_home_is_found_by_what_the_channel_calls_it_and_by_no_other_channels_names(ask: Asker) -> None:
    assert shown(ask("home lime tree place", "screen")).startswith("SC900001")
    assert buttons(ask("home lime tree place", "desk")) == {}


def test_an_area_without_a_change_says_since_when(ask: Asker) -> None:
    assert "None since " in shown(ask("recent " + stage.HOSTILE[2]))


def test_a_home_that_is_gone_meanwhile_is_said_to_be_unknown(ask: Asker) -> None:
    assert "That home is not known" in said_of_home(ask.desk, "ofsted:SC000000").text


_COMMANDS = st.sampled_from([*COMMANDS, "public", "hom", ""])
_PIECES = st.sampled_from(
    [
        "<!channel>",
        "<@U1>",
        "&amp;",
        "```",
        "*",
        "_",
        '"',
        "“",
        "”",
        "SC900001",
        "Derby",
        "public",
        "|",
        "<http://a.b|c>",
    ]
)
_TEXT = st.lists(st.one_of(_PIECES, st.text(max_size=60), _COMMANDS), max_size=12).map(" ".join)


@profile(max_examples=150)
@given(command=_COMMANDS, text=_TEXT)
@example(command="home", text="1 " * 247)
@example(command="owner", text="&" * 490)
@example(command="area", text="\ud800")
@example(command="recent", text="```" * 150)
@example(command="", text="<" * LONGEST_QUESTION)
def test_any_text_ends_in_an_answer_that_slack_takes(ask: Asker, command: str, text: str) -> None:
    said = ask(f"{command} {text}"[:LONGEST_QUESTION])
    assert said.text
    assert all(0 < len(question) <= LONGEST_QUESTION for question in buttons(said).values())
