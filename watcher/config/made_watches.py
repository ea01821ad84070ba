"""The configuration together with the watches that people made: these are routed, shown and told like its own."""

from collections.abc import Iterable, Mapping

from watcher.config.settings import Settings
from watcher.delivery.channels.options import ChannelOptions
from watcher.watching.made_watches import MadeWatch, place_of


def channel_for(settings: Settings, channel: str) -> ChannelOptions | None:
    """The options of a channel that a person's watch goes to; None while the configuration has no such one."""
    way, place = place_of(channel)
    options = settings.channels.get(way)
    return options if options is None or channel == way else options.elsewhere(place)


def called(settings: Settings, channel: str) -> str:
    """How a channel is called: one of a bot that is configured for that bot too, by its own name."""
    configured, options = without_made(settings).channels, channel_for(settings, channel)
    if channel in configured or options is None or options.place is None:
        return channel
    same = (name for name, other in configured.items() if _is_same_way(options, other))
    return next(same, channel)


def _is_same_way(one: ChannelOptions, other: ChannelOptions) -> bool:
    files = [[getattr(options, secret.file) for secret in options.secrets()] for options in (one, other)]
    return one.place == other.place and files[0] == files[1]


def with_made(settings: Settings, made: Iterable[MadeWatch]) -> Settings:
    """The settings with those watches that are in force and have their channel, and with these channels.

    The channels of watches that were removed stay too: what waits for them is sent, and what stands there is changed
    when somebody takes it in hand. What people made before is replaced: it can be asked again with the settings that
    it gave.
    """
    configured, made = without_made(settings), list(made)
    channels: Mapping[str, ChannelOptions] = {
        watch.to: options for watch in made if (options := channel_for(configured, watch.to)) is not None
    }
    watches = tuple(watch.watch() for watch in made if watch.is_in_force and watch.to in channels)
    if not channels and configured is settings:
        return settings
    return configured.model_copy(
        update={"channels": {**configured.channels, **channels}, "watch": (*configured.watch, *watches)}
    )


def with_those_of(settings: Settings, other: Settings) -> Settings:
    """The settings with the watches that people made as others have them, as far as their channel is there."""
    configured, of_people = without_made(settings), [watch for watch in other.watch if "/" in watch.name]
    channels: Mapping[str, ChannelOptions] = {
        to: options for watch in of_people for to in watch.to if (options := channel_for(configured, to)) is not None
    }
    watches = tuple(watch for watch in of_people if set(watch.to) <= set(channels))
    return configured.model_copy(
        update={"channels": {**configured.channels, **channels}, "watch": (*configured.watch, *watches)}
    )


def without_made(settings: Settings) -> Settings:
    """The settings as the configuration has them."""
    watches = tuple(watch for watch in settings.watch if "/" not in watch.name)
    channels = {name: options for name, options in settings.channels.items() if "/" not in name}
    if len(watches) == len(settings.watch) and len(channels) == len(settings.channels):
        return settings
    return settings.model_copy(update={"channels": channels, "watch": watches})
