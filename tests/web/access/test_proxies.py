"""What proxies say is believed of those that are trusted alone, and of these no more than they can know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.access.requests import request
from watcher.web.access.proxies import Outside, Proxies

PROXY = "10.0.0.1"
PROXIES = Proxies(("10.0.0.0/24", "::1"), "X-Forwarded-User")
SAID = (
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "pages.example.org"),
    ("X-Forwarded-User", "ada"),
)


def test_a_trusted_proxy_says_who_asks_how_where_and_by_what_name() -> None:
    assert PROXIES.outside(request(*SAID, peer=PROXY)) == Outside("203.0.113.9", True, "pages.example.org", "ada")


@pytest.mark.parametrize("peer", ["10.0.1.1", "203.0.113.9", "::2", None, "testclient"])
def test_of_anybody_else_nothing_is_believed(peer: str | None) -> None:
    found = PROXIES.outside(request(*SAID, peer=peer))
    assert (found.is_tls, found.host, found.user) == (False, "watcher.example.org", "")
    assert found.client in (peer, "")


def test_without_a_trusted_proxy_nobody_is_believed() -> None:
    assert Proxies((), "X-Forwarded-User").outside(request(*SAID, peer="127.0.0.1")).user == ""


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
        (["1.1.1.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        (["1.1.1.1", "203.0.113.9,10.0.0.2"], "203.0.113.9"),
        (["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (["203.0.113.9:4711"], "203.0.113.9"),
        (["[2001:db8::9]:4711"], "2001:db8::9"),
        (["2001:db8::9"], "2001:db8::9"),
        (["::ffff:203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, nonsense"], PROXY),
        (["1.1.1.1, nonsense, 10.0.0.2"], "10.0.0.2"),
        ([""], PROXY),
        ([], PROXY),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_no_proxy_of_ours(chain: list[str], client: str) -> None:
    headers = [("X-Forwarded-For", one) for one in chain]
    assert PROXIES.outside(request(*headers, peer=PROXY)).client == client


def test_a_trusted_address_of_ipv4_is_known_when_it_comes_by_ipv6() -> None:
    assert PROXIES.outside(request(*SAID, peer="::ffff:10.0.0.1")).user == "ada"
    assert PROXIES.outside(request(*SAID, peer="fe80::1%eth0")).client == "fe80::1"


def test_what_a_browser_put_before_the_proxy_s_word_is_not_believed() -> None:
    headers = (
        ("X-Forwarded-Proto", "https, http"),
        ("X-Forwarded-Host", "evil.org"),
        ("X-Forwarded-Host", "a.org"),
    )
    found = PROXIES.outside(request(*headers, peer=PROXY))
    assert (found.is_tls, found.host) == (False, "a.org")


@pytest.mark.parametrize(
    ("names", "user"),
    [
        (["ada"], "ada"),
        ([" Ada Lovelace "], "Ada Lovelace"),
        (["Zoë"], "Zoë"),
        (["ada", "bob"], ""),
        (["ada", "ada"], ""),
        ([""], ""),
        (["a" * 65], ""),
        (["a\u202eb"], ""),
        (["a\tb"], ""),
        ([], ""),
    ],
)
def test_one_name_that_is_one_plain_line_is_somebody(names: list[str], user: str) -> None:
    headers = [("X-Forwarded-User", name) for name in names]
    assert PROXIES.outside(request(*headers, peer=PROXY)).user == user


@given(st.lists(st.tuples(st.sampled_from([name for name, _ in SAID]), st.text()), max_size=8))
def test_whatever_a_proxy_says_is_read_without_a_fault(headers: list[tuple[str, str]]) -> None:
    headers = [(name, value.replace("\ud800", "")) for name, value in headers]
    assert PROXIES.outside(request(*headers, peer=PROXY)).client
