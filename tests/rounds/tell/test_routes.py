"""A change becomes news for whoever asked; for every watch that did not ask, the reason is kept."""

from datetime import date

from tests.builders import home
from tests.rounds.tell.changes import DROP, RECOVERY
from watcher.judging.changes import What
from watcher.rounds.tell.routes import routed
from watcher.watching.watch_index import WatchIndex
from watcher.watching.watches import Watch

DAY = date(2024, 3, 1)
WATCHES = (
    Watch(name="derby", local_authority=("Derby",), to=("desk", "screen")),
    Watch(name="all", changes=(What.RECOVERED,), to=("desk",)),
)


def test_the_alert_names_the_watches_that_asked_and_their_channels_once() -> None:
    news = routed(RECOVERY, home(), WatchIndex(WATCHES, {}), DAY)
    assert (news.alert.watches, news.alert.channels, dict(news.reasons)) == (("derby", "all"), ("desk", "screen"), {})


def test_why_a_watch_did_not_ask_is_kept() -> None:
    news = routed(DROP, home(), WatchIndex(WATCHES, {}), DAY)
    assert news.alert.watches == ("derby",)
    assert dict(news.reasons) == {"all": "it does not ask for 'dropped to inadequate'"}


def test_what_nobody_asked_for_is_news_without_a_channel() -> None:
    news = routed(DROP, home(local_authority="Leeds"), WatchIndex(WATCHES[:1], {}), DAY)
    assert (news.alert.watches, news.alert.channels) == ((), ())
    assert dict(news.reasons) == {"derby": "its local authority is Leeds"}
