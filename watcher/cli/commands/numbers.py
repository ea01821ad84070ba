"""The command that counts: by year, region, owner and what else is asked for, for people, files and programs."""

from typing import Annotated

import typer

from watcher.cli import filters
from watcher.cli.given import Csv, Html, give, require_places
from watcher.cli.history import reading
from watcher.cli.terminal import AsJson, ConfigFile, out
from watcher.config.settings import load
from watcher.timing.clock import SystemClock

app = typer.Typer()

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="KEYS",
        help="One of year, region, sector, owner, group, area, type, constituency; or several, as year,region.",
    ),
]


@app.command()
def numbers(
    by: By = "year",
    watch: filters.Watches = None,
    owner: filters.Owners = None,
    group: filters.Groups = None,
    area: filters.Areas = None,
    region: filters.Regions = None,
    constituency: filters.Constituencies = None,
    kind: filters.Types = None,
    regulator: filters.Regulators = None,
    csv: Csv = None,
    html: Html = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """How many inspections found homes inadequate, how many homes dropped, recovered or closed: counts and rates."""
    from watcher.answers.numbers import numbers as counted
    from watcher.cli.number_table import print_numbers

    keys = _keys_of(by)
    require_places(csv, html, as_json=as_json)
    settings = load(config)
    chosen = filters.chosen_of(
        watch=watch, owner=owner, group=group, area=area, region=region, constituency=constituency,
        type=kind, regulator=regulator,
    )  # fmt: skip
    today = SystemClock().now().astimezone(settings.timezone).date()
    with reading(settings.data_dir) as history, filters.wrong_usage():
        answer = counted(history, settings, chosen, keys, today)
    sheet = answer.sheet

    def page() -> str:
        from watcher.web.printed import page

        return page([answer], title=sheet.title, day=today, of={row["regulator"] for row in sheet.rows})

    give(sheet, csv, as_json=as_json, show=lambda: print_numbers(out, sheet), html=html, page=page)


def _keys_of(text: str) -> tuple[str, ...]:
    """What numbers are told by; anything that they can't be is wrong usage, with the nearest that they can."""
    from watcher.answers.keys import BY
    from watcher.options.mistakes import did_you_mean

    keys = tuple(key.strip().casefold() for key in text.split(","))
    for key in keys:
        if key not in BY:
            raise typer.BadParameter(f"there is no {key!r}{did_you_mean(key, BY)}", param_hint="--by")
    if len(set(keys)) < len(keys):
        raise typer.BadParameter("each key can be asked for once", param_hint="--by")
    return keys
