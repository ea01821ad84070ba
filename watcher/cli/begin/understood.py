"""What somebody means by an answer; raises AnswerError with what to write instead."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from watcher.answers.homes.nearest import near_owner
from watcher.cli.begin.written import LOCAL_SERVER, Destination, Watched, beside
from watcher.config.contact import is_of_somebody
from watcher.config.lists.read import read_list
from watcher.config.lists.refused import ListRefusedError
from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.options.mistakes import did_you_mean
from watcher.options.values import mail_address, smtp_address
from watcher.text import printable, squash

_BETWEEN = re.compile(r"[,;]")
_SLACK = re.compile(r"[CGD][A-Z0-9]{6,20}")
_CONTACT = re.compile(r"(?=.{0,200}[@.])[\x20-\x7e]{3,200}")


class AnswerError(ValueError):
    """An answer that can't be meant so."""


class Known:
    """The areas and owners that there are."""

    def __init__(self, homes: Iterable[Home]) -> None:
        self._areas: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        for home in homes:
            if home.local_authority:
                self._areas[squash(home.local_authority)] = home.local_authority
            if home.owner:
                self._owners[same_owner(home.owner)] = home.owner

    def areas(self, texts: Sequence[str]) -> Watched:
        """Areas by their names."""
        names = [self._named("area", text, squash(text), self._areas) for text in texts]
        return Watched("local_authority", tuple(dict.fromkeys(names)))

    def owners(self, texts: Sequence[str]) -> Watched:
        """Owners by their names."""
        names = [self._named("owner", text, same_owner(text), self._owners) for text in texts]
        return Watched("owner", tuple(dict.fromkeys(names)))

    def anything(self, text: str, folder: Path) -> Watched:
        """Areas, owners or a file with a list of homes, whichever it is; several names have a comma between them."""
        several = [name for name in map(str.strip, _BETWEEN.split(text)) if name]
        for names in ([text], several):  # a name may have a comma itself
            if names and all(squash(name) in self._areas for name in names):
                return self.areas(names)
            if names and all(same_owner(name) in self._owners for name in names):
                return self.owners(names)
        if Path(text).is_file():
            return homes_file(text, folder)
        text = next((name for name in several if not self._is_known(name)), "")
        if not text:
            raise AnswerError("a home would have to fit both: write areas, or owners")
        near = did_you_mean(text, self._areas.values()) or near_owner(text, self._owners.values())
        raise AnswerError(f"there is no area, owner or file {_shown(text)}{near}")

    def _is_known(self, name: str) -> bool:
        return squash(name) in self._areas or same_owner(name) in self._owners

    def _named(self, what: str, text: str, normal: str, names: Mapping[str, str]) -> str:
        if normal in names:
            return names[normal]
        near = near_owner(text, names.values()) if what == "owner" else did_you_mean(text, names.values())
        raise AnswerError(f"there is no {what} {_shown(text)}{near}")


def homes_file(text: str, folder: Path) -> Watched:
    """A list of homes, named as a configuration in the folder names it."""
    try:
        text.encode()
        read_list(Path(text), text)
    except UnicodeEncodeError:
        raise AnswerError(f"{_shown(text)} has bytes in its name that are no text: rename it") from None
    except ListRefusedError as error:
        raise AnswerError(str(error)) from None
    return Watched("homes_file", (beside(Path(text), folder),))


def place(text: str) -> Destination:
    """A Slack channel's id, an e-mail address, or `screen`."""
    if squash(text) in ("screen", "this screen", "console"):
        return Destination("console")
    return email(text) if "@" in text else slack(text)


def slack(text: str) -> Destination:
    """A Slack channel by its id."""
    if not _SLACK.fullmatch(text.strip()):
        raise AnswerError(f'{_shown(text)} is no id of a Slack channel: it is in its "About", such as C0123456789')
    return Destination("slack", text.strip())


def email(text: str, smtp: str = LOCAL_SERVER) -> Destination:
    """An e-mail address and the server that takes mail for it."""
    try:
        return Destination("email", mail_address(text.strip()), smtp_address(smtp.strip()))
    except ValueError as error:
        raise AnswerError(str(error)) from None


def contact(text: str) -> str:
    """An address of one's own."""
    if not _CONTACT.fullmatch(text.strip()) or not is_of_somebody(text):
        raise AnswerError("the publisher must be able to reach you: your own e-mail address or page, in plain letters")
    return text.strip()


def _shown(text: str) -> str:
    return repr(printable(text, 80))
