"""Whom trouble touches: which watches, channels and readers wait or are blind because of a matter."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from watcher.answers.status import Touched
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.judging.register import Register
from watcher.messages.matter import Matter
from watcher.rounds.readers_homes import covered, covers_everything
from watcher.service.could_not_tell import in_words
from watcher.service.matter import NETWORK
from watcher.service.self_watch import REFUSED
from watcher.watching.watches import Watch, why_not_home

MOST_HOMES = 50
"""So many homes are named of one matter."""


class Reach:
    """Who is reached by what of one configuration; which watches a feed has news for is found once."""

    def __init__(self, settings: Settings, history: History) -> None:
        self.settings = settings
        self._history = history
        self._of_regulators: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}

    def touched(self, matter: Matter, troubled: Sequence[Delivery]) -> Touched:
        """Whom a matter touches; `troubled` are the messages that wait or were given up."""
        kind, _, rest = matter.key.partition(":")
        name = rest.rpartition(":")[0]
        if kind == "channel":
            return self._by_channel(name, [delivery for delivery in troubled if delivery.channel == name])
        if kind == "paused":
            return self._by_channel(rest, [delivery for delivery in troubled if delivery.channel == rest])
        if matter.key in (NETWORK, REFUSED):
            return self._to_all([watch.name for watch in self.settings.watch])
        if kind == "feed" and rest.split(":")[0] in self.settings.feeds:
            return self._by_feed(rest.split(":")[0], matter)
        if kind == "secret":
            section, _, named = rest.partition(".")
            named = named.rpartition(".")[0]
            if section == "channels":
                return self._by_channel(named, [delivery for delivery in troubled if delivery.channel == named])
            if section == "feeds" and named in self.settings.feeds:
                return self._to_all(self._watches_of(named))
        return Touched()

    def _by_channel(self, channel: str, troubled: Sequence[Delivery]) -> Touched:
        stuck = [delivery for delivery in troubled if delivery.state is not State.ACCEPTED]
        waiting_ones = {delivery.recipient for delivery in stuck if delivery.recipient}
        readers = tuple(sorted(waiting_ones)) or tuple(self._readers([channel]))
        return Touched(
            watches=tuple(watch.name for watch in self.settings.watch if channel in watch.channels),
            channels=(channel,),
            readers=readers,
            number_of_readers=len(readers),
            homes=self._homes(delivery.subject for delivery in stuck),
        )

    def _by_feed(self, feed: str, matter: Matter) -> Touched:
        problems = self._history.feed(feed).problems
        keys = [problems[subject.where].home for subject in matter.subjects if subject.where in problems]
        register = self._history.register()
        homes = [entry.home for key in dict.fromkeys(filter(None, keys)) if (entry := register.get(key)) is not None]
        if not homes:
            return self._to_all(self._watches_of(feed))
        watches = [watch.name for watch in self.settings.watch if any(self._covers(watch, home) for home in homes)]
        return self._to_all(watches, self._homes(home.key for home in homes))

    def _to_all(self, watches: Iterable[str], homes: Mapping[str, str] | None = None) -> Touched:
        """Everybody who is told by some watches."""
        names = tuple(watches)
        channels = dict.fromkeys(
            channel for watch in self.settings.watch if watch.name in names for channel in watch.channels
        )
        readers = tuple(dict.fromkeys(self._readers(channels)))
        return Touched(
            watches=names, channels=tuple(channels), readers=readers, number_of_readers=len(readers), homes=homes or {}
        )

    def _readers(self, channels: Iterable[str]) -> Iterator[str]:
        for channel in channels:
            if (options := self.settings.channels.get(channel)) is not None:
                yield from filter(None, options.recipients)

    def _homes(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Homes in words, by those keys that are of some."""
        found: dict[str, str] = {}
        register = self._history.register()
        for key in dict.fromkeys(keys):
            if len(found) < MOST_HOMES and ":" in key and (entry := register.get(key)) is not None:
                found[key] = in_words(key, entry.home)
        return found

    def _watches_of(self, feed: str) -> tuple[str, ...]:
        """The watches that have homes of which a feed may tell something; all of them as long as it told of none."""
        regulators = self.settings.feeds[feed].regulators
        register = self._history.register()
        homes = len(register)
        if (regulators, homes) not in self._of_regulators:
            is_any = not set(regulators).isdisjoint(register.regulators())
            self._of_regulators[regulators, homes] = tuple(
                watch.name
                for watch in self.settings.watch
                if not is_any or self._has_homes(watch, register, regulators)
            )
        return self._of_regulators[regulators, homes]

    def _has_homes(self, watch: Watch, register: Register, regulators: Collection[str]) -> bool:
        """Whether a watch covers a home of some regulators; looked up where a filter names its homes."""
        groups = self.settings.groups
        homes = (entry.home for entry in covered(register, watch, groups, None))
        return covers_everything(watch, groups) or any(home.regulator in regulators for home in homes)

    def _covers(self, watch: Watch, home: Home) -> bool:
        return why_not_home(home, watch, self.settings.groups, None) is None
