"""The manifest asks for what the configuration needs and for nothing else; another is compared with it."""

import json
import os
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.cli.shell import Run, lines, run
from tests.shapes.schemas import hold
from watcher.delivery.channels.slack.manifest.compared import differences
from watcher.delivery.channels.slack.manifest.written import manifest, uses_of
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.slack.scopes import Uses, lack

__all__ = ["run"]  # a fixture

ANSWERED = manifest(Uses(answers=True))
EVERY = [Uses(pictures=bool(n & 1), answers=bool(n & 2), groups=bool(n & 4), looks=bool(n & 8)) for n in range(16)]
DESK = '[channels.desk]\nkind = "slack"\nchannel = "C1"\n'


def scopes(uses: Uses) -> set[str]:
    return set(manifest(uses)["oauth_config"]["scopes"]["bot"])


def test_every_manifest_keeps_to_what_slack_takes() -> None:
    hold("slack-manifest", [dict(manifest(uses)) for uses in EVERY])


def test_it_asks_for_nothing_that_is_not_used() -> None:
    assert scopes(Uses()) == {"chat:write"}
    assert scopes(Uses(pictures=True)) == {"chat:write", "files:write"}
    assert scopes(Uses(looks=True)) == {"chat:write", "channels:history", "groups:history"}
    assert scopes(Uses(answers=True)) == {"chat:write", "commands", "channels:read", "groups:read"}
    assert scopes(Uses(answers=True, groups=True)) == scopes(Uses(answers=True)) | {"usergroups:read"}


@pytest.mark.parametrize("uses", EVERY)
def test_an_app_of_a_manifest_lacks_nothing(uses: Uses) -> None:
    assert lack(uses, scopes(uses)) == ""
    assert differences(manifest(uses), manifest(uses)) == []


def test_what_the_channels_use_is_gathered() -> None:
    plain, pictured = SlackOptions(channel="C1"), SlackOptions(channel="C2", picture=True)
    answered = SlackOptions(channel="C3", may_act=("U1", "usergroup:S1"))
    assert uses_of([plain]) == Uses()
    assert uses_of([plain, pictured]) == Uses(pictures=True)
    assert uses_of([answered], looks=True) == Uses(answers=True, groups=True, looks=True)


def changed(where: str, value: object) -> dict[str, Any]:
    """The manifest of an app that people can answer, with something else at a place."""
    copy = deepcopy(dict(ANSWERED))
    *path, last = where.split(".")
    holder: Any = copy
    for key in path:
        holder = holder[key]
    holder[last] = value
    return copy


BOT, EVENTS = "oauth_config.scopes.bot", "settings.event_subscriptions.bot_events"
SCOPES = ANSWERED["oauth_config"]["scopes"]["bot"]
NEEDED: list[tuple[str, object, str]] = [
    (
        "oauth_config.scopes.bot",
        ["chat:write", "channels:read", "groups:read"],
        "the scope commands is missing: add it",
    ),
    ("oauth_config.scopes", None, "the scope channels:read is missing"),
    (
        "features.slash_commands",
        [{"command": "/other"}],
        "the command /watcher is missing: add it under Slash Commands",
    ),
    ("features.slash_commands", "/watcher", "the command /watcher is missing"),
    ("settings.event_subscriptions", {}, "the event channel_left is missing"),
    ("settings.interactivity.is_enabled", False, "interactivity is off: switch it on under Interactivity & Shortcuts"),
    ("settings.socket_mode_enabled", "true", "Socket Mode is off: switch it on under Socket Mode"),
    ("features.app_home", None, "the Messages tab is off: switch it on under App Home"),
    ("features.bot_user", [], "there is no bot: add one under App Home"),
    ("settings.token_rotation_enabled", True, "token rotation is on, and tokens end after 12 hours"),
]


@pytest.mark.parametrize(("where", "value", "said"), NEEDED)
def test_what_is_missing_is_told_first_with_the_page_where_it_is_mended(where: str, value: object, said: str) -> None:
    found = differences(ANSWERED, changed(where, value))
    assert found[0].is_needed
    assert said in found[0].what
    assert [difference.is_needed for difference in found] == sorted((d.is_needed for d in found), reverse=True)


MORE = [
    (BOT, [*SCOPES, "users:read"], "the scope users:read is there"),
    (EVENTS, [*ANSWERED["settings"]["event_subscriptions"]["bot_events"], "x\x1b[1m"], "the event x"),
]


