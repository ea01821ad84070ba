"""What came of a run of faults: what every reader has, held against what was published and what the ledger says."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.suite.cases import Visit
from tests.suite.channels import Arrival, ReadersEnd, SlackEnd
from tests.suite.people import Reckoned
from tests.suite.threads import astray
from watcher.delivery.ledger import POSSIBLY_REPEATED, Delivery, State
from watcher.history.protocol import History
from watcher.messages.alert import Alert
from watcher.messages.group import Group
from watcher.messages.not_read import NotRead


@dataclass
class Figures:
    """What a run of kills came to, all channels and their readers together."""

    seed: int
    kills: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    """What the kills waited for."""
    changes: int = 0
    accepted: int = 0
    repeated: int = 0
    lost: list[Visit] = field(default_factory=list)
    invented: list[Visit] = field(default_factory=list)
    """Told without being a change, or from the baseline."""
    unexplained: list[Arrival] = field(default_factory=list)
    """Repeats of which neither the ledger nor the message said that they might be."""
    unsaid: list[Arrival] = field(default_factory=list)
    """Repeats without a word of it on a channel where nobody could have known better."""
    out_of_order: list[Visit] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)
    """Replies outside their thread, and first messages that don't say how their home stands."""
    from_two: list[str] = field(default_factory=list)
    """Deliveries that two leaders sent to one reader, neither with a word of it."""
    people: Reckoned | None = None
    """What came of what people did; None where nobody did anything."""

    def __str__(self) -> str:
        """One line."""
        moments = ", ".join(f"{number} {moment}" for moment, number in sorted(self.moments.items()))
        kills = f"{self.kills} kills ({moments}); " if self.kills else ""
        return (
            f"seed {self.seed}: {kills}{self.changes} changes, {self.accepted} accepted, "
            f"{self.repeated} repeated, {len(self.lost)} lost, {len(self.invented)} invented, "
            f"{len(self.unexplained)} unexplained repeats, {len(self.unsaid)} that do not say so, "
            f"{len(self.out_of_order)} out of order, {len(self.astray)} astray"
            + (f"; {self.people}" if self.people is not None else "")
        )


@dataclass
class Reckoning:
    """Fills in the figures of one run."""

    figures: Figures
    quiet_homes: frozenset[str] = frozenset()
    """Somebody may silence them: of these it is not asked whether all of it was told."""
    unsure: set[str] = field(default_factory=set)
    """The deliveries of which the ledger said at some fault that nothing is known."""
    asked_for: set[str] = field(default_factory=set)
    """Messages that the operator had sent again, out of their order."""

    def look(self, history: History) -> None:
        """Takes in what the ledger says at a fault."""
        self.unsure |= {
            delivery.id
            for delivery in history.deliveries(open_only=True)
            if delivery.state is State.SENDING or delivery.unsure_since is not None
        }

    def reckon(
        self, history: History, ends: Iterable[ReadersEnd], expected: list[Visit], possible: list[Visit]
    ) -> None:
        """At the end of the run; `expected` is all that was to be told, `possible` all that may have been."""
        deliveries = {delivery.id: delivery for delivery in history.deliveries()}
        self.figures.changes = len(expected)
        for end in ends:
            for reader in end.readers:
                arrivals = [arrival for arrival in end.arrivals() if arrival.reader == reader]
                self._reckon_reader(arrivals, deliveries, expected, possible)
                if not end.can_be_searched:
                    self.figures.unsaid += _unsaid(arrivals)
            if isinstance(end, SlackEnd):
                told = [one for one in deliveries.values() if one.subject not in self.quiet_homes]
                self.figures.astray += astray(end.slack.messages, told)

    def _reckon_reader(
        self,
        arrivals: list[Arrival],
        deliveries: dict[str, Delivery],
        expected: list[Visit],
        possible: list[Visit],
    ) -> None:
        told: dict[str, Visit] = {}
        for arrival in arrivals:
            alert = deliveries[arrival.delivery].content
            if isinstance(alert, Group | NotRead):  # its details arrive by themselves; is no change
                continue
            assert isinstance(alert, Alert)
            if arrival.delivery in told:
                self.figures.repeated += 1
                is_known = arrival.delivery in self.unsure or POSSIBLY_REPEATED in deliveries[arrival.delivery].detail
                if not arrival.is_marked and not is_known:
                    self.figures.unexplained.append(arrival)
            told[arrival.delivery] = (alert.home, alert.day)
        self.figures.accepted += len(told)
        lost = set(expected) - set(told.values())
        self.figures.lost += sorted(visit for visit in lost if visit[0] not in self.quiet_homes)
        self.figures.invented += sorted(set(told.values()) - set(possible))
        late = _late(arrivals)
        self.figures.from_two += from_two(arrivals)
        self.figures.out_of_order += _out_of_order(
            [
                told[arrival.delivery]
                for arrival in arrivals
                if arrival.delivery in told and arrival.delivery not in self.asked_for | late
            ]
        )


def _late(arrivals: list[Arrival]) -> set[str]:
    """What somebody sent who led no more, after whoever led by then had sent it himself."""
    last: dict[str, int] = {}
    late = set()
    for arrival in arrivals:
        if arrival.term is not None:
            if arrival.term < last.get(arrival.delivery, 0):
                late.add(arrival.delivery)
            last[arrival.delivery] = max(arrival.term, last.get(arrival.delivery, 0))
    return late


def from_two(arrivals: list[Arrival]) -> list[str]:
    """The deliveries that two leaders sent, neither with a word of it."""
    plain: defaultdict[str, set[int]] = defaultdict(set)
    for arrival in arrivals:
        if not arrival.is_marked and arrival.term is not None:
            plain[arrival.delivery].add(arrival.term)
    return sorted(delivery for delivery, terms in plain.items() if len(terms) > 1)


def _unsaid(arrivals: list[Arrival]) -> list[Arrival]:
    """Where nobody can look, of what arrived more often than once all but the first must say so."""
    plain: Counter[str] = Counter()
    for arrival in arrivals:
        plain[arrival.delivery] += not arrival.is_marked
    return [arrival for arrival in arrivals if plain[arrival.delivery] > 1]


def _out_of_order(visits: list[Visit]) -> list[Visit]:
    """What came after something newer of the same home."""
    newest: defaultdict[str, Visit] = defaultdict(lambda: ("", date.min))
    found = []
    for visit in visits:
        if visit < newest[visit[0]]:
            found.append(visit)
        newest[visit[0]] = max(newest[visit[0]], visit)
    return found
