"""What a robots.txt allows."""

import time
from datetime import timedelta

import pytest

from watcher.feeds.web.robots import Robots


def allows(text: str, target: str) -> bool:
    return Robots.parse(text, "watcher").allows(target)


@pytest.mark.parametrize(
    ("pattern", "target", "matches"),
    [
        ("/", "/", True),
        ("/search", "/search?q=homes", True),
        ("/search", "/Search", False),
        ("/search/", "/search", False),
        ("/search?*", "/search?q=homes", True),
        ("/search?*", "/search", False),
        ("/*.pdf", "/files/50023.pdf?download=1", True),
        ("/*.pdf$", "/files/50023.pdf?download=1", False),
        ("/*.pdf$", "/files/50023.pdf", True),
        ("/a*b*c", "/a-c-b", False),
        ("/a*b*c", "/a-b-c-d", True),
        ("/a*a$", "/a", False),
        ("/a*a$", "/aa", True),
        ("/ab*b$", "/ab", False),
        ("/exact$", "/exact", True),
        ("/exact$", "/exactly", False),
        ("*", "/anything", True),
        ("*/provider", "/1/provider/2", True),
        ("/**//", "/x//", True),
        ("/caf%c3%a9", "/caf%C3%A9", True),
        ("/café", "/caf%C3%A9", True),
        ("/%7Euser", "/~user", True),
        ("/~user", "/%7euser", True),
        ("/a%2Fb", "/a/b", False),
        ("/literal%2A", "/literal-anything", False),
        ("/100%", "/100%", True),
        ("relative", "/relative", False),
    ],
)
def test_a_pattern_matches_as_the_standard_says(pattern: str, target: str, matches: bool) -> None:
    assert allows(f"User-agent: *\nDisallow: {pattern}", target) is not matches


@pytest.mark.parametrize(
    ("rules", "target", "allowed"),
    [
        ("Disallow: /\nAllow: /provider", "/provider/1", True),
        ("Allow: /provider\nDisallow: /", "/search", False),
        ("Allow: /page\nDisallow: /*.html", "/page.html", False),
        ("Disallow: /folder\nAllow: /folder", "/folder/page", True),
        ("Disallow:", "/", True),
        ("Disallow: # nothing", "/", True),
        ("Disallow: /a # but not b", "/a", False),
        ("", "/", True),
    ],
)
def test_the_longest_rule_wins_and_allow_wins_a_tie(rules: str, target: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rules}", target) is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: *\nDisallow: /\n\nUser-agent: watcher\nAllow: /", True),
        ("User-agent: WATCHER\nDisallow: /", False),
        ("User-agent: Watcher/1.0\nDisallow: /", False),
        ("User-agent: watcherbot\nDisallow: /", True),
        ("User-agent: wat\nDisallow: /", True),
        ("User-agent: one\nUser-agent: watcher\nDisallow: /", False),
        ("User-agent: watcher\nAllow: /x\n\nUser-agent: watcher\nDisallow: /", False),
        ("User-agent: watcher\n\nDisallow: /", False),
        ("User-agent: watcher\n\nUser-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nUser-agent: watcher\n", True),
        ("Disallow: /", True),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("user-AGENT : *\r\n  disallow :/", False),
        ("User-agent: *\rDisallow: /", False),
        ("User-agent: *\nSitemap: https://example.org/map.xml\nDisallow: /", False),
        ("<!DOCTYPE html><html><body>Not: found</body></html>", True),
        ("", True),
    ],
)
def test_the_group_of_this_crawler_counts_or_else_the_one_for_all(text: str, allowed: bool) -> None:
    assert allows(text, "/page") is allowed


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("10", 10), ("0.5", 0.5), ("-1", None), ("nan", None), ("inf", None), ("1e9", 86_400), ("soon", None), ("", None)],
)
def test_a_crawl_delay_is_read_if_it_is_a_number(value: str, seconds: float | None) -> None:
    robots = Robots.parse(f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x", "watcher")
    assert robots.crawl_delay == (None if seconds is None else timedelta(seconds=seconds))
    assert not robots.allows("/x")


def test_a_crawl_delay_for_others_is_not_ours() -> None:
    assert (
        Robots.parse("User-agent: slowbot\nCrawl-delay: 99\n\nUser-agent: *\nAllow: /", "watcher").crawl_delay is None
    )


def test_a_pattern_full_of_wildcards_does_not_take_for_ever() -> None:
    began = time.process_time()
    assert allows("User-agent: *\nDisallow: /" + "*a" * 500 + "$", "/" + "a" * 2_000 + "b")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\n" + "Disallow: /*a$\n" * 20_000,
        "User-agent: *\nDisallow: /" + "*a" * 150_000 + "$",
        "User-agent: *\nDisallow: /" + "%41" * 100_000,
        "User-agent: *\nDisallow: /" + "$" * 300_000,
        "".join(f"User-agent: a{number}\n" for number in range(9_000)) + "Allow:/\n" * 18_000,
        "".join(f"user  agent a{number}\n" for number in range(9_000)) + "Allow:/\n" * 18_000,
        "".join(f"User-agent: a{number}\nDisallow: /\n" for number in range(10_000)),
        " " * 300_000,
        "user" + " " * 300_000,
        "User-agent: " * 25_000,
        "User-agent: *\n" + "Disallow: *a*\n" * 23_000,
        "User-agent: *\nDisallow: /" + "*a" * 150_000 + "b",
        "User-agent: *\n" + "Disallow: /" + "*a" * 20 + "b\n" * 5_000,
        "\0" * 300_000,
        ":" * 300_000,
    ],
    ids=lambda text: text[:24],
)
def test_no_file_of_300000_characters_takes_for_ever(text: str) -> None:
    began = time.process_time()
    robots = Robots.parse(text, "watcher")
    for target in ("/" + "a" * 2_000 + "b", "//" + "%41" * 500, "/?" + "*$" * 500):
        robots.allows(target)
    assert time.process_time() - began < 5


def test_a_path_that_looks_like_another_host_is_still_a_path() -> None:
    assert not allows("User-agent: *\nDisallow: //private", "//private/page")


@pytest.mark.parametrize("line", ["Disallow /private", "Dissallow: /private"])
def test_a_misspelt_rule_is_respected_as_it_was_meant(line: str) -> None:
    robots = Robots.parse(f"User-agent: *\n{line}\n", "watcher")
    assert not robots.allows("/private/page")
    assert robots.allows("/public")
