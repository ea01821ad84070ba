"""The commands that keep a history safe: a backup taken of it, and a backup made the history again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.cli.terminal import AsJson, ConfigFile, out, print_json
from watcher.cli.whole_file import require_place
from watcher.config.settings import load
from watcher.history.backup import Backup, read_backup, write_backup
from watcher.history.everything import everything, restored
from watcher.history.restoration import RESTORED, Restoration
from watcher.messages.numbers import counted
from watcher.options.place import HistoryPlace
from watcher.timing.clock import SystemClock

app = typer.Typer()

Report = Mapping[str, Any]
"""What was done, as `--json` prints it."""


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the backup goes, such as watcher.backup.")],
    config: ConfigFile = None,
    as_json: AsJson = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """The whole history into one checked file, while the service runs or not."""
    require_place(file, "FILE")
    report = back_up(load(config, with_lists=False).place, file, SystemClock().now(), force=force)
    _print_report(report, backup_lines(report), as_json=as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `watcher backup` wrote.")],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """A backup becomes the history; the one before is kept aside, and nothing is announced twice."""
    if not file.exists():
        raise typer.BadParameter(f"{file} cannot be read: there is no such file", param_hint="FILE")
    report = bring_back(load(config, with_lists=False).place, file, SystemClock().now())
    _print_report(report, restore_lines(report), as_json=as_json)


def _print_report(report: Report, lines: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(dict(report))
    else:
        for line in lines:
            out.print(line, markup=False, highlight=False)


def back_up(place: HistoryPlace | Path, file: Path, now: datetime, *, force: bool = False) -> Report:
    """Writes a history, as it is now, into one file; whoever owns or leads it is not disturbed."""
    with everything(_place(place)) as (sequence, tables):
        backup = Backup(now, sequence, tables)
        size = write_backup(backup, file, force=force)
        return {"backup": str(file), "bytes": size, **_contents(backup)}


def bring_back(place: HistoryPlace | Path, file: Path, now: datetime) -> Report:
    """Makes the backup in a file the history; a file that is not whole changes nothing."""
    backup = read_backup(file)
    done = restored(_place(place), backup, now)
    return {"restored": str(file), **_contents(backup), **_done(done)}


def _place(place: HistoryPlace | Path) -> HistoryPlace:
    """A folder stands for the history in it."""
    return HistoryPlace(place) if isinstance(place, Path) else place


def _contents(backup: Backup) -> dict[str, Any]:
    counts = {name: count for name, count in backup.counts.items() if name != RESTORED}
    return {"taken": backup.taken.isoformat(), "sequence": backup.sequence, "counts": counts}


def _done(done: Restoration) -> dict[str, Any]:
    return {
        "aside": str(done.aside) if done.aside else None,
        "damage": done.damage or None,
        "messages_kept": done.kept,
        "certain": done.is_certain,
    }


def backup_lines(report: Report) -> list[str]:
    """What a backup came to, for people."""
    return [f"{report['backup']}: {_counted(report)}, {report['bytes']:,} bytes, checked"]


def restore_lines(report: Report) -> list[str]:
    """What a restoring did, for people."""
    taken = datetime.fromisoformat(report["taken"]).astimezone(UTC)
    lines = [f"restored the history of {taken:%Y-%m-%d %H:%M} UTC: {_counted(report)}"]
    if report["damage"]:
        lines.append(f"the history before could not be read: {report['damage'].partition(' Nothing was changed')[0]}")
    if report["aside"]:
        lines.append(f"the history before is in {report['aside']}")
    if report["messages_kept"]:
        kept = counted(report["messages_kept"], "message")
        verb = "is" if report["messages_kept"] == 1 else "are"
        lines.append(f"{kept} sent or made since the backup {verb} still known")
    if report["certain"]:
        lines.append("what was told since the backup is not told again")
    else:
        lines.append(
            "what else was told since the backup is not known: what was published until now is looked for in its "
            'channel before it is sent, and where that cannot be, is sent as "possibly repeated"'
        )
    return lines


def _counted(report: Report) -> str:
    names = {"homes": "home", "inspections": "inspection", "changes": "change", "deliveries": "message"}
    return ", ".join(counted(report["counts"].get(table, 0), thing) for table, thing in names.items())
