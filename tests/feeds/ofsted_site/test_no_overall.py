"""A report whose areas are graded and which gives no overall grade, from the site to the history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.feeds.ofsted_site.world import published, world
from watcher.judging.judge import judge

pytestmark = pytest.mark.anyio


async def test_it_is_news_and_its_lowest_area_counts() -> None:
    async with world() as w:
        await w.poll()
        given = published(w.homes()[2], w.today + timedelta(days=1), "inadequate/good/inadequate")
        areas_alone = tuple(judgement for judgement in given.judgements if judgement.area != "overall")
        drop = replace(given, judgements=areas_alone, headline="leaders")
        w.site.publish(drop)
        before = w.known.inspections(drop.home)
        (news,) = (await w.poll(days=1)).inspections
        assert (news.headline, news.grade("overall")) == ("leaders", None)
        assert [change.what.value for change in judge(before, news).changes] == ["dropped to inadequate"]
        assert w.known.standing_inadequate() == [drop.home]
        assert (await w.poll(hours=1)).inspections == ()
