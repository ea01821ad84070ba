"""A wrong configuration is refused with all its mistakes; a right one means what the example says."""

import sys
import tomllib
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, Field, SecretStr
from pydantic.fields import FieldInfo

from tests.checkout import ROOT
from watcher.config.settings import Settings, load
from watcher.delivery.channels.apprise.options import AppriseOptions
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions, EmailOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.webhook.options import WebhookOptions
from watcher.feeds.feed import Feed
from watcher.feeds.kinds import KINDS, FeedKind
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.options import FeedOptions
from watcher.judging.changes import What
from watcher.options.mistakes import ConfigError, line_of, table
from watcher.options.table import Secret, one_of
from watcher.options.values import Duration
from watcher.watching.usual_changes import DEFAULT_CHANGES


def write(folder: Path, text: str) -> Path:
    file = folder / "watcher.toml"
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(folder: Path, text: str, **options: object) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(write(folder, text), **options)  # type: ignore[arg-type]  # a table of options
    return [line.split("watcher.toml", 1)[1] for line in str(refused.value).splitlines()]


def test_without_a_file_it_watches_everything_on_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(None)
    assert settings == Settings.built_in()
    assert settings.watch[0].changes == DEFAULT_CHANGES
    assert settings.timezone == ZoneInfo("Europe/London")


def test_the_contracts_example_is_understood(tmp_path: Path) -> None:
    text = """
timezone = "Europe/London"
data_dir = "data"
contact  = "alerts@example.org"
[feeds.ofsted]
kind  = "ofsted-site"
url   = "https://reports.ofsted.gov.uk"
hosts = ["files.ofsted.gov.uk"]
every = "30m"
look_back = "60d"
spacing = "1s"
[channels.desk]
kind = "slack"
channel = "C0123456789"
token_file = "token"
url = "https://slack.com/api/"
[channels.screen]
kind = "console"
[groups]
Esland = ["Esland North Limited", "Esland South Limited"]
[[watch]]
name = "derby"
local_authority = ["Derby", "Derbyshire"]
changes = ["dropped to inadequate", "first inspection inadequate"]
to = ["desk", "screen"]
[[watch]]
name = "group"
group = "Esland"
changes = "all"
to = ["desk"]
[operator]
to = ["screen"]
"""
    (tmp_path / "token").write_text("xoxb-planted\n")
    settings = load(write(tmp_path, text), with_secrets=True)
    named = ("files.ofsted.gov.uk",)
    assert settings.feeds["ofsted"] == OfstedSiteOptions(spacing=timedelta(seconds=1), hosts=named)
    desk = settings.channels["desk"]
    assert isinstance(desk, SlackOptions)
    assert desk.token is not None
    assert desk.token.get_secret_value() == "xoxb-planted"
    assert isinstance(settings.channels["screen"], ConsoleOptions)
    assert settings.watch[0].changes == (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE)
    assert settings.watch[1].changes == tuple(What)
    assert "planted" not in repr(settings)


def example_without_its_comments() -> dict[str, Any]:
    """The shipped example with every option that it shows in force; prose is no line of TOML and stays a comment."""
    lines = (ROOT / "config.example.toml").read_text(encoding="utf-8").splitlines()
    return tomllib.loads("\n".join(map(uncommented, lines)))


def uncommented(line: str) -> str:
    shown = line.removeprefix("# ").removeprefix("# ")
    try:
        return shown if tomllib.loads(shown) else line
    except tomllib.TOMLDecodeError:
        return line


def options_in(given: object, annotation: Any) -> Iterator[tuple[type[BaseModel], str]]:
    """Every option that stands in a table, with the model that it is of, and in the tables below it."""
    if union := one_of(annotation):
        annotation = union.kinds()[table(given)["kind"]]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if (key := field.alias or name) in table(given):
                yield annotation, key
                yield from options_in(table(given)[key], whole(field))
    elif annotation is not None:
        below = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else []
        for inner in get_args(annotation):
            for value in below if get_origin(annotation) is not UnionType else [given]:
                yield from options_in(value, inner)


