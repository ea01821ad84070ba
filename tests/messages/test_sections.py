"""What the report says, and the timeline, in every form that a message has."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from tests.messages.timeline.points import FOUNDING_CASE
from tests.messages.wordings import founding_case
from watcher.delivery.channels.console.channel import print_wording
from watcher.delivery.channels.email.rendering import render_wording

STRIP = "Graded inspections: 2014 RI · 2015 G · 2016 G · 2017 G · 2018 I"
QUOTE = "‘Children are not safe. <Staff> don't know where they are.’ (page 3)"


def printed() -> str:
    console = Console(file=StringIO(), width=200, highlight=False, soft_wrap=True)
    print_wording(console, founding_case())
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_quotes_stand_in_quotation_marks_with_their_page_in_every_text() -> None:
    for text in (founding_case().plain(), printed(), render_wording(founding_case(), "m").text):
        lines = [line.strip() for line in text.splitlines()]
        heading = lines.index("What the report says")
        assert lines.index(STRIP) < heading < lines.index(QUOTE)
        assert lines.index(QUOTE) < lines.index("The home must do 2 things by law. (page 12)")
        assert "There was no enforcement." in lines
        assert (
            lines[lines.index(STRIP) + 1]
            == "G = good, RI = requires improvement (once called adequate), I = inadequate"
        )


def test_the_page_shows_a_quote_with_a_border_and_its_page_beside_it() -> None:
    html = render_wording(founding_case(), "m").html
    assert "‘Children are not safe. &lt;Staff&gt; don't know where they are.’" in html.replace("&#39;", "'")
    (cell,) = [line for line in html.splitlines() if 'class="quoted"' in line]
    assert "border-left: 4px solid" in cell
    assert ">page 3</span>" in html
    assert "<h2" in html


def test_a_single_inspection_makes_no_timeline() -> None:
    one = replace(founding_case(), timeline=FOUNDING_CASE[-1:])
    assert "Graded inspections" not in one.plain()
    rendered = render_wording(one, "m")
    assert rendered.picture is None
    assert "Graded inspections" not in rendered.text + rendered.html


def test_where_room_is_short_the_sections_can_be_left_out() -> None:
    short = founding_case().plain(with_sections=False)
    assert "page 3" not in short
    assert STRIP in short
