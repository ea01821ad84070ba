"""What a configuration allows and its writer hardly means is remarked on, and nothing else."""

from pathlib import Path

import pytest

from tests.builders import home
from watcher.config.remarks import Remark, modes_of, remarks, remarks_on_lists
from watcher.config.settings import load

USED = '[channels.screen]\nkind = "console"\n[[watch]]\nname = "all"\nto = "screen"\n'
OPERATOR = '[operator]\nto = "screen"\n'
SLACK = '[channels.{name}]\nkind = "slack"\nchannel = "{channel}"\n'
MAIL = '[channels.{name}]\nkind = "{kind}"\nsmtp = "smtp://mail.example.org"\nfrom = "w@x.org"\nto = {to}\n'


def remarked(folder: Path, text: str) -> list[Remark]:
    file = folder / "watcher.toml"
    file.write_text(text, encoding="utf-8")
    outside = {"SLACK_BOT_TOKEN": "x", "WATCHER_WEBHOOK_SECRET": "x", "SLACK_WEBHOOK_URL": "https://x.org/in"}
    settings = load(file, with_secrets=True, environment=outside)
    return list(remarks(settings, modes_of(settings)))


def everybody_is_told(*channels: str) -> str:
    """A watch and an operator that use all of these channels."""
    names = ", ".join(f'"{name}"' for name in ("screen", *channels))
    return f'[channels.screen]\nkind = "console"\n[[watch]]\nname = "all"\nto = [{names}]\n{OPERATOR}'


def test_of_what_is_meant_nothing_is_remarked(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("x")
    (tmp_path / "token").chmod(0o640)
    slack = f'{SLACK.format(name="desk", channel="C1")}token_file = "token"\n'
    assert remarked(tmp_path, f"{USED}{OPERATOR}") == []
    assert remarked(tmp_path, f"{slack}{everybody_is_told('desk')}") == []


def test_readers_miss_something_without_a_watch_and_without_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    none, file = remarked(
        tmp_path, f'data_dir = "{tmp_path / "data"}"\n[channels.screen]\nkind = "console"\n{OPERATOR}'
    )
    assert (none.what, none.misses_news) == ("watch", True)
    assert (file.what, file.misses_news) == ("data_dir", True)
    assert "is a file" in file.detail


@pytest.mark.parametrize(
    ("text", "what", "said"),
    [
        (USED, "operator", "[operator] to"),
        (f"{USED}{OPERATOR}{SLACK.format(name='desk', channel='C1')}", "channel desk", "nobody uses it"),
        (f'{USED}escalate_to = "screen"\n{OPERATOR}', "watch all", "escalate_to names nobody but `to`"),
        (
            SLACK.format(name="a", channel="C1") + SLACK.format(name="b", channel="C1") + everybody_is_told("a", "b"),
            "channel b",
            "leads where a leads",
        ),
        (
            MAIL.format(name="a", kind="email", to='["a@x.org", "b@x.org"]')
            + MAIL.format(name="b", kind="email", to='["B@x.org", "a@x.org"]')
            + everybody_is_told("a", "b"),
            "channel b",
            "leads where a leads",
        ),
        (
            '[channels.a]\nkind = "slack-webhook"\n[channels.b]\nkind = "slack-webhook"\n'
            + everybody_is_told("a", "b"),
            "channel b",
            "leads where a leads",
        ),
        (
            '[channels.a]\nkind = "webhook"\nurl = "https://x.org/in"\n'
            '[channels.b]\nkind = "webhook"\nurl = "https://x.org/in"\n' + everybody_is_told("a", "b"),
            "channel b",
            "leads where a leads",
        ),
    ],
)
def test_what_is_hardly_meant_is_remarked_once(tmp_path: Path, text: str, what: str, said: str) -> None:
    (found,) = remarked(tmp_path, text)
    assert (found.what, found.misses_news) == (what, False)
    assert said in found.detail


def test_a_digest_for_those_who_get_each_alert_too_is_meant(tmp_path: Path) -> None:
    mails = (
        MAIL.format(name=name, kind=kind, to='"a@x.org"') for name, kind in (("a", "email"), ("b", "email-digest"))
    )
    text = "".join(mails)
    two = SLACK.format(name="c", channel="C1") + SLACK.format(name="d", channel="C2")
    assert remarked(tmp_path, f"{text}{two}{everybody_is_told('a', 'b', 'c', 'd')}") == []


def test_a_secret_that_everybody_can_read_is_remarked_wherever_it_lies(tmp_path: Path) -> None:
    for name in ("token", "heartbeat"):
        (tmp_path / name).write_text("https://x.org")
        (tmp_path / name).chmod(0o604)
    slack = f'{SLACK.format(name="desk", channel="C1")}token_file = "token"\n'
    text = f'{slack}{everybody_is_told("desk")}heartbeat_url_file = "heartbeat"\n'
    found = remarked(tmp_path, text)
    assert [remark.what for remark in found] == ["channels.desk.token_file", "operator.heartbeat_url_file"]
    assert f"chmod o-r {tmp_path / 'token'}" in found[0].detail


def test_of_a_list_the_first_rows_without_a_known_home_are_named_and_how_many_more(tmp_path: Path) -> None:
    file = tmp_path / "watcher.toml"
    file.write_text(USED.replace('name = "all"', 'name = "all"\nhomes_file = "homes.csv"'))
    (tmp_path / "homes.csv").write_text("urn\nSC000001\n" + "".join(f"SC9{n:05}\n" for n in range(12)))
    (remark,) = remarks_on_lists(load(file), lambda: [home()])
    assert remark.what == "watch all"
    assert remark.detail.startswith("no known home is SC900000 (row 3), SC900001 (row 4), ")
    assert "SC900009 (row 12) and 2 more: look at these rows of homes.csv" in remark.detail
    (tmp_path / "homes.csv").write_text("SC000001\n")
    assert list(remarks_on_lists(load(file), lambda: [home()])) == []