def whole(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def models_of(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model that can be reached, all kinds of a union among them."""
    if union := one_of(annotation):
        for model in union.kinds().values():
            yield from models_of(model)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_of(whole(field))
    else:
        for inner in get_args(annotation):
            yield from models_of(inner)


def test_the_shipped_example_is_valid_and_names_every_option() -> None:
    load(ROOT / "config.example.toml")
    given = example_without_its_comments()
    Settings.model_validate(given)
    models = set(models_of(Settings))
    assert len(models) >= 13
    wanted = {
        (model, field.alias or name)
        for model in models
        for name, field in model.model_fields.items()
        if not field.exclude
    }
    missing = sorted(f"{model.__name__}.{key}" for model, key in wanted - set(options_in(given, Settings)))
    assert missing == []


MAIL = """[channels.m]
kind = "email"
smtp = "smtp://mail.example.org"
from = "watcher@example.org"
to = ["desk@example.org"]
"""
DIGEST = MAIL.replace('"email"', '"email-digest"')


SCREEN = '\n[channels.s]\nkind = "console"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('contct = "x"', [":1: contct: there is no such key; did you mean 'contact'?"]),
        ('timezone = "Europe/Londn"', [":1: timezone: there is no time zone 'Europe/Londn'"]),
        ('[feeds.ofsted]\nevery = "soon"', [":2: feeds.ofsted.every: 'soon' is no length of time"]),
        ("[feeds.ofsted]\nevery = 30", [":2: feeds.ofsted.every: write a number and a unit in quotes"]),
        ('[feeds.ofsted]\nbrakes = "1"', [":2: feeds.ofsted.brakes: there is no such key; did you mean 'brake'?"]),
        ('[channels.a]\nkind = "slak"', [":1: channels.a: 'slak' is not possible; did you mean 'slack'?"]),
        ('[channels.a]\nkind = "console"\nchanel = ""', [":3: channels.a.chanel: there is no such key"]),
        ("[channels.a]", [":1: channels.a: has no kind"]),
        (
            '[[watch]]\nname = "w"\nto = ["dsk"]\n[channels.desk]\nkind = "console"',
            [":3: watch \"w\": to: there is no channel 'dsk'; did you mean 'desk'?"],
        ),
        ('[[watch]]\nname = "w"\nto = "s"\ngroup = "G"', [":4: watch \"w\": group: there is no group 'G'"]),
        (
            '[[watch]]\nname = "w"\nto = "s"\nescalate_to = ["fone"]\n[channels.phone]\nkind = "console"',
            [":4: watch \"w\": escalate_to: there is no channel 'fone'; did you mean 'phone'?"],
        ),
        ('[[watch]]\nname = "w"\nto = "s"\nrepeat = "4m"', [':4: watch "w": repeat: people need at least 5m']),
        ('[[watch]]\nname = "w"\nto = "s"\nrepeat = 4', [':4: watch "w": repeat: write a number and a unit']),
        (
            '[[watch]]\nname = "w"\nto = "s"\nescalate_after = "1h"',
            [':1: watch "w": escalate_after without escalate_to: name the channels too'],
        ),
        ('templates = "layout"', [":1: templates: there is no folder "]),
        ('templates = ""', [":1: templates: there is no folder "]),
        ('templates = "watcher.toml"', [":1: templates: there is no folder "]),
        ("templates = 3", [":1: templates: write the name of a file or folder in quotes"]),
        ('[operator]\nto = ["desk"]', [":2: operator.to: there is no channel 'desk'"]),
        (
            '[[watch]]\nto = "s"\nname = "w"\n[[watch]]\nname = "w"\nto = "s"',
            [':5: watch "w": name: another watch has this name'],
        ),
        (
            '[[watch]]\nname = "w"\nto = "s"\nchanges = ["droped"]',
            [":4: watch \"w\": changes: 'droped' is not possible; did you mean 'dropped'?"],
        ),
        ("a = [", [": is no TOML"]),
        (f"a = {'[' * 2_000}", [": is no TOML: brackets are nested too deeply in it"]),
        ("\n\na = ,", [":3: is no TOML"]),
        ("[watch]\nname = 'w'", [":1: watch: write [[watch]], with two brackets"]),
        ("[[channels.a]]\nkind = 'console'", [":1: channels.a: write [channels.a], with one bracket"]),
        ("watch = [5]", [":1: watch number 1: is no table: write its keys below [[watch]]"]),
        ("[[watch]]\nto = 's'\n[channels.s]\nkind = 'console'", [":1: watch number 1: name: is missing"]),
        ('\ncontact = "desk\n', [":2: a quote is missing: close what it opens, as in contact = "]),
        ("\ncontact = 'desk", [":2: a quote is missing"]),
        ("\n[[watch]]\nname = derby", [':3: words stand in quotes: name = "..."']),
        ("\n[[watch]]\nto = [desk]", [':3: words stand in quotes: to = ["..."]']),
        ("\ncontact = “desk”\n", [":2: write straight quotes (\" or ') instead of “ and ”"]),
        ('\ncontact = "desk”\n', [":2: write straight quotes"]),
        ('[channels.a]\nkind = "slack"\nchannel = 5', [':3: channels.a.channel: write it in quotes: channel = "5"']),
        ('[channels.a]\nkind = "slack"\nchannel = ["C"]', [":3: channels.a.channel: write one value in quotes"]),
        ('[[watch]]\nname = "w"\nto = "s"\nhome = [5]', [':4: watch "w": home: write it in quotes: home = "5"']),
        ('[[watch]]\nname = "w"\nto = "s"\nhome = 5', [':4: watch "w": home: write a value in quotes, or a list']),
        (f"{MAIL}fron = 'x'", [":6: channels.m.fron: there is no such key; did you mean 'from'?"]),
        (f"{MAIL}starttls = false", [":1: channels.m: starttls = false would send everything readable"]),
        (f"{MAIL}password_file = 'x'", [":1: channels.m: a password_file without a username"]),
        (MAIL.replace("smtp://mail.example.org", "mail.example.org"), [':3: channels.m.smtp: write it as "smtp://']),
        (
            MAIL.replace("mail.example.org", "u:planted@mail.example.org"),
            [":3: channels.m.smtp: a username and a pass"],
        ),
        (MAIL.replace("watcher@", "Watcher <w>@"), [":4: channels.m.from: 'Watcher <w>@example.org' is no e-mail"]),
        (
            MAIL.replace("desk@example.org", "dësk@example.org"),
            [":5: channels.m.to.0: 'dësk@example.org' is no e-mail"],
        ),
        (MAIL.replace('["desk@example.org"]', "[]"), [":5: channels.m.to: name at least one"]),
        (f"{MAIL}at = '07:30'", [":6: channels.m.at: there is no such key"]),
        (f"{DIGEST}at = '7.30'", [':6: channels.m.at: write the time of day as "07:30"']),
        (f"{DIGEST}at = '24:00'", [':6: channels.m.at: write the time of day as "07:30"']),
        (f"{DIGEST}days = ['monday']", [":6: channels.m.days.0: 'monday' is not possible; did you mean 'mon'?"]),
        (f"{DIGEST}days = []", [":6: channels.m.days: name at least one"]),
        *(
            (f'[[watch]]\nname = "w"\nto = "s"\n{key} = []', [f':4: watch "w": {key}: is empty: name at least one'])
            for key in ("home", "owner", "group", "type", "region", "regulator", "local_authority", "changes")
        ),
        *(
            (f'[feeds.c]\nkind = "cqc-api"\n{key} = []', [f":3: feeds.c.{key}: is empty: name at least one, or leave"])
            for key in ("local_authority", "directorate")
        ),
        ('[[watch]]\nname = "w"\nto = "s"\nescalate_to = []', [':4: watch "w": escalate_to: is empty: name at least']),
        ('[[watch]]\nname = "w"\nto = []', [':3: watch "w": to: is empty: name at least one']),
        ("[operator]\nto = []", [":2: operator.to: is empty: name at least one"]),
    ],
)
def test_a_mistake_is_told_with_line_key_and_the_nearest_name(tmp_path: Path, text: str, expected: list[str]) -> None:
    found = mistakes(tmp_path, f"{text}{SCREEN}" if 'to = "s"' in text else text)
    assert len(found) == len(expected)
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(start)


@pytest.mark.parametrize(
    ("text", "repeat", "after"),
    [
        ("", None, timedelta(hours=12)),
        ('repeat = "5m"', timedelta(minutes=5), timedelta(hours=12)),
        ('escalate_to = "screen"', None, timedelta(hours=12)),
        ('escalate_to = ["screen"]\nescalate_after = "30m"', None, timedelta(minutes=30)),
    ],
)
def test_a_watch_says_how_long_people_are_given(
    tmp_path: Path, text: str, repeat: timedelta | None, after: timedelta
) -> None:
    channel = '[channels.screen]\nkind = "console"'
    (watch,) = load(write(tmp_path, f'[[watch]]\nname = "w"\nto = "screen"\n{text}\n{channel}')).watch
    assert (watch.repeat, watch.escalates_after) == (repeat, after)
    assert watch.escalate_to == (("screen",) if "escalate_to" in text else ())


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        'contct = "x"\n[channels.desk]\nkind = "slack"\nchannel = "C1"\n[[watch]]\nname = "w"\nto = ["dsk"]\ntype = 3'
    )
    found = mistakes(tmp_path, text, with_secrets=True, environment={})
    assert [line.split(":")[1] for line in found] == ["1", "2", "7", "8"]


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ('token_file = "nowhere"', "channels.desk.token_file: nowhere cannot be read: No such file or directory"),
        ('token_file = "empty"', ":4: channels.desk.token_file: empty is empty: write the token into it"),
        ("", "channels.desk: no token"),
    ],
)
def test_a_missing_secret_is_refused_at_start(tmp_path: Path, channel: str, expected: str) -> None:
    (tmp_path / "empty").touch()
    (found,) = mistakes(
        tmp_path, f'[channels.desk]\nkind = "slack"\nchannel = "C1"\n{channel}', with_secrets=True, environment={}
    )
    assert expected in found


def test_a_secret_may_come_from_the_environment_and_is_not_asked_for_where_nothing_is_sent(tmp_path: Path) -> None:
    file = write(tmp_path, '[channels.desk]\nkind = "slack"\nchannel = "C1"')
    assert load(file).channels["desk"] == SlackOptions(channel="C1")
    settings = load(file, with_secrets=True, environment={"SLACK_BOT_TOKEN": "xoxb-planted"})
    assert isinstance(settings.channels["desk"], SlackOptions)
    assert settings.channels["desk"].token is not None


def test_a_token_in_the_file_itself_is_refused_without_being_repeated(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, '[channels.desk]\nkind = "slack"\nchannel = "C1"\ntoken = "xoxb-planted"')
    assert "token_file" in found
    assert "planted" not in found


def test_a_channel_whose_library_is_not_installed_is_a_mistake_that_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '[channels.phones]\nkind = "apprise"'
    assert isinstance(load(write(tmp_path, text)).channels["phones"], AppriseOptions)
    monkeypatch.setitem(sys.modules, "apprise", None)
    (found,) = mistakes(tmp_path, text)
    assert 'pip install "watcher[apprise]"' in found
    assert "channels.phones" in found


SECRETS = [
    ('kind = "slack"\nchannel = "C1"', "token", "token_file", "SLACK_BOT_TOKEN"),
    ('kind = "slack-webhook"', "url", "url_file", "SLACK_WEBHOOK_URL"),
    ('kind = "apprise"', "urls", "urls_file", "WATCHER_APPRISE_URLS"),
    ('kind = "webhook"\nurl = "https://x.org/in"', "key", "secret_file", "WATCHER_WEBHOOK_SECRET"),
    (
        'kind = "email"\nsmtp = "smtp://mail.example.org"\nusername = "w"\nfrom = "w@x.org"\nto = "d@x.org"',
        "password",
        "password_file",
        "WATCHER_SMTP_PASSWORD",
    ),
]
"""How a kind of channel begins, the field that holds its secret, the key of its file, the variable."""


@pytest.mark.parametrize(("channel", "field", "key", "variable"), SECRETS)
def test_every_kinds_secret_comes_from_a_file_or_the_environment_and_from_nowhere_else(
    tmp_path: Path, channel: str, field: str, key: str, variable: str
) -> None:
    (tmp_path / "secret").write_text(" planted from a file\n")
    (tmp_path / "odd").write_bytes(b"\xff")
    base, given = f"[channels.one]\n{channel}\n", {variable: "planted from outside"}

    def secret(text: str) -> str:
        settings = load(write(tmp_path, text), with_secrets=True, environment=given)
        assert "planted" not in repr(settings)
        assert "planted" not in settings.model_dump_json(exclude={"timezone"})
        found: str = getattr(settings.channels["one"], field).get_secret_value()
        return found

    assert secret(base) == "planted from outside"
    assert secret(f'{base}{key} = "secret"') == "planted from a file"
    for text, said in [
        (base, f"channels.one: no {field}: name a {key}, or set {variable} in the environment"),
        (f'{base}{key} = "nowhere"', f"channels.one.{key}: nowhere cannot be read: No such file"),
        (f'{base}{key} = "odd"', f"channels.one.{key}: odd is not text: write the secret into it, and nothing else"),
        (f'{base}{field} = "planted"', f"write it to a file named by {key}"),
    ]:
        (found,) = mistakes(tmp_path, text, with_secrets=f"\n{field} = " not in text, environment={})
        assert said in found
        assert "planted" not in found


@pytest.mark.parametrize(
    "url",
    ["https://alerts.example.org/in?key=1", "https://[2001:db8::1]:8443/", "http://127.0.0.1:9000/in",
     "http://localhost/in", "http://[::1]:9/"],
)  # fmt: skip
def test_a_webhook_goes_over_tls_or_stays_on_this_machine(tmp_path: Path, url: str) -> None:
    settings = load(write(tmp_path, f'[channels.one]\nkind = "webhook"\nurl = "{url}"'))
    assert settings.channels["one"] == WebhookOptions(url=url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://planted.example.org/in", "must begin with https://"),
        ("http://127.0.0.1.planted.org/", "must begin with https://"),
        ("http://localhost.planted.org/", "must begin with https://"),
        ("ftp://127.0.0.1/planted", "must begin with https://"),
        ("https://user:planted@x.org/", "leave user and password out"),
        ("https://planted@x.org/", "leave user and password out"),
        ("planted.example.org/in", "no address"),
        ("https://", "no address"),
        ("https:///planted", "no address"),
        ("https://x.org:port/planted", "no address"),
        ("https://x.org:0/planted", "no address"),
        ("https://[x/planted", "no address"),
        ("https://x.org/plant ed", "no address"),
        ("https://x.org/plantedñ", "no address"),
    ],
)
def test_another_address_is_refused_without_being_repeated(tmp_path: Path, url: str, said: str) -> None:
    (found,) = mistakes(tmp_path, f'[channels.one]\nkind = "webhook"\nurl = "{url}"')
    assert "channels.one.url" in found
    assert said in found
    assert "plant" not in found


def test_a_password_is_kept_out_of_the_file_too(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, f'{MAIL}password = "planted"')
    assert "password_file" in found
    assert "planted" not in found


@pytest.mark.parametrize("text", [MAIL, DIGEST])
def test_a_mail_channel_with_a_username_needs_a_password(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    assert load(file, with_secrets=True, environment={}).channels["m"].kind.startswith("email")
    (found,) = mistakes(tmp_path, f'{text}username = "w"', with_secrets=True, environment={})
    assert "no password: name a password_file, or set WATCHER_SMTP_PASSWORD" in found
    (tmp_path / "password").write_text("planted\n")
    file = write(tmp_path, f'{text}username = "w"\npassword_file = "password"')
    for settings in (
        load(file, with_secrets=True, environment={}),
        load(
            write(tmp_path, f'{text}username = "w"'),
            with_secrets=True,
            environment={"WATCHER_SMTP_PASSWORD": "planted"},
        ),
    ):
        mail = settings.channels["m"]
        assert isinstance(mail, EmailOptions | EmailDigestOptions)
        assert mail.password is not None
        assert mail.password.get_secret_value() == "planted"
        assert "planted" not in repr(settings) + settings.model_dump_json()


def test_the_contracts_digest_is_understood(tmp_path: Path) -> None:
    text = f'{DIGEST}at = "07:30"\ndays = ["mon", "fri"]\nstarttls = true'
    digest = load(write(tmp_path, text)).channels["m"]
    assert isinstance(digest, EmailDigestOptions)
    assert (digest.sender, digest.to) == ("watcher@example.org", ("desk@example.org",))
    assert (digest.at, digest.days) == (time(7, 30), ("mon", "fri"))
    every_day = load(write(tmp_path, DIGEST)).channels["m"]
    assert isinstance(every_day, EmailDigestOptions)
    assert len(every_day.days) == 7


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:25", "[::1]:25"])
def test_only_a_server_on_this_machine_may_go_without_encryption(tmp_path: Path, host: str) -> None:
    text = f"{MAIL}starttls = false".replace("mail.example.org", host, 1)
    assert load(write(tmp_path, text)).channels["m"]


def test_a_missing_file_that_was_named_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "nowhere.toml")


def test_the_folder_of_templates_is_looked_for_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "layout").mkdir()
    assert load(write(tmp_path, 'templates = "layout"')).templates == tmp_path / "layout"


def test_lines_are_found_in_arrays_of_tables() -> None:
    text = '[[watch]]\nname = "a"\n\n[[watch]]\nname = "b"\n[channels."my desk"]\nkind = "x"'
    assert line_of(text, ("watch", 1, "name")) == 5
    assert line_of(text, ("watch", 1, "missing")) == 4
    assert line_of(text, ("channels", "my desk", "kind")) == 7
    assert line_of(text, ("nothing",)) is None


class MadeUpOptions(FeedOptions):
    """A feed with a key of its own, such as no kind has yet."""

    secret = Secret("key", file="key_file", variable="MADE_UP_KEY")

    kind: Literal["made-up"] = "made-up"
    every: Duration = timedelta(hours=1)
    key_file: Path | None = None
    key: SecretStr | None = Field(default=None, exclude=True)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second kind of feed, for the time of a test."""

    def opened(*_: object) -> Feed:
        raise AssertionError("no feed is opened here")

    with monkeypatch.context() as patch:
        patch.setitem(KINDS, "made-up", FeedKind(MadeUpOptions, opened))
        Settings.model_rebuild(force=True)
        yield
    Settings.model_rebuild(force=True)


@pytest.mark.usefixtures("made_up")
def test_a_feeds_secret_comes_from_a_file_or_the_environment_and_from_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" planted in a file\n")
    base = '[feeds.mine]\nkind = "made-up"\n'
    for text, expected in [(base, "planted outside"), (f'{base}key_file = "secret"', "planted in a file")]:
        settings = load(write(tmp_path, text), with_secrets=True, environment={"MADE_UP_KEY": "planted outside"})
        mine = settings.feeds["mine"]
        assert isinstance(mine, MadeUpOptions)
        assert mine.key is not None
        assert mine.key.get_secret_value() == expected
        assert "planted" not in repr(settings)
        assert load(write(tmp_path, text)).feeds["mine"].model_dump()["kind"] == "made-up"
    for text, said in [
        (base, ":1: feeds.mine: no key: name a key_file, or set MADE_UP_KEY in the environment"),
        (f'{base}key_file = "nowhere"', ":3: feeds.mine.key_file: nowhere cannot be read: No such file or directory"),
        (
            f'{base}key = "planted"',
            "feeds.mine.key: a secret does not belong here: write it to a file named by key_file",
        ),
    ]:
        found = mistakes(tmp_path, text, with_secrets="\nkey = " not in text, environment={})
        assert len(found) == 1
        assert said in found[0]
        assert "planted" not in found[0]


@pytest.mark.usefixtures("made_up")
def test_of_several_kinds_of_feed_a_table_has_the_keys_of_its_own(tmp_path: Path) -> None:
    unknown, odd = mistakes(tmp_path, '[feeds.mine]\nkind = "made-up"\nlook_back = "60d"\nevery = "soon"')
    keys = "brake, every, hosts, key_file, kind, spacing, stale_after"
    assert unknown == f":3: feeds.mine.look_back: there is no such key; there is: {keys}"
    assert odd.startswith(":4: feeds.mine.every: 'soon' is no length of time")
    (wrong,) = mistakes(tmp_path, '[feeds.mine]\nkind = "mad-up"')
    assert wrong == ":2: feeds.mine.kind: 'mad-up' is not possible; did you mean 'made-up'?"
    assert isinstance(load(write(tmp_path, "[feeds.mine]")).feeds["mine"], OfstedSiteOptions)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", 6),
        ('every = "30m"', 6),
        ('every = "1h"', 12),
        ('every = "1d"', 288),
        ('every = "1d"\nstale_after = "2h"', 2),
    ],
)
def test_a_feed_is_stale_after_twelve_readings_missed_unless_it_says_otherwise(
    tmp_path: Path, text: str, hours: int
) -> None:
    settings = load(write(tmp_path, f"[feeds.ofsted]\n{text}"))
    assert settings.feeds["ofsted"].stale_after == timedelta(hours=hours)


