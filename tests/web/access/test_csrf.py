"""A form counts only if a page of ours showed it to the one who sends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.access.requests import request
from watcher.web.access.csrf import FormOf, form_token, is_from_here, is_token
from watcher.web.access.forms import own_path

OURS = ("https://watcher.example.org", "http://127.0.0.1:8080")


def test_a_token_is_another_for_each_session_each_sort_and_each_installation() -> None:
    tokens = {form_token(key, of, subject) for key in (b"k", b"t") for of in FormOf for subject in ("a", "b")}
    assert len(tokens) == 12
    assert is_token(form_token(b"k", FormOf.SESSION, "a"), form_token(b"k", FormOf.SESSION, "a"))


@given(st.text())
def test_no_other_text_is_the_token(given_: str) -> None:
    assert not is_token(given_, form_token(b"k", FormOf.SESSION, "a"))
    assert not is_token(given_, "")


@pytest.mark.parametrize(
    ("site", "origin", "is_ours"),
    [
        (None, None, True),
        ("same-origin", None, True),
        ("same-origin", "https://watcher.example.org", True),
        ("same-origin", "HTTPS://Watcher.Example.org", True),
        ("same-origin", "null", True),
        (None, "http://127.0.0.1:8080", True),
        (None, "null", False),
        (None, "https://evil.example", False),
        (None, "http://watcher.example.org", False),
        (None, "https://watcher.example.org:444", False),
        (None, "https://watcher.example.org.evil.example", False),
        (None, "", False),
        ("same-origin", "https://evil.example", False),
        ("cross-site", "https://watcher.example.org", False),
        ("same-site", None, False),
        ("none", None, False),
        ("", None, False),
    ],
)
def test_what_the_browser_says_of_the_page_that_sent_it_must_be_ours(
    site: str | None, origin: str | None, is_ours: bool
) -> None:
    given_ = (("Sec-Fetch-Site", site), ("Origin", origin))
    headers = [(name, value) for name, value in given_ if value is not None]
    assert is_from_here(request(*headers), OURS) is is_ours


@pytest.mark.parametrize("path", ["/", "/changes?what=drop&page=2", "/homes/ofsted:SC1"])
def test_a_path_of_this_site_is_led_back_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "/a\r\nX: y",
        "/\t/evil",
        "/" * 3_000,
        "/é",
    ],
)
def test_nobody_is_led_elsewhere(path: str) -> None:
    assert own_path(path) == "/"
