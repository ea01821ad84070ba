"""What a configuration may say of the pages."""

from pathlib import Path

import pytest

from tests.config.test_remarks import OPERATOR, USED, remarked
from watcher.config.settings import Settings, load
from watcher.config.web import Web
from watcher.messages.links import Links
from watcher.options.mistakes import ConfigError


def loaded(folder: Path, text: str) -> ConfigError | object:
    file = folder / "watcher.toml"
    file.write_text(text)
    return load(file).web


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("", ""),
        ("https://watcher.example.org", "https://watcher.example.org"),
        ("HTTPS://Watcher.Example.org/", "https://watcher.example.org"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_where_people_reach_the_pages_is_kept_in_one_form(tmp_path: Path, written: str, address: str) -> None:
    assert loaded(tmp_path, f'[web]\nbase_url = "{written}"\n').base_url == address  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('base_url = "watcher.example.org"', "begins with https://"),
        ('base_url = "ftp://example.org"', "begins with https://"),
        ('base_url = "https://user:planted@example.org"', "leave user and password out"),
        ('base_url = "https://example.org/?a=b"', "leave out what begins with"),
        ('base_url = "https://example.org/#top"', "leave out what begins with"),
        ('base_url = "https://example.org/care/watcher/"', "leave out the path"),
        ('base_url = "https://example.org//b"', "leave out the path"),
        ('base_url = "https://example.org/%2e"', "leave out the path"),
        ('user_header = "X-User"', "user_header without trusted_proxies"),
        ('trusted_proxies = ["10.0.0.1/8"]', "is no address and no network"),
        ('trusted_proxies = ["proxy.internal"]', "is no address and no network"),
        ('trusted_proxies = ["0.0.0.0/0"]', "is everybody"),
        ('trusted_proxies = "::/0"', "is everybody"),
        ('user_header = "X User"\ntrusted_proxies = "::1"', "user_header"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as told:
        loaded(tmp_path, f"[web]\n{line}\n")
    assert "watcher.toml:" in str(told.value)
    assert "planted" not in str(told.value)


def test_the_file_with_users_lies_beside_the_configuration(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[web]\nusers_file = "users"\n').users_file == tmp_path / "users"  # type: ignore[attr-defined]


def test_signing_in_without_tls_and_a_file_that_everybody_reads_are_remarked_on(tmp_path: Path) -> None:
    users = tmp_path / "users"
    users.touch()
    users.chmod(0o600)
    web = '[web]\nusers_file = "users"\n'
    (remark,) = remarked(tmp_path, f"{USED}{OPERATOR}{web}")
    assert remark.what == "web.users_file"
    assert "without TLS" in remark.detail
    tls = f'{web}base_url = "https://watcher.example.org"\n'
    assert remarked(tmp_path, f"{USED}{OPERATOR}{tls}") == []
    users.chmod(0o644)
    (remark,) = remarked(tmp_path, f"{USED}{OPERATOR}{tls}")
    assert "chmod o-r" in remark.detail


def test_messages_link_to_pages_where_these_have_an_address_and_are_signed_with_the_key_that_is_given() -> None:
    assert Settings().signed_style(b"k").links is None
    settings = Settings(web=Web(base_url="https://watcher.example.org"))
    assert settings.house_style.links == Links("https://watcher.example.org")
    assert settings.signed_style(b"k").links == Links("https://watcher.example.org", b"k")
    assert settings.signed_style(b"").links == settings.house_style.links, "an empty key signs nothing"
