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


def with_made(settings: Settings, made: Iterable[MadeWatch]) -> Settings:
    """The settings with those watches that are in force and have their channel, and with these channels.

    What people made before is replaced: it can be asked again with the settings that it gave.
    """
    configured = without_made(settings)
    in_force = [watch for watch in made if watch.is_in_force]
    channels: Mapping[str, ChannelOptions] = {
        watch.to: options for watch in in_force if (options := channel_for(configured, watch.to)) is not None
    }
    watches = tuple(watch.watch() for watch in in_force if watch.to in channels)
    if not watches and configured is settings:
        return settings
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
