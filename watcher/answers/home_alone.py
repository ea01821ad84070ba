"""How one home stands, without asking all the others again for each question."""

from datetime import date, datetime
from functools import lru_cache

from watcher.answers.home_now import HomeNow, last_read, requirements
from watcher.answers.regions import Regions, regions_of_areas
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.owners import same_owner
from watcher.history.protocol import History
from watcher.judging.around import groups_by_owner
from watcher.judging.register import Register, Sector
from watcher.judging.rhythm import Rhythms
from watcher.judging.standing import standing
from watcher.watching.watches import label_of


def home_alone(history: History, settings: Settings, key: str, moment: datetime) -> HomeNow | None:
    """A home by its key, as `homes` tells of it; None where there is none."""
    register = history.register()
    entry = register.get(key)
    if entry is None:
        return None
    day = moment.astimezone(settings.timezone).date()
    home = entry.home if (record := history.home(key)) is None else record.home  # the register has no link
    sector = register.of(regulators.of(home.regulator))
    read = last_read(settings, history).get(home.regulator)
    described = entry.latest.described
    listing = [watch for watch in settings.watch if watch.listed]
    rows = [listed for watch in listing if watch.listed and (listed := watch.listed.find(home))]
    return HomeNow(
        home=home,
        label=label_of(home, listing) or None,
        note="; ".join(dict.fromkeys(listed.note for listed in rows if listed.note)),
        others={header: said for listed in rows for header, said in listed.others},
        family=entry.family,
        standing=standing(entry, sector, _rhythms(sector, day), day),
        region=_regions(register).of(home),
        group=groups_by_owner(settings.groups).get(same_owner(home.owner)) if home.owner else None,
        requirements=requirements(history, key),
        read_at=read.isoformat() if read else described.isoformat() if described else None,
    )


@lru_cache(maxsize=4)
def _rhythms(sector: Sector, day: date) -> Rhythms:
    return Rhythms(sector, day)


@lru_cache(maxsize=1)
def _regions(register: Register) -> Regions:
    return regions_of_areas(entry.home for entry in register)
