"""The service's figures for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from watcher.delivery.ledger import Delivery
from watcher.feeds.advance import Advance
from watcher.rounds.poll import Round
from watcher.web.health import Health


class Metrics:
    """Counts what happens; one registry a service, so that two in one process don't mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._readings = self._counter("readings", "Readings of a feed by outcome", "feed", "outcome")
        self._changes = self._counter("changes", "Changes judged", "feed", "change")
        self._deliveries = self._counter("deliveries", "Messages with a final verdict", "channel", "verdict")
        self._seconds = Histogram(
            "watcher_reading_seconds", "Length of a reading", ["feed"], registry=self._registry,
            buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 1800),
        )  # fmt: skip
        self._heartbeat = self._gauge("heartbeat_age_seconds", "Since the job furthest behind came through")
        self._fresh = self._gauge("feed_age_seconds", "Since the last good reading; -1 if there was none", "feed")
        self._failures = self._gauge("feed_failures", "Readings in a row that were not good", "feed")
        self._done = self._gauge("feed_pages_done", "Pages read by the reading under way; 0 if there is none", "feed")
        self._due = self._gauge("feed_pages_due", "Pages due in the reading under way; 0 if there is none", "feed")
        self._unsent = self._gauge(
            "oldest_unsent_seconds", "Age of the oldest message not accepted yet; 0 if none waits"
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"watcher_{name}", text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"watcher_{name}", text, labels, registry=self._registry)

    def count_round(self, turn: Round, seconds: float) -> None:
        """A feed was read."""
        self._readings.labels(turn.state.name, turn.reading.outcome.value).inc()
        self._seconds.labels(turn.state.name).observe(seconds)
        for told in turn.taken.told:
            self._changes.labels(turn.state.name, told.alert.change.value).inc()

    def advance(self, feed: str, advance: Advance | None) -> None:
        """A reading has come so far, or has ended."""
        self._done.labels(feed).set(advance.done if advance else 0)
        self._due.labels(feed).set(advance.due if advance else 0)

    def count_delivery(self, delivery: Delivery) -> None:
        """A message came to its end."""
        self._deliveries.labels(delivery.channel, delivery.state.value).inc()

    def page(self, health: Health) -> bytes:
        """Prometheus' text format, with the state of this moment."""
        self._heartbeat.set(health.heartbeat_age.total_seconds())
        self._unsent.set(health.oldest_unsent.total_seconds() if health.oldest_unsent else 0)
        for name, feed in health.feeds.items():
            self._fresh.labels(name).set(-1 if feed["age_seconds"] is None else feed["age_seconds"])
            self._failures.labels(name).set(feed["failures"])
        return generate_latest(self._registry)
