"""Each kind of value takes what it promises, and says of anything else what to write instead."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from watcher.options import values

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (values.duration, "1h30m", timedelta(hours=1, minutes=30)),
        (values.duration, timedelta(days=1), timedelta(days=1)),
        (values.one_or_more, "Derby", ["Derby"]),
        (values.web_address, "https://example.org/", "https://example.org"),
        (values.receiver, "http://127.0.0.1:9/hook?key=1", "http://127.0.0.1:9/hook?key=1"),
        (values.mail_address, "desk@example.org", "desk@example.org"),
        (values.mail_sender, "desk@example.org", "desk@example.org"),
        (values.mail_sender, "Tŷ Desk <desk@example.org>", "Tŷ Desk <desk@example.org>"),
        (values.name_and_address, '"Desk, the" <desk@example.org>', ("Desk, the", "desk@example.org")),
        (values.name_and_address, "<desk@example.org>", ("", "desk@example.org")),
        (values.name_and_address, "desk@example.org", ("", "desk@example.org")),
        (values.smtp_address, "smtp://mail.example.org:25/", "smtp://mail.example.org:25"),
        (values.time_of_day, "07:30", time(7, 30)),
        (values.at_least_one, ("a", "b", "a"), ("a", "b")),
    ],
)
def test_what_is_written_is_read(read: Callable[[Any], object], written: object, value: object) -> None:
    assert read(written) == value


@pytest.mark.parametrize(
    ("read", "written", "instead"),
    [
        (values.duration, 30, 'such as "30m"'),
        (values.duration, "soon", 'such as "90s"'),
        (values.at_least_5_minutes, timedelta(minutes=4), "at least 5m"),
        (values.time_zone, "Europe/Derby", "such as Europe/London"),
        (values.web_address, "example.org", "begins with https://"),
        (values.receiver, "http://example.org/", "must begin with https://"),
        (values.receiver, "https://a b/", "begins with https://"),
        (values.mail_address, "Desk <desk@example.org>", "write it bare"),
        (values.mail_sender, "Desk desk@example.org", "no e-mail address"),
        (values.mail_sender, "Desk <desk>", "no e-mail address"),
        (values.mail_sender, "Desk <desk@example.org> <other@example.org", "no e-mail address"),
        (values.mail_sender, "Desk\r\nBcc: x <desk@example.org>", "one printable line"),
        (values.mail_sender, f"{'x' * 101} <desk@example.org>", "at most 100"),
        (values.smtp_address, "mail.example.org:587", "smtp://mail.example.org:587"),
        (values.time_of_day, "7:30", '"07:30"'),
        (values.at_least_one, (), "at least one"),
    ],
)
def test_of_anything_else_it_is_said_what_to_write(
    read: Callable[[Any], object], written: object, instead: str
) -> None:
    with pytest.raises(ValueError, match=instead):
        read(written)


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (values.receiver, f"ftp://example.org/{SECRET}"),
        (values.receiver, f"https://me:{SECRET}@example.org/"),
        (values.web_address, f"https://me:{SECRET}@example.org/"),
        (values.web_address, f"https://me:{SECRET}@[::1"),
        (values.web_address, f"https:///{SECRET}"),
        (values.web_address, f"ftp://example.org/{SECRET}"),
        (values.web_address, f"https://example.org:port/{SECRET}"),
        (values.smtp_address, f"smtp://me:{SECRET}@example.org"),
    ],
)
def test_a_key_in_an_address_is_not_repeated(read: Callable[[str], str], written: str) -> None:
    with pytest.raises(ValueError, match=r"^[^:]+") as refused:
        read(written)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "stays"),
    [("smtp://localhost", True), ("smtp://127.0.0.9:25", True), ("smtp://mail.example.org", False)],
)
def test_what_never_leaves_the_machine_is_known(address: str, *, stays: bool) -> None:
    assert values.is_loopback(address) is stays