def test_what_every_feed_takes_begins_as_is_promised() -> None:
    every = {kind: row.options.model_fields["every"].default for kind, row in KINDS.items()}
    assert every == {
        "ofsted-site": timedelta(minutes=30),
        "cqc-api": timedelta(hours=1),
        "govuk-statistics": timedelta(days=1),
        "register": timedelta(days=1),
    }
    followed = {row.options.model_fields["hosts"].default for row in KINDS.values()}
    assert followed == {("files.ofsted.gov.uk", "assets.publishing.service.gov.uk")}


def test_hosts_that_nobody_named_slow_down_no_feed_of_ones_own(tmp_path: Path) -> None:
    own = '[feeds.mine]\nkind = "register"\npreset = "wales"\nurl = "http://localhost/ratings.csv"\nevery = "1s"'
    assert load(write(tmp_path, own)).feeds["mine"].every == timedelta(seconds=1)
    named = mistakes(tmp_path, own + '\nhosts = ["files.example.org"]')
    assert named == [":5: feeds.mine.every: at least 5m for files.example.org"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ('every = "4m"', [":3: feeds.ofsted.every: at least 5m for reports.ofsted.gov.uk"]),
        ('spacing = "900ms"', [":3: feeds.ofsted.spacing: at least 1s for reports.ofsted.gov.uk"]),
        (
            'spacing = "0s"\nevery = "0s"',
            [
                ":3: feeds.ofsted.spacing: at least 1s for reports.ofsted.gov.uk",
                ":4: feeds.ofsted.every: at least 5m for reports.ofsted.gov.uk",
            ],
        ),
        ('every = "1m"\nurl = "http://8.8.8.8"', [":3: feeds.ofsted.every: at least 5m for 8.8.8.8"]),
        (
            'every = "1m"\nurl = "http://localhost"\nhosts = ["files.ofsted.gov.uk:443"]',
            [":3: feeds.ofsted.every: at least 5m for files.ofsted.gov.uk"],
        ),
    ],
)
def test_somebody_elses_host_is_not_asked_too_often(tmp_path: Path, keys: str, expected: list[str]) -> None:
    assert mistakes(tmp_path, f'[feeds.ofsted]\nkind = "ofsted-site"\n{keys}') == expected


