"""Tries watches and groups: whether they cover any home, and what they name that no home has."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from watcher.answers.homes.nearest import near_owner, no_such_home
from watcher.answers.told.watched import why_not_told
from watcher.cli.finding import Finding
from watcher.config.remarks import MOST_ROWS
from watcher.config.settings import Settings
from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.messages.numbers import counted
from watcher.options.mistakes import did_you_mean
from watcher.text import squash
from watcher.watching.listed import HomeList, known_ids
from watcher.watching.made_watches import MadeWatch
from watcher.watching.watches import Watch, why_not_home


def check_watch(
    watch: Watch,
    groups: Mapping[str, Sequence[str]],
    homes: Sequence[Home],
    today: date,
    unread: Collection[str] = (),
) -> Iterator[Finding]:
    """Whether a watch covers any home, and what it names that no home has; `unread` are regulators to come."""
    covered = sum(why_not_home(home, watch, groups, today) is None for home in homes)
    yield Finding(f"watch {watch.name}", ok=covered > 0, detail=f"covers {counted(covered, 'known home')}")
    if watch.listed is not None:
        yield from check_list(watch.name, watch.listed, homes)
    owners = tuple(owner for group in watch.group for owner in groups.get(group, ()))
    filters = (
        ("home", watch.home, str.casefold, {name for home in homes for name in (home.key, home.id)}),
        ("owner", (*watch.owner, *owners), same_owner, {home.owner for home in homes}),
        ("type", watch.type, squash, {home.type for home in homes}),
        ("region", watch.region, squash, {home.region for home in homes}),
        ("regulator", watch.regulator, squash, {*unread, *(home.regulator for home in homes)}),
        ("local_authority", watch.local_authority, squash, {home.local_authority for home in homes}),
        ("constituency", watch.constituency, squash, {home.constituency for home in homes}),
    )
    for key, wanted, normal, published in filters:
        names = {name for name in published if name}
        plain = {normal(name) for name in names}
        for value in wanted:
            if normal(value) not in plain:
                yield Finding(f"watch {watch.name}", ok=False, detail=_unknown(key, value, names, homes))


def check_made(settings: Settings, made: Iterable[MadeWatch], homes: Sequence[Home], today: date) -> Iterator[Finding]:
    """The watches that people made; what is odd of one is worth a look, and no mistake of the configuration."""
    for watch in made:
        if not watch.is_in_force:
            continue
        found = list(check_watch(watch.watch(), settings.groups, homes, today))
        odd = [finding.detail for finding in found if not finding.ok]
        if watch.of == "group" and watch.value not in settings.groups:
            odd = [f"there is no group {watch.value!r} any more"]
        if why := why_not_told(watch, settings):
            odd.append(why)
        yield from (Finding(f"remark on watch {watch.name}", ok=True, detail=said, is_remark=True) for said in odd)
        if not odd:
            yield from found


def check_groups(groups: Mapping[str, Sequence[str]], homes: Sequence[Home]) -> Iterator[Finding]:
    """The owners of a group that no home has, with the nearest: the homes of one that is mistyped are in no group."""
    names = {home.owner for home in homes if home.owner} if groups else set()
    known = set(map(same_owner, names))
    for group, owners in groups.items():
        for owner in owners:
            if same_owner(owner) not in known:
                detail = _unknown("owner", owner, names, homes)
                yield Finding(f"remark on group {group}", ok=True, detail=detail, is_remark=True)


def check_list(watch: str, listed: HomeList, homes: Sequence[Home]) -> Iterator[Finding]:
    """What a list names that no known home is, the first of it with the nearest there are; and what it leaves open."""
    unknown = listed.unknown(known_ids(homes))
    for home in unknown[:MOST_ROWS]:
        what = f"{listed.file}, row {home.row}: {no_such_home(home.id, homes)}"
        yield Finding(f"watch {watch}", ok=False, detail=what)
    if (more := len(unknown) - MOST_ROWS) > 0:
        what = f"{listed.file}: {counted(more, 'more row')} with no known home; each is watched from when it appears"
        yield Finding(f"watch {watch}", ok=False, detail=what)
    for number, found in listed.ambiguous(homes).items():
        keys = " and ".join(sorted(home.key for home in found))
        what = f"{listed.file}, row {listed.homes[number].row}: {number} is {keys}, and stands for both: write which"
        yield Finding(f"watch {watch}", ok=False, detail=what)


def _unknown(key: str, value: str, names: Collection[str], homes: Sequence[Home]) -> str:
    """That no known home fits a filter, and what may have been meant."""
    if key == "home":
        return no_such_home(value, homes)
    near = near_owner(value, names) if key == "owner" else did_you_mean(value, names)
    return f"no known home has {key} {value!r}{near}"
