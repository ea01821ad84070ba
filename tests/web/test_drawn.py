"""Charts as SVG: what is shown is said, and a gap is never a bar."""

from watcher.answers.counts.chart import Bar, Chart
from watcher.web.drawn import WIDTH, drawn

YEARS = Chart("By year", "About", [Bar("2019-20", 152, "152 (7.1% of 2,100)"), Bar("2020-21", None, "no figures")])


def test_bars_are_as_long_as_their_figures_and_leave_room_for_their_words() -> None:
    chart = Chart("t", "d", [Bar("a", 10, "10"), Bar("b", 5, "5"), Bar("c", 0, "0"), Bar("d", None, "no figures")])
    ten, five, none, gap = drawn(chart, "1").bars
    assert ten.length is not None
    assert five.length == ten.length / 2
    assert (none.length, gap.length) == (0, None)
    assert ten.said_x + len("10") * 6 < WIDTH
    assert gap.said_x == none.said_x


def test_a_long_label_stands_above_its_bar() -> None:
    short, long = (drawn(Chart("t", "d", [Bar(label, 1, "1")]), "1").bars[0] for label in ("London", "x" * 80))
    assert short.x > 0
    assert short.label_y == short.said_y
    assert long.x == 0
    assert long.label_y < long.y
    assert len(long.label) < 60


def test_nothing_but_nought_still_has_its_place() -> None:
    assert [bar.length for bar in drawn(Chart("t", "d", [Bar("a", 0, "0"), Bar("b", 0.0, "0")]), "1").bars] == [0, 0]


def test_a_chart_is_as_high_as_its_bars() -> None:
    chart = drawn(YEARS, "1-1")
    assert chart.height > chart.bars[-1].y + chart.thick
    assert (chart.title, chart.about, chart.name) == ("By year", "About", "1-1")
