"""Who may act in Slack, as the configuration names them: users and user groups by their ids."""

import re

GROUP = "usergroup:"
"""Before the id of a user group."""

_ONE = re.compile(rf"[UW][A-Z0-9]{{1,30}}|{GROUP}S[A-Z0-9]{{1,30}}")


def acting(entries: tuple[str, ...]) -> tuple[str, ...]:
    """The entries, each once; one that names nobody is told by its number: a name is not repeated."""
    for number, entry in enumerate(entries, 1):
        if not _ONE.fullmatch(entry):
            raise ValueError(
                f"entry {number} is no id: write a member's (U012ABC: profile > ... > Copy member ID) "
                f"or a user group's ({GROUP}S012ABC), in capitals"
            )
    return tuple(dict.fromkeys(entries))
