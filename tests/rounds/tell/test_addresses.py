"""Each channel that asked gets one message, whatever one inspection brings."""

from tests.rounds.tell.changes import AREA, DROP, RECOVERY, make, news
from watcher.messages.alert import Alert
from watcher.rounds.tell.addresses import addressed, in_one_message
from watcher.rounds.tell.news import News


def made(about: News, *threads: str) -> News:
    return addressed(about, make, threads)


def told(*all_news: News) -> list[tuple[str, str]]:
    messages = in_one_message(all_news)
    return [
        (message.channel, message.content.change.value) for message in messages if isinstance(message.content, Alert)
    ]


def test_every_channel_that_asked_has_its_message() -> None:
    assert [delivery.channel for delivery in made(news(DROP, "desk", "screen")).deliveries] == ["desk", "screen"]


def test_a_channel_with_threads_that_did_not_ask_gets_none_and_is_remembered() -> None:
    about = made(news(DROP, "screen"), "screen", "desk")
    assert [delivery.channel for delivery in about.deliveries] == ["screen"]
    assert [delivery.channel for delivery in about.unasked] == ["desk"]


def test_of_two_moves_that_one_inspection_brings_the_one_of_the_rating_is_told() -> None:
    assert told(made(news(RECOVERY, "desk")), made(news(AREA, "desk"))) == [("desk", "recovered")]


def test_who_asked_for_the_second_move_alone_is_told_of_that() -> None:
    both = made(news(RECOVERY, "desk")), made(news(AREA, "desk", "screen"))
    assert told(*both) == [("desk", "recovered"), ("screen", "area inadequate")]
