"""Where a chat's channels are among the watcher's: a configured one by its name, any other behind its bot's."""

from watcher.config.made_watches import channel_for, without_made
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.options.secrets import last_known
from watcher.watching.made_watches import place_of


def bots(settings: Settings) -> dict[str, str]:
    """For each configured channel that is answered, the one that its bot is called by: the first with the same app."""
    first: dict[object, str] = {}
    found = {}
    for name, options in without_made(settings).channels.items():
        if isinstance(options, SlackOptions) and options.app_token is not None:
            found[name] = first.setdefault((options.url, last_known(options.app_token)), name)
    return found


def channel_of(settings: Settings, channel: str) -> str:
    """By which name the bot of a channel is called; empty for a channel that nobody answers."""
    return bots(settings).get(place_of(channel)[0], "")


def place_of_channel(settings: Settings, channel: str) -> str:
    """The chat's id of a channel; empty where it is not known, or configured by a name."""
    options = channel_for(settings, channel)
    place = options.channel if isinstance(options, SlackOptions) else ""
    return place if options is not None and options.elsewhere(place) is not None else ""


def channel_in(settings: Settings, way: str, place: str) -> str:
    """What a channel of the chat is called here: as it is configured, else behind the name of its bot."""
    of_bot = [name for name, bot in bots(settings).items() if bot == way and place]
    return next((name for name in of_bot if place_of_channel(settings, name) == place), f"{way}/{place}")
