"""Figures say how things are now: what is no more has no line."""

from datetime import timedelta

from watcher.web.health import Health
from watcher.web.metrics import Figures, Metrics

HEALTH = Health(True, timedelta(), {}, None)  # alive


def test_a_bot_is_connected_or_not_and_has_no_line_once_it_is_gone() -> None:
    metrics = Metrics()
    page = metrics.page(HEALTH, Figures(bots={"desk": True, "other": False})).decode()
    assert 'watcher_bot_connected{channel="desk"} 1.0' in page
    assert 'watcher_bot_connected{channel="other"} 0.0' in page
    assert "watcher_bot_connected{" not in metrics.page(HEALTH, Figures()).decode()
