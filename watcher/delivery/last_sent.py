"""What was sent last: by whom it was taken when, and what was wrong with it."""

from collections.abc import Mapping
from datetime import datetime

from watcher.delivery.ledger import Delivery, State, Way, last_taken


class LastSent:
    """Of each channel and recipient what was sent last."""

    def __init__(self) -> None:
        self._accepted: dict[str, tuple[datetime, Delivery]] = {}
        """By channel, and when the attempt began; kept for the remark on it, present states apart."""
        self._state: dict[str, tuple[datetime, Delivery]] = {}
        """The last present state of each channel that was shown, or that can't be for a reason to be remarked on."""
        self._taken: dict[Way, datetime] = {}

    def note(self, delivery: Delivery) -> None:
        """Learns of a message as it stands now."""
        for way, moment in last_taken((delivery,)).items():
            self._taken[way] = max(moment, self._taken.get(way, moment))
        is_remarked = delivery.state is State.LAPSED and delivery.remark
        if delivery.attempted is not None and (delivery.state is State.ACCEPTED or is_remarked):
            known = self._state if delivery.is_repeatable else self._accepted
            last = known.get(delivery.channel)
            if last is None or last[0] <= delivery.attempted:
                known[delivery.channel] = (delivery.attempted, delivery)

    def taken(self) -> Mapping[Way, datetime]:
        """When each recipient of each channel was last sent something that was accepted."""
        return dict(self._taken)

    def remarked(self) -> list[Delivery]:
        """Each channel's last accepted message and its last present state, if there is a remark on it."""
        last = (*self._accepted.values(), *self._state.values())
        return [delivery for _, delivery in last if delivery.remark]
