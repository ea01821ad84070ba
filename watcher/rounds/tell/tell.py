"""What is told of changes, and to whom: the steps from a change to the messages that wait; no network, no clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial, reduce

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, messages
from watcher.facts.inspection import GONE
from watcher.facts.quotes import Findings
from watcher.feeds.feed import Problem
from watcher.history.protocol import History, Told
from watcher.judging.changes import MOVES, Change, What
from watcher.judging.judge import newest_graded
from watcher.judging.register import Register
from watcher.rounds.quiet import with_quiet
from watcher.rounds.tell.addresses import addressed, in_one_message, unasked_for
from watcher.rounds.tell.bursts import group
from watcher.rounds.tell.circumstances import Circumstances
from watcher.rounds.tell.concerns import sharing_messages, with_concerns
from watcher.rounds.tell.news import News
from watcher.rounds.tell.owed import Debts, why_owed
from watcher.rounds.tell.routes import routed
from watcher.rounds.tell.silenced import silenced
from watcher.rounds.tell.threads import follow
from watcher.rounds.tell.told_already import without_those_told
from watcher.rounds.tell.told_before import ToldBefore
from watcher.rounds.working_copy import WorkingCopy
from watcher.watching.watch_index import WatchIndex


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be stored of some changes."""

    told: tuple[Told, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    """The messages to send, in their order."""
    repeated: tuple[Problem, ...] = ()
    """For the operator: what was told before and has come again."""


def tell(
    history: History,
    changes: Sequence[Change],
    working_copy: WorkingCopy,
    feed: str,
    settings: Settings,
    now: datetime,
    findings: Mapping[str, Findings] | None = None,
) -> Telling:
    """Takes changes through the steps: told already, concerns, route, owe, word, address, restored, silence, quiet,
    group, thread.

    `findings` are those of inspections, by key.
    """
    fresh, repeated = without_those_told(changes, history)
    if not fresh:
        return Telling(repeated=tuple(repeated))
    with_threads = [name for name, channel in settings.channels.items() if channel.has_threads]
    today = now.astimezone(settings.timezone).date()

    @cache
    def register() -> Register:
        return history.register().updated(working_copy.entries())

    steps = _steps(history, register, settings, with_threads, now)
    debts = Debts(history, settings.channels, [watch.name for watch in settings.watch])
    index = WatchIndex(settings.watch, settings.groups)
    asked: list[News] = []
    for change in with_concerns(fresh, history, register, working_copy.home, settings.groups):
        superseded = _as_superseded(change, working_copy)
        quotes = (findings or {}).get(change.inspection.key)
        news = routed(superseded, working_copy.home(change.home), index, today, quotes)
        asked.append(debts.with_owed(news, working_copy.records(change.home)))
    all_news = [reduce(lambda so_far, step: step(so_far), steps, news) for news in sharing_messages(asked)]
    told = tuple(
        Told(alert=news.alert, seen=now, feed=feed, reasons=news.reasons, owed=why_owed(news.owed)) for news in all_news
    )
    unasked = unasked_for(all_news)
    in_time = with_quiet(in_one_message(all_news), settings, now)
    grouped = group(in_time, settings.watch, with_threads)
    deliveries = follow(
        history, settings.channels, grouped, told, unasked, lambda key: working_copy.home(key).status in GONE
    )
    return Telling(told, deliveries, tuple(repeated))


def _steps(
    history: History, register: Callable[[], Register], settings: Settings, with_threads: Sequence[str], now: datetime
) -> Sequence[Callable[[News], News]]:
    """What each of the news goes through by itself, from the word to the silence."""

    def make(channel: str, news: News) -> tuple[Delivery, ...]:
        alert = news.alert_for(channel, settings.watch)
        return messages(settings.channels, channel, news.change.home, alert, news.alert.id, now)

    return (
        Circumstances(register, settings.groups, now.astimezone(settings.timezone).date()).worded,
        partial(addressed, make=make, channels_with_threads=with_threads),
        ToldBefore(history, now).without_what_was_sent,
        partial(silenced, silences=history.silences(), now=now),
    )


def _as_superseded(change: Change, working_copy: WorkingCopy) -> Change:
    """The change, naming the newer inspection that the same reading brought after it, if there is one."""
    newest = newest_graded(working_copy.known(change.home))
    if change.what not in (*MOVES, What.VISITED) or newest is None or newest.order <= change.inspection.order:
        return change
    return replace(change, superseded_by=newest)
