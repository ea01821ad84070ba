"""The command that counts: by year, region, owner and what else is asked for, for people, files and programs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.history import reading
from watcher.cli.terminal import AsJson, ConfigFile, out, print_json
from watcher.config.settings import load
from watcher.timing.clock import SystemClock

app = typer.Typer()

Names = list[str] | None
STANDARD_OUTPUT = Path("-")


@app.command()
def numbers(
    by: Annotated[
        str, typer.Option("--by", metavar="KEYS", help="What to count by, such as year or region,type.")
    ] = "year",
    watch: Annotated[Names, typer.Option("--watch", metavar="NAME", help="Homes of a watch.")] = None,
    owner: Annotated[Names, typer.Option("--owner", metavar="NAME", help="Homes of an owner.")] = None,
    group: Annotated[Names, typer.Option("--group", metavar="NAME", help="Homes of a configured group.")] = None,
    area: Annotated[Names, typer.Option("--area", metavar="NAME", help="Homes in a local authority.")] = None,
    region: Annotated[Names, typer.Option("--region", metavar="NAME", help="Homes in a region.")] = None,
    constituency: Annotated[
        Names, typer.Option("--constituency", metavar="NAME", help="Homes in a constituency.")
    ] = None,
    kind: Annotated[
        Names, typer.Option("--type", metavar="NAME", help="Homes of a kind, or kinds counted together.")
    ] = None,
    regulator: Annotated[Names, typer.Option("--regulator", metavar="NAME", help="Homes of a regulator.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Writes the rows there; - for standard output.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Writes a page with charts there.")
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Counts and rates: found inadequate, dropped, recovered, closed; by year, region, owner and more."""
    from watcher.answers.chosen import Chosen
    from watcher.answers.numbers import numbers as counted
    from watcher.answers.sheet import csv_text
    from watcher.cli.number_table import print_numbers
    from watcher.cli.whole_file import require_place, write_whole

    keys = keys_of(by)
    if as_json and csv == STANDARD_OUTPUT:
        raise typer.BadParameter("--json is for standard output too: name a file", param_hint="--csv")
    require_place(None if csv == STANDARD_OUTPUT else csv, "--csv")
    require_place(html, "--html")
    settings = load(config)
    names = {"watch": watch, "owner": owner, "group": group, "area": area, "region": region, "type": kind}
    names |= {"constituency": constituency, "regulator": regulator}
    chosen = Chosen(**{name: tuple(values) for name, values in names.items() if values})
    today = SystemClock().now().astimezone(settings.timezone).date()
    with reading(settings.data_dir) as known:
        reads = [known.feed(name).last_good for name in settings.feeds]
        read_until = max((read.astimezone(settings.timezone).date() for read in reads if read), default=None)
        answer = counted(known, settings, chosen, keys, today, read_until)
    if csv == STANDARD_OUTPUT:
        sys.stdout.writelines(csv_text(answer.sheet))
    elif csv is not None:
        write_whole(csv, csv_text(answer.sheet))
    if html is not None:
        from watcher.web.printed import page

        regulators = {row["regulator"]: None for row in answer.sheet.rows}
        write_whole(html, [page([answer], title=answer.sheet.title, day=today, of=regulators)])
    if as_json:
        for row in answer.sheet.rows:
            print_json(dict(row))
    elif csv is None and html is None:
        print_numbers(out, answer.sheet)


def keys_of(text: str) -> tuple[str, ...]:
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
