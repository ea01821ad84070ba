"""A host is one host in every spelling, and it is known which are this machine."""

import pytest

from watcher.options.addresses import in_url, is_loopback


@pytest.mark.parametrize(
    ("host", "written"),
    [
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("0:0:0:0:0:0:0:1", "[::1]"),
        ("2001:DB8::0:1", "[2001:db8::1]"),
        ("127.0.0.1", "127.0.0.1"),
        ("example.org", "example.org"),
        ("[::1]:8000", "[::1]:8000"),
    ],
)
def test_an_ipv6_address_stands_in_brackets(host: str, written: str) -> None:
    assert in_url(host) == written


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_what_never_leaves_this_machine_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "::", "0.0.0.0", "128.0.0.1", "::2", "localhost.example.org"])
def test_all_else_may_leave_it(host: str) -> None:
    assert not is_loopback(host)
