"""The service's figures for Prometheus; every name stands in docs/operating.md."""

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from watcher import __version__
from watcher.delivery.ledger import Delivery
from watcher.feeds.advance import Advance
from watcher.history.protocol import OpenMatter
from watcher.messages.topics import Topic, topic_of
from watcher.rounds.poll import Round
from watcher.web.health import Health, HistoryNow


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page says of this moment beside the health of the service."""

    channels: Collection[str] = ()
    """Those that are configured; a figure of another one is shown no more."""
    stopped: Collection[str] = ()
    open_matters: Mapping[str, int] = field(default_factory=dict)
    """By topic."""
    bots: Mapping[str, bool] = field(default_factory=dict)
    """For each bot, by its channel, whether it is connected."""
    is_leading: bool = True
    """Whether it reads and sends; False while another service on the same history does."""


def topics_of(matters: Iterable[OpenMatter]) -> Mapping[str, int]:
    """How many matters are open of each topic; one that this version does not know counts as of no name."""
    return Tally((topic_of(matter.topic) or Topic.UNNAMED).key for matter in matters)


class Metrics:
    """Counts what happens; one registry a service, so that two in one process don't mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._advances: dict[str, Advance] = {}
        self._of_feeds: dict[Counter | Histogram, set[tuple[str, ...]]] = {}
        self._of_channels: dict[Counter | Histogram, set[tuple[str, ...]]] = {}
        self._readings = self._counter("readings", "Readings of a feed by outcome", "feed", "outcome")
        self._changes = self._counter("changes", "Changes judged", "feed", "change")
        self._deliveries = self._counter("deliveries", "Messages with a final verdict", "channel", "verdict")
        self._seconds = Histogram(
            "watcher_reading_seconds", "Length of a reading", ["feed"], registry=self._registry,
            buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 1800),
        )  # fmt: skip
        self._heartbeat = self._gauge("heartbeat_age_seconds", "Since the job furthest behind came through")
        self._fresh = self._gauge("feed_age_seconds", "Since the last good reading; -1 if there was none", "feed")
        self._good = self._gauge(
            "feed_last_good_timestamp_seconds", "When the feed was last read well; absent if it never was", "feed"
        )
        self._failures = self._gauge("feed_failures", "Readings in a row that were not good", "feed")
        self._done = self._gauge("feed_pages_done", "Pages read by the reading under way; 0 if there is none", "feed")
        self._due = self._gauge("feed_pages_due", "Pages due in the reading under way; 0 if there is none", "feed")
        self._unsent = self._gauge(
            "oldest_unsent_seconds", "Age of the oldest message not accepted yet; 0 if none waits"
        )
        self._history = self._gauge("history_available", "1 where the history can be asked and takes changes; else 0")
        self._matters = self._gauge("open_matters", "What the operator was told of and is not over", "topic")
        self._bots = self._gauge("bot_connected", "1 where the bot of a channel is connected; else 0", "channel")
        self._leading = self._gauge("leading", "1 where this service reads and sends; 0 where another one does")
        self._stopped = self._gauge(
            "channel_stopped", "1 where the channel, or one of its recipients, is stopped; else 0", "channel"
        )
        self._gauge("build_info", "Always 1; the version is in its label", "version").labels(__version__).set(1)
        self._reload_worked = self._gauge(
            "config_last_reload_successful", "Whether the configuration was taken up when it was last read"
        )
        self._reload_time = self._gauge(
            "config_last_reload_success_timestamp_seconds", "When a configuration was last taken up"
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"watcher_{name}", text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"watcher_{name}", text, labels, registry=self._registry)

    def count_round(self, turn: Round, seconds: float) -> None:
        """A feed was read."""
        feed = turn.state.name
        self._feeds_series(self._readings, feed, turn.reading.outcome.value).inc()
        self._of_feeds.setdefault(self._seconds, set()).add((feed,))
        self._seconds.labels(feed).observe(seconds)
        for told in turn.taken.told:
            self._feeds_series(self._changes, feed, told.alert.change.value).inc()

    def _feeds_series(self, counter: Counter, *labels: str) -> Counter:
        self._of_feeds.setdefault(counter, set()).add(labels)
        return counter.labels(*labels)

    @property
    def advances(self) -> Mapping[str, Advance]:
        """How far the readings under way are, by feed."""
        return dict(self._advances)

    def advance(self, feed: str, advance: Advance | None) -> None:
        """A reading has come so far, or has ended."""
        if advance is None:
            self._advances.pop(feed, None)
        else:
            self._advances[feed] = advance

    def count_delivery(self, delivery: Delivery) -> None:
        """A message came to its end."""
        labels = (delivery.channel, delivery.state.value)
        self._of_channels.setdefault(self._deliveries, set()).add(labels)
        self._deliveries.labels(*labels).inc()

    def reloaded(self, is_taken_up: bool, now: datetime) -> None:
        """The configuration was read, at the start or again."""
        self._reload_worked.set(is_taken_up)
        if is_taken_up:
            self._reload_time.set(now.timestamp())

    def page(self, health: Health, figures: Figures | None = None) -> bytes:
        """Prometheus' text format, with the state of this moment; of a feed or channel that is gone it says nothing."""
        self._heartbeat.set(health.heartbeat_age.total_seconds())
        self._unsent.set(health.oldest_unsent.total_seconds() if health.oldest_unsent else 0)
        self._history.set(health.history is HistoryNow.OK)
        if health.history is not HistoryNow.AWAY:  # else nothing is known of the feeds
            self._show_feeds(health)
        if figures is not None:
            self._show(figures)
        return generate_latest(self._registry)

    def _show_feeds(self, health: Health) -> None:
        for gauge in (self._fresh, self._good, self._failures, self._done, self._due):
            gauge.clear()
        for name, feed in health.feeds.items():
            self._fresh.labels(name).set(-1 if feed["age_seconds"] is None else feed["age_seconds"])
            self._failures.labels(name).set(feed["failures"])
            if feed["last_good"] is not None:
                self._good.labels(name).set(datetime.fromisoformat(feed["last_good"]).timestamp())
            advance = self._advances.get(name)
            self._done.labels(name).set(advance.done if advance else 0)
            self._due.labels(name).set(advance.due if advance else 0)
        _forget(self._of_feeds, health.feeds)

    def _show(self, figures: Figures) -> None:
        self._stopped.clear()
        for name in figures.channels:
            self._stopped.labels(name).set(name in figures.stopped)
        _forget(self._of_channels, figures.channels)
        self._leading.set(figures.is_leading)
        self._bots.clear()
        for name, is_connected in figures.bots.items():
            self._bots.labels(name).set(is_connected)
        for topic in Topic:
            self._matters.labels(topic.key).set(figures.open_matters.get(topic.key, 0))


def _forget(series: Mapping[Counter | Histogram, set[tuple[str, ...]]], names: Collection[str]) -> None:
    """Removes the series whose first label is none of these names."""
    for metric, known in series.items():
        for labels in [labels for labels in known if labels[0] not in names]:
            metric.remove(*labels)
            known.discard(labels)
