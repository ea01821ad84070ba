"""Five failed tries a minute for a name and for an address; and no more is remembered than there is room for."""

from datetime import timedelta

from watcher.web.access.tries import MOST, REMEMBERED, Tries


def test_the_sixth_failed_try_of_a_name_waits_until_the_first_is_a_minute_old() -> None:
    tries = Tries()
    assert [tries.begin("ada", f"192.0.2.{n}", float(n)) for n in range(MOST)] == [None] * MOST
    assert tries.begin("ADA", "198.51.100.1", 10.0) == timedelta(seconds=50)
    assert tries.begin("bob", "198.51.100.1", 10.0) is None
    assert tries.begin("ada", "198.51.100.2", 59.9) is not None
    assert tries.begin("ada", "198.51.100.2", 60.0) is None
    assert tries.begin("ada", "198.51.100.2", 60.5) == timedelta(seconds=0.5)


def test_the_sixth_failed_try_from_an_address_waits_whatever_names_it_tries() -> None:
    tries = Tries()
    assert [tries.begin(f"user{n}", "192.0.2.1", 0.0) for n in range(MOST)] == [None] * MOST
    assert tries.begin("ada", "192.0.2.1", 1.0) == timedelta(seconds=59)
    assert tries.begin("ada", "192.0.2.2", 1.0) is None


def test_a_network_of_ipv6_is_one_address_for_whoever_has_it_has_all_of_them() -> None:
    tries = Tries()
    for n in range(MOST):
        assert tries.begin(f"user{n}", f"2001:db8:1:2::{n}", 0.0) is None
    assert tries.begin("ada", "2001:db8:1:2:ffff::1", 1.0) is not None
    assert tries.begin("ada", "2001:db8:1:3::1", 1.0) is None


def test_tries_that_did_not_fail_do_not_count_and_one_that_waits_costs_nothing() -> None:
    tries = Tries()
    for n in range(20):
        assert tries.begin("ada", "192.0.2.1", float(n)) is None
        tries.succeeded("ada", "192.0.2.1", float(n))
    for n in range(MOST):
        tries.begin("ada", "192.0.2.1", 30.0 + n)
    waits = [tries.begin("ada", "192.0.2.1", 40.0) for _ in range(100)]
    assert set(waits) == {timedelta(seconds=50)}


def test_many_at_once_are_no_more_than_one_after_the_other() -> None:
    tries = Tries()
    assert sum(tries.begin("ada", "192.0.2.1", 0.0) is None for _ in range(100)) == MOST


def test_of_many_names_and_addresses_the_newest_are_remembered() -> None:
    tries = Tries()
    for n in range(REMEMBERED * 2):
        assert tries.begin(f"user{n}", f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 0.0) is None
    assert len(tries._names) == len(tries._clients) == REMEMBERED
    last = f"user{REMEMBERED * 2 - 1}"
    for n in range(MOST - 1):
        assert tries.begin(last, f"192.0.2.{n}", 0.0) is None
    assert tries.begin(last, "192.0.2.200", 0.0) is not None
