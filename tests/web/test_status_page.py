"""The operator's first look at night: one sentence, then each matter with what to do; nothing of readers or people."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import httpx
import pytest
from bs4 import BeautifulSoup

from tests.web import stage
from tests.web.serving import pages
from watcher.answers.status import ChannelNow, FeedNow, MatterNow, ServiceNow, ServiceStanding
from watcher.answers.status_in_words import headline, how_grave
from watcher.history.protocol import FeedState
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with pages(tmp_path_factory.mktemp("pages")) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


UTC_ZONE = ZoneInfo("UTC")


NEVER_READ = "ofsted has not been read well yet, so news may be missing here; it is read next at 12:00, 2 March 2026."


LAST_FAILED = (
    "ofsted was last read well at 11:00, 2 March 2026, so news may be missing here; "
    "it is read next at 12:00, 2 March 2026."
)


def standing(*topics: Topic, is_ill: bool = False, is_unread: bool = False, failures: int = 0) -> ServiceStanding:
    matters = [MatterNow(matter=Matter(f"k{number}", topic, "t", "x")) for number, topic in enumerate(topics)]
    service = ServiceNow(word="alive", sentence="service: alive", is_ill=is_ill)
    last_good = None if is_unread else stage.NOW - stage.HOUR
    feed = FeedNow(
        state=FeedState(name="ofsted", last_good=last_good, failures=failures), next=stage.NOW, is_stale=is_unread
    )
    return ServiceStanding(now=stage.NOW, service=service, matters=matters, feeds=[feed])


@pytest.mark.parametrize(
    ("known", "said", "behind"),
    [
        (standing(), "Everything works.", ""),
        (standing(Topic.IN_PART), "Everything works.", "1 thing is for information."),
        (standing(Topic.PAGE), "1 thing needs you.", ""),
        (
            standing(Topic.HELD, Topic.PAGE, Topic.LARGE),
            "2 things need you.",
            "1 should be looked at now. 1 thing is for information.",
        ),
        (
            standing(is_unread=True),
            "Not everything is read.",
            NEVER_READ,
        ),
        (standing(failures=1), "Nothing needs you yet.", LAST_FAILED),
        (standing(Topic.NOT_UNDERSTOOD, failures=2), "1 thing needs you.", LAST_FAILED),
        (standing(is_ill=True), "The watcher does not do its work.", ""),
    ],
)
def test_it_begins_with_one_sentence(known: ServiceStanding, said: str, behind: str) -> None:
    assert (headline(known), how_grave(known, UTC_ZONE)) == (said, behind)


def test_the_gravest_comes_first_and_each_says_what_to_do(client: httpx.Client) -> None:
    page = BeautifulSoup(client.get("/status").text, "lxml")
    matters = page.select("section")
    found = [str(matter.dd.string) for matter in matters if matter.dd]
    assert page.h1 is not None
    assert page.h1.string == f"{sum(gravity != 'For information' for gravity in found)} things need you."
    order = ["Act now", "Look today", "For information"]
    assert found == sorted(found, key=order.index)
    assert set(found) == set(order)
    for matter in matters:
        heads = [head.get_text() for head in matter.select("dt")]
        assert {"Since", "Whom it touches", "What to do", "What happens by itself"} <= set(heads)
    assert "watcher poll --release" in {code.get_text() for code in page.select("dd code")}
    assert "`" not in " ".join(said.get_text() for said in page.select("dd:not(:has(li))"))


def test_a_feed_and_a_channel_have_a_row_each_and_a_held_reading_says_how_to_release_it(client: httpx.Client) -> None:
    page = BeautifulSoup(client.get("/status").text, "lxml")
    feeds, channels = page.select("table")
    assert len(feeds.select("tbody tr")) > 1
    assert {"desk", "mail"} <= {
        str(row.th.get_text()).partition(" ")[0] for row in channels.select("tbody tr") if row.th
    }
    assert "--release" in page.get_text()


def test_nothing_of_readers_and_people_is_shown_to_anybody(client: httpx.Client) -> None:
    for path in ("/status", "/status.html", "/status.json"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert stage.SECRET_ADDRESS not in answer.text
        assert stage.SECRET_PERSON not in answer.text


def test_it_is_made_anew_for_each_look_and_known_by_what_it_says(client: httpx.Client) -> None:
    answer = client.get("/status")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get("/status", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")  # the clock of the stage stands still
    assert client.get("/").headers["ETag"] != answer.headers["ETag"]


def test_silence_is_called_no_news_only_while_every_feed_is_read() -> None:
    assert standing().is_well
    assert not standing(failures=1).is_well
    assert not standing(is_unread=True).is_well


@pytest.mark.parametrize(
    ("channel", "keeps"),
    [
        (ChannelNow(name="mail", kind="email", refused=1), False),
        (ChannelNow(name="mail", kind="email", is_stopped=True), True),
        (ChannelNow(name="mail", kind="email", waiting=1), True),
        (ChannelNow(name="mail", kind="email", unknown=1), True),
        (ChannelNow(name="gone", kind=""), False),
    ],
)
def test_all_of_a_channel_is_to_be_sent_now_where_that_would_send_something(channel: ChannelNow, keeps: bool) -> None:
    assert channel.keeps == keeps


def test_its_json_is_that_of_the_command(client: httpx.Client) -> None:
    found = client.get("/status.json").json()
    assert found.keys() == standing().as_json().keys()
    assert found["needs_attention"] is True
    assert "<" not in client.get("/status.json").text
