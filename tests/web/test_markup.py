"""Every page's HTML is sound; the check itself finds what it is for."""

from collections.abc import Iterator

import httpx
import pytest

from tests.web import stage
from tests.web.addresses import MORE, PAGES, Address
from tests.web.markup import faults
from tests.web.serving import Served, pages

_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>A page</title><meta name="viewport" content="width=device-width">'
    '</head><body><main id="main"><h1>A page</h1>{}</main></body></html>'
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The pages over the stage."""
    with pages(tmp_path_factory.mktemp("pages")) as there:
        yield there


@pytest.mark.parametrize("address", [*PAGES, *MORE], ids=str)
def test_a_page_is_sound_and_says_nothing_that_is_for_the_signed_in_alone(served: Served, address: Address) -> None:
    answer = httpx.get(served.url + address.path, timeout=60)
    assert answer.status_code == address.status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert faults(answer.text) == []
    assert stage.SECRET_ADDRESS not in answer.text
    assert stage.SECRET_PERSON not in answer.text


def test_nothing_is_said_of_a_page_that_is_well() -> None:
    main = (
        '<h2>Part</h2><a href="#main">Up</a><label for="n">Name</label><input id="n"><svg><title>x</title><path/></svg>'
        '<table><caption>x</caption><tr><th scope="col">a</th></tr></table><img src="/a.png" alt="">'
    )
    assert faults(_PAGE.format(main)) == []


@pytest.mark.parametrize(
    ("main", "fault"),
    [
        ("<p>x", "<p> is not ended"),
        ("<b><i>x</b></i>", "</b> ends nothing"),
        ('<p id="a">x</p><p id="a">x</p>', "id 'a' 2 times"),
        ('<a href="#nowhere">x</a>', "leads nowhere"),
        ('<input name="who">', "no label for input 'who'"),
        ('<label for="b">x</label>', "names nothing"),
        ("<h3>x</h3>", "h1 is followed by h3"),
        ("<h2></h2>", "an empty h2"),
        ("<h1>x</h1>", "2 of //h1"),
        ('<img src="/a.png">', "no alt"),
        ("<svg><path/></svg>", "svg without a title"),
        ("<table><caption>x</caption><tr><th>x</th></tr></table>", "without a scope"),
        ("<table><tr><td>x</td></tr></table>", "table without a caption"),
        ('<a href="/x"></a>', "without words"),
        ("<script></script>", "a <script>"),
        ('<p onclick="x()">x</p>', "runs a script"),
        ('<a href="javascript:x()">x</a>', "runs a script"),
    ],
)
def test_what_is_wrong_is_named(main: str, fault: str) -> None:
    assert fault in "\n".join(faults(_PAGE.format(main)))


def test_a_page_without_language_or_viewport_is_named() -> None:
    assert faults("<html><head><title> </title></head><body><main><h1>x</h1></main></body></html>") == [
        "no language",
        "no viewport",
        "an empty title",
    ]
