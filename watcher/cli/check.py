"""Tries configuration, feeds and channels without sending or storing anything."""

import asyncio
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from watcher.cli.check_watches import check_groups, check_made, check_watch
from watcher.cli.finding import Finding
from watcher.config.made_watches import with_made
from watcher.config.remarks import modes_of, remarks
from watcher.config.settings import Settings
from watcher.config.users_file import UsersFileError, read_users
from watcher.delivery.channel import Channel, Limited, current
from watcher.delivery.channels.email.template_faults import faults_in, found_in
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.options import ChannelOptions
from watcher.facts import regulators
from watcher.feeds.kinds import Caller, open_feeds
from watcher.feeds.options import FeedOptions
from watcher.history.protocol import History
from watcher.messages.numbers import counted, listed
from watcher.options.way_out import PROXIED, named_in
from watcher.text import squash
from watcher.timing.clock import SystemClock
from watcher.watching.watches import Watch


async def check(settings: Settings, history: History, today: date) -> Sequence[Finding]:
    """Everything tried: what works, and what does not and what to do about it."""
    found, made = [Finding("configuration", ok=True, detail="understood")], history.made_watches()
    found += _remarked(with_made(settings, made))
    found += _check_templates(settings.templates)
    found += _check_users(settings.web.users_file)
    homes = list(history.homes())
    unread = {key for feed in settings.feeds.values() for key in feed.regulators} - {home.regulator for home in homes}
    for watch in settings.watch:
        found += _awaiting(check_watch(watch, settings.groups, homes, today, unread), watch, unread)
    found += check_groups(settings.groups, homes)
    found += check_made(settings, made, homes, today)
    for name, channel in open_channels(settings.channels, settings.house_style).items():
        way = settings.channels[name].told_way(settings.way_out)
        found.append(await asyncio.to_thread(check_channel, name, channel, way))
    caller = Caller(settings.contact, SystemClock(), way_out=settings.way_out)
    for name, feed in open_feeds(settings.feeds, caller).items():
        problems = await feed.check()
        await feed.close()
        detail = "; ".join(f"{problem.where}: {problem.what}" for problem in problems)
        way = settings.feeds[name].told_way(settings.way_out)
        found.append(Finding(f"feed {name}", ok=not problems, detail=_by(detail or "readable", way)))
    return found + _check_proxy(settings, os.environ)


def _remarked(settings: Settings) -> Iterator[Finding]:
    """What is remarkable of a configuration: wrong where readers would miss something."""
    for remark in remarks(settings, modes_of(settings)):
        if remark.misses_news:
            yield Finding(remark.what, ok=False, detail=remark.detail)
        else:
            yield Finding(f"remark on {remark.what}", ok=True, detail=remark.detail, is_remark=True)


def _by(detail: str, way: str) -> str:
    """What was found, with the way that was taken."""
    return f"{detail} ({way})" if way else detail


def _check_proxy(settings: Settings, environment: Mapping[str, str]) -> list[Finding]:
    """A remark where a proxy is named that nobody goes through."""
    way = settings.way_out
    tables: list[FeedOptions | ChannelOptions] = [*settings.feeds.values(), *settings.channels.values()]
    url = settings.operator.heartbeat_url
    is_used = any(PROXIED in table.told_way(way) for table in tables) or bool(url and way.to(url.get_secret_value()))
    if settings.network.proxy and not is_used:
        what = "is named under [network] and used by nobody: nothing that is called leaves this machine that way"
        return [Finding("proxy", ok=True, detail=what)]
    if not settings.network.proxy and (named := named_in(environment)):
        what = f'{named} is set in the environment and not used: write proxy = "environment" under [network] to use it'
        return [Finding("proxy", ok=True, detail=what)]
    return []


def check_channel(name: str, channel: Channel, way: str = "") -> Finding:
    """Whether a channel would take messages, and what would go less well than it could."""
    channel = current(channel)
    if wrong := channel.check():
        return Finding(f"channel {name}", ok=False, detail=_by(wrong, way))
    limits = channel.limits() if isinstance(channel, Limited) else ""
    ready = _by("ready", way)
    return Finding(f"channel {name}", ok=True, detail=f"{ready}; {limits}" if limits else ready)


def _check_templates(own: Path | None) -> Iterator[Finding]:
    """Whether templates of one's own can be used."""
    if own is None:
        return
    names, faults = found_in(own), faults_in(own)
    yield from (Finding("templates", ok=False, detail=fault) for fault in faults)
    if not names:
        yield Finding(
            "templates", ok=False, detail=f"none is in {own}: put one there, such as alert.html, or leave templates out"
        )
    elif not faults:
        yield Finding("templates", ok=True, detail=f"can be used: {', '.join(names)} in {own}")


def _check_users(file: Path | None) -> Iterator[Finding]:
    """Whether those who should can sign in to the pages."""
    if file is None:
        return
    try:
        users = read_users(file)
    except UsersFileError as error:
        yield Finding("web.users_file", ok=False, detail=str(error))
        return
    yield from (Finding("web.users_file", ok=False, detail=f"{file}, {fault}") for fault in users.faults)
    if not users.faults:
        said = counted(len(users.hashes), "user") if users.hashes else "nobody"
        yield Finding(
            "web.users_file", ok=bool(users.hashes), detail=f"{said} may sign in" + ("" if users.hashes else _ADD)
        )


_ADD = ": `watcher user add NAME` lets somebody"


def _awaiting(findings: Iterable[Finding], watch: Watch, unread: Collection[str]) -> Iterator[Finding]:
    """What a watch names may come with the first reading of a regulator of which no home is known: it is no mistake."""
    wanted = {squash(name) for name in watch.regulator}
    names = sorted(regulators.of(key).name or key for key in unread if not wanted or key in wanted)
    for finding in findings:
        if finding.ok or not names:
            yield finding
        else:
            detail = f"{finding.detail}; nothing of {listed(names, 'or')} has been read yet"
            yield Finding(f"remark on {finding.what}", ok=True, detail=detail, is_remark=True)
