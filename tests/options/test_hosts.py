"""A host is of this machine, of one's own network, or somebody else's."""

import pytest

from watcher.options.addresses import host_of, is_host, is_own, is_this_machine


@pytest.mark.parametrize(
    ("address", "this_machine", "own"),
    [
        ("http://127.0.0.1:8000/x", True, True),
        ("http://[::1]/", True, True),
        ("localhost:80", True, True),
        ("https://LOCALHOST", True, True),
        ("http://site.localhost", True, True),
        ("http://192.168.1.7", False, True),
        ("http://[fe80::1]", False, True),
        ("http://mirror.internal", False, True),
        ("stand-in", False, True),
        ("https://reports.ofsted.gov.uk", False, False),
        ("https://localhost.example.com", False, False),
        ("http://134744072", False, False),
        ("http://8.8.8.8", False, False),
        ("http://[::1", False, False),
        ("", False, False),
    ],
)
def test_a_host_is_told_from_its_address(address: str, this_machine: bool, own: bool) -> None:
    host = host_of(address)
    assert (is_this_machine(host), is_own(host)) == (this_machine, own)


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("reports.ofsted.gov.uk", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("xn--bcher-kva.example.org", True),
        ("stand_in", True),
        ("", False),
        ("ex..ample", False),
        ("-x.org", False),
        (f"{'a' * 64}.org", False),
        ("☃.x", False),
        ("xn--", False),
    ],
)
def test_what_can_be_asked_for_is_a_host(host: str, is_one: bool) -> None:
    assert is_host(host) is is_one
