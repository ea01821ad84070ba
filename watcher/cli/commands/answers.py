"""The commands that answer: how homes stand, what changed, what names there are."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli import filters
from watcher.cli.given import Csv, Html, give, require_places
from watcher.cli.history import reading
from watcher.cli.terminal import AsJson, ConfigFile, day_of, out
from watcher.config.settings import Settings, load
from watcher.timing.clock import SystemClock

if TYPE_CHECKING:
    from watcher.answers.chosen import Chosen
    from watcher.answers.sheet import Sheet
    from watcher.facts.inspection import Home
    from watcher.history.protocol import History

app = typer.Typer()

Text = Annotated[str, typer.Argument(help="Words that the names have; all names without.")]
WithGone = Annotated[bool, typer.Option("--all", help="Also homes that are on no list any more, or have closed.")]


@app.command()
def homes(
    watch: filters.Watches = None,
    owner: filters.Owners = None,
    group: filters.Groups = None,
    area: filters.Areas = None,
    region: filters.Regions = None,
    constituency: filters.Constituencies = None,
    kind: filters.Types = None,
    regulator: filters.Regulators = None,
    rating: filters.Ratings = None,
    standing: filters.Standings = None,
    with_gone: WithGone = False,
    csv: Csv = None,
    html: Html = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """How homes stand now, the worst first; the country and each owner's other homes below."""
    from watcher.answers.homes import homes_now
    from watcher.cli.homes_table import print_homes

    require_places(csv, html, as_json=as_json)
    settings = load(config)
    chosen = filters.chosen_of(
        watch=watch, owner=owner, group=group, area=area, region=region, constituency=constituency,
        type=kind, regulator=regulator, rating=rating, standing=standing,
    )  # fmt: skip
    with reading(settings.data_dir) as history:
        _require_known(chosen, (entry.home for entry in history.register()), settings)
        answer = homes_now(history, settings, chosen, _now(), with_gone=with_gone)
    sheet = answer.sheet()

    def printed() -> str:
        from watcher.answers.chart import Charted
        from watcher.web.printed import page

        return page([Charted(sheet)], title=sheet.title, day=answer.day, of=answer.regulators)

    give(sheet, csv, html=html, page=printed, as_json=as_json, show=lambda: print_homes(out, sheet))


@app.command()
def changes(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, as 2018-08-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    what: Annotated[
        list[str] | None, typer.Option("--what", metavar="CHANGE", help='Only such changes, as "recovered".')
    ] = None,
    watch: filters.Watches = None,
    owner: filters.Owners = None,
    group: filters.Groups = None,
    area: filters.Areas = None,
    region: filters.Regions = None,
    constituency: filters.Constituencies = None,
    kind: filters.Types = None,
    regulator: filters.Regulators = None,
    csv: Csv = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Every change judged, by date published, whether anybody was told or not."""
    from watcher.answers.changes import changes as changed
    from watcher.answers.changes import sorts
    from watcher.cli.changes_table import print_changes

    require_places(csv, None, as_json=as_json)
    settings = load(config)
    since, until = day_of(first, "--from"), day_of(last, "--to")
    if until < since:
        raise typer.BadParameter(f"{until} is before {since}: swap the two days", param_hint="--to")
    chosen = filters.chosen_of(
        watch=watch, owner=owner, group=group, area=area, region=region, constituency=constituency,
        type=kind, regulator=regulator,
    )  # fmt: skip
    with filters.wrong_usage():
        named = sorts(what or ())
    with reading(settings.data_dir) as history:
        _require_known(chosen, history.homes(), settings)
        sheet = changed(history, settings, chosen, (since, until), _now(), named)
    give(sheet, csv, as_json=as_json, show=lambda: print_changes(out, sheet))


@app.command()
def owners(
    text: Text = "",
    region: filters.Regions = None,
    area: filters.Areas = None,
    kind: filters.Types = None,
    regulator: filters.Regulators = None,
    csv: Csv = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """The owners that the history has, with their homes and how these stand; those with most homes first."""
    from watcher.answers.names import owners as named

    chosen = filters.chosen_of(region=region, area=area, type=kind, regulator=regulator)
    _give_names(named, chosen, text, csv, config, as_json=as_json)


@app.command()
def areas(
    text: Text = "",
    region: filters.Regions = None,
    owner: filters.Owners = None,
    kind: filters.Types = None,
    regulator: filters.Regulators = None,
    csv: Csv = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """The local authorities that the history has, with their homes and how these stand; those with most homes first."""
    from watcher.answers.names import areas as named

    chosen = filters.chosen_of(region=region, owner=owner, type=kind, regulator=regulator)
    _give_names(named, chosen, text, csv, config, as_json=as_json)


def _give_names(
    named: "Callable[[History, Settings, Chosen, str, datetime], Sheet]",
    chosen: "Chosen",
    text: str,
    csv: Path | None,
    config: Path | None,
    *,
    as_json: bool,
) -> None:
    from watcher.cli.names_table import print_names

    require_places(csv, None, as_json=as_json)
    settings = load(config)
    with reading(settings.data_dir) as history:
        _require_known(chosen, (entry.home for entry in history.register()), settings)
        sheet = named(history, settings, chosen, text, _now())
    give(sheet, csv, as_json=as_json, show=lambda: print_names(out, sheet))


def _now() -> datetime:
    return SystemClock().now()


def _require_known(chosen: "Chosen", homes: "Iterable[Home]", settings: Settings) -> None:
    from watcher.answers.chosen import require_known

    with filters.wrong_usage():
        require_known(chosen, homes, settings)
