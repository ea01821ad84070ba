"""Whom a publisher can write to: without that, nothing but this machine's own addresses is read."""

import re
from pathlib import Path

from watcher.config.settings import DEFAULT_FILE, Settings
from watcher.options.addresses import is_this_machine
from watcher.options.mistakes import ConfigError, Mistake, line_of

_EXAMPLE = re.compile(r"(?:^|[@./ ])example\.(?:com|net|org)(?![\w-]|\.\w)", re.IGNORECASE)


def require_contact(settings: Settings, config: Path | None) -> None:
    """Raises ConfigError, with the key to set, where a feed would ask somebody's host in nobody's name."""
    why = why_nameless(settings)
    if why is None:
        return
    path = config or DEFAULT_FILE
    if not path.exists():
        what = f"{why}. There is no {path} yet: `watcher init` writes one"
        raise ConfigError(path, [Mistake(None, "contact", what)])
    text = path.read_text(encoding="utf-8-sig")
    raise ConfigError(path, [Mistake(line_of(text, ("contact",)), "contact", why)])


def why_nameless(settings: Settings) -> str | None:
    """Why the publishers could not reach whoever runs this; None if they could, or if only this machine is asked."""
    strangers = [host for feed in settings.feeds.values() for host in feed.asked if not is_this_machine(host)]
    if not strangers or is_of_somebody(settings.contact):
        return None
    host = strangers[0] or "the feed's host"
    return f'set contact = "..." to your own e-mail address or page: {host} sees it, and is not asked without one'


def is_of_somebody(contact: str) -> bool:
    """Whether a contact is one's own: there, and not that of an example."""
    return bool(contact.strip()) and not _EXAMPLE.search(contact)
