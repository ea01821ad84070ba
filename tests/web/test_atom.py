"""Changes as an Atom feed: valid by the schema of RFC 4287, understood by a feed reader, whatever the names hold."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
import pytest
from lxml import etree

from tests.builders import day
from tests.checkout import ROOT
from tests.messages.stories import told
from watcher.answers.asked.chosen import Chosen
from watcher.answers.kept.kept import Kept
from watcher.answers.log.logged import LoggedChange
from watcher.answers.log.logged import logged as logged_rows
from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.messages.titles import title
from watcher.web.atom import MOST, AtomFeed, atom, noon

SCHEMA = ROOT / "tests" / "fixtures" / "atom" / "rfc4287.rng"
NAMES = {"atom": "http://www.w3.org/2005/Atom", "xhtml": "http://www.w3.org/1999/xhtml"}
BASE = "https://watcher.example.org"
AS_OF = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOSTILE = "]]><script>alert('x')</script>&\x00\x08\x1b\x0b\ufffe\uffff\ud800\u202e<!--\r\n\t'\"=cmd|' /C calc'!A0"
NUMBERS = "0123456789abcdef"


def logged(**facts: Any) -> LoggedChange:
    change = told(**facts)
    return LoggedChange(change, change.published or change.day)


def made(changes: Sequence[LoggedChange], base: str = BASE, **more: Any) -> bytes:
    feed = {"title": "What changed", "path": "/changes", "changes": changes, "as_of": AS_OF, **more}
    return atom(AtomFeed(**feed), base)


def why_invalid(document: bytes) -> str:
    """What the schema, and the two rules that the RFC writes beside it, find wrong; empty for a valid feed."""
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    root = etree.fromstring(document)
    if not schema.validate(root):
        return str(schema.error_log)
    if not root.xpath("atom:author or not(atom:entry[not(atom:author)])", namespaces=NAMES):
        return "a feed without an author"
    content = "atom:link[@rel='alternate'] or atom:link[not(@rel)] or atom:content"
    if not all(entry.xpath(content, namespaces=NAMES) for entry in root.iterfind("atom:entry", NAMES)):
        return "an entry without an alternate link or a content"
    ids = [found.text for found in root.iterfind("atom:entry/atom:id", NAMES)]
    return "" if len(set(ids)) == len(ids) else "an id stands twice"


def read(document: bytes) -> Any:
    found = feedparser.parse(document, response_headers={"content-type": "application/atom+xml"})
    assert not found.bozo, found.bozo_exception
    return found


@pytest.mark.parametrize("what", [what for what in What if what is not What.GROUP_CONCERN])
def test_every_sort_of_change_is_valid_and_says_what_messages_say(what: What) -> None:
    change = logged(change=what)
    document = made([change])
    assert why_invalid(document) == ""
    (entry,) = read(document).entries
    assert entry.title == title(change.alert)
    assert entry.tags[0].term == what.value
    assert "Esland North Limited" in entry.content[0].value


def test_the_founding_case() -> None:
    found = read(made([logged()], query="area=Derby&what=dropped+to+inadequate", about="Published in 2018; Derby"))
    assert (found.version, found.feed.title, found.feed.subtitle) == (
        "atom10", "What changed", "Published in 2018; Derby"
    )  # fmt: skip
    links = {link.rel: link.href for link in found.feed.links}
    filters = "area=Derby&what=dropped+to+inadequate"
    assert links == {"self": f"{BASE}/changes.atom?{filters}", "alternate": f"{BASE}/changes?{filters}"}
    (entry,) = found.entries
    assert entry.title == title(told())
    assert {link.rel: link.href for link in entry.links} == {
        "alternate": f"{BASE}/changes/{NUMBERS}", "via": "https://reports.ofsted.gov.uk/provider/5/SC478986",
    }  # fmt: skip
    assert (entry.published, entry.updated) == ("2018-08-03T12:00:00Z", "2018-08-03T12:00:00Z")
    assert found.feed.author == "watcher"
    text = entry.content[0].value
    assert entry.content[0].type == "application/xhtml+xml"
    assert all(words in text for words in ("<dt>Inspected</dt>", "17 July 2018", "<li>"))


def test_ids_are_the_same_wherever_it_is_reached_and_from_day_to_day() -> None:
    one, other = (read(made([logged()], base)) for base in (BASE, "http://127.0.0.1:8080/"))
    assert one.feed.id == other.feed.id
    assert one.entries[0].id == other.entries[0].id
    assert one.entries[0].id.startswith("urn:uuid:")
    assert made([logged()]) == made([logged()])


def test_feeds_with_other_filters_or_of_another_watcher_are_other_feeds() -> None:
    feeds = [
        made([]),
        made([], query="area=Derby"),
        made([], path="/watches/derby"),
        made([], installation="b"),
    ]
    assert len({read(feed).feed.id for feed in feeds}) == len(feeds)


def test_ids_never_change() -> None:
    found = read(made([logged()]))
    assert (found.feed.id, found.entries[0].id) == (FEED_ID, ENTRY_ID)


FEED_ID = "urn:uuid:8ecb5db9-3bd6-5811-baf7-433d9a75541e"
ENTRY_ID = "urn:uuid:894a5877-47d9-5bac-ae8a-2df645545456"


def test_what_was_seen_to_come_is_updated_at_that_moment() -> None:
    seen = replace(logged(), seen=datetime(2018, 8, 3, 10, 41, 7, 123_456, tzinfo=UTC) + timedelta(days=2))
    found = read(made([seen, logged(id="1")]))
    assert found.entries[0].updated == "2018-08-05T10:41:07Z"
    assert found.entries[0].published == "2018-08-03T12:00:00Z"
    assert found.feed.updated == found.entries[0].updated


def test_without_a_day_of_publication_it_is_placed_where_it_became_known() -> None:
    entry = read(made([logged(published=None)])).entries[0]
    assert "published" not in entry
    assert entry.updated == "2018-07-17T12:00:00Z"


def test_a_feed_without_a_change_is_valid() -> None:
    document = made([])
    assert why_invalid(document) == ""
    assert read(document).feed.updated == "2026-03-02T12:00:00Z"


def test_a_feed_has_at_most_a_hundred_entries() -> None:
    found = read(made([logged(id=str(number)) for number in range(MOST + 20)]))
    assert [entry.link for entry in found.entries][-1] == f"{BASE}/changes/{MOST - 1}"
    assert len(found.entries) == MOST == 100


def test_hostile_words_are_inert() -> None:
    hostile = logged(
        name=HOSTILE, owner=HOSTILE, local_authority=HOSTILE, type=HOSTILE, labels={"w": HOSTILE},
        words={"overall": HOSTILE, HOSTILE: HOSTILE}, link=f"javascript:{HOSTILE}", home_id=HOSTILE,
    )  # fmt: skip
    document = made([hostile], title=HOSTILE, about=HOSTILE, query=HOSTILE, path=f"/watches/{HOSTILE}")
    assert why_invalid(document) == ""
    (entry,) = read(document).entries
    assert [link.rel for link in entry.links] == ["alternate"]
    root = etree.fromstring(document)
    elements = {etree.QName(element).localname for element in root.iter(etree.Element)}
    assert "script" not in elements
    assert not {"\u202e", "\ufffe", "\x1b"} & set("".join(root.itertext()))
    assert "<script>" in "".join(root.itertext())


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"T12:00:00Z</updated>", b"</updated>"),
        (b"id>", b"ids>"),
        (b'<content type="xhtml">', b'<content type="xhtml" src="x">'),
        (b' rel="self" href', b' rel="self" src'),
        (b"<author><name>watcher</name></author>", b""),
        (b' xmlns="http://www.w3.org/1999/xhtml"', b""),
    ],
)
def test_the_schema_refuses_what_is_no_feed(good: bytes, bad: bytes) -> None:
    document = made([logged()])
    assert good in document
    assert why_invalid(document.replace(good, bad)) != ""


def test_noon_is_the_same_day_from_alaska_to_japan() -> None:
    moment = noon(date(2018, 8, 3))
    assert {(moment + timedelta(hours=hours)).date() for hours in range(-9, 10)} == {date(2018, 8, 3)}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedHistory]:
    history = EmbeddedHistory.open(tmp_path_factory.mktemp("bundled") / "data")
    yield history
    history.close()


SPAN = day("2014-04-01"), day("2025-04-30")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def latest_changes(
    history: EmbeddedHistory, chosen: Chosen, span: tuple[date, date], what: tuple[What, ...] = ()
) -> list[LoggedChange]:
    page = Kept(history, Settings).log(chosen, span, NOW, what, most=MOST)
    return logged_rows(history, Settings(), page.sheet.rows, chosen.watch)


def test_the_latest_of_twelve_years_are_valid_and_newest_first(history: EmbeddedHistory) -> None:
    latest = latest_changes(history, Chosen(), SPAN)
    assert len(latest) == MOST
    known = [change.known for change in latest]
    assert known == sorted(known, reverse=True)
    document = made(latest)
    assert why_invalid(document) == ""
    assert len(read(document).entries) == MOST


def test_filters_choose_what_is_in_it(history: EmbeddedHistory) -> None:
    derby = Chosen(area=("Derby",), owner=("Esland North Limited",))
    drops = (What.DROPPED_TO_INADEQUATE,)
    latest = latest_changes(history, derby, (day("2018-01-01"), day("2018-12-31")), drops)
    assert [(change.alert.home, change.alert.change) for change in latest] == [
        ("ofsted:SC478986", What.DROPPED_TO_INADEQUATE)
    ]
