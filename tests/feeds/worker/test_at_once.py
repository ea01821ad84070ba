"""Whoever cannot wait in an event loop has foreign bytes read by another process too, within the same limits."""

from dataclasses import replace

import pytest

from tests.feeds.ofsted_site.foreign import PROVIDER as PAGE
from tests.feeds.ofsted_site.foreign import URN, nested
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.provider import read_provider
from watcher.feeds.ofsted_site.tasks import PROVIDER
from watcher.feeds.worker.at_once import do_at_once
from watcher.feeds.worker.task import MEGABYTE, Limits
from watcher.feeds.worker.worker import WorkerInterruptedError


def test_what_comes_back_is_what_the_function_returns() -> None:
    assert do_at_once(PROVIDER, PAGE.encode(), "utf-8", URN) == read_provider(PAGE, URN)


def test_what_the_function_refuses_is_raised_in_its_own_words() -> None:
    with pytest.raises(UnexpectedPageError):
        do_at_once(PROVIDER, b"", "utf-8", URN)


def test_what_breaks_the_limits_could_not_be_told() -> None:
    tight = replace(PROVIDER, limits=Limits(seconds=1, memory=128 * MEGABYTE, answer=MEGABYTE))
    with pytest.raises(UnexpectedPageError, match="could not be read"):
        do_at_once(tight, nested(PAGE).encode(), "utf-8", URN)
    short = replace(PROVIDER, limits=replace(PROVIDER.limits, answer=10))
    with pytest.raises(UnexpectedPageError, match="it says more than"):
        do_at_once(short, PAGE.encode(), "utf-8", URN)


def test_a_process_that_can_not_be_started_is_nobodys_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(WorkerInterruptedError, match="a process for it can't be started"):
        do_at_once(PROVIDER, PAGE.encode(), "utf-8", URN)
