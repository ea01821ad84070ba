"""Standard Webhooks' headers, verified by the public package: each sort of secret, several at once, and broken ones."""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.messages.messages import message
from tests.standins.http_server import Request, answer
from tests.standins.receiver import receiving
from watcher.config.settings import Settings, load
from watcher.delivery.channel import Channel
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.webhook.channel import WebhookChannel
from watcher.delivery.channels.webhook.signing import key_of, secrets_in, wrong_with_secrets
from watcher.delivery.verdict import Answer
from watcher.options.mistakes import ConfigError
from watcher.service.self_watch import matters_of_secrets
from watcher.timing.clock import SystemClock

KEY = bytes(range(32))
WHSEC = f"whsec_{b64encode(KEY).decode()}"
PLAIN = "a word that both sides know"
BROKEN = ["whsec_", "whsec_====", "whsec_Zm9v!Zm9v", "whsec_Z", "whsec_Zm9v-_8", "whsec_Zm 9v", "whsec_Zm9vé"]


def sent(secret: str) -> Request:
    with receiving(lambda _: answer("ok")) as server:
        channel = WebhookChannel("archive", url=f"{server.url}/", secret=secret, clock=SystemClock())
        assert channel.send(message()).answer is Answer.ACCEPTED
        (request,) = server.requests
        return request


def is_believed(request: Request, key: str | bytes, body: bytes | None = None) -> bool:
    try:
        Webhook(key).verify(request.body if body is None else body, dict(request.headers))
    except WebhookVerificationError:
        return False
    return True


@pytest.mark.parametrize(("secret", "key"), [(WHSEC, WHSEC), (WHSEC.rstrip("="), WHSEC), (PLAIN, PLAIN.encode())])
def test_the_public_package_believes_us_and_nobody_else(secret: str, key: str | bytes) -> None:
    request = sent(f"{secret}\n")
    assert request.header("webhook-id") == "feedfacefeedface" == request.header("X-Watcher-Delivery")
    assert is_believed(request, key)
    assert not is_believed(request, b"another")
    assert not is_believed(request, key, request.body + b" ")


def test_two_lines_are_two_secrets_and_both_sign_while_the_older_signature_is_the_first_ones() -> None:
    both, first = sent(f" {WHSEC}\r\n\n{PLAIN}\n{WHSEC}\n"), sent(WHSEC)
    assert len((both.header("webhook-signature") or "").split(" ")) == 2
    assert is_believed(both, WHSEC)
    assert is_believed(both, PLAIN.encode())
    assert not is_believed(first, PLAIN.encode())
    older = [
        dict(part.split("=") for part in str(each.header("X-Watcher-Signature")).split(",")) for each in (both, first)
    ]
    assert [set(each) for each in older] == [{"t", "v1"}] * 2


def test_the_moment_is_that_of_the_attempt() -> None:
    before = int(datetime.now(UTC).timestamp())
    assert before <= int(sent(PLAIN).header("webhook-timestamp") or 0) <= datetime.now(UTC).timestamp()


def test_what_a_secret_stands_for() -> None:
    assert (key_of(WHSEC), key_of(PLAIN), key_of("whsec")) == (KEY, PLAIN.encode(), b"whsec")
    assert secrets_in(f"\n {PLAIN} \n\n{WHSEC}\n{PLAIN}\n") == (PLAIN, WHSEC)
    assert wrong_with_secrets(f"{PLAIN}\n{WHSEC}") == wrong_with_secrets("") == ""


CONFIG = """
contact = "test@localhost"
[channels.archive]
kind = "webhook"
url = "http://127.0.0.1:9/"
"""
IN_A_FILE = CONFIG + 'secret_file = "key.txt"\n'


def settings(folder: Path, text: str, environment: dict[str, str] | None = None) -> Settings:
    (folder / "watcher.toml").write_text(text)
    return load(folder / "watcher.toml", with_secrets=True, environment=environment or {})


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("is_second", [False, True])
def test_a_broken_secret_is_a_mistake_of_the_configuration_that_is_told_without_it(
    tmp_path: Path, broken: str, *, is_second: bool
) -> None:
    text = f"{PLAIN}\n{broken}" if is_second else broken
    (tmp_path / "key.txt").write_text(text)
    which = "(secret 2 of 2) " if is_second else ""
    with pytest.raises(ConfigError) as in_file:
        settings(tmp_path, IN_A_FILE)
    with pytest.raises(ConfigError) as outside:
        settings(tmp_path, CONFIG, {"WATCHER_WEBHOOK_SECRET": text})
    said = "begins with whsec_, and what follows is no base64: copy the secret anew, or write one without whsec_"
    assert f"channels.archive.secret_file: key.txt {which}{said}" in str(in_file.value)
    assert f"channels.archive: WATCHER_WEBHOOK_SECRET {which}{said}" in str(outside.value)
    secret = broken.removeprefix("whsec_").strip("=")
    assert not secret or all(secret not in str(error.value).replace(said, "") for error in (in_file, outside))


def opened(known: Settings) -> Channel:
    (channel,) = open_channels(known.channels, known.house_style).values()
    return channel


def test_a_secret_that_breaks_while_the_service_runs_leaves_the_last_good_one_in_force(tmp_path: Path) -> None:
    with receiving(lambda _: answer("ok")) as server:
        (tmp_path / "key.txt").write_text(WHSEC)
        known = settings(tmp_path, IN_A_FILE.replace("http://127.0.0.1:9/", server.url))
        channel = opened(known)
        (tmp_path / "key.txt").write_text("whsec_Zm9v!")
        assert channel.send(message()).answer is Answer.ACCEPTED
        (matter,) = matters_of_secrets(known.secret_files)
        assert matter.text.startswith("key.txt begins with whsec_, and what follows is no base64")
        assert "Zm9v" not in repr(matter)
        (tmp_path / "key.txt").write_text(f"{WHSEC}\n{PLAIN}\n")
        assert channel.send(message()).answer is Answer.ACCEPTED
        held, rotated = server.requests
        by_each = [[is_believed(one, key) for key in (WHSEC, PLAIN.encode())] for one in (held, rotated)]
        assert by_each == [[True, False], [True, True]]


def test_a_channel_that_is_handed_a_broken_secret_sends_nothing() -> None:
    with receiving(lambda _: answer("ok")) as server:
        channel = WebhookChannel("archive", url=server.url, secret="whsec_Zm9v!", clock=SystemClock())
        verdict = channel.send(message())
        assert (verdict.answer, verdict.stops, verdict.detail) == (Answer.REFUSED, True, channel.check())
        assert "Zm9v" not in verdict.detail
        assert server.requests == []
