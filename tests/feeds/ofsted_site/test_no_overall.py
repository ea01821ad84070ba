"""A report whose areas are graded and which gives no overall grade, from the site to the history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.feeds.ofsted_site.world import published, world
from watcher.feeds.ofsted_site import visit
from watcher.feeds.ofsted_site.report.report import read_report
from watcher.feeds.ofsted_site.report.values import Report
from watcher.judging.judge import judge

pytestmark = pytest.mark.anyio


def areas_alone(pages: Sequence[str]) -> object:
    """The report as it reads once its overall grade is given up."""
    report = read_report(pages)
    if not isinstance(report, Report):
        return report
    return replace(report, judgements=tuple(given for given in report.judgements if given.area != "overall"))


async def test_it_is_news_and_its_lowest_area_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    async with world() as w:
        await w.poll()
        monkeypatch.setattr(visit, "read_report", areas_alone)
        drop = published(w.homes()[2], w.today + timedelta(days=1), "inadequate/good/inadequate")
        w.site.publish(drop)
        before = w.known.inspections(drop.home)
        (news,) = (await w.poll(days=1)).inspections
        assert (news.headline, news.grade("overall")) == ("leaders", None)
        assert [change.what.value for change in judge(before, news).changes] == ["dropped to inadequate"]
        assert w.known.standing_inadequate() == [drop.home]
        assert (await w.poll(hours=1)).inspections == ()