@pytest.mark.parametrize(("where", "value", "said"), MORE)
def test_what_nothing_needs_is_told_and_may_stay(where: str, value: object, said: str) -> None:
    (found,) = differences(ANSWERED, changed(where, value))
    assert not found.is_needed
    assert said in found.what
    assert "\x1b" not in found.what
    assert differences(manifest(Uses()), dict(ANSWERED))[0].is_needed is False


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("display_information", {"name": "Derby's watcher", "background_color": "#000000"}),
        ("features.bot_user", {"display_name": "Watcher"}),
        ("features.slash_commands", [{"command": "/watcher", "description": "else", "url": "https://example.org"}]),
        ("settings.org_deploy_enabled", True),
        (BOT, sorted(SCOPES, reverse=True)),
    ],
)
def test_what_is_its_owners_is_none_of_ours(where: str, value: object) -> None:
    assert differences(ANSWERED, changed(where, value)) == []


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(["features", "settings", "oauth_config", "scopes", "bot", "slash_commands", "command"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_is_no_manifest_lacks_what_is_needed(theirs: object) -> None:
    assert differences(ANSWERED, theirs)[0].is_needed


def test_thousands_that_nobody_needs_are_counted() -> None:
    found = differences(ANSWERED, changed("oauth_config.scopes.bot", [f"s{n}" for n in range(1000)]))
    assert len([one for one in found if not one.is_needed]) == 21
    assert found[-1].what == "so are 980 more"


def test_the_command_prints_what_can_be_pasted_and_compared(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(f'{DESK}app_token_file = "nowhere"\npicture = true')
    code, printed, _ = run("slack", "manifest")
    assert (code, json.loads(printed)) == (0, dict(manifest(Uses(answers=True, pictures=True))))
    assert lines(run("slack", "manifest", "--json")[1]) == [json.loads(printed)]
    (tmp_path / "theirs.json").write_text(printed)
    assert run("slack", "manifest", "--compare", "theirs.json")[:2] == (0, "nothing that matters is different\n")
    code, said, _ = run("slack", "manifest", "--history", "--compare", "theirs.json")
    assert code == 1
    assert said.splitlines()[0].startswith("needed: the scope channels:history is missing: add it under OAuth")


def test_the_command_tells_programs_what_differs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(DESK)
    (tmp_path / "theirs.json").write_text(json.dumps({"ok": True, "manifest": ANSWERED}))
    code, printed, _ = run("slack", "manifest", "--compare", "theirs.json", "--json")
    hold("slack-difference", lines(printed))
    assert code == 0, "it may do more than it has to"


def test_a_channel_of_several_can_be_chosen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "watcher.toml").write_text(f'{DESK}[channels.room]\nkind = "slack"\nchannel = "C2"\npicture = true\n')
    (chosen,) = lines(run("slack", "manifest", "--channel", "desk", "--json")[1])
    assert chosen == dict(manifest(Uses()))
    code, printed, err = run("slack", "manifest", "--channel", "romo")
    assert (code, printed) == (2, "")
    assert "there is no channel 'romo' of the kind slack; did you mean 'room'?" in err


def test_without_a_channel_of_slack_it_is_for_one_that_people_can_answer(run: Run) -> None:
    code, printed, err = run("slack", "manifest", "--json")
    assert (code, lines(printed)) == (0, [dict(ANSWERED)])
    assert "No channel is of the kind slack yet" in err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"display_information:\n  name: watcher\n", "is no JSON: take it from api.slack.com/apps"),
        (b"\xff\xfe", "is not text"),
        (b"[" * 100_000, "is no JSON"),
        (b"[]", "is no manifest of an app"),
        (b'{"manifest": 3}', "is no manifest of an app"),
        (b'{"display_information": {}, "x": "' + b"x" * 1_000_001 + b'"}', "is no manifest of an app"),
    ],
    ids=["gone", "YAML", "no text", "too deep", "a list", "an empty answer", "too long"],
)
def test_what_is_no_manifest_is_wrong_usage(run: Run, tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "theirs.json").write_bytes(content)
    code, printed, err = run("slack", "manifest", "--compare", "theirs.json")
    assert (code, printed) == (2, "")
    assert said in err


TYPES = os.environ.get("WATCHER_SLACK_TYPES", "")
"""A folder in which `npm install @slack/web-api typescript` ran."""


@pytest.mark.skipif(not TYPES, reason="WATCHER_SLACK_TYPES names no folder with Slack's own types")
def test_slacks_own_types_take_every_manifest(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(Path(TYPES) / "node_modules")
    wrong = {**manifest(Uses()), "oauth_config": {"scopes": {"bot": ["chat:wriet"]}}}
    assert problems(tmp_path, [manifest(uses) for uses in EVERY]) == ""
    assert "not assignable" in problems(tmp_path, [wrong])


def problems(folder: Path, manifests: list[Any]) -> str:
    """What the compiler has against some manifests."""
    imported = "import type { Manifest } from '@slack/web-api/dist/types/request/manifest';"
    (folder / "held.ts").write_text(f"{imported}\nexport const held: Manifest[] = {json.dumps(manifests)};\n")
    tsc = [str(Path(TYPES) / "node_modules" / ".bin" / "tsc"), "--strict", "--noEmit", "--skipLibCheck"]
    return subprocess.run([*tsc, "held.ts"], cwd=folder, capture_output=True, text=True, check=False).stdout
