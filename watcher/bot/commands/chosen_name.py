"""The owner or the area that somebody means, and the nearest where there is none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from watcher.answers.asked.chosen import FILED, Chosen
from watcher.answers.asked.query import OF_HOMES, Question
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.options.mistakes import nearest_names
from watcher.text import harmless, squash
from watcher.web.addresses import area_page, owner_page


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSort:
    """A sort of names that homes are asked for by, with the wider one that is understood too."""

    command: str
    filters: tuple[str, ...]
    example: str


OWNER = NamedSort(command="owner", filters=("owner", "group"), example="owner Esland North Limited")
AREA = NamedSort(command="area", filters=("area", "region"), example="area Derby")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenName:
    """A name as it is printed, and by which filter homes have it."""

    filter: str
    name: str

    @property
    def chosen(self) -> Chosen:
        """The homes of that name."""
        return Chosen(**{self.filter: (self.name,)})

    @property
    def column(self) -> str:
        """What is the same, or goes without saying, of each of these homes."""
        return {"area": "local_authority", "owner": "owner"}.get(self.filter, "")

    @property
    def page(self) -> str:
        """The path of its page."""
        page = {"owner": owner_page, "area": area_page}.get(self.filter)
        return (page(self.name) if page else None) or Question(takes=OF_HOMES, chosen=self.chosen).address("/homes")


def name_meant(desk: BotDesk, sort: NamedSort, written: Words) -> ChosenName | None:
    """What is called so, in whatever spelling; None where nothing is."""
    for kind in sort.filters:
        known, normal = _known(desk, kind), FILED.get(kind, squash)
        if (name := _first(known, normal, written) or _first(_as_shown(known, normal), normal, written)) is not None:
            return ChosenName(filter=kind, name=name)
    return None


def _first(known: Mapping[str, str], normal: Callable[[str], str], written: Words) -> str | None:
    return next((name for reading in written.readings if (name := known.get(normal(reading)))), None)


def _as_shown(known: Mapping[str, str], normal: Callable[[str], str]) -> Mapping[str, str]:
    """Names by what people see of them and can write: without invisible characters."""
    return {normal(harmless(name)): name for name in known.values()}


def nearest_to(desk: BotDesk, sort: NamedSort, written: Words) -> Sequence[str]:
    """The names that are nearest to what was written, the likeliest first."""
    known = [name for kind in sort.filters for name in _known(desk, kind).values()]
    return nearest_names(written.readings[-1], known) if written.readings else ()


def _known(desk: BotDesk, kind: str) -> Mapping[str, str]:
    if kind == "group":
        return {squash(name): name for name in desk.settings().groups}
    return desk.kept.every(desk.now()).facets.spellings(kind)
