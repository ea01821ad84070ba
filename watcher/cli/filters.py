"""The filters that every question about homes takes, each as often as wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watcher.answers.chosen import Chosen

Names = list[str] | None

Watches = Annotated[Names, typer.Option("--watch", metavar="NAME", help="Homes that a watch covers.")]
Owners = Annotated[Names, typer.Option("--owner", metavar="NAME", help="Homes of an owner.")]
Groups = Annotated[Names, typer.Option("--group", metavar="NAME", help="Homes of the owners of a configured group.")]
Areas = Annotated[Names, typer.Option("--area", metavar="NAME", help="Homes in a local authority.")]
Regions = Annotated[Names, typer.Option("--region", metavar="NAME", help="Homes in a region.")]
Constituencies = Annotated[
    Names, typer.Option("--constituency", metavar="NAME", help="Homes in a parliamentary constituency.")
]
Types = Annotated[Names, typer.Option("--type", metavar="NAME", help="Homes of a kind, or of kinds counted together.")]
Regulators = Annotated[Names, typer.Option("--regulator", metavar="NAME", help="Homes of a regulator.")]
Ratings = Annotated[Names, typer.Option("--rating", metavar="GRADE", help="Homes that have this grade now.")]
Standings = Annotated[
    Names, typer.Option("--standing", metavar="inadequate", help="Homes that stand inadequate, whatever it is called.")
]


def chosen_of(**given: Names) -> "Chosen":
    """The homes that the options of a command mean, by the names of `Chosen`."""
    from watcher.answers.chosen import Chosen

    return Chosen(**{name: tuple(values) for name, values in given.items() if values})


@contextmanager
def wrong_usage() -> Iterator[None]:
    """What nothing is called is wrong usage."""
    from watcher.answers.chosen import NothingSoCalledError

    try:
        yield
    except NothingSoCalledError as error:
        raise typer.BadParameter(str(error)) from None
