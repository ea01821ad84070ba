"""The filters that every question about homes takes, each as often as wanted."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from watcher.answers.asked.chosen import Chosen

_HELP = {
    "watch": ("NAME", "Homes that a watch covers."),
    "owner": ("NAME", "Homes of an owner."),
    "group": ("NAME", "Homes of the owners of a configured group."),
    "area": ("NAME", "Homes in a local authority."),
    "region": ("NAME", "Homes in a region."),
    "constituency": ("NAME", "Homes in a parliamentary constituency."),
    "type": ("NAME", "Homes of a kind, or of kinds counted together."),
    "regulator": ("NAME", "Homes of a regulator, by its key or name."),
    "rating": ("GRADE", "Homes that have this grade now."),
    "standing": ("inadequate", "Homes that stand inadequate, whatever it is called."),
}
"""Each filter by its name in `Chosen`: what stands for its value, and which homes it means."""


def about_homes(command: Callable[..., None]) -> Callable[..., None]:
    """A command that takes every filter, where it has a parameter `chosen`: there it gets the homes that they mean."""

    @wraps(command)
    def called(**given: Any) -> None:
        command(chosen=_chosen({name: given.pop(name) for name in _HELP}), **given)

    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        parameters += map(_option, _HELP) if parameter.name == "chosen" else (parameter,)
    shown = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]
    del called.__wrapped__  # whose parameters would be looked at instead
    called.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]  # what typer asks for the options
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return called


def _option(name: str) -> inspect.Parameter:
    metavar, told = _HELP[name]
    annotation = Annotated[list[str] | None, typer.Option(f"--{name}", metavar=metavar, help=told)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _chosen(given: Mapping[str, list[str] | None]) -> "Chosen":
    from watcher.answers.asked.chosen import Chosen

    return Chosen(**{name: tuple(values) for name, values in given.items() if values})


@contextmanager
def wrong_usage() -> Iterator[None]:
    """What nothing is called is wrong usage."""
    from watcher.answers.asked.chosen import NothingSoCalledError

    try:
        yield
    except NothingSoCalledError as error:
        raise typer.BadParameter(str(error)) from None
