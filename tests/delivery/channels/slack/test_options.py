"""A channel that people can answer: its second token, and who may act."""

from pathlib import Path

import pytest

from watcher.config.settings import Settings, load
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.options.mistakes import ConfigError
from watcher.service.self_watch import matters_of_secrets

DESK = '[channels.desk]\nkind = "slack"\nchannel = "C1"\ntoken_file = "bot"\n'
BOTH = {"SLACK_BOT_TOKEN": "xoxb-planted", "SLACK_APP_TOKEN": "xapp-planted"}


@pytest.fixture(autouse=True)
def tokens(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("xoxb-planted-bot\n")
    (tmp_path / "app").write_text("xapp-planted-app\n")


def loaded(folder: Path, text: str, **environment: str) -> tuple[Settings, SlackOptions]:
    (folder / "watcher.toml").write_text(text)
    settings = load(folder / "watcher.toml", with_secrets=True, environment=environment)
    desk = settings.channels["desk"]
    assert isinstance(desk, SlackOptions)
    assert "planted" not in f"{settings!r} {settings.model_dump_json(exclude={'timezone'})}"
    return settings, desk


def mistake(folder: Path, text: str, **environment: str) -> str:
    with pytest.raises(ConfigError) as refused:
        loaded(folder, text, **environment)
    (found,) = str(refused.value).splitlines()
    assert "planted" not in found
    return found.split("watcher.toml", 1)[1]


def test_the_app_token_comes_from_a_file_of_its_own(tmp_path: Path) -> None:
    settings, desk = loaded(tmp_path, f'{DESK}app_token_file = "app"')
    assert desk.is_answered
    assert desk.app_token is not None
    assert desk.app_token.get_secret_value() == "xapp-planted-app"
    assert settings.secret_paths["channels.desk.app_token_file"] == tmp_path / "app"


def test_a_variable_alone_switches_nothing_on(tmp_path: Path) -> None:
    _, desk = loaded(tmp_path, DESK, **BOTH)
    assert (desk.app_token, desk.is_answered) == (None, False)


def test_a_variable_is_used_where_the_configuration_says_who_may_act(tmp_path: Path) -> None:
    _, desk = loaded(tmp_path, f'{DESK}may_act = ["U1", "usergroup:S1", "W1", "U1"]', **BOTH)
    assert desk.is_answered
    assert desk.app_token is not None
    assert desk.app_token.get_secret_value() == "xapp-planted"
    assert desk.may_act == ("U1", "usergroup:S1", "W1")


def test_whether_a_channel_is_answered_is_known_without_its_secrets(tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(f'{DESK}app_token_file = "gone"')
    desk = load(tmp_path / "watcher.toml").channels["desk"]
    assert isinstance(desk, SlackOptions)
    assert (desk.app_token, desk.is_answered) == (None, True)


def test_another_app_token_is_taken_up_and_a_bad_one_is_the_operators_matter(tmp_path: Path) -> None:
    settings, desk = loaded(tmp_path, f'{DESK}app_token_file = "app"')
    assert desk.app_token is not None
    (tmp_path / "app").write_text("xapp-planted-next")
    assert desk.app_token.get_secret_value() == "xapp-planted-next"
    assert matters_of_secrets(settings.secret_files) == []
    (tmp_path / "app").write_text("xoxb-planted-bot")
    assert desk.app_token.get_secret_value() == "xapp-planted-next"
    (matter,) = matters_of_secrets(settings.secret_files)
    assert matter.title == "channels.desk.app_token_file can't be used"
    assert "app holds a bot token, which belongs in token_file" in matter.text
    assert "planted" not in matter.text


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ('app_token_file = "bot"', {}, ":5: channels.desk.app_token_file: bot holds a bot token, which belongs in"),
        ('app_token_file = "odd"', {}, ":5: channels.desk.app_token_file: odd holds no app token: it begins with"),
        ('app_token_file = "gone"', {}, ":5: channels.desk.app_token_file: gone cannot be read: No "),
        ('app_token_file = "empty"', {}, ":5: channels.desk.app_token_file: empty is empty: write the app_token into"),
        ('app_token = "xapp-planted"', {}, "channels.desk.app_token: a secret does not belong here: write it to"),
        (
            'may_act = "U1"',
            {},
            ":1: channels.desk: no app_token: name an app_token_file, or set SLACK_APP_TOKEN in the",
        ),
        ('may_act = "U1"', {"SLACK_APP_TOKEN": "xoxp-planted"}, ":1: channels.desk: SLACK_APP_TOKEN holds a bot token"),
        ('may_act = "U1"', {"SLACK_APP_TOKEN": "planted"}, ":1: channels.desk: SLACK_APP_TOKEN holds no app token"),
        ("may_act = []", BOTH, ":5: channels.desk.may_act: is empty: name at least one, or leave the key out"),
        ('may_act = "@planted"', BOTH, ":5: channels.desk.may_act: entry 1 is no id: write a member's (U012ABC: pro"),
        ('may_act = ["U1", "S012"]', BOTH, ":5: channels.desk.may_act: entry 2 is no id"),
        ('may_act = ["u012"]', BOTH, ":5: channels.desk.may_act: entry 1 is no id"),
        ('may_act = ["usergroup:planted"]', BOTH, "(usergroup:S012ABC), in capitals"),
        ("may_act = [1]", BOTH, ":5: channels.desk.may_act.0: write it in quotes"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(
    tmp_path: Path, text: str, environment: dict[str, str], said: str
) -> None:
    (tmp_path / "odd").write_text("planted")
    (tmp_path / "empty").touch()
    found = mistake(tmp_path, f"{DESK}{text}", **environment)
    assert said in found


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ('token_file = "app"', {}, ":4: channels.desk.token_file: app holds an app token, which belongs in app"),
        ("", {"SLACK_BOT_TOKEN": "xapp-planted"}, ":1: channels.desk: SLACK_BOT_TOKEN holds an app token"),
    ],
)
def test_an_app_token_in_the_bot_tokens_place_is_told(
    tmp_path: Path, text: str, environment: dict[str, str], said: str
) -> None:
    assert said in mistake(tmp_path, f'[channels.desk]\nkind = "slack"\nchannel = "C1"\n{text}', **environment)
