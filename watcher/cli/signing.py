"""The options by which somebody says who he is and why."""

from typing import Annotated

import typer

By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who does it; unless given, the user of this system.")
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept beside it.")]
