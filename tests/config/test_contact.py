"""A contact is of somebody, or it is none."""

import pytest

from watcher.config.contact import is_of_somebody


@pytest.mark.parametrize(
    ("contact", "is_one"),
    [
        ("desk@paper.co.uk", True),
        ("https://paper.co.uk/watcher", True),
        ("tests@localhost", True),
        ("me@example.org.uk", True),
        ("me@notexample.org", True),
        ("alerts@example.org", False),
        ("alerts@mail.EXAMPLE.net", False),
        ("https://www.example.com/contact", False),
        ("  ", False),
        ("", False),
    ],
)
def test_an_examples_contact_is_nobodys(contact: str, *, is_one: bool) -> None:
    assert is_of_somebody(contact) is is_one
