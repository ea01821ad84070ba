"""Which way a request takes, and that no password of a proxy is ever shown."""

from pathlib import Path

import pytest

from watcher.config.settings import load
from watcher.options.mistakes import ConfigError
from watcher.options.way_out import DIRECTLY, WayOut, named_in, way_out

PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize("configured", [PROXY, "environment", ""])
@pytest.mark.parametrize(
    "url", ["http://localhost:80/x", "https://127.0.0.1/", "http://[::1]:8000/x", "http://127.3.2.1/"]
)
def test_this_machine_is_called_directly(configured: str, url: str) -> None:
    assert way_out(configured, {"ALL_PROXY": PROXY}).to(url) is None


def test_without_a_proxy_in_the_configuration_the_environment_counts_for_nothing() -> None:
    assert way_out("", {"HTTPS_PROXY": PROXY, "all_proxy": PROXY}) == DIRECTLY


def test_a_proxy_of_the_configuration_is_for_all_and_no_proxy_counts_for_nothing() -> None:
    way = way_out(PROXY, {"NO_PROXY": "*"})
    assert way.to("https://slack.com/api") == way.to("http://slack.com/api") == PROXY


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({"HTTPS_PROXY": PROXY}, "https://a.example/", PROXY),
        ({"HTTPS_PROXY": PROXY}, "http://a.example/", None),
        ({"http_proxy": PROXY}, "http://a.example/", PROXY),
        ({"HTTP_PROXY": PROXY}, "https://a.example/", None),
        ({"ALL_PROXY": PROXY}, "https://a.example/", PROXY),
        ({"ALL_PROXY": PROXY, "https_proxy": "http://other:1"}, "https://a.example/", "http://other:1"),
        ({"HTTPS_PROXY": PROXY, "https_proxy": "http://small:1"}, "https://a.example/", "http://small:1"),
        ({"HTTPS_PROXY": "proxy.example:3128"}, "https://a.example/", PROXY),
    ],
)
def test_the_environment_names_a_proxy_by_scheme(environment: dict[str, str], url: str, proxy: str | None) -> None:
    assert way_out("environment", environment).to(url) == proxy


@pytest.mark.parametrize(
    ("exempt", "url", "is_direct"),
    [
        ("example.org", "https://example.org/", True),
        ("example.org", "https://a.example.org/", True),
        (".example.org", "https://a.example.org/", True),
        ("*.example.org", "https://a.example.org/", True),
        ("example.org", "https://badexample.org/", False),
        ("x.example, example.org", "https://EXAMPLE.org/", True),
        ("*", "https://a.example/", True),
        ("a.example:8443", "https://a.example:8443/", True),
        ("a.example:8443", "https://a.example/", False),
        ("a.example:443", "https://a.example/", True),
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "http://11.1.2.3/", False),
        ("10.0.0.0/8", "http://ten.example/", False),
        ("fd00::/8", "http://[fd00::1]:80/", True),
        ("[fd00::1]:80", "http://[fd00::1]:80/", True),
        ("", "https://a.example/", False),
    ],
)
def test_no_proxy_exempts_hosts_as_usual(exempt: str, url: str, is_direct: bool) -> None:
    way = way_out("environment", {"ALL_PROXY": PROXY, "NO_PROXY": exempt})
    assert (way.to(url) is None) is is_direct


def test_the_words_for_a_way_have_no_password() -> None:
    way = WayOut({"https": "http://me:planted@proxy.example:3128"})
    assert way.told("https://a.example/") == "through the proxy http://proxy.example:3128"
    assert way.told("http://a.example/") == "directly"
    assert named_in({"HTTPS_PROXY": "http://me:planted@p:1", "all_proxy": ""}) == "HTTPS_PROXY"


@pytest.mark.parametrize(
    "value",
    [
        "http://me:planted@proxy.example:3128",
        "http://planted@proxy.example:3128",
        "socks5://planted:1",
        "https://planted:1",
        "planted:3128",
        "http://planted:0",
        "http://planted:x",
        "http://planted/path",
        "http:// planted",
    ],
)
def test_what_is_no_proxy_or_has_a_password_is_refused_without_being_repeated(tmp_path: Path, value: str) -> None:
    (tmp_path / "watcher.toml").write_text(f'[network]\nproxy = "{value}"\n')
    with pytest.raises(ConfigError, match=r"toml:2: network.proxy: ") as refused:
        load(tmp_path / "watcher.toml")
    assert "planted" not in str(refused.value)


def test_what_the_environment_has_is_refused_alike_if_it_is_asked(tmp_path: Path) -> None:
    environment = {"HTTPS_PROXY": "socks5://me:planted@p:1"}
    (tmp_path / "watcher.toml").write_text("")
    load(tmp_path / "watcher.toml", environment=environment)
    (tmp_path / "watcher.toml").write_text('[network]\nproxy = "environment"\n')
    with pytest.raises(ConfigError, match=r"toml:2: network.proxy: of what the environment has for https: ") as refused:
        load(tmp_path / "watcher.toml", environment=environment)
    assert "planted" not in str(refused.value)