@pytest.mark.parametrize("host", ["127.0.0.1:80", "10.1.2.3", "[fd00::1]", "localhost", "site.test", "stand-in:8000"])
def test_a_host_of_ones_own_may_be_asked_as_often_as_one_likes(tmp_path: Path, host: str) -> None:
    text = f'[feeds.ofsted]\nurl = "http://{host}"\nhosts = ["{host}"]\nevery = "1s"\nspacing = "0s"'
    assert load(write(tmp_path, text)).feeds["ofsted"].every == timedelta(seconds=1)


def test_a_length_of_time_that_is_absurd_is_no_crash(tmp_path: Path) -> None:
    settings = load(write(tmp_path, '[feeds.ofsted]\nevery = "99999999d"'))
    assert settings.feeds["ofsted"].stale_after > timedelta(days=99999999)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(write(tmp_path, '\ufeffcontact = "desk@x.org"')).contact == "desk@x.org"


def test_what_should_be_a_table_and_is_none_is_told_without_a_word_of_our_classes(tmp_path: Path) -> None:
    file = write(tmp_path, "operator = 3\n[feeds]\nofsted = 3")
    with pytest.raises(ConfigError) as refused:
        load(file)
    assert [(mistake.line, mistake.what) for mistake in refused.value.mistakes] == [
        (1, "is no table: write its keys below [operator]"),
        (3, "is no table: write its keys below [feeds.ofsted]"),
    ]


