"""A reading says at each page how far it is, and that it has ended, whatever became of it."""

from typing import Any

import pytest

from tests.feeds.ofsted_site.world import world
from watcher.feeds.advance import Advance

pytestmark = pytest.mark.anyio


async def test_the_first_reading_counts_its_pages_and_ends() -> None:
    heard: list[tuple[str, Advance | None]] = []
    async with world(4, on_advance=lambda *said: heard.append(said)) as here:
        await here.poll()
        assert [advance and (advance.done, advance.due) for _, advance in heard] == [
            (0, 4), (1, 4), (2, 4), (3, 4), None,
        ]  # fmt: skip
        assert {name for name, _ in heard} == {"ofsted"}


async def test_a_reading_that_is_broken_off_has_ended_too() -> None:
    heard: list[Any] = []

    def breaks_off(_: str, advance: Advance | None) -> None:
        heard.append(advance)
        if advance is not None and advance.done == 1:
            raise RuntimeError("as a cancellation would come")

    async with world(4, on_advance=breaks_off) as here:
        with pytest.raises(RuntimeError):
            await here.poll()
    assert heard[-1] is None
