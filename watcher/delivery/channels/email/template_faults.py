"""Tries an installation's own templates before a message depends on them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path

from jinja2 import Environment, TemplateError, nodes
from jinja2.meta import find_referenced_templates

from watcher.delivery.channels.email.rendering import (
    DigestSection,
    alert_values,
    digest_values,
    morning_values,
    report_values,
)
from watcher.messages.brief import Brief
from watcher.messages.homes_now import HomesInBrief
from watcher.messages.picture import Picture
from watcher.messages.report import ReportChange, ReportRow, WatchReport, report_title
from watcher.messages.sections import Paragraph, Section
from watcher.messages.template_set import BUILT_IN, Templates, environment, fault_of
from watcher.messages.timeline.point import Point
from watcher.messages.ways import Ways
from watcher.messages.wording import Fact, Listed, NotReadLine, NotReadList, Wording
from watcher.options.mistakes import did_you_mean

_SUFFIXES = (".html", ".txt")
_EXAMPLE = Wording(
    title="Children's home in Derby drops from good to inadequate (SC478986, Example Limited)",
    consequence="3 requirements, the first due by 15 September",
    areas=(Fact("Overall experiences and progress", "Good → Inadequate"),),
    facts=(Fact("Owner", "Example Limited"), Fact("Inspected", "17 and 18 July 2018 (full inspection)")),
    timeline=(Point(date(2017, 8, 23), "good", "Good"), Point(date(2018, 7, 17), "inadequate", "Inadequate")),
    sections=(Section("What the report says", (Paragraph("Words of it.", is_quote=True, source="page 3"),)),),
    link="https://reports.ofsted.gov.uk/provider/5/SC478986",
    footnotes=("Why you get this: watch derby",),
)
_BRIEF = Brief(
    number=1, title=_EXAMPLE.title, facts=_EXAMPLE.facts, sections=_EXAMPLE.sections, footnotes=("Seen today",)
)
_WAYS = Ways(
    change="https://watcher.example.org/changes/1",
    home="https://watcher.example.org/homes/1",
    acknowledge="https://watcher.example.org/act/1",
    why="https://watcher.example.org/act/2",
)
_NOTICE = Wording(title="ofsted has not been read", text="Last read well 7h ago.")
_NOT_READ = NotReadList(
    (NotReadLine(_EXAMPLE.title, _EXAMPLE.link), NotReadLine(_EXAMPLE.title, None)), "Not read: 2", more="and more"
)
_DIGEST = "Digest of Friday 3 August 2018"
_DAY = date(2018, 8, 3)
_ROW = ReportRow(home_id="SC478986", label="Blue House", local_authority="Derby", rating="Inadequate", since=_DAY)
_REPORT = WatchReport(
    watch="derby",
    day=_DAY,
    schedule="monthly 3",
    since=date(2018, 7, 3),
    homes=HomesInBrief(grades={"good": 1, "inadequate": 1}),
    rows=(_ROW, replace(_ROW, is_inadequate=True)),
    more_rows=1,
    changes=(ReportChange(day=_DAY, title=_EXAMPLE.title),),
)
_QUIET_REPORT = replace(_REPORT, rows=(), more_rows=0, changes=())
_MORNING = Wording(
    title="From quiet hours, 3 August 2018: 2 recovered",
    listed=(
        Listed(words=_EXAMPLE.title, link=_EXAMPLE.link, page="https://watcher.example.org/changes/1"),
        Listed(words=_EXAMPLE.title),
    ),
    footnotes=("Why.",),
)
_TRIALS = (
    ("morning", _MORNING.title, morning_values(_MORNING, _WAYS)),
    ("morning", _MORNING.title, morning_values(_MORNING)),
    ("report", report_title(_REPORT), report_values(_REPORT, ("Read.",), ("Why.",), _WAYS)),
    ("report", report_title(_QUIET_REPORT), report_values(_QUIET_REPORT)),
    ("alert", _EXAMPLE.title, alert_values(_EXAMPLE, Picture(b"", "example", "Graded inspections."), _WAYS)),
    ("alert", _EXAMPLE.title, alert_values(_EXAMPLE, None)),
    ("alert", _NOTICE.title, alert_values(_NOTICE, None)),
    (
        "digest",
        _DIGEST,
        digest_values(_DIGEST, "", (DigestSection("Dropped: 1", "Watch derby", (_BRIEF,)),), ("Read.",)),
    ),
    (
        "digest",
        _DIGEST,
        digest_values(
            _DIGEST, "Nothing to tell.", (), ("All feeds were read.",), (), _NOT_READ, "Your 2 homes: 2 good.", _WAYS
        ),
    ),
)


def found_in(own: Path) -> list[str]:
    """The names of the templates in a folder, whether or not they can be used."""
    return sorted(file.relative_to(own).as_posix() for file in own.rglob("*") if file.suffix in _SUFFIXES)


def faults_in(own: Path) -> list[str]:
    """What is wrong with the templates in a folder, each with its file and, where it is known, its line."""
    names = found_in(own)
    unreadable = list(chain.from_iterable(_unreadable(own, name) for name in names))
    if unreadable:
        return unreadable
    places = environment(own)
    circular = tuple(f"{own / name}:" for name in names if _parent(_tree(places, name)) == name)
    failing = (fault for fault in _failing(own) if not fault.startswith(circular))
    return [*_without_effect(own, names), *dict.fromkeys(failing)]


def _unreadable(own: Path, name: str) -> Iterator[str]:
    """That a template is none, or builds on one that is not there: found by compiling it."""
    if not (own / name).is_file():
        yield f"{own / name}: {'is a folder' if (own / name).is_dir() else 'leads nowhere'}, and should be a file"
        return
    places = environment(own)
    try:
        places.get_template(name)
    except (TemplateError, UnicodeDecodeError, OSError) as error:
        yield fault_of(error, own, name)
        return
    known = places.list_templates()
    for node in _tree(places, name).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        named = getattr(node, "template", None)
        used = named.value if isinstance(named, nodes.Const) else None
        if isinstance(used, str) and used not in known and not getattr(node, "ignore_missing", False):
            yield f"{own / name}:{node.lineno}: there is no template {used!r}{did_you_mean(used, known)}"


def _without_effect(own: Path, names: list[str]) -> Iterator[str]:
    """Files that nothing uses, and blocks that nothing shows: most often a name misspelt."""
    places = environment(own)
    trees = {name: _tree(places, name) for name in names}
    used = {file.name for file in BUILT_IN.iterdir()}
    known = sorted(used)
    for tree in trees.values():
        used.update(name for name in find_referenced_templates(tree) if name)
    for name, tree in trees.items():
        if name not in used:
            yield f"{own / name}: nothing uses a template of this name{did_you_mean(name, known)}"
        parent = _parent(tree)
        if parent == name:
            yield f'{own / name}: it extends itself: write {{% extends "built-in/{name}" %}}'
        yield from _unshown_blocks(own / name, tree, _blocks(places, parent) if parent else None)


def _unshown_blocks(file: Path, tree: nodes.Template, shown: set[str] | None) -> Iterator[str]:
    """Blocks of a template that builds on another, where that one has none of the name."""
    for node in tree.body:
        if shown is not None and isinstance(node, nodes.Block) and node.name not in shown:
            yield f"{file}:{node.lineno}: there is no block {node.name!r} to replace{did_you_mean(node.name, shown)}"


def _blocks(places: Environment, name: str) -> set[str]:
    """The names of a template's blocks, and of those that it builds on."""
    found: set[str] = set()
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        tree = _tree(places, name)
        found.update(block.name for block in tree.find_all(nodes.Block))
        name = _parent(tree)
    return found


def _tree(places: Environment, name: str) -> nodes.Template:
    if places.loader is None:
        raise ValueError("no place to look for templates")
    return places.parse(places.loader.get_source(places, name)[0])


def _parent(tree: nodes.Template) -> str:
    extends = tree.find(nodes.Extends)
    return str(extends.template.value) if extends and isinstance(extends.template, nodes.Const) else ""


def _failing(own: Path) -> Iterator[str]:
    """What goes wrong when examples of messages are filled in."""
    templates = Templates(own)
    for name, title, values in _TRIALS:
        for suffix in _SUFFIXES:
            if fault := templates.fill(name + suffix, title, values).fault:
                yield fault