class TestListsOfHomes:
    """A list is read with the configuration that names it; what is wrong with it is a mistake of that file."""

    TEXT = '[channels.screen]\nkind = "console"\n[[watch]]\nname = "mine"\nhomes_file = "homes.csv"\nto = "screen"\n'

    def test_it_lies_beside_the_file_and_is_part_of_what_settings_are(self, tmp_path: Path) -> None:
        file, homes = tmp_path / "watcher.toml", tmp_path / "homes.csv"
        file.write_text(self.TEXT)
        homes.write_text("urn,label\nSC478986,Tom\n")
        before = load(file)
        (watch,) = before.watch
        assert watch.listed is not None
        assert [(home.id, home.label) for home in watch.listed] == [("SC478986", "Tom")]
        assert before.homes_files == {"watch mine: homes_file": homes}
        assert load(file) == before
        homes.write_text("urn,label\nSC478986,Ann\n")
        assert load(file) != before

    def test_each_fault_is_told_at_the_key_that_names_the_list(self, tmp_path: Path) -> None:
        file = tmp_path / "watcher.toml"
        file.write_text(self.TEXT)
        (tmp_path / "homes.csv").write_text("urn,from\nSC478986,soon\nElm,\n")
        with pytest.raises(ConfigError) as raised:
            load(file)
        assert [(mistake.line, mistake.key) for mistake in raised.value.mistakes] == [
            (5, 'watch "mine": homes_file')
        ] * 2
        assert "homes.csv, row 2: 'soon' is no date" in str(raised.value)
        assert "homes.csv, row 3: 'Elm' is no number of a home" in str(raised.value)
        (tmp_path / "homes.csv").unlink()
        with pytest.raises(ConfigError, match="there is no file"):
            load(file)

    @pytest.mark.parametrize("given", ['listed = ["SC478986"]', "listed = { homes = {} }"])
    def test_it_can_not_be_given_in_the_file_itself(self, tmp_path: Path, given: str) -> None:
        file = tmp_path / "watcher.toml"
        file.write_text(self.TEXT.replace('homes_file = "homes.csv"', given))
        with pytest.raises(ConfigError, match="there is no such key; did you mean 'homes_file'"):
            load(file)

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ('homes_file = ""', "is empty: name the file"),
            ("homes_file = 5", "write the name of a file or folder in quotes"),
            ("constituency = []", "is empty: name at least one"),
        ],
    )
    def test_no_list_and_no_filter_is_empty(self, tmp_path: Path, given: str, why: str) -> None:
        file = tmp_path / "watcher.toml"
        file.write_text(self.TEXT.replace('homes_file = "homes.csv"', given))
        with pytest.raises(ConfigError, match=why):
            load(file)
