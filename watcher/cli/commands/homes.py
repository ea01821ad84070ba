"""The commands about one home: its inspections, and everything that was seen, judged and sent of them."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.given_to_all import AsJson, ConfigFile, day_of, print_json
from watcher.cli.history import find_home, reading
from watcher.cli.lean import LeanCommand
from watcher.config.proven import proven_place

if TYPE_CHECKING:
    from watcher.facts.inspection import Home
    from watcher.facts.statements import Record

app = typer.Typer()

FIRST_YEAR = 1900
"""No inspector is older; what is counted goes back some years from a day, and no calendar before the year 1."""

HomeKey = Annotated[str, typer.Argument(metavar="HOME", help="A home's id, such as SC478986 or ofsted:SC478986.")]


@app.command(cls=LeanCommand)
def history(home: HomeKey, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """One home's inspections as a timeline."""
    place = proven_place(config)
    if place is None:
        from watcher.config.settings import load

        place = load(config, with_lists=False).place
    with reading(place) as known:
        meant = find_home(known, home)
        records = known.records(meant.key)
    if as_json:
        _print_json(records)
    else:
        _print_timeline(meant, records)


def _print_json(records: "Sequence[Record]") -> None:
    from watcher.cli.inspection_json import inspection_json

    for record in records:
        print_json(inspection_json(record))


def _print_timeline(home: "Home", records: "Sequence[Record]") -> None:
    from watcher.cli.plain_timeline import plain_timeline, plain_width

    width = plain_width()
    text = plain_timeline(home, records, width) if width is not None else None
    if text is not None:
        sys.stdout.write(text)
        return
    from watcher.cli.terminal import out
    from watcher.cli.timeline import print_timeline

    print_timeline(out, home, records)


@app.command()
def explain(
    home: HomeKey,
    config: ConfigFile = None,
    as_json: AsJson = False,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Lists what was counted, as known on this day.")
    ] = None,
) -> None:
    """Every inspection of a home: seen, judged, sent, or why not; and where the numbers of an alert come from."""
    from watcher.answers.told.deeds import deeds_about_home
    from watcher.cli import counted, explanation
    from watcher.cli.kin import kin
    from watcher.cli.terminal import out
    from watcher.config.settings import load
    from watcher.timing.clock import SystemClock

    settings = load(config)
    today = SystemClock().now().astimezone(settings.timezone).date()
    day = day_of(on, "--on") if on else today
    if day > today:
        raise typer.BadParameter(f"{day} is still to come: name a day until today", param_hint="--on")
    if day.year < FIRST_YEAR:
        raise typer.BadParameter(f"{day} is before there was any inspection", param_hint="--on")
    with reading(settings.place) as known:
        meant = find_home(known, home)
        records = known.records(meant.key)
        related = kin(meant, known.register(), day)
        numbers = counted.counted(meant, known.register(), settings.groups, day) if on or not as_json else ()
        if not as_json:
            explanation.print_explanation(out, known, meant, records, related, settings.groups)
            explanation.print_untold(out, [known.feed(name) for name in settings.feeds], meant.key)
            counted.print_counted(out, numbers, day, in_full=on is not None)
            return
        if related.home.closed_on or related.before or related.after:
            print_json(related.as_json())
        _print_json(records)
        for change in known.changes(meant.key):
            print_json(explanation.change_json(known, change))
        for deed in deeds_about_home(known, meant):
            print_json(deed.json())
        for number in numbers:
            print_json({"counted": number.what, "rule": number.rule, "lines": list(number.lines)})
